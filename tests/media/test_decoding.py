"""Sound out of any file, as plain samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.errors import Cancelled, MediaFailed, MediaRejected
from backend.media.audio import Samples
from backend.media.decoding import HIGHEST_RATE, decode_sound
from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import probe
from backend.work import Cancel, Work
from tests.media.makers import Maker


def decoded(
    ffmpeg: Ffmpeg, path: Path, folder: Path, seconds: float = 60.0, *, as_is: bool = False
) -> tuple[Samples, int]:
    wave = decode_sound(ffmpeg, path, probe(path), folder / "out.wav", Work(), most_seconds=seconds, as_is=as_is)
    samples, rate = soundfile.read(wave, dtype="float32", always_2d=True)
    return samples, rate


def test_samples_keep_their_rate_and_channels(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    given = np.random.default_rng(0).uniform(-1, 1, (4410, 2)).astype(np.float32)
    soundfile.write(tmp_path / "in.wav", given, 44_100, "FLOAT")
    samples, rate = decoded(ffmpeg, tmp_path / "in.wav", tmp_path)
    assert rate == 44_100
    assert np.array_equal(samples, given)


def test_samples_that_are_no_numbers_are_muted(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    given = np.full((4800, 2), 0.5, np.float32)
    given[100, 0], given[200, 1], given[300, 0], given[400, 0] = np.nan, np.inf, 3.0, 1e30
    soundfile.write(tmp_path / "in.wav", given, 48_000, "FLOAT")
    assert probe(tmp_path / "in.wav").require_audio().invalid_samples == 3
    samples, _ = decoded(ffmpeg, tmp_path / "in.wav", tmp_path)
    given[100, 0] = given[200, 1] = given[400, 0] = 0.0
    assert np.array_equal(samples, given)


def test_samples_that_are_no_numbers_come_through_to_whoever_counts_them(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    given = np.full(4800, 0.5, np.float32)
    given[100], given[200], given[300] = np.nan, np.inf, 3.0
    soundfile.write(tmp_path / "in.wav", given, 48_000, "FLOAT")
    samples, _ = decoded(ffmpeg, tmp_path / "in.wav", tmp_path, as_is=True)
    assert np.isnan(samples[100, 0])
    assert np.isinf(samples[200, 0])
    assert samples[300, 0] == 3.0


def test_surround_is_mixed_with_its_centre(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    given = np.zeros((4800, 6), np.float32)
    given[:, 2] = 0.5
    soundfile.write(tmp_path / "in.wav", given, 48_000)
    samples, _ = decoded(ffmpeg, tmp_path / "in.wav", tmp_path)
    assert samples.shape == (4800, 1)
    assert np.max(np.abs(samples)) > 0.05


def test_the_highest_rates_are_brought_down(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "in.wav", np.zeros(38_400), 384_000)
    samples, rate = decoded(ffmpeg, tmp_path / "in.wav", tmp_path)
    assert rate == HIGHEST_RATE
    assert len(samples) == pytest.approx(19_200, abs=50)


def test_a_video_gives_its_sound_up_to_the_limit(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path) -> None:
    samples, rate = decoded(ffmpeg, make.clip("two-seconds.mp4", seconds=2.0), tmp_path, seconds=0.5)
    assert len(samples) / rate == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("name", "encoder"),
    [
        ("sound.aiff", "pcm_s16be"),
        ("small.aiff", "pcm_s8"),
        ("floats.aifc", "pcm_f32be"),
        ("old.aifc", "adpcm_ima_qt"),
        ("memo.caf", "alac"),
        ("memo.m4a", "alac"),
        ("plain.caf", "pcm_s24le"),
        ("memo.wma", "wmav2"),
        ("older.wma", "wmav1"),
        ("dictated.wav", "adpcm_ima_wav"),
        ("call.amr", "libopencore_amrnb"),
        ("call.3gp", "libopencore_amrnb"),
        ("phone.3gp", "aac"),
        ("message.ogg", "libopus"),
        ("message.oga", "libvorbis"),
        ("message.webm", "libopus"),
        ("message.mka", "flac"),
    ],
)
def test_what_phones_and_recorders_write_is_read(
    ffmpeg: Ffmpeg, make: Maker, tmp_path: Path, name: str, encoder: str
) -> None:
    rate = "8000" if "amr" in encoder else "48000"
    tone = ["-f", "lavfi", "-i", "sine=f=440:d=2", "-ar", rate, "-ac", "1", "-strict", "-2"]
    try:
        path = make.media(name, *tone, "-c:a", encoder)
    except MediaFailed as error:
        if "Unknown encoder" not in error.message:
            raise
        pytest.skip(f"this ffmpeg cannot write {encoder}")
    samples, found = decoded(ffmpeg, path, tmp_path)
    assert len(samples) / found == pytest.approx(2.0, abs=0.1)
    loudest = np.argmax(np.abs(np.fft.rfft(samples[:, 0]))) * found / len(samples)
    assert loudest == pytest.approx(440, abs=2)


def test_a_file_without_sound_is_refused(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path) -> None:
    with pytest.raises(MediaRejected) as refused:
        decoded(ffmpeg, make.clip("mute.mp4", sound=False), tmp_path)
    assert refused.value.code == "no_audio"


def test_stop_leaves_nothing_behind(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path) -> None:
    cancel = Cancel()
    cancel.set()
    tone = make.tone()
    with pytest.raises(Cancelled):
        decode_sound(ffmpeg, tone, probe(tone), tmp_path / "out.wav", Work(cancel=cancel), most_seconds=9)
    assert list(tmp_path.iterdir()) == []
