"""The sound of a video: how deep music steps back, when, and how loud it all is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.errors import Cancelled
from backend.media.audio import measure_loudness, write_wave
from backend.media.ffmpeg import Ffmpeg
from backend.models import AudioFormat
from backend.video import export_mix
from backend.video.sound.mixing import Mix
from backend.work import Cancel, Work
from tests.media.makers import Maker, samples_of

RATE = 24_000
WORDS = ((2.0, 2.4), (2.6, 3.5), (6.0, 7.0))
VOICE, MUSIC = 300.0, 1500.0
"""Hz of the tones that stand for a voice and for music, so that each can be seen in the mix."""


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds with a tone wherever a word is."""
    times = np.arange(10 * RATE) / RATE
    heard = np.any([(times >= start) & (times < end) for start, end in WORDS], axis=0)
    path = tmp_path_factory.mktemp("sound") / "words.wav"
    write_wave(path, (0.2 * heard * np.sin(2 * np.pi * VOICE * times)).astype(np.float32), RATE)
    return path


@pytest.fixture(scope="module")
def music(make: Maker) -> Path:
    return make.tone_of("even.wav", MUSIC, seconds=4.0, level=0.3)


def heard(ffmpeg: Ffmpeg, folder: Path, mix: Mix) -> np.ndarray:
    """The mix as samples: (frames, channels)."""
    return np.asarray(soundfile.read(export_mix(mix, ffmpeg, folder / "mix.wav", "wav", Work()), always_2d=True)[0])


def level(samples: np.ndarray, frequency: float, moment: float, around: float = 0.02) -> float:
    """Level of a sine of this frequency near a moment (seconds), in dB."""
    part = samples[int((moment - around) * 48_000) : int((moment + around) * 48_000), 0]
    times = np.arange(len(part)) / 48_000
    window = np.hanning(len(part))
    found = (part * window * np.exp(-2j * np.pi * frequency * times)).sum() / window.sum()
    return float(20 * np.log10(2 * abs(found) + 1e-9))


@pytest.mark.parametrize("distance", [12.0, 20.0, 30.0])
def test_music_lies_under_every_word_by_the_distance_that_was_asked_for(
    ffmpeg: Ffmpeg, spoken: Path, music: Path, tmp_path: Path, distance: float
) -> None:
    mix = Mix(spoken, 10.0, music, music_volume=1.0, speech=WORDS, duck_distance=distance)
    samples = heard(ffmpeg, tmp_path, mix)
    voice, loud = (measure_loudness(ffmpeg, path)[0] for path in (spoken, music))
    depth = loud - (voice - distance)
    alone = level(samples, MUSIC, 4.8)
    for start, end in WORDS:
        for moment in (start + 0.03, (start + end) / 2, end - 0.03):
            assert alone - level(samples, MUSIC, moment) == pytest.approx(depth, abs=0.7)


def test_music_is_down_before_a_word_begins_and_up_again_between_sentences(
    ffmpeg: Ffmpeg, spoken: Path, music: Path, tmp_path: Path
) -> None:
    samples = heard(ffmpeg, tmp_path, Mix(spoken, 10.0, music, music_volume=0.5, speech=WORDS))
    alone, under = level(samples, MUSIC, 1.5), level(samples, MUSIC, 2.2)
    assert alone - under > 10
    for start, end in ((2.0, 3.5), (6.0, 7.0)):
        assert level(samples, MUSIC, start - 0.02) == pytest.approx(under, abs=0.6)
        assert level(samples, MUSIC, start - 0.35) == pytest.approx(alone, abs=0.3)
        assert level(samples, MUSIC, end + 0.02) == pytest.approx(under, abs=0.6)
        assert level(samples, MUSIC, end + 0.65) == pytest.approx(alone, abs=0.3)
    assert level(samples, MUSIC, 2.5) == pytest.approx(under, abs=0.3), "it stays down between words"
    curve = [level(samples, MUSIC, moment) for moment in np.arange(1.5, 8.0, 0.02)]
    assert np.abs(np.diff(curve)).max() < 2.5, "nothing jumps"


def test_music_that_is_quiet_anyway_does_not_move(ffmpeg: Ffmpeg, spoken: Path, music: Path, tmp_path: Path) -> None:
    samples = heard(ffmpeg, tmp_path, Mix(spoken, 10.0, music, music_volume=0.02, speech=WORDS))
    assert level(samples, MUSIC, 2.2) == pytest.approx(level(samples, MUSIC, 5.0), abs=0.2)


def test_music_does_not_step_back_when_told_not_to(ffmpeg: Ffmpeg, spoken: Path, music: Path, tmp_path: Path) -> None:
    samples = heard(ffmpeg, tmp_path, Mix(spoken, 10.0, music, music_volume=0.2, speech=WORDS, duck=False))
    assert level(samples, MUSIC, 2.2) == pytest.approx(level(samples, MUSIC, 5.0), abs=0.2)


MIXES: dict[str, dict[str, Any]] = {
    "a voice alone": {},
    "music that steps back": {"music_volume": 0.5, "speech": WORDS},
    "music as loud as the voice": {"music_volume": 1.0, "duck": False},
}


