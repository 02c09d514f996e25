"""The sound of any media file as plain samples, decoded by ffmpeg under guard."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from backend.media.ffmpeg import Ffmpeg
from backend.media.formats import INPUT_GUARD
from backend.media.probe import MediaInfo
from backend.work import Work

HIGHEST_RATE = 192_000
"""Hz; what has more is brought down to it."""


def decode_sound(ffmpeg: Ffmpeg, path: Path, info: MediaInfo, target: Path, work: Work, *, most_seconds: float) -> Path:
    """Write the first sound stream of ``path`` as WAV of 32-bit floats: its own rate, mono or stereo.

    More channels than two are mixed down to one, the centre included. Samples that are no numbers come through.

    Args:
        info: what `probe` said about ``path``.
        target: appears only when it is whole.
        most_seconds: what is longer is cut off.

    Raises:
        MediaRejected: ``no_audio``.
        MediaFailed: it cannot be decoded, or the disk is full.
        Cancelled: stopped on request.
    """
    audio = info.require_audio()
    mixed = ["-ac", "1"] if audio.channels > 2 else []
    slower = ["-ar", str(HIGHEST_RATE)] if audio.sample_rate > HIGHEST_RATE else []
    seconds = min(most_seconds, audio.duration)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="decode-") as name:
        folder = Path(name)
        (folder / "in").symlink_to(path.absolute())
        source = [*INPUT_GUARD, "-f", info.form.demuxer, "-i", "file:in", "-map", "0:a:0", "-map_metadata", "-1"]
        output = [*mixed, *slower, "-t", f"{most_seconds:.3f}", "-c:a", "pcm_f32le", "-f", "wav", "-y", "file:out"]
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
