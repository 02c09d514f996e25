"""Whole narrations with the silence engine: what is spoken, what is told, how it stops."""

from __future__ import annotations

import threading
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.engines import Engines, SpeakRequest, Spoken
from backend.errors import Cancelled, EngineRequestFailed, InvalidRequest
from backend.media.ffmpeg import Ffmpeg
from backend.models import AudioFormat
from backend.speech import Narrated, NarrationPlan, NarrationSettings, Narrator, Take, TakeStore
from backend.work import Cancel, Work
from tests.script.reading import read

SCRIPT = "Hello 😀 world. It costs $5M, ok?\n\nHello 😀 world. [pause 1.5s] The [speed 1.5] end."


def settings(**changes: Any) -> NarrationSettings:
    return NarrationSettings(engine=lambda voice: "silence", **changes)


def narrate(narrator: Narrator, script: str, folder: Path, **changes: Any) -> Narrated:
    folder.mkdir(exist_ok=True)
    return narrator.narrate(read(script), settings(**changes), folder, Work())


def test_words_are_the_scripts_words_on_the_clock_of_the_audio(narrator: Narrator, tmp_path: Path) -> None:
    narrated = narrate(narrator, SCRIPT, tmp_path)
    words = "Hello 😀 world. It costs $5M, ok? Hello 😀 world. The end."
    assert " ".join(word.text for word in narrated.words) == words
    edges = [edge for word in narrated.words for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert soundfile.info(narrated.wave).frames == narrated.samples
    assert narrated.duration == narrated.samples / narrated.sample_rate
    assert narrated.sentences[-1].end <= narrated.duration


def test_pauses_are_exact_to_the_sample(narrator: Narrator, tmp_path: Path) -> None:
    sentences = narrate(narrator, SCRIPT, tmp_path).sentences
    gaps = [round((b.start - a.end) * 24_000) for a, b in pairwise(sentences)]
    assert gaps == [6_000, 14_400, 36_000, 2_880]


def test_equal_sentences_are_spoken_once_and_nothing_twice(narrator: Narrator, tmp_path: Path) -> None:
    first = narrate(narrator, SCRIPT, tmp_path)
    assert [sentence.from_cache for sentence in first.sentences] == [False, False, True, False, False]
    again = narrate(narrator, SCRIPT, tmp_path)
    assert all(sentence.from_cache for sentence in again.sentences)
    assert again.words == first.words
    changed = narrate(narrator, SCRIPT.replace("costs", "cost"), tmp_path)
    assert [sentence.from_cache for sentence in changed.sentences] == [True, False, True, True, True]


def test_a_plan_read_back_from_json_makes_the_same_audio(narrator: Narrator, tmp_path: Path) -> None:
    first = narrate(narrator, SCRIPT, tmp_path / "a")
    (tmp_path / "b").mkdir()
    again = narrator.follow(NarrationPlan.from_dict(first.plan.to_dict()), tmp_path / "b", Work())
    assert again.wave.read_bytes() == first.wave.read_bytes()


@pytest.mark.parametrize("audio_format", ["wav", "mp3", "flac", "opus", "m4a"])
def test_every_format_plays_as_long_as_the_wave(narrator: Narrator, tmp_path: Path, audio_format: AudioFormat) -> None:
    import av

    narrated = narrate(narrator, SCRIPT, tmp_path, audio_format=audio_format)
    assert narrated.audio.name == f"audio.{audio_format}"
    with av.open(str(narrated.audio)) as media:
        assert media.duration is not None
        assert media.duration / 1_000_000 == pytest.approx(narrated.duration, abs=0.1)


def test_finished_sentences_are_told_with_a_file_that_plays(narrator: Narrator, tmp_path: Path) -> None:
    told: list[dict[str, Any]] = []
    heard: list[tuple[int, Take]] = []

    def report(fraction: float, message: str, **details: Any) -> None:
        assert 0 <= fraction <= 1 and message
        told.append({"fraction": fraction, **details})

    narrator.narrate(read(SCRIPT), settings(), tmp_path, Work(report), lambda index, take: heard.append((index, take)))
    assert [one["fraction"] for one in told] == sorted(one["fraction"] for one in told)
    sentences = [one for one in told if "sentences" in one][-1]["sentences"]
    assert {sentence["state"] for sentence in sentences} == {"done"}
    assert [sentence["index"] for sentence in sentences] == [0, 1, 2, 3, 4]
    assert all(
        soundfile.info(sentence["take"]).duration == pytest.approx(sentence["seconds"], abs=0.001)
        for sentence in sentences
    )
    assert sorted(index for index, _ in heard) == [0, 1, 2, 3, 4]


def test_the_first_sentence_can_be_heard_while_others_are_made(narrator: Narrator, tmp_path: Path) -> None:
    script = read(" ".join(f"This is sentence {index}." for index in range(8)))
    states: list[Counter[str]] = []

    def report(fraction: float, message: str, **details: Any) -> None:
        states.append(Counter(sentence["state"] for sentence in details.get("sentences", [])))

    narrator.narrate(script, settings(options={"seconds_to_think": 0.3}), tmp_path, Work(report))
    assert any(state["done"] and state["queued"] and state["speaking"] for state in states)


def test_stop_ends_the_work_and_keeps_what_was_done(narrator: Narrator, tmp_path: Path) -> None:
    script = read(" ".join(f"This is sentence {index}." for index in range(40)))
    cancel = Cancel()
    slow = settings(options={"seconds_to_think": 0.2})
    with pytest.raises(Cancelled):
        narrator.narrate(script, slow, tmp_path, Work(cancel=cancel), lambda index, take: cancel.set())
    assert not (tmp_path / "audio.wav").exists()
    assert not any(thread.name.startswith("speak") for thread in threading.enumerate())
    narrated = narrator.narrate(script, settings(options={"seconds_to_think": 0.0}), tmp_path, Work())
    assert not narrated.sentences[1].from_cache


def test_an_unknown_engine_is_refused(narrator: Narrator, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest):
        narrator.narrate(read("Hi."), NarrationSettings(engine=lambda voice: "nothing"), tmp_path, Work())


class OddEngine(Engines):
    """Real engines of which one answers oddly."""

    answer = Spoken(np.zeros(10, np.float32), 24_000, None)
    spoken: int = 0

    def speak(self, engine: str, request: SpeakRequest, work: Work) -> Spoken:
        self.spoken += 1
        return self.answer


@pytest.fixture
def odd(tmp_path: Path) -> OddEngine:
    return OddEngine(
        models_folder=tmp_path,
        engines_folder=tmp_path,
        run_folder=tmp_path,
        weights_folder=None,
        hub_offline=True,
        idle_seconds=60,
    )


@pytest.mark.parametrize(
    "answer",
    [
        Spoken(np.zeros(0, np.float32), 24_000, ()),
        Spoken(np.full(100, np.nan, np.float32), 24_000, ((0, 50), (50, 100))),
        Spoken(np.zeros(100, np.float32), 24_000, ((0, 50),)),
    ],
)
def test_an_answer_that_cannot_be_used_is_an_engines_error_and_is_not_kept(
    odd: OddEngine, ffmpeg: Ffmpeg, tmp_path: Path, answer: Spoken
) -> None:
    odd.answer = answer
    with pytest.raises(EngineRequestFailed):
        narrate(Narrator(odd, TakeStore(tmp_path / "takes"), ffmpeg), "Hello there.", tmp_path)
    assert not list(tmp_path.rglob("*.json"))


def test_without_times_from_the_engine_words_share_the_sentence(odd: OddEngine, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    odd.answer = Spoken(np.full(24_000, 0.1, np.float32), 24_000, None)
    words = narrate(Narrator(odd, TakeStore(tmp_path / "takes"), ffmpeg), "Hello 😀 to you.", tmp_path).words
    assert [word.text for word in words] == ["Hello", "😀", "to", "you."]
    assert words[0].start == 0.0 and words[-1].end == 1.0
    assert words[0].end - words[0].start > words[2].end - words[2].start
    assert all(word.confidence < 0.5 for word in words)