@pytest.mark.parametrize("target", [-14.0, -23.0])
@pytest.mark.parametrize("settings", MIXES.values(), ids=MIXES.keys())
def test_the_finished_mix_is_as_loud_as_was_asked_for(
    ffmpeg: Ffmpeg, spoken: Path, music: Path, tmp_path: Path, settings: dict[str, Any], target: float
) -> None:
    heard(ffmpeg, tmp_path, Mix(spoken, 10.0, music if settings else None, loudness=target, **settings))
    loudness, peak = measure_loudness(ffmpeg, tmp_path / "mix.wav")
    assert loudness == pytest.approx(target, abs=0.3)
    assert peak <= -1.5


@pytest.mark.parametrize("kind", ["wav", "m4a"])
def test_true_peaks_stay_under_their_ceiling_however_much_is_lifted(
    ffmpeg: Ffmpeg, tmp_path: Path, kind: AudioFormat
) -> None:
    """Quiet noise with loud clicks: the worst there is for a limiter."""
    noise = np.random.default_rng(7).normal(0, 0.004, 4 * RATE)
    noise[:: RATE // 3] = 0.95
    noise[1 :: RATE // 3] = -0.95
    write_wave(tmp_path / "clicks.wav", noise.astype(np.float32), RATE)
    made = export_mix(Mix(tmp_path / "clicks.wav", 4.0, loudness=-14.0), ffmpeg, tmp_path / "out", kind, Work())
    samples, _ = samples_of(made)
    soundfile.write(tmp_path / "back.wav", samples, 48_000, "FLOAT")
    loudness, peak = measure_loudness(ffmpeg, tmp_path / "back.wav")
    assert peak <= -1.5
    assert loudness > -22, "what can be lifted without clipping is"


def test_sound_is_exactly_as_long_as_the_video_and_nothing_is_shifted(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    clicks = np.zeros(3 * RATE, np.float32)
    clicks[RATE] = 0.9
    write_wave(tmp_path / "click.wav", clicks, RATE)
    samples = heard(ffmpeg, tmp_path, Mix(tmp_path / "click.wav", 4.5, loudness=-14.0))
    assert len(samples) == 4.5 * 48_000
    assert abs(int(np.abs(samples[:, 0]).argmax()) - 48_000) <= 4


def test_silence_stays_silent(ffmpeg: Ffmpeg, music: Path, tmp_path: Path) -> None:
    write_wave(tmp_path / "silence.wav", np.zeros(2 * RATE, np.float32), RATE)
    assert np.abs(heard(ffmpeg, tmp_path, Mix(tmp_path / "silence.wav", 2.0, loudness=-14.0))).max() < 1e-4
    with_music = Mix(tmp_path / "silence.wav", 2.0, music, loudness=-14.0)
    heard(ffmpeg, tmp_path, with_music)
    assert measure_loudness(ffmpeg, tmp_path / "mix.wav")[0] == pytest.approx(-14, abs=0.5)


def test_music_may_begin_in_its_middle_and_comes_and_goes_as_told(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path) -> None:
    make.tone_of("low.wav", 500, seconds=2)
    make.tone_of("high.wav", MUSIC, seconds=2)
    join = ["-filter_complex", "concat=n=2:v=0:a=1"]
    two = make.media("two.wav", "-i", "in:low.wav", "-i", "in:high.wav", *join)
    write_wave(tmp_path / "silence.wav", np.zeros(3 * RATE, np.float32), RATE)
    samples = heard(ffmpeg, tmp_path, Mix(tmp_path / "silence.wav", 3.0, two, music_volume=1.0, music_start=2.0))
    assert level(samples, 500, 1.0) < -60 < level(samples, MUSIC, 1.0)
    assert level(samples, MUSIC, 0.1) < level(samples, MUSIC, 1.0) - 6
    late = heard(ffmpeg, tmp_path, Mix(tmp_path / "silence.wav", 3.0, two, music_volume=1.0, music_start=99.0))
    assert level(late, 500, 1.0) > -60, "past its end it begins at its beginning"


@pytest.mark.parametrize("kind", ["wav", "mp3", "flac", "opus", "m4a"])
def test_the_sound_alone_comes_in_every_format(
    ffmpeg: Ffmpeg, spoken: Path, music: Path, tmp_path: Path, kind: AudioFormat
) -> None:
    made = export_mix(Mix(spoken, 10.0, music, speech=WORDS, loudness=-14.0), ffmpeg, tmp_path / "o", kind, Work())
    samples, rate = samples_of(made)
    assert rate == 48_000 and samples.shape[1] == 2
    assert len(samples) / rate == pytest.approx(10.0, abs=0.1)
    assert [path.name for path in tmp_path.iterdir()] == ["o"]


def test_a_stopped_export_leaves_nothing(ffmpeg: Ffmpeg, spoken: Path, tmp_path: Path) -> None:
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        export_mix(Mix(spoken, 10.0), ffmpeg, tmp_path / "out.wav", "wav", Work(cancel=cancel))
    assert list(tmp_path.iterdir()) == []
