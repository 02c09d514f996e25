"""Which frames of which clip are on screen when several become one video. Pure.

A video of clips is a row of pieces: a clip by itself, then two clips crossing into each other, then a clip … Pieces are
what several runs of ffmpeg share: however many clips there are, a run opens a few of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.errors import InvalidRequest

MOST_INPUTS = 6
"""Clips that one run opens: decoders of 4K hold 200 MB each."""


@dataclass(frozen=True)
class Piece:
    """``frames`` of a clip, from its frame ``first`` on; with ``crossing``, over the beginning of the next clip."""

    clip: int
    first: int
    frames: int
    crossing: bool = False

    @property
    def clips(self) -> tuple[int, ...]:
        """Clips that are seen in it."""
        return (self.clip, self.clip + 1) if self.crossing else (self.clip,)


def pieces_of(frames: Sequence[int], crossing: int) -> tuple[Piece, ...]:
    """Everything on screen, in order.

    Args:
        frames: of each clip.
        crossing: frames in which two clips are on screen; 0 for none. No clip is shorter than its crossings.
    """
    pieces = []
    for clip, count in enumerate(frames):
        first, end = crossing if clip else 0, count - (crossing if clip < len(frames) - 1 else 0)
        if end > first:
            pieces.append(Piece(clip, first, end - first))
        if crossing and clip < len(frames) - 1:
            pieces.append(Piece(clip, end, crossing, crossing=True))
    return tuple(pieces)


def runs_of(pieces: Sequence[Piece], most: int = MOST_INPUTS) -> tuple[tuple[Piece, ...], ...]:
    """The pieces parted into rows of neighbours that show at most so many clips each."""
    runs: list[list[Piece]] = [[]]
    for piece in pieces:
        seen = {clip for earlier in runs[-1] for clip in earlier.clips}
        if runs[-1] and len(seen.union(piece.clips)) > most:
            runs.append([])
        runs[-1].append(piece)
    return tuple(tuple(run) for run in runs)


def total_frames(frames: Sequence[int], crossing: int) -> int:
    """Of the whole video."""
    return sum(frames) - crossing * (len(frames) - 1)


def check_crossings(frames: Sequence[int], crossing: int, fps: int) -> None:
    """Refuse transitions for which a clip is too short: every frame is in one at most.

    Raises:
        InvalidRequest: ``transition_too_long``.
    """
    if len(frames) < 2:
        return
    for number, count in enumerate(frames):
        sides = 2 if 0 < number < len(frames) - 1 else 1
        if count < sides * crossing:
            room = min(
                frame_count // (2 if 0 < place < len(frames) - 1 else 1) for place, frame_count in enumerate(frames)
            )
            raise InvalidRequest(
                f"Video {number + 1} lasts {count / fps:.2f} s: too short for transitions of {crossing / fps:.2f} s"
                + (" at both its ends." if sides == 2 else "."),
                hint=f"Use transition_seconds of at most {room // 1 / fps:.2f}, transition none, or a longer video.",
                code="transition_too_long",
            )
