"""Sound in files: reading and writing WAV, encoding, loudness, and the outline that a player draws."""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile  # type: ignore[import-untyped]
from numpy.typing import NDArray

from backend.errors import MediaFailed
from backend.media.ffmpeg import Ffmpeg, disk_full, has_no_room
from backend.models import AudioFormat
from backend.work import Work

Samples = NDArray[np.float32]
BLOCK_FRAMES = 65_536

ENCODERS: dict[AudioFormat, tuple[str, ...]] = {
    "wav": ("-c:a", "pcm_s16le", "-f", "wav"),
    "mp3": ("-c:a", "libmp3lame", "-b:a", "192k", "-f", "mp3"),
    "flac": ("-c:a", "flac", "-sample_fmt", "s16", "-f", "flac"),
    "opus": ("-c:a", "libopus", "-b:a", "96k", "-f", "ogg"),
    "m4a": ("-c:a", "aac", "-b:a", "192k", "-movflags", "+faststart", "-f", "mp4"),
}
"""Output options of ffmpeg for each format that sound is given in."""
_LOUDNESS = re.compile(r"I:\s+(-?[\d.]+|-inf|nan) LUFS")
_PEAK = re.compile(r"Peak:\s+(-?[\d.]+|-inf|nan) dBFS")
SILENCE_LUFS = -70.0


def faded(samples: Samples, length: int) -> Samples:
    """A copy whose edges come from and go to exactly nothing, so that a cut inside a sound does not click.

    Args:
        length: of each raised-cosine fade, in samples; half of the sound at most.
    """
    length = min(length, len(samples) // 2)
    ramp = (0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, length))).astype(np.float32)
    quiet: Samples = samples.astype(np.float32, copy=True)
    quiet[:length] *= ramp
    quiet[len(quiet) - length :] *= ramp[::-1]
    return quiet


def write_wave(path: Path, blocks: Samples | Iterable[Samples], sample_rate: int) -> int:
    """Write 16-bit PCM and give the number of frames.

    Args:
        blocks: one array or many in order: mono, or (frames, channels); -1 to 1, what is over is clipped.
        sample_rate: Hz.
    """
    parts = [blocks] if isinstance(blocks, np.ndarray) else blocks
    frames: int | None = None
    with contextlib.ExitStack() as stack:
        for block in parts:
            if frames is None:
                frames, channels = 0, 1 if block.ndim == 1 else block.shape[1]
                file = stack.enter_context(new_wave(path, sample_rate, channels))
            file.write(np.clip(block, -1.0, 1.0))
            frames += len(block)
    return write_wave(path, np.zeros(0, np.float32), sample_rate) if frames is None else frames


@contextlib.contextmanager
def new_wave(path: Path, sample_rate: int, channels: int = 1) -> Iterator[Any]:
    """A `soundfile.SoundFile` of 16-bit PCM that is being written.

    Raises:
        MediaFailed: ``disk_full``, or what else the system refused, of which the library tells nothing.
    """
    try:
        with soundfile.SoundFile(path, "w", sample_rate, channels, "PCM_16", format="WAV") as file:
            yield file
    except soundfile.LibsndfileError as error:
        if has_no_room(path.parent):
            raise disk_full() from error
        raise MediaFailed("The sound could not be written.", hint="Try again; check the disk.") from error


def read_wave(path: Path) -> tuple[Samples, int]:
    """All samples as float32, mono or (frames, channels), and the sample rate in Hz. Only for files of our own."""
    samples, sample_rate = soundfile.read(path, dtype="float32")
    return samples, int(sample_rate)


def read_blocks(path: Path, frames: int = BLOCK_FRAMES) -> Iterator[Samples]:
    """The samples of a WAV file of our own, ``frames`` at a time, always as (frames, channels)."""
    yield from soundfile.blocks(path, blocksize=frames, dtype="float32", always_2d=True)


def peaks(wave: Path, count: int) -> list[float]:
    """The loudest sample (0 to 1) in each of ``count`` equal stretches, for drawing a waveform."""
    with soundfile.SoundFile(wave) as file:
        total = file.frames
    found = np.zeros(max(1, count), np.float32)
    place = 0
    for block in read_blocks(wave):
        buckets = (np.arange(place, place + len(block)) * len(found) // max(1, total)).clip(max=len(found) - 1)
        np.maximum.at(found, buckets, np.abs(block).max(axis=1))
        place += len(block)
    return [round(float(peak), 4) for peak in found]


def encode_audio(ffmpeg: Ffmpeg, wave: Path, target: Path, audio_format: AudioFormat, work: Work) -> Path:
    """Encode a WAV file of our own; ``target`` appears only when it is whole.

    Raises:
        MediaFailed: it could not be done.
        Cancelled: stopped on request; nothing is left behind.
    """
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="encode-") as name:
        folder = Path(name)
        (folder / "in.wav").symlink_to(wave.absolute())
        arguments = ["-xerror", "-f", "wav", "-i", "file:in.wav", "-map", "0:a:0", *ENCODERS[audio_format]]
        seconds = soundfile.info(str(wave)).duration
        ffmpeg.run(
            [*arguments, "-map_metadata", "-1", "-y", "file:out"],
            folder=folder,
            work=work,
            seconds=seconds,
            timeout=60 + seconds,
            message="Encoding the sound",
        )
        shutil.move(folder / "out", target)
    return target


def measure_loudness(ffmpeg: Ffmpeg, path: Path, work: Work | None = None) -> tuple[float, float]:
    """Integrated loudness in LUFS (EBU R 128, `SILENCE_LUFS` for silence) and true peak in dBTP, in one pass.

    Only for WAV files of our own.
    """
    with tempfile.TemporaryDirectory(prefix="loudness-") as name:
        folder = Path(name)
        (folder / "in.wav").symlink_to(path.absolute())
        measure = ["-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
        said = ffmpeg.run(
            ["-v", "info", "-f", "wav", "-i", "file:in.wav", *measure],
            folder=folder,
            work=work or Work(),
            timeout=600,
        )
    loudness, peak = _LOUDNESS.findall(said), _PEAK.findall(said)
    if not loudness or not peak:
        raise MediaFailed("The loudness could not be measured.", hint="Check that the sound is not empty.")
    return max(_number(loudness[-1]), SILENCE_LUFS), _number(peak[-1])


def _number(text: str) -> float:
    return float("-inf") if text == "nan" else float(text)
