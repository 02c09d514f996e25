"""Sound encoded while it is made."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import numpy as np
import psutil
import pytest

from backend.errors import MediaFailed
from backend.media.ffmpeg import Ffmpeg
from backend.media.formats import WAV, WaveHeader, sniff, wave_header
from backend.media.streaming import RATE, PipedEncoder, StreamEncoder, StreamFormat, stream_encoder

SECONDS = 3
FORMATS = get_args(StreamFormat)
DEMUXERS = {"pcm": ("-f", "s16le", "-ar", str(RATE), "-ac", "1")}
LAG = {"mp3": 0.1, "aac": 0.1}
"""Seconds that an encoder of this kind adds around the sound."""
Sound = np.ndarray


def tone() -> Sound:
    time = np.arange(SECONDS * RATE) / RATE
    return (0.4 * np.sin(2 * np.pi * 440 * time) * 32767).astype("<i2")


def decoded(ffmpeg: Ffmpeg, data: bytes, form: str) -> Sound:
    command = [str(ffmpeg.binary), "-v", "error", *DEMUXERS.get(form, ()), "-i", "pipe:0"]
    target = ["-f", "s16le", "-ar", str(RATE), "-ac", "1", "pipe:1"]
    done = subprocess.run([*command, *target], input=data, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return np.frombuffer(done.stdout, "<i2")


def drip(encoder: StreamEncoder, sound: Sound, pieces: int = 7) -> tuple[bytes, bytes]:
    """What came out before the end of the sound, and after."""
    before = b"".join(encoder.feed(piece.tobytes()) for piece in np.array_split(sound, pieces))
    return before, encoder.finish()


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_fed_piece_by_piece_is_one_whole_file(ffmpeg: Ffmpeg, tmp_path: Path, form: StreamFormat) -> None:
    encoder = stream_encoder(ffmpeg, form, tmp_path)
    before, after = drip(encoder, tone())
    encoder.close()
    heard = decoded(ffmpeg, before + after, form)
    assert len(heard) / RATE == pytest.approx(SECONDS, abs=LAG.get(form, 0.0) + 1e-6)
    middle = heard[RATE : 2 * RATE].astype(np.float64)
    loudest = np.argmax(np.abs(np.fft.rfft(middle)))
    assert loudest == 440 and np.sqrt(np.mean(middle**2)) == pytest.approx(0.4 * 32767 / 2**0.5, rel=0.1)


@pytest.mark.parametrize("form", FORMATS)
def test_a_stream_that_breaks_off_can_be_heard_up_to_there(ffmpeg: Ffmpeg, tmp_path: Path, form: StreamFormat) -> None:
    encoder = stream_encoder(ffmpeg, form, tmp_path)
    data = b"".join(drip(encoder, tone()))
    encoder.close()
    command = [str(ffmpeg.binary), "-v", "error", *DEMUXERS.get(form, ()), "-i", "pipe:0"]
    cut = data[: len(data) * 2 // 3]
    done = subprocess.run([*command, "-f", "s16le", "-ar", str(RATE), "pipe:1"], input=cut, capture_output=True)
    assert len(done.stdout) / 2 / RATE > SECONDS / 2


@pytest.mark.parametrize("form", FORMATS)
def test_most_of_the_sound_comes_out_before_its_end(ffmpeg: Ffmpeg, tmp_path: Path, form: StreamFormat) -> None:
    encoder = stream_encoder(ffmpeg, form, tmp_path)
    made = encoder.feed(tone().tobytes())
    while len(decoded_or_nothing(ffmpeg, made, form)) < 0.9 * SECONDS * RATE:
        made += encoder.feed(b"")
    encoder.close()


def decoded_or_nothing(ffmpeg: Ffmpeg, data: bytes, form: str) -> Sound:
    return decoded(ffmpeg, data, form) if len(data) > 1000 else np.zeros(0)


def test_a_wav_stream_says_that_it_does_not_know_its_length() -> None:
    encoder = stream_encoder(Ffmpeg(Path("/nowhere")), "wav", Path("/nowhere"))
    assert encoder.feed(b"") == b""
    start = encoder.feed(b"\x01\x00")
    assert sniff(start) is WAV and start.endswith(b"\x01\x00")
    assert wave_header(start) == WaveHeader(1, 24_000, None)
    assert encoder.feed(b"\x02\x00") == b"\x02\x00" and encoder.finish() == b""


def test_nothing_runs_on_after_a_stream_is_closed(
    ffmpeg: Ffmpeg, tmp_path: Path, started_here: Callable[[], list[psutil.Process]]
) -> None:
    encoder = stream_encoder(ffmpeg, "mp3", tmp_path)
    encoder.feed(tone().tobytes())
    assert started_here()
    encoder.close()
    encoder.close()
    assert started_here() == []


def test_an_encoder_that_dies_is_told(
    ffmpeg: Ffmpeg, tmp_path: Path, started_here: Callable[[], list[psutil.Process]]
) -> None:
    encoder = stream_encoder(ffmpeg, "mp3", tmp_path)
    made = b""
    while not made:
        made = encoder.feed(tone().tobytes())
    for process in started_here():
        process.send_signal(signal.SIGKILL)
    with pytest.raises(MediaFailed) as failed:
        for _ in range(100):
            encoder.feed(tone().tobytes())
    assert failed.value.hint
    with pytest.raises(MediaFailed):
        encoder.finish()
    encoder.close()


def test_an_encoder_that_cannot_start_is_told(tmp_path: Path) -> None:
    encoder = PipedEncoder(Ffmpeg(tmp_path / "nothing"), "mp3", tmp_path)
    with pytest.raises(MediaFailed):
        while True:
            encoder.feed(tone().tobytes())
    encoder.close()
