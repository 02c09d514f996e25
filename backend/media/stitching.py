"""Encoded pieces of our own making joined into one video, bit for bit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from backend.errors import MediaFailed
from backend.media.formats import MP4
from backend.media.info import NO_LIMITS
from backend.media.packets import put_packets
from backend.media.probe import Stretches, question
from backend.work import Cancel

_CHILD = Path(__file__).with_name("stitch_child.py")


@dataclass(frozen=True)
class Piece:
    """A stretch of a file that begins with a key frame."""

    name: str
    """Fixed name of the file in the job's folder."""
    first: int
    """Number of its first frame in that file."""
    frames: int


def stitch(
    pieces: Sequence[Piece],
    sound: str | None,
    fps: int,
    target: str,
    folder: Path,
    cancel: Cancel,
    new: Stretches | None = None,
    decoding_seconds: float = 0.0,
) -> dict[str, Any]:
    """Copy the pictures of ``pieces``, in order, and all sound of ``sound`` into the new MP4 ``target``.

    Gives the facts about it, as `look_into` does.

    Args:
        pieces: at least one; all of one codec with the same settings, at ``fps`` frames a second.
        sound: name of a file in ``folder``; None where there is none.
        target: name in ``folder``.
        new: what of it is decoded to see that it can be; None is all.
        decoding_seconds: the most that this may take.

    Raises:
        MediaFailed: ``stitch_failed``: they do not fit together, or cannot be cut there.
        Cancelled: stopped on request.
    """
    sources = {*(piece.name for piece in pieces), *([sound] if sound else [])}
    request = {
        "pieces": [asdict(piece) for piece in pieces],
        "sound": sound,
        "fps": fps,
        "target": target,
        "question": question(folder / target, MP4, NO_LIMITS, "everything", new),
    }
    answer = put_packets(_CHILD, request, sources, folder, cancel, decoding_seconds)
    facts: dict[str, Any] = answer.get("facts", {})
    if answer.get("frames") != sum(piece.frames for piece in pieces) or "streams" not in facts:
        raise MediaFailed(
            f"The parts of the video could not be joined: {answer.get('error', 'it ended early')}.",
            hint="Try it again.",
            code="stitch_failed",
        )
    return facts
