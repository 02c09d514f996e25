"""Takes joined while the rest is still being spoken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from backend.speech import Take
from backend.speech.joining import Joining
from backend.speech.limiting import CEILING
from backend.speech.live import MEASURED_SECONDS, LiveJoining, as_pcm
from backend.speech.loudness import Samples, integrated_loudness
from backend.work import Cancel
from tests.speech.test_joining import RATE, keep, read, voiced

PAUSES = [0.25, 0.123456, 0.6, 0.0]


def four(folder: Path, rate: int = RATE) -> list[Take]:
    lengths = (12_000, 50_001, 30_000, 777)
    return keep(folder, *(voiced(length, 0.05 + 0.01 * index, rate) for index, length in enumerate(lengths)))


def live(takes: Sequence[Take], loudness: float | None, lead: float = 0.3) -> list[Samples]:
    """What came out after each sentence."""
    joining = LiveJoining(PAUSES, lead, loudness, RATE)
    return [np.concatenate([*joining.add(take.read(), take.sample_rate), np.zeros(0)]) for take in takes]


@pytest.mark.parametrize("loudness", [None, -16.0])
def test_the_stream_is_the_joined_file_up_to_one_gain(tmp_path: Path, loudness: float | None) -> None:
    takes = four(tmp_path / "takes")
    joining = Joining(takes, PAUSES, 0.3, Cancel())
    joining.write(tmp_path / "whole.wav", loudness)
    whole, streamed = read(tmp_path / "whole.wav"), np.concatenate(live(takes, loudness))
    assert len(streamed) == len(whole) == joining.samples
    factor = float(streamed @ whole / (whole @ whole))
    assert np.abs(streamed - factor * whole).max() < 1e-3
    assert factor == pytest.approx(1.0, abs=1e-4 if loudness is None else 0.3)


def test_takes_of_another_rate_keep_the_clock(tmp_path: Path) -> None:
    takes = four(tmp_path / "takes", 48_000)
    seconds = sum(take.length / 48_000 for take in takes) + sum(PAUSES) + 0.3
    assert len(np.concatenate(live(takes, -16.0))) == pytest.approx(seconds * RATE, abs=4)


def test_a_short_first_sentence_waits_until_a_gain_can_be_measured(tmp_path: Path) -> None:
    came = [len(part) for part in live(four(tmp_path / "takes"), -16.0)]
    assert came[0] == 0 and came[1] > MEASURED_SECONDS * RATE and came[2] and came[3]
    assert [len(part) > 0 for part in live(four(tmp_path / "takes"), None)] == [True] * 4, "no gain, no waiting"


def test_a_script_shorter_than_that_is_measured_whole(tmp_path: Path) -> None:
    take = keep(tmp_path, voiced(12_000))[0]
    joining = LiveJoining([0.25], 0.0, -16.0, RATE)
    sound = np.concatenate(list(joining.add(take.read(), RATE)))
    assert len(sound) == take.length + 6_000
    assert integrated_loudness([sound[: take.length]], RATE) == pytest.approx(-16, abs=0.2)


def test_what_comes_later_is_no_louder_for_it(tmp_path: Path) -> None:
    """The first sentences are quiet, a later one loud: the gain stays, and the limiter keeps its peaks down."""
    quiet = voiced(60_000)
    loud = voiced(30_000)
    takes = keep(tmp_path, type(quiet)(quiet.samples * 0.1, RATE, quiet.words), loud)
    joining = LiveJoining([0.0, 0.0], 0.0, -16.0, RATE)
    first, second = (np.concatenate(list(joining.add(take.read(), RATE))) for take in takes)
    assert integrated_loudness([first], RATE) == pytest.approx(-16, abs=0.2)
    assert np.abs(second).max() <= CEILING + 1e-3


def test_samples_are_written_as_sixteen_bits() -> None:
    blocks = [np.array([0.0, 1.0, -1.0], np.float32), np.array([1.5, -1.5], np.float32)]
    assert np.frombuffer(as_pcm(blocks), "<i2").tolist() == [0, 32767, -32767, 32767, -32767]
