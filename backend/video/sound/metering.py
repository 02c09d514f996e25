"""How loud the sound of a file is, by ffmpeg's EBU R 128 meter."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.media.decoding import muted
from backend.media.ffmpeg import Ffmpeg
from backend.media.formats import INPUT_GUARD
from backend.media.info import MediaInfo
from backend.video.sound.levels import Levels, read_levels
from backend.work import Work

_METER = "ebur128=peak=true:metadata=1:framelog=verbose"


@dataclass(frozen=True)
class Metered:
    """What is heard of a finished file."""

    loudness: float | None
    """Integrated, in LUFS; None where nothing is heard."""
    true_peak: float | None
    """dBTP; None where nothing is heard."""


def metered(name: str) -> str:
    """Filters that write down how loud what passes is, to the pad ``[name]``; `read_metered` reads it."""
    return f"{_METER},ametadata=mode=print:file={name}.levels[{name}]"


def read_metered(folder: Path, name: str) -> Levels:
    """What `metered` wrote in the folder ffmpeg ran in."""
    with (folder / f"{name}.levels").open(encoding="ascii", errors="replace") as lines:
        return read_levels(lines)


def hear(ffmpeg: Ffmpeg, path: Path, info: MediaInfo, work: Work) -> Metered:
    """Meter the first sound of a file; about 0.3 s a minute.

    Args:
        info: what `probe` said about ``path``.

    Raises:
        MediaRejected: ``no_audio``.
        MediaFailed, Cancelled: as `Ffmpeg.run`.
    """
    audio = info.require_audio()
    return meter(ffmpeg, path, info.form.demuxer, muted(audio), audio.duration, work)


def meter(ffmpeg: Ffmpeg, path: Path, demuxer: str, first: Sequence[str], seconds: float, work: Work) -> Metered:
    """Meter the first sound of a file of which it is known what is in it.

    Args:
        demuxer: ffmpeg's name of what opens it.
        first: filters that it needs before all else.
        seconds: that it lasts.

    Raises:
        MediaFailed, Cancelled: as `Ffmpeg.run`.
    """
    with tempfile.TemporaryDirectory(prefix="meter-") as name:
        folder = Path(name)
        (folder / "in").symlink_to(path.absolute())
        source = [*INPUT_GUARD, "-f", demuxer, "-i", "file:in"]
        graph = f"[0:a:0]{','.join([*first, metered('heard')])}"
        ffmpeg.run(
            [*source, "-filter_complex", graph, "-map", "[heard]", "-f", "null", "-"],
            folder=folder,
            work=work,
            seconds=seconds,
            timeout=60 + seconds,
        )
        levels = read_metered(folder, "heard")
    peak = 20 * math.log10(levels.peak) if levels.peak > 0 else None
    return Metered(levels.loudness, peak)
