"""Puts backgrounds into the job's folder and says when each is shown."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from backend.errors import MediaRejected
from backend.shots import Shot, check_shots
from backend.video.backgrounds.kinds import Background, Clip, Waveform
from backend.video.picture.fitting import Size
from backend.video.picture.graph import Segment, Source
from backend.video.picture.timeline import share_frames, shot_frames
from backend.video.rendering.stage import Heard, place_source

_PICTURE_PIXELS = 800_000_000
"""Of all pictures of a video together: sixty photos of a phone."""
_MOST_PIECES = 120
"""Inputs of one graph: each is a decoder."""


def place_backgrounds(
    backgrounds: Sequence[Background],
    shots: Sequence[Shot],
    cuts: Sequence[float],
    size: Size,
    frames: int,
    fps: int,
    folder: Path,
    heard: Heard,
) -> tuple[Segment, ...]:
    """The backgrounds as files in ``folder``, each with the frames it is shown for, ``frames`` together.

    Args:
        shots: one for each background, or none.
        cuts: ends of sentences in seconds.

    Raises:
        InvalidRequest: ``invalid_shots``.
        MediaRejected: a background cannot be used, all are too large together, or too many pieces are repeated.
    """
    check_shots(shots, len(backgrounds), len(cuts) + 1)
    if shots:
        shares = shot_frames([shot.sentences for shot in shots], frames, cuts, fps)
    else:
        shares = share_frames(len(backgrounds), frames, cuts, fps)
    begins = itertools.accumulate(shares, initial=0)
    segments: list[Segment] = []
    for number, (background, share, begin) in enumerate(zip(backgrounds, shares, begins, strict=False)):
        if share:
            source = place_source(background, size, folder, number, fps=fps, heard=heard)
            first = begin if isinstance(background, Waveform) else 0
            segment = Segment(source, share, first, share, number)
            segments += _shown(segment, shots[number], fps) if shots else [segment]
    _check_amount(segments)
    return tuple(segments)


def check_trim(background: Background, shot: Shot) -> None:
    """Refuse to cut what is no clip, or beyond its end.

    Raises:
        MediaRejected: ``invalid_shots``.
    """
    if not shot.trim_start and shot.trim_end is None:
        return
    clip = isinstance(background, Clip) and background.info
    if not clip:
        raise _refused("Only clips can be trimmed.", "Leave trim_start and trim_end out for colours and pictures.")
    seconds = clip.require_video().duration
    if shot.trim_start >= seconds:
        raise _refused(
            f"The clip is {seconds:.1f} s long, so nothing is left of it after {shot.trim_start:g} s.",
            "Let trim_start be earlier.",
        )


def _shown(segment: Segment, shot: Shot, fps: int) -> Iterator[Segment]:
    """The segment as its shot wants it: a clip of which a part is repeated becomes a segment for each time."""
    segment = replace(segment, fit=shot.fit, effect=shot.image_effect)
    if segment.source.still or segment.source.video is None:
        yield segment
        return
    length = _length(segment.source, shot)
    if shot.at_end == "hold":
        yield replace(segment, start=shot.trim_start, length=length)
    elif not shot.trim_start and shot.trim_end is None:
        yield segment
    else:
        piece = max(1, round(length * fps))
        _check_pieces(segment.frames / piece)
        for begin in range(0, segment.frames, piece):
            frames = min(piece, segment.frames - begin)
            yield replace(segment, frames=frames, start=shot.trim_start, length=length)


def _length(source: Source, shot: Shot) -> float:
    """Seconds that are shown of a clip before it is over."""
    assert source.video  # noqa: S101 - it is a clip
    end = min(shot.trim_end or source.video.duration, source.video.duration)
    if end <= shot.trim_start:
        raise _refused("A clip is trimmed beyond its end.", "Let trim_start be earlier.")
    return end - shot.trim_start


def _check_pieces(count: float) -> None:
    if count > _MOST_PIECES:
        raise _refused(
            f"A clip is cut so short that it would be repeated {count:.0f} times.",
            f"Leave more of it (it can be repeated {_MOST_PIECES} times), or use at_end hold.",
        )


def _check_amount(segments: Sequence[Segment]) -> None:
    """All pictures of a graph may be in memory at once, and all clips be open."""
    _check_pieces(len(segments))
    videos = [segment.source.video for segment in segments if segment.source.still]
    if sum(video.width * video.height for video in videos if video) > _PICTURE_PIXELS:
        raise MediaRejected(
            "The pictures are too large together.",
            hint="Use fewer of them, or make them smaller: twice the size of the video is plenty.",
            code="media_too_large",
        )


def _refused(message: str, hint: str) -> MediaRejected:
    return MediaRejected(message, hint=hint, code="invalid_shots")
