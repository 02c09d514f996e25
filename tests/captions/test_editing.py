"""Whatever is done to cues: no word is lost, times stay in order, and nothing comes to lie over its neighbour."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.captions import STYLES, editing, make_cues, retiming
from backend.captions.cue_table import Cues, difference, saying
from backend.captions.rewording import reworded, words_in
from backend.errors import InvalidRequest
from backend.models import CaptionLayout, Cue, CueWord
from tests.captions.spoken_text import LIGHTHOUSE, speak

CUES = make_cues(speak(LIGHTHOUSE), STYLES["bold_pop"], (1080, 1920), CaptionLayout())


def texts(cues: Cues) -> list[str]:
    return [word.text for cue in cues for word in words_in(cue)]


def plain(cues: Cues) -> list[str]:
    return [" ".join(cue.text.split()) for cue in cues]


def assert_in_order(cues: Cues) -> None:
    assert [cue.index for cue in cues] == list(range(len(cues)))
    for cue in cues:
        assert 0 <= cue.start <= cue.end
        for word in cue.words:
            assert cue.start - 0.002 <= word.start <= word.end <= cue.end + 0.002
        assert all(one.start <= other.start for one, other in pairwise(cue.words))
    assert all(one.end <= other.start + 0.002 for one, other in pairwise(cues))


@st.composite
def some_cues(draw: st.DrawFn) -> Cues:
    """Cues in order, some touching, some apart, some without words, with one to five words each."""
    now, cues = draw(st.floats(0, 3)), []
    for index in range(draw(st.integers(1, 6))):
        now = round(now, 3)
        start, words = now, []
        for _ in range(draw(st.integers(1, 5))):
            length = draw(st.floats(0.02, 0.8))
            text = draw(st.sampled_from(["fog", "lighthouse,", "$100", "a", "naïve", "門", "灯台", "ไทย", "مرحبا"]))
            words.append(CueWord(text=text, start=round(now, 3), end=round(now + length, 3)))
            now = round(now + length + draw(st.sampled_from([0, 0, 0.1, 0.5])), 3)
        now = max(now, words[-1].end)
        end = round(words[-1].end + draw(st.sampled_from([0, 0, 0.2, 1.0])), 3)
        said = saying(Cue(index=index, start=start, end=end, text="", words=()), words)
        cues.append(said if draw(st.booleans()) else said.model_copy(update={"words": ()}))
        now = end + draw(st.sampled_from([0, 0, 0.3, 2.0]))
    return tuple(cues)


def places(cues: Cues) -> st.SearchStrategy[int]:
    return st.integers(0, len(cues) - 1)


@settings(max_examples=60, deadline=None)
@given(st.data(), some_cues())
def test_any_nudges_keep_order_and_words(data: st.DataObject, cues: Cues) -> None:
    before = texts(cues)
    for _ in range(4):
        index = data.draw(places(cues))
        word = data.draw(st.integers(0, len(words_in(cues[index])) - 1))
        by = data.draw(st.sampled_from([-5.0, -0.1, -0.01, 0.0, 0.01, 0.1, 5.0]))
        kind = data.draw(st.sampled_from(["start", "end", "both"]))
        start, end = (by if kind != "end" else 0.0), (by if kind != "start" else 0.0)
        cues = retiming.nudge(cues, index, word, start, end)
        assert_in_order(cues)
    assert texts(cues) == before


@settings(max_examples=60, deadline=None)
@given(st.data(), some_cues())
def test_any_edges_keep_order_and_words(data: st.DataObject, cues: Cues) -> None:
    before = texts(cues)
    for _ in range(4):
        moment = st.none() | st.floats(-2, 20)
        cues = retiming.move_edges(cues, data.draw(places(cues)), data.draw(moment), data.draw(moment))
        assert_in_order(cues)
    assert texts(cues) == before


@settings(max_examples=60, deadline=None)
@given(st.data(), some_cues())
def test_what_is_split_and_merged_says_the_same(data: st.DataObject, cues: Cues) -> None:
    index = data.draw(places(cues))
    text = plain(cues)[index]
    at = data.draw(st.integers(0, len(text)))
    before = "".join(text.split())
    try:
        parted = editing.split(cues, index, text[:at], text[at:])
    except InvalidRequest as error:
        assert error.code == "nothing_to_split"
        return
    assert_in_order(parted)
    assert len(parted) == len(cues) + 1
    assert "".join("".join(plain(parted)[index : index + 2]).split()) == before
    merged = editing.merge(parted, index)
    assert_in_order(merged)
    assert (merged[index].start, merged[index].end) == (cues[index].start, cues[index].end)
    assert "".join(merged[index].text.split()) == before


@settings(max_examples=60, deadline=None)
@given(
    st.data(),
    some_cues(),
    st.text(max_size=60) | st.sampled_from(["fog", "a fog lighthouse, x", "灯台門", "a b c d e f g"]),
)
def test_any_text_can_be_written(data: st.DataObject, cues: Cues, text: str) -> None:
    changed = editing.rewrite(cues, data.draw(places(cues)), text)
    assert_in_order(changed)
    assert all(cue.text and "\n" not in cue.text for cue in changed)


@settings(max_examples=60, deadline=None)
@given(st.data(), some_cues())
def test_cues_go_and_come_and_move_together(data: st.DataObject, cues: Cues) -> None:
    first = data.draw(places(cues))
    last = data.draw(st.integers(first, len(cues) - 1))
    sounds = [(0.1, 0.3), (0.35, 1.0), (1.5, 9.0)]
    changes: list[Callable[[], Cues]] = [
        lambda: editing.insert(cues, data.draw(st.integers(-1, len(cues) - 1)), "New caption"),
        lambda: retiming.move(cues, first, last, data.draw(st.floats(-5, 5))),
        lambda: retiming.spread(cues, first, last, sounds),
        lambda: retiming.snap(cues, first, last, sounds).cues,
        lambda: retiming.snap(cues, first, last, sounds, word=0).cues,
        lambda: editing.delete(cues, first),
    ]
    for change in changes:
        try:
            changed = change()
        except InvalidRequest as error:
            assert error.code == "no_room"
            continue
        assert_in_order(changed)
        assert len(changed) - len(cues) in (-1, 0, 1)


@settings(max_examples=60, deadline=None)
@given(some_cues(), st.data())
def test_what_changed_brings_one_to_the_other(cues: Cues, data: st.DataObject) -> None:
    after = editing.rewrite(cues, data.draw(places(cues)), data.draw(st.sampled_from(["", "fog", "new words"])))
    first, gone, come = difference(cues, after)
    assert [each.text for each in (*cues[:first], *come, *cues[first + gone :])] == [each.text for each in after]
    assert gone <= 1


def test_a_corrected_word_keeps_its_time() -> None:
    words = CUES[0].words
    changed = editing.rewrite(CUES, 0, "Evry " + " ".join(word.text for word in words[1:]))[0].words
    assert [(word.start, word.end) for word in changed] == [(word.start, word.end) for word in words]
    assert changed[0].confidence == words[0].confidence


def test_a_word_more_shares_time_and_leaves_the_others_alone() -> None:
    words = tuple(CueWord(text=text, start=i, end=i + 0.9) for i, text in enumerate(["paint", "the", "door"]))
    changed = reworded(words, "paint the old door", 0, 3)
    assert [word.text for word in changed] == ["paint", "the", "old", "door"]
    assert (changed[0], changed[3]) == (words[0], words[2])
    assert changed[2].confidence < 0.6
    assert 1 <= changed[1].start < changed[2].start < changed[2].end <= 2


def test_words_of_a_script_without_spaces_keep_their_times() -> None:
    words = tuple(CueWord(text=text, start=i, end=i + 1) for i, text in enumerate(["灯台守", "は", "笑う"]))
    changed = reworded(words, "灯台守が笑う", 0, 3)
    assert [word.text for word in changed] == ["灯台守", "が", "笑う"]
    assert [word.start for word in changed] == [0, 1, 2]


def test_a_word_may_be_cut_in_two() -> None:
    cue = Cue(index=0, start=0, end=1, text="lighthouse", words=(CueWord(text="lighthouse", start=0, end=1),))
    parted = editing.split((cue,), 0, "light", "house")
    assert plain(parted) == ["light", "house"]
    assert parted[0].end == parted[1].start == pytest.approx(0.5)


def test_a_word_is_marked_and_unmarked_and_nothing_else_changes() -> None:
    one = Cue(
        index=0,
        start=0,
        end=2,
        text="never\npaint",
        words=(CueWord(text="never", start=0, end=1), CueWord(text="paint", start=1, end=2)),
    )
    marked = editing.mark((one,), 0, 1, True)
    assert [word.emphasis for word in marked[0].words] == [None, True] and marked[0].text == one.text
    assert editing.mark(marked, 0, 1, False) == (one,)
    with pytest.raises(InvalidRequest, match="no such word"):
        editing.mark((one,), 0, 2, True)


def test_a_nudged_word_takes_its_cue_and_the_touching_one_along() -> None:
    one = Cue(index=0, start=0, end=1, text="a", words=(CueWord(text="a", start=0, end=0.6),))
    two = Cue(index=1, start=1, end=2, text="b", words=(CueWord(text="b", start=1, end=2, confidence=0.3),))
    earlier = retiming.nudge((one, two), 1, 0, start=-0.1)
    assert (earlier[0].end, earlier[1].start, earlier[1].words[0].start) == (0.9, 0.9, 0.9)
    assert earlier[1].words[0].confidence == 1.0
    stopped = retiming.nudge((one, two), 1, 0, start=-3.0)
    assert stopped[1].start == 0.6


def test_a_cue_put_in_takes_free_time_only() -> None:
    one = Cue(index=0, start=0, end=4, text="a", words=(CueWord(text="a", start=0, end=1),))
    two = Cue(index=1, start=4, end=5, text="b")
    put = editing.insert((one, two), 0, "new")
    assert [(cue.start, cue.end, cue.text) for cue in put] == [(0, 2, "a"), (2, 4, "new"), (4, 5, "b")]
    with pytest.raises(InvalidRequest, match="no time free"):
        editing.insert((two, two.model_copy(update={"start": 5.0, "end": 6.0})), 0, "new")


@pytest.mark.parametrize(
    ("find", "options", "count"),
    [
        ("the", {}, 5),
        ("never", {}, 1),
        ("never", {"match_case": True}, 0),
        ("the", {"whole_words": True}, 4),
        ("every  lighthouse", {}, 1),
        ("$100", {}, 1),
        (".", {}, 4),
        ("nowhere", {}, 0),
    ],
)
def test_places_are_found_as_text(find: str, options: dict[str, bool], count: int) -> None:
    replaced = editing.replace(CUES, find, r"\1", **options)
    assert replaced.count == count
    assert sum(cue.text.count(r"\1") for cue in replaced.cues) == count
    assert_in_order(replaced.cues)


def test_a_move_says_how_far_it_can_go() -> None:
    later = retiming.move(CUES, 0, len(CUES) - 1, 1.5)
    assert [word.start for cue in later for word in cue.words] == [
        round(word.start + 1.5, 3) for cue in CUES for word in cue.words
    ]
    with pytest.raises(InvalidRequest, match=r"the most is -0\.200"):
        retiming.move(CUES, 0, len(CUES) - 1, -0.5)


def test_words_share_what_sounds() -> None:
    cue = Cue(index=0, start=0, end=4, text="aa bb", words=())
    words = retiming.spread((cue,), 0, 0, [(1.0, 2.0), (3.0, 4.0)])[0].words
    assert [(word.start, word.end) for word in words] == [(1.0, 2.0), (3.0, 4.0)]
