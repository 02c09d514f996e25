"""Words become cues by rules."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.captions import STYLES, caption_files, make_cues, words_of
from backend.captions.frame import make_frame
from backend.captions.place import place
from backend.captions.spoken import match_words
from backend.captions.text import clean
from backend.errors import InvalidRequest
from backend.models import CaptionLayout, Cue, CueWord, Word
from tests.captions.spoken_text import LIGHTHOUSE, speak

SIZES = [(1080, 1920), (1080, 1080), (1920, 1080), (540, 960), (64, 64), (3840, 2160)]
WORDS = st.lists(
    st.tuples(
        st.text(min_size=1, max_size=30),
        st.floats(0, 1.5, allow_nan=False),
        st.floats(0, 1.5, allow_nan=False),
    ),
    max_size=40,
)


def timed(raw: list[tuple[str, float, float]]) -> list[Word]:
    words, now = [], 0.0
    for text, pause, length in raw:
        words.append(Word(text=text, start=now + pause, end=now + pause + length))
        now = now + pause + length
    return words


@pytest.mark.parametrize("name", STYLES)
def test_every_word_is_in_exactly_one_cue_in_order(name: str) -> None:
    words = speak(LIGHTHOUSE)
    cues = make_cues(words, STYLES[name], (1080, 1920), CaptionLayout())
    assert [word.text for cue in cues for word in cue.words] == [word.text for word in words]
    assert " ".join(cue.text.replace("\n", " ") for cue in cues) == LIGHTHOUSE


@pytest.mark.parametrize("name", STYLES)
def test_a_cue_keeps_the_limits_of_its_style(name: str) -> None:
    rules = STYLES[name].rules
    for cue in make_cues(speak(LIGHTHOUSE), STYLES[name], (1080, 1920), CaptionLayout()):
        lines = cue.text.split("\n")
        assert len(cue.words) <= rules.max_words
        assert len(lines) <= rules.max_lines
        assert all(len(line) <= rules.max_characters for line in lines if " " in line)


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("size", SIZES)
def test_no_line_is_wider_than_the_safe_area(name: str, size: tuple[int, int]) -> None:
    text = LIGHTHOUSE + " Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung " + "W" * 120
    frame = make_frame(STYLES[name], size, CaptionLayout(font_scale=1.4))
    for cue in make_cues(speak(text), STYLES[name], size, CaptionLayout(font_scale=1.4)):
        block = place(match_words(cue), frame)
        assert block.left >= frame.left - 0.01
        assert block.right <= frame.right + 0.01
        assert block.top >= frame.top - 0.01
        assert block.bottom <= frame.bottom + 0.01


def test_a_layout_replaces_the_limits_of_the_style() -> None:
    layout = CaptionLayout(max_words=2, max_lines=1, max_characters=40)
    cues = make_cues(speak(LIGHTHOUSE), STYLES["clean_two_line"], (1080, 1920), layout)
    assert all(len(cue.words) <= 2 and "\n" not in cue.text for cue in cues)


def test_a_sentence_never_starts_in_the_middle_of_a_cue() -> None:
    for name in ("bold_pop", "box_highlight", "karaoke_sweep", "clean_two_line"):
        cues = make_cues(speak(LIGHTHOUSE), STYLES[name], (1080, 1920), CaptionLayout())
        assert all("." not in cue.text[:-1] for cue in cues)


def test_an_abbreviation_does_not_end_a_sentence() -> None:
    cues = make_cues(speak("Ask Dr. Okonkwo about it."), STYLES["clean_two_line"], (1080, 1920), CaptionLayout())
    assert len(cues) == 1


def test_no_cue_ends_on_a_small_word_that_leans_on_the_next() -> None:
    cues = make_cues(speak(LIGHTHOUSE), STYLES["box_highlight"], (1080, 1920), CaptionLayout())
    assert not [cue.text for cue in cues if cue.words[-1].text.lower() in ("the", "a", "of", "my", "while", "our")]


def test_lines_of_a_cue_are_balanced() -> None:
    cues = make_cues(
        speak("Never paint the door while the fog is thinking about you."),
        STYLES["clean_two_line"],
        (1080, 1920),
        CaptionLayout(),
    )
    first, second = cues[0].text.split("\n")
    assert abs(len(first) - len(second)) <= 6


def test_a_cue_stays_until_the_next_over_a_short_gap_and_ends_soon_before_a_long_one() -> None:
    style = STYLES["clean_two_line"]
    words = [
        Word(text="One.", start=0.0, end=1.0),
        Word(text="Two.", start=1.9, end=2.9),
        Word(text="Three.", start=8.0, end=9.0),
    ]
    cues = make_cues(words, style, (1080, 1920), CaptionLayout())
    assert cues[0].end == cues[1].start == 1.9
    assert cues[1].end == pytest.approx(2.9 + style.rules.linger_seconds)


def test_a_long_pause_always_ends_a_cue() -> None:
    words = [Word(text="well", start=0.0, end=0.4), Word(text="maybe", start=2.0, end=2.4)]
    assert len(make_cues(words, STYLES["clean_two_line"], (1080, 1920), CaptionLayout())) == 2


def test_chinese_and_japanese_are_joined_without_spaces() -> None:
    words = [Word(text=letter, start=i * 0.2, end=i * 0.2 + 0.2) for i, letter in enumerate("今日は天気がいいです")]
    cues = make_cues(words, STYLES["clean_two_line"], (1080, 1920), CaptionLayout())
    assert "".join(cue.text.replace("\n", "") for cue in cues) == "今日は天気がいいです"
    assert " " not in "".join(cue.text for cue in cues)


def test_times_never_run_backwards_even_when_the_words_do() -> None:
    words = [Word(text="a", start=2.0, end=1.0), Word(text="b", start=1.0, end=3.0), Word(text="c", start=0.0, end=0.1)]
    cues = make_cues(words, STYLES["bold_pop"], (1080, 1920), CaptionLayout())
    assert all(cue.end >= cue.start for cue in cues)
    assert all(before.end <= after.start for before, after in itertools.pairwise(cues))


def test_words_that_cannot_be_seen_are_left_out() -> None:
    words = [Word(text="\x00\u202e", start=0, end=1), Word(text="seen", start=1, end=2)]
    assert [cue.text for cue in make_cues(words, STYLES["bold_pop"], (1080, 1920), CaptionLayout())] == ["seen"]
    assert make_cues([], STYLES["bold_pop"], (1080, 1920), CaptionLayout()) == ()


def test_more_cues_than_can_be_drawn_are_refused() -> None:
    words = [Word(text="so", start=i * 0.2, end=i * 0.2 + 0.2) for i in range(12_001)]
    with pytest.raises(InvalidRequest) as refused:
        make_cues(words, STYLES["one_big_word"], (1080, 1920), CaptionLayout())
    assert refused.value.code == "too_many_cues"


@pytest.mark.parametrize(("start", "end"), [(-1.0, 1.0), (0.0, 1e308), (90_000.0, 90_001.0)])
def test_impossible_times_are_refused(start: float, end: float) -> None:
    with pytest.raises(InvalidRequest) as refused:
        make_cues([Word(text="late", start=start, end=end)], STYLES["bold_pop"], (1080, 1920), CaptionLayout())
    assert refused.value.code == "invalid_time"
    word = CueWord(text="late", start=start, end=end)
    for cue in (Cue(index=0, start=start, end=end, text="x"), Cue(index=0, start=0, end=1, text="x", words=(word,))):
        with pytest.raises(InvalidRequest):
            caption_files([cue], STYLES["bold_pop"], (1080, 1920), CaptionLayout())


def test_cutting_cues_anew_keeps_edited_text_and_its_times() -> None:
    cue = make_cues(speak("Never paint the dor"), STYLES["clean_two_line"], (1080, 1920), CaptionLayout())[0]
    edited = cue.model_copy(update={"text": "Never paint\nthe door"})
    assert [(word.text, word.start) for word in words_of([edited])] == [
        ("Never", cue.words[0].start),
        ("paint", cue.words[1].start),
        ("the", cue.words[2].start),
        ("door", cue.words[3].start),
    ]


def test_words_share_the_time_of_a_cue_that_has_none() -> None:
    words = words_of([Cue(index=0, start=1.0, end=2.0, text="ab cd")])
    assert [(word.text, word.start, word.end) for word in words] == [("ab", 1.0, 1.5), ("cd", 1.5, 2.0)]
    assert all(word.confidence < 0.5 for word in words)


@settings(max_examples=150, deadline=None)
@given(WORDS, st.sampled_from(sorted(STYLES)), st.sampled_from(SIZES))
def test_any_words_make_cues_that_lose_nothing(
    raw: list[tuple[str, float, float]], name: str, size: tuple[int, int]
) -> None:
    words = timed(raw)
    cues = make_cues(words, STYLES[name], size, CaptionLayout())
    seen = "".join(clean(word.text) for word in words)
    assert "".join("".join(cue.text.split()) for cue in cues) == "".join(seen.split())
    assert [cue.index for cue in cues] == list(range(len(cues)))
    assert all(before.end <= after.start for before, after in itertools.pairwise(cues))
