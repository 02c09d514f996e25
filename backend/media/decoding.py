"""The sound of any media file as plain samples, decoded by ffmpeg under guard."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from backend.media.ffmpeg import Ffmpeg
from backend.media.formats import INPUT_GUARD
from backend.media.info import AudioStream, MediaInfo
from backend.work import Work

_MOST_CHANNELS = 64
HIGHEST_RATE = 192_000
"""Hz; what has more is brought down to it."""


def decode_sound(
    ffmpeg: Ffmpeg,
    path: Path,
    info: MediaInfo,
    target: Path,
    work: Work,
    *,
    most_seconds: float,
    start: float = 0.0,
    coarse_rate: int | None = None,
    as_is: bool = False,
) -> Path:
    """Write the first sound stream of ``path`` as WAV of 32-bit floats: its own rate, mono or stereo.

    More channels than two are mixed down to one, the centre included.

    Args:
        info: what `probe` said about ``path``.
        target: appears only when it is whole.
        most_seconds: what is longer is cut off.
        start: seconds that are left out at the beginning.
        coarse_rate: 16 bits at this rate instead, for hours of sound that are only looked over.
        as_is: let samples come through that are no numbers, for whoever counts them.

    Raises:
        MediaRejected: ``no_audio``.
        MediaFailed: it cannot be decoded, or the disk is full.
        Cancelled: stopped on request.
    """
    audio = info.require_audio()
    mixed = ["-ac", "1"] if audio.channels > 2 else []
    rate = coarse_rate or min(audio.sample_rate, HIGHEST_RATE)
    slower = ["-ar", str(rate)] if rate != audio.sample_rate else []
    kind = "pcm_s16le" if coarse_rate else "pcm_f32le"
    seconds = min(most_seconds, audio.duration - start)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="decode-") as name:
        folder = Path(name)
        (folder / "in").symlink_to(path.absolute())
        seek = ["-ss", f"{start:.3f}"] if start else []
        source = [*INPUT_GUARD, *seek, "-f", info.form.demuxer, "-i", "file:in", "-map", "0:a:0", "-map_metadata", "-1"]
        clean = [] if as_is else muted(audio)
        filters = ["-af", ",".join(clean)] if clean else []
        output = [*filters, *mixed, *slower, "-t", f"{most_seconds:.3f}", "-c:a", kind, "-f", "wav", "-y", "file:out"]
        ffmpeg.run(
            [*source, *output],
            folder=folder,
            work=work,
            seconds=seconds,
            timeout=60 + seconds,
            message="Reading the recording",
        )
        shutil.move(folder / "out", target)
    return target


def muted(audio: AudioStream) -> list[str]:
    """The ffmpeg filter that makes silence of samples that are no sound; none where there are none.

    What is no number passes through all other filters, and encoders refuse it.
    """
    if not audio.invalid_samples:
        return []
    channels = range(min(audio.channels, _MOST_CHANNELS))
    return ["aeval=" + "|".join(f"if(lt(abs(val({one}))\\,64)\\,val({one})\\,0)" for one in channels) + ":c=same"]


def notices(audio: AudioStream) -> tuple[str, ...]:
    """What a person is told of a sound that is used all the same."""
    count = audio.invalid_samples
    return (f"The recording holds {count:,} samples that are no sound; they were muted.",) if count else ()
