"""Takes joined to one file."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.engines.values import Spoken
from backend.errors import Cancelled
from backend.speech import Take, TakeStore
from backend.speech.joining import Joining
from backend.speech.loudness import Samples, integrated_loudness
from backend.speech.trimming import trimmed
from backend.work import Cancel

RATE = 24_000


def voiced(samples: int, pitch: float = 0.05, rate: int = RATE) -> Spoken:
    """A tone that stops abruptly at both ends, as engines' takes may."""
    sound = 0.3 * np.cos(np.arange(samples) * pitch)
    return Spoken(sound.astype(np.float32), rate, ((0, samples // 2), (samples // 2, samples)))


def keep(folder: Path, *spoken: Spoken) -> list[Take]:
    store = TakeStore(folder)
    return [store.put(f"{index:064x}", trimmed(one)) for index, one in enumerate(spoken)]


def read(path: Path) -> Samples:
    samples, _ = soundfile.read(path, dtype="float32")
    return np.asarray(samples, dtype=np.float32)


def test_every_sample_lies_where_the_clock_says(tmp_path: Path) -> None:
    takes = keep(tmp_path / "takes", voiced(24_001), voiced(12_345, 0.07), voiced(777, 0.09))
    joining = Joining(takes, [0.8, 0.123456, 0.0], 0.5, Cancel())
    joining.write(tmp_path / "a.wav", None)
    samples = read(tmp_path / "a.wav")
    assert len(samples) == joining.samples
    silent = np.ones(len(samples), dtype=bool)
    for take, placement in zip(takes, joining.placements, strict=True):
        assert np.array_equal(samples[placement.start : placement.end], take.read())
        silent[placement.start : placement.end] = False
    assert not samples[silent].any()
    assert silent.sum() == 12_000 + 19_200 + round(0.123456 * RATE)


@pytest.mark.parametrize("loudness", [None, -16.0, -10.0])
def test_no_joint_clicks(tmp_path: Path, loudness: float | None) -> None:
    takes = keep(tmp_path / "takes", *(voiced(9_000 + 100 * index) for index in range(6)))
    joining = Joining(takes, [0.0, 0.1, 0.0, 0.25, 0.0, 0.0], 0.0, Cancel())
    joining.write(tmp_path / "a.wav", loudness)
    samples = read(tmp_path / "a.wav")
    jumps = np.abs(np.diff(samples, 2))
    inside = max(float(jumps[placement.start + 400 : placement.end - 400].max()) for placement in joining.placements)
    assert float(jumps.max()) <= inside * 1.5


@pytest.mark.parametrize("loudness", [-23.0, -16.0])
def test_the_asked_loudness_is_reached(tmp_path: Path, loudness: float) -> None:
    joining = Joining(keep(tmp_path / "takes", voiced(60_000), voiced(70_000)), [0.25, 0.25], 0.0, Cancel())
    joining.write(tmp_path / "a.wav", loudness)
    assert integrated_loudness([read(tmp_path / "a.wav")], RATE) == pytest.approx(loudness, abs=0.1)


def test_silence_stays_silence_at_any_loudness(tmp_path: Path) -> None:
    takes = keep(tmp_path / "takes", Spoken(np.zeros(5000, np.float32), RATE, None))
    Joining(takes, [0.0], 0.0, Cancel()).write(tmp_path / "a.wav", -16.0)
    assert not read(tmp_path / "a.wav").any()


def test_takes_of_another_rate_are_brought_to_the_highest(tmp_path: Path) -> None:
    takes = keep(tmp_path / "takes", voiced(24_000), voiced(22_050, rate=22_050))
    joining = Joining(takes, [0.0, 0.0], 0.0, Cancel())
    joining.write(tmp_path / "a.wav", None)
    assert joining.sample_rate == RATE
    assert joining.placements[1].length == pytest.approx(24_000, abs=1)
    assert len(read(tmp_path / "a.wav")) == joining.samples


def long_joining(folder: Path, sentences: int) -> Joining:
    takes = keep(folder, *(voiced(24_000 * 9 + 7 * index) for index in range(8)))
    pauses = [0.25 + 0.0001 * (index % 11) for index in range(sentences)]
    return Joining([takes[index % len(takes)] for index in range(sentences)], pauses, 0.0, Cancel())


def test_an_hour_drifts_by_no_sample(tmp_path: Path) -> None:
    joining = long_joining(tmp_path / "takes", 400)
    joining.write(tmp_path / "hour.wav", None)
    assert joining.samples > 3600 * RATE
    with soundfile.SoundFile(tmp_path / "hour.wav") as wave:
        assert wave.frames == joining.samples
        for index in (0, 199, 399):
            start = sum(24_000 * 9 + 7 * (before % 8) for before in range(index))
            start += sum(round((0.25 + 0.0001 * (before % 11)) * RATE) for before in range(index))
            assert joining.placements[index].start == start
            wave.seek(start)
            edge = wave.read(600, dtype="float32")
            assert edge[0] == 0.0 and np.abs(edge[300:]).max() > 0.01


def test_longer_audio_needs_no_more_memory(tmp_path: Path) -> None:
    most = []
    for sentences in (6, 30):
        joining = long_joining(tmp_path / f"{sentences}", sentences)
        tracemalloc.start()
        joining.write(tmp_path / "a.wav", -16.0)
        most.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert most[1] < 1.1 * most[0]


def test_stop_is_heard_while_joining(tmp_path: Path) -> None:
    cancel = Cancel()
    joining = Joining(keep(tmp_path / "takes", voiced(24_000)), [0.0], 0.0, cancel)
    cancel.set()
    with pytest.raises(Cancelled):
        joining.write(tmp_path / "a.wav", -16.0)
