from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from backend.media.audio import measure_loudness, write_wave
from backend.media.ffmpeg import Ffmpeg
from backend.video import Colour, RenderRequest, render
from backend.video.encoding.encoders import x264
from backend.video.sound.graph import GAIN_RATE, Fades, Sound, music_gain, sound_graph
from backend.work import Work
from tests.media.makers import Maker, samples_of

RATE = 24_000


def _gain_at(gain: np.ndarray, seconds: float) -> float:
    return float(gain[int(seconds * GAIN_RATE)])


def test_a_narration_alone_is_only_brought_to_stereo() -> None:
    assert sound_graph(Sound(1, 1, 2.0)) == (
        "[1:a:0]aresample=48000,pan=stereo|c0=0.70710678*c0|c1=0.70710678*c0,"
        "apad=whole_dur=2.000000,atrim=end=2.000000[sound]"
    )


def test_music_is_multiplied_with_its_gain_and_mixed_below() -> None:
    assert sound_graph(Sound(1, 2, 2.0, music=2, gain=3)) == (
        "[1:a:0]aresample=48000,aformat=channel_layouts=stereo,apad=whole_dur=2.000000,atrim=end=2.000000[voice];"
        "[2:a:0]aresample=48000,aformat=sample_fmts=fltp:channel_layouts=stereo[music];"
        "[3:a:0]aresample=48000,aformat=sample_fmts=fltp,pan=stereo|c0=c0|c1=c0[gain];"
        "[music][gain]amultiply[bed];[voice][bed]amix=inputs=2:normalize=0:duration=first[sound]"
    )


def test_a_mix_is_lifted_and_its_peaks_limited_between_the_samples() -> None:
    assert sound_graph(Sound(1, 2, 2.0, volume=2.0, limited=True)).endswith(
        ",volume=2.000000:precision=float,aresample=192000,"
        "alimiter=limit=0.794328:attack=5:release=80:level=0:latency=1,aresample=48000,"
        "apad=whole_dur=2.000000,atrim=end=2.000000[sound]"
    )


def test_short_music_begins_again() -> None:
    graph = sound_graph(Sound(1, 2, 2.0, music=2, music_loops=True, gain=3))
    assert "channel_layouts=stereo,aloop=loop=-1:size=2147483647[music];" in graph


def test_music_steps_back_before_the_first_word_and_comes_back_after_the_last() -> None:
    gain = music_gain(10, 0.4, [(4.0, 4.3), (4.5, 5.0)], depth=12.0)
    assert _gain_at(gain, 3.5) == pytest.approx(0.4, abs=1e-3)
    for spoken in (4.0, 4.4, 5.0):
        assert _gain_at(gain, spoken) == pytest.approx(0.1, abs=0.002)
    assert _gain_at(gain, 5.8) == pytest.approx(0.4, abs=1e-3)
    assert np.abs(np.diff(gain)).max() < 0.01


def test_music_fades_in_and_out() -> None:
    gain = music_gain(10, 1.0, [], depth=12.0)
    assert [_gain_at(gain, seconds) for seconds in (0.0, 5.0, 9.999)] == pytest.approx([0, 1, 0], abs=1e-3)


def test_fades_last_as_long_as_they_are_told_but_a_third_of_the_video_at_most() -> None:
    gain = music_gain(10, 1.0, [], 0.0, Fades(into=2.0, out=0.0))
    assert [_gain_at(gain, seconds) for seconds in (1.0, 2.0, 9.9)] == pytest.approx([0.5, 1, 1], abs=1e-3)
    short = music_gain(3, 1.0, [], 0.0, Fades(into=30.0, out=30.0))
    assert [_gain_at(short, seconds) for seconds in (0.5, 1.5, 2.5)] == pytest.approx([0.5, 1, 0.5], abs=1e-3)


def test_the_gain_of_an_hour_is_worked_out_in_little_memory() -> None:
    assert music_gain(3600, 1.0, [(1.0, 2.0)], 12.0).nbytes < 4_000_000


def test_the_gain_of_a_minute_goes_on_in_the_next() -> None:
    gain = music_gain(200, 1.0, [(58.0, 60.2), (119.0, 121.0)], depth=np.linspace(6.0, 12.0, 2001))
    assert np.abs(np.diff(gain)).max() < 0.02
    assert gain[60 * GAIN_RATE] == pytest.approx(10 ** (-7.8 / 20), abs=0.01)
    assert gain[120 * GAIN_RATE] == pytest.approx(10 ** (-9.6 / 20), abs=0.01)


@pytest.fixture(scope="module")
def pauses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds with a low voice from second 2 to 4, and quiet before and after."""
    times = np.arange(6 * RATE) / RATE
    spoken = (times >= 2) & (times < 4)
    path = tmp_path_factory.mktemp("sound") / "pauses.wav"
    write_wave(path, (0.5 * spoken * np.sin(2 * np.pi * 200 * times)).astype(np.float32), RATE)
    return path


def _level(samples: np.ndarray, frequency: float, start: float, end: float) -> float:
    """Level of a sine of this frequency in dB."""
    part = samples[int(start * 48_000) : int(end * 48_000), 0]
    times = np.arange(len(part)) / 48_000
    return float(20 * np.log10(2 * abs((part * np.exp(-2j * np.pi * frequency * times)).mean()) + 1e-9))


def test_music_is_quieter_under_speech_and_loops_to_the_end(
    ffmpeg: Ffmpeg, make: Maker, pauses: Path, tmp_path: Path
) -> None:
    music = make.media("music.mp3", "-f", "lavfi", "-i", "sine=1500:d=1.5,volume=4,aformat=channel_layouts=stereo")
    black = (Colour("#000000"),)
    request = RenderRequest(
        pauses, 6.0, black, (64, 64), music=music, music_volume=0.5, speech=((2.0, 4.0),), encoder=x264("ultrafast")
    )
    samples, rate = samples_of(render(request, ffmpeg, tmp_path, Work()).path)
    assert rate == 48_000
    before, under, after = (_level(samples, 1500, *span) for span in ((1.0, 1.7), (2.3, 3.7), (4.7, 4.9)))
    assert before - under > 12
    assert after - before == pytest.approx(0, abs=2)
    assert _level(samples, 200, 2.3, 3.7) == pytest.approx(20 * np.log10(0.5 * 0.7071), abs=0.3)


def test_the_loudest_mix_is_not_clipped(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path) -> None:
    music = make.media("loud.mp3", "-f", "lavfi", "-i", "sine=1500:d=2,volume=8,aformat=channel_layouts=stereo")
    request = RenderRequest(
        make.tone("loud.wav", level=0.99, seconds=2),
        2.0, (Colour("#000000"),), (64, 64), music=music, music_volume=1.0, duck=False, encoder=x264("ultrafast"),
    )  # fmt: skip
    samples, _ = samples_of(render(request, ffmpeg, tmp_path, Work()).path)
    assert np.abs(samples).max() < 1.0


def test_a_narration_keeps_its_loudness(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path) -> None:
    tone = make.tone("three.wav", seconds=3)
    request = RenderRequest(tone, 3.0, (Colour("#000000"),), (64, 64), encoder=x264("ultrafast"))
    samples, _ = samples_of(render(request, ffmpeg, tmp_path, Work()).path)
    write_wave(tmp_path / "back.wav", samples, 48_000)
    before, after = measure_loudness(ffmpeg, tone), measure_loudness(ffmpeg, tmp_path / "back.wav")
    assert after[0] == pytest.approx(before[0], abs=0.3)
