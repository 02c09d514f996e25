"""The parts of the Chatterbox engine that need no model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from backend.engines.chatterbox.cutting import pieces
from backend.engines.chatterbox.kept import Kept
from backend.engines.chatterbox.texts import MOST_WEIGHT, most_tokens, parts_of, usual_tokens, weight
from backend.engines.chatterbox.watch import Stopped, Watch

SENTENCE = "The tide came in over the stones, slowly at first; nobody on the pier was looking at it. "


# ------------------------------------------------------------ text


def test_a_text_of_usual_length_is_one_part() -> None:
    assert parts_of("  Hello   there,\nmy friend. ") == ["Hello there, my friend."]


@pytest.mark.parametrize("text", ["", "   ", "…", "— !?", "\n"])
def test_a_text_without_letters_or_digits_has_no_parts(text: str) -> None:
    assert parts_of(text) == []


def test_a_long_text_is_cut_after_sentences_into_parts_of_about_the_same_length() -> None:
    parts = parts_of(SENTENCE * 10)
    assert all(part.endswith(".") for part in parts)
    assert max(map(len, parts)) <= MOST_WEIGHT < 3 * min(map(len, parts))


def test_a_long_sentence_is_cut_after_a_clause() -> None:
    sentence = ", ".join(["and then the long dark train went on through the night"] * 10)
    assert all(part.endswith(",") for part in parts_of(sentence)[:-1])


def test_a_text_without_punctuation_is_cut_between_words() -> None:
    assert all(set(part.split()) == {"word"} for part in parts_of("word " * 200))


def test_chinese_is_cut_sooner_and_without_spaces() -> None:
    parts = parts_of("今天天气很好，我们去公园。" * 20)
    assert all(weight(part) <= MOST_WEIGHT for part in parts)
    assert all(part.endswith("。") for part in parts)


@given(st.text(st.sampled_from("ab ,.!;—今。\n"), max_size=2000), st.integers(20, 300))
def test_nothing_is_lost_and_no_part_is_too_long(text: str, most: int) -> None:
    parts = parts_of(text, most)
    if parts:
        whole = " ".join(text.split())
        kept = "".join(parts)
        assert [c for c in whole if c.isalnum()] == [c for c in kept if c.isalnum()]
        assert all(weight(part) <= most for part in parts)


def test_very_short_texts_may_take_a_few_seconds_and_long_ones_the_models_own_limit() -> None:
    assert most_tokens("Yes.") < 5 * 25
    assert most_tokens("x" * 300) == 1000
    assert all(usual_tokens(text) < most_tokens(text) for text in ("", "a", "Yes.", SENTENCE, SENTENCE * 3))


# ------------------------------------------------------------ watching


def counting(watch: Watch, steps: int) -> list[int]:
    return [step for step, _ in zip(watch.tokens(range(1000)), range(steps), strict=False)]


def test_a_loop_that_ends_by_itself_has_not_run_out() -> None:
    watch = Watch()
    watch.expect(usual_tokens=10, most_tokens=20, steps=1)
    for step in watch.tokens(range(1000)):
        if step == 12:
            break
    assert not watch.ran_out


def test_a_loop_is_ended_after_the_most_tokens_that_were_expected() -> None:
    watch = Watch()
    watch.expect(usual_tokens=10, most_tokens=20, steps=1)
    assert list(watch.tokens(range(1000))) == list(range(20)) and watch.ran_out


def test_progress_goes_up_from_start_to_end() -> None:
    watch, told = Watch(), [0.0]
    with watch.over(told.append, lambda: False, 0.25, 0.75):
        watch.expect(usual_tokens=40, most_tokens=100, steps=4)
        counting(watch, 80)
        for _ in range(4):
            watch.sound_step()
    assert told == sorted(told) and told[1] >= 0.25 and told[-1] == 0.75


def test_a_stop_is_raised_at_the_next_token_and_forgotten_with_the_request() -> None:
    watch = Watch()
    stopped: list[bool] = []
    watch.expect(usual_tokens=10, most_tokens=20, steps=1)
    with pytest.raises(Stopped), watch.over(lambda _: None, lambda: bool(stopped), 0.0, 1.0):
        for step in watch.tokens(range(1000)):
            assert step < 6
            if step == 5:
                stopped.append(True)
    watch.check()


# ------------------------------------------------------------ keeping


def test_a_voice_is_prepared_once_and_the_one_unused_for_longest_is_let_go() -> None:
    kept, made = Kept(most=2), []

    def ask(key: str) -> str:
        return str(kept.get(key, lambda: made.append(key) or key))  # type: ignore[func-returns-value]

    assert [ask(key) for key in "abacab"] == list("abacab")
    assert made == list("abcb") and len(kept) == 2


# ------------------------------------------------------------ recordings


def recording(path: Path, seconds: float, silent_at: tuple[float, ...] = (), rate: int = 8000) -> Path:
    """Noise in stereo with a tenth of a second of silence at some places."""
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, (round(seconds * rate), 2))
    for place in silent_at:
        sound[round((place - 0.05) * rate) : round((place + 0.05) * rate)] = 0
    soundfile.write(path, sound, rate)
    return path


def test_a_short_recording_is_one_piece(tmp_path: Path) -> None:
    with soundfile.SoundFile(recording(tmp_path / "a.wav", 3.0)) as source:
        assert [(start, len(sound)) for start, sound in pieces(source)] == [(0, 24_000)]


def test_a_long_recording_is_cut_where_nobody_speaks(tmp_path: Path) -> None:
    with soundfile.SoundFile(recording(tmp_path / "a.wav", 45.0, silent_at=(17.0, 33.0))) as source:
        cuts = [start / 8000 for start, _ in pieces(source)]
    assert cuts == pytest.approx([0.0, 17.0, 33.0], abs=0.05)


@pytest.mark.parametrize("seconds", [20.0, 20.01, 41.3, 60.0])
def test_pieces_are_the_whole_recording_again(tmp_path: Path, seconds: float) -> None:
    path = recording(tmp_path / "a.wav", seconds)
    with soundfile.SoundFile(path) as source:
        parts = list(pieces(source))
    whole = soundfile.read(path, dtype="float32")[0].mean(axis=1)
    assert np.array_equal(np.concatenate([sound for _, sound in parts]), whole)
    assert all(len(sound) <= 20 * 8000 for _, sound in parts)


def test_an_empty_recording_has_no_pieces(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(0), 8000)
    with soundfile.SoundFile(tmp_path / "a.wav") as source:
        assert list(pieces(source)) == []
