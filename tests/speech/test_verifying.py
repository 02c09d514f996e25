"""What is heard, compared with what is written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.engines.values import Heard, HeardWord
from backend.models import Doubt
from backend.speech.comparing import aligned
from backend.speech.units import Unit, units_of_heard
from backend.speech.verifying import judge
from tests.speech.hearing import heard, sentence

WRITTEN = "Every morning the old harbour wakes before the town does."


def doubts(written: str, said: str | Heard, reference: str = "") -> tuple[Doubt, ...]:
    listened = heard(said) if isinstance(said, str) else said
    return judge(sentence(written), listened, listened.duration, reference).doubts


def found(written: str, said: str | Heard, reference: str = "") -> list[tuple[str, str]]:
    return [(doubt.kind, doubt.text) for doubt in doubts(written, said, reference)]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("The harbour wakes at 5.", "the harbor wakes at five"),
        ("It costs $5M.", "It costs five million dollars."),
        ("It costs $5M.", "It costs $5 million."),
        ("She paid $1,200.50 for it.", "She paid one thousand two hundred dollars and fifty cents for it."),
        ("In 1984 nobody knew.", "In nineteen eighty-four nobody knew."),
        ("In 2024 it was 3.5%.", "In twenty twenty four it was three point five percent."),
        ("Come on the 21st of May.", "Come on the twenty-first of May."),
        ("We meet at 5:30 pm.", "We meet at five thirty PM."),
        ("There were 100 of them.", "There were a hundred of them."),
        ("The schoolteacher colours the theatre!", "The school teacher colors the theater"),
        ("Café 😀 for two.", "cafe for 2"),
        ("Dr. Smith can't come.", "Doctor Smith can't come."),
        ("Mr. O'Neil doesn't know.", "Mister O'Neill doesn’t know."),
        ("Ask the U.S.A. team.", "Ask the USA team."),
        ("He walked to the market & bought bread.", "He walked to the market and bought bread."),
        ("Stop it now.", "Stop it, now!"),
        ("Residents add seven minutes and never mention it.", "Residence add 7 minutes and never mention it."),
    ],
)
def test_other_spellings_of_the_same_are_no_doubt(written: str, said: str) -> None:
    assert found(written, said) == []


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        ("Every morning the harbour wakes before the town does.", "", ""),  # a small word is easily missed
        ("Every morning the old wakes before the town does.", "skipped", "harbour"),
        ("Every morning the old harbour wakes.", "skipped", "before the town does"),
        ("morning the old harbour wakes before the town does.", "skipped", "Every"),
        ("Every morning the old harbour harbour wakes before the town does.", "doubled", "harbour"),
        ("Every morning the the old harbour wakes before the town does.", "doubled", "the"),
        ("Every morning every morning the old harbour wakes before the town does.", "doubled", "every morning"),
        ("Every morning the old harbour wakes before the town does. Thank you.", "invented", "Thank you"),
        ("Every morning the old umbrella wakes before the town does.", "changed", "harbour"),
    ],
)  # fmt: skip
def test_each_kind_of_fault_is_found_by_its_words(said: str, kind: str, text: str) -> None:
    assert found(WRITTEN, said) == ([(kind, text)] if kind else [])


def test_a_small_word_that_turns_the_meaning_round_is_missed() -> None:
    assert found("You must not open the door.", "You must open the door.") == [("skipped", "not")]


def test_words_of_the_reference_recording_are_told_from_invented_ones() -> None:
    reference = "Some call me nature, others call me mother nature."
    said = f"Others call me mother nature. {WRITTEN}"
    assert found(WRITTEN, said, reference) == [("leaked", "Others call me mother nature")]
    assert found(WRITTEN, said) == [("invented", "Others call me mother nature")]


def test_a_name_that_is_misheard_without_certainty_is_no_doubt() -> None:
    written, said = "The baker, Mrs. Okonkwo, opens at five.", "The baker, Mrs. Can't Go, opens at 5."
    assert found(written, heard(said, probability=0.3)) == []
    assert found("Ask [Nguyen](/wɪn/) about it.", "Ask when about it.") == []


@pytest.mark.parametrize("said", ["", "Something else entirely was said here today.", "harbour"])
def test_what_says_something_else_altogether_is_unclear(said: str) -> None:
    assert [doubt.kind for doubt in doubts(WRITTEN, said)] == ["unclear"]


def test_sound_around_the_words_and_between_them_is_found() -> None:
    listened = heard(WRITTEN)
    tail = replace(listened, duration=listened.duration + 1.5)
    assert [doubt.kind for doubt in doubts(WRITTEN, tail)] == ["long_tail"]
    late = tuple(replace(word, start=word.start + 1.5, end=word.end + 1.5) for word in listened.words)
    lead = replace(listened, words=late, duration=listened.duration + 1.5)
    assert [doubt.kind for doubt in doubts(WRITTEN, lead)] == ["long_lead"]
    pause = replace(lead, words=(*listened.words[:4], *late[4:]), speech=((0.05, listened.duration + 1.4),))
    wide = [replace(word, start=word.start + 1, end=word.end + 1) for word in pause.words[4:]]
    pause = replace(pause, words=(*pause.words[:4], *wide), duration=pause.duration + 1)
    assert ("long_pause", "harbour") in found(WRITTEN, pause)


def test_a_last_word_that_a_recogniser_lets_last_through_noise_ends_with_its_voice() -> None:
    listened = heard(WRITTEN)
    last = listened.words[-1]
    stretched = (*listened.words[:-1], HeardWord(last.text, last.start, last.end + 2.0, 0.9))
    noisy = Heard(listened.text, "en", listened.duration + 2.0, stretched, ((0.0, last.end),))
    assert [doubt.kind for doubt in doubts(WRITTEN, noisy)] == ["long_tail"]


@pytest.mark.parametrize(("letter_seconds", "kinds"), [(0.015, ["pace"]), (0.045, []), (0.12, []), (0.3, ["pace"])])
def test_a_pace_that_nobody_speaks_at_is_found(letter_seconds: float, kinds: list[str]) -> None:
    assert [doubt.kind for doubt in doubts(WRITTEN, heard(WRITTEN, letter_seconds=letter_seconds))] == kinds


def test_fewer_and_smaller_faults_weigh_less() -> None:
    def penalty(said: str) -> float:
        listened = heard(said)
        return judge(sentence(WRITTEN), listened, listened.duration).penalty

    whole, doubled = penalty(WRITTEN), penalty("Every morning the old harbour harbour wakes before the town does.")
    one, more = penalty("Every morning the old wakes before the town does."), penalty("Every morning the old harbour.")
    assert 0 == whole < doubled < one < more < penalty("")


def test_messages_say_which_words_in_a_few_letters() -> None:
    (doubt,) = doubts(WRITTEN, f"{WRITTEN} {'and then ' * 100}")
    assert doubt.kind == "invented" and len(doubt.message) < 120


WORDS = st.lists(st.sampled_from(["one", "two", "hundred", "the", "harbour", "5", "and", "old", "21st"]), max_size=12)


@given(WORDS, WORDS)
def test_an_alignment_uses_every_word_of_both_sides_once(written: list[str], said: list[str]) -> None:
    one, other = ([Unit(word, index) for index, word in enumerate(words)] for words in (written, said))
    pairs = aligned(one, other)
    assert [i for pair in pairs for i in range(*pair.written)] == list(range(len(one)))
    assert [i for pair in pairs for i in range(*pair.heard)] == list(range(len(other)))


@given(WORDS)
def test_units_come_from_their_words_in_order(words: list[str]) -> None:
    indexes = [unit.word for unit in units_of_heard(words, "en-us")]
    assert indexes == sorted(indexes) and all(0 <= index < len(words) for index in indexes)
