"""The coach hears what was put on clean speech, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]
import soxr  # type: ignore[import-untyped]

from backend.errors import MediaRejected
from backend.media.audio import Samples
from backend.media.ffmpeg import Ffmpeg
from backend.models import VoiceReport
from backend.settings import PROJECT
from backend.voices.coach import refuse_unusable
from backend.voices.looking import look_over
from backend.voices.recording import RATE
from backend.work import Work
from tests.voices import defects
from tests.voices.conftest import Say


class Coach:
    """Writes samples to a file, as somebody would bring them, and asks the coach."""

    def __init__(self, ffmpeg: Ffmpeg, folder: Path) -> None:
        self._ffmpeg = ffmpeg
        self._folder = folder

    def __call__(self, samples: Samples | Path, rate: int = RATE, subtype: str = "PCM_16") -> VoiceReport:
        path = samples if isinstance(samples, Path) else self._folder / "brought.wav"
        if not isinstance(samples, Path):
            soundfile.write(path, samples, rate, subtype)
        return look_over(self._ffmpeg, path, self._folder, Work()).report()


@pytest.fixture
def coach(ffmpeg: Ffmpeg, tmp_path: Path) -> Coach:
    return Coach(ffmpeg, tmp_path)


def codes(report: VoiceReport) -> list[str]:
    return [problem.code for problem in report.problems]


@pytest.mark.parametrize("voice", ["af_heart", "am_michael", "bf_emma", "am_puck", "af_nicole", "bm_george"])
def test_clean_speech_is_good(coach: Coach, say: Say, voice: str) -> None:
    samples = say(voice)
    report = coach(samples)
    assert (report.verdict, report.problems) == ("good", ())
    assert report.duration == pytest.approx(len(samples) / RATE, abs=0.01)
    assert 0.5 * report.duration < report.speech_seconds < report.duration
    assert report.snr_db > 35
    assert report.bandwidth_hz > 6000
    assert (report.sample_rate, report.channels) == (RATE, 1)
    start, end = report.chosen
    assert 6 <= end - start <= 12
    assert len(report.waveform) == 400
    assert all(low <= high for low, high in report.waveform)


@pytest.mark.parametrize("voice", ["af_heart", "am_michael", "bf_emma"])
def test_clipping_is_heard(coach: Coach, say: Say, voice: str) -> None:
    report = coach(defects.clipped(say(voice), 3.0))
    assert "clipped" in codes(report)
    assert 0.001 < report.clipped_share < 0.3
    assert coach(0.3 * defects.clipped(say(voice), 3.0)).clipped_share == pytest.approx(report.clipped_share, rel=0.2)
    ruined = coach(defects.clipped(say(voice), 30.0))
    assert (ruined.verdict, codes(ruined)) == ("unusable", ["clipped"])


@pytest.mark.parametrize("voice", ["af_heart", "am_michael", "bf_emma"])
@pytest.mark.parametrize("snr", [30, 20, 12])
def test_noise_is_measured(coach: Coach, say: Say, voice: str, snr: int) -> None:
    report = coach(defects.noisy(say(voice), snr))
    assert report.snr_db == pytest.approx(snr, abs=4)
    assert ("noisy" in codes(report)) == (snr < 18) or snr == 20


def test_speech_under_noise_is_no_use(coach: Coach, say: Say) -> None:
    assert coach(defects.noisy(say("af_heart"), 0)).verdict == "unusable"


@pytest.mark.parametrize("voice", ["af_heart", "am_michael", "bf_emma"])
def test_echo_is_heard(coach: Coach, say: Say, voice: str) -> None:
    dry = coach(say(voice)).echo
    for wet in (defects.ringing(say(voice)), defects.repeating(say(voice))):
        report = coach(wet)
        assert report.echo >= 0.5 > dry
        assert "echo" in codes(report)


@pytest.mark.parametrize("voice", ["af_heart", "am_michael", "bf_emma"])
def test_a_telephone_is_heard_at_whatever_rate_it_was_saved(coach: Coach, say: Say, voice: str) -> None:
    report = coach(defects.phoned(say(voice)))
    assert report.bandwidth_hz == pytest.approx(3400, abs=400)
    assert "phone_band" in codes(report)
    assert report.verdict == "usable"


@pytest.mark.parametrize("pair", [("af_heart", "am_michael"), ("bf_emma", "bm_george"), ("af_bella", "am_puck")])
def test_two_voices_are_heard(coach: Coach, say: Say, pair: tuple[str, str]) -> None:
    report = coach(say(*pair))
    assert report.second_speaker >= 0.5
    assert "second_speaker" in codes(report)
    assert [coach(say(voice)).second_speaker < 0.5 for voice in pair] == [True, True]


def test_music_is_no_voice(coach: Coach) -> None:
    for music in (defects.tune(), PROJECT / "assets" / "music" / "calm.opus"):
        report = coach(music)
        assert (report.verdict, codes(report)) == ("unusable", ["no_speech"])


@pytest.mark.parametrize("seconds", [0.05, 0.3, 5.0, 60.0])
def test_silence_is_nothing(coach: Coach, seconds: float) -> None:
    report = coach(np.zeros(round(seconds * RATE), np.float32))
    assert (report.verdict, codes(report), report.chosen) == ("unusable", ["silence"], (0, 0))


def test_a_word_is_too_short(coach: Coach, say: Say) -> None:
    report = coach(say(lines=("Yes.",)))
    assert (report.verdict, codes(report)) == ("unusable", ["too_short"])


def test_one_sentence_is_usable(coach: Coach, say: Say) -> None:
    report = coach(say(lines=("The harbour master counts the boats at dawn.",)))
    assert (report.verdict, codes(report)) == ("usable", ["short"])


def test_quiet_speech_is_usable_and_told(coach: Coach, say: Say) -> None:
    report = coach(0.02 * say(), subtype="FLOAT")
    assert "quiet" in codes(report)
    assert report.level_dbfs < -38


def test_silence_at_both_ends_is_measured_and_not_chosen(coach: Coach, say: Say) -> None:
    still = np.zeros(3 * RATE, np.float32)
    report = coach(np.concatenate([still, say(), still]))
    assert report.lead_silence == pytest.approx(3.0, abs=0.4)
    assert report.tail_silence == pytest.approx(3.4, abs=0.6)
    assert report.chosen[0] > 2.5


def test_samples_that_are_no_numbers_are_muted_and_told(coach: Coach, say: Say) -> None:
    samples = say().copy()
    samples[::5000] = np.nan
    samples[7::9000] = np.inf
    report = coach(samples, subtype="FLOAT")
    assert "invalid_samples" in codes(report)
    assert report.verdict == "usable"
    assert np.isfinite([report.level_dbfs, report.snr_db, report.peak_dbfs]).all()


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 48_000, 192_000])
def test_any_rate_is_heard(coach: Coach, say: Say, rate: int) -> None:
    report = coach(soxr.resample(say(), RATE, rate).astype(np.float32), rate, "FLOAT")
    assert report.sample_rate == rate
    assert report.duration == pytest.approx(len(say()) / RATE, abs=0.05)
    assert report.verdict == ("usable" if rate < 16_000 else "good")


@pytest.mark.parametrize("shape", ["stereo", "left only", "against each other", "surround"])
def test_any_channels_are_heard(coach: Coach, say: Say, shape: str) -> None:
    samples, still = say(), np.zeros(len(say()), np.float32)
    channels = {
        "stereo": (samples, 0.8 * samples),
        "left only": (samples, still),
        "against each other": (samples, -samples),
        "surround": (still, still, samples, still, still, still),
    }[shape]
    report = coach(np.stack(channels, axis=1))
    assert report.channels == len(channels)
    assert report.verdict == "good"
    assert report.speech_seconds == pytest.approx(coach(samples).speech_seconds, rel=0.1)


def test_an_unusable_recording_is_refused_with_its_gravest_problem(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "still.wav", np.zeros(RATE), RATE)
    look = look_over(ffmpeg, tmp_path / "still.wav", tmp_path, Work())
    with pytest.raises(MediaRejected) as refused:
        refuse_unusable(look.examined)
    assert refused.value.code == "silence"
    assert refused.value.hint
