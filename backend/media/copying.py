"""Clips of one kind put behind each other, packet by packet: nothing is decoded, nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from backend.errors import MediaFailed
from backend.media import formats
from backend.media.packets import put_packets
from backend.work import Cancel

_CHILD = Path(__file__).with_name("copying_child.py")


@dataclass(frozen=True)
class Original:
    """A clip as it is."""

    name: str
    """Fixed name in the folder."""
    demuxer: str


@dataclass(frozen=True)
class Copied:
    """What came of it."""

    frames: int
    seconds: float
    """Of the picture."""


@dataclass(frozen=True)
class NotAlike:
    """The clips cannot be put together without being encoded anew; nothing was written."""

    stream: Literal["picture", "sound"]
    why: str


def copy_together(
    clips: Sequence[Original], sound: Literal["clips"] | str | None, target: str, folder: Path, cancel: Cancel
) -> Copied | NotAlike:
    """Write the pictures of ``clips`` into the new MP4 ``target``, and a sound beside them.

    Args:
        clips: at least one.
        sound: ``clips`` for their own; None for none; or the name of an MP4 of our own in ``folder``.
        target: name in ``folder``.

    Raises:
        MediaFailed: one of them cannot be read.
        Cancelled: stopped on request.
    """
    sources = {clip.name for clip in clips} | ({sound} if sound not in (None, "clips") else set())
    request = {
        "clips": [{"name": clip.name, "demuxer": clip.demuxer} for clip in clips],
        "sound": sound,
        "target": target,
        "options": {
            "format_whitelist": formats.FORMAT_WHITELIST,
            "codec_whitelist": formats.CODEC_WHITELIST,
            "protocol_whitelist": "",
        },
    }
    answer = put_packets(_CHILD, request, {str(name) for name in sources}, folder, cancel)
    if "not_alike" in answer:
        (folder / target).unlink(missing_ok=True)
        return NotAlike(answer["not_alike"], answer["why"])
    if "error" in answer:
        raise MediaFailed(
            f"The videos could not be put together: {answer['error']}.", hint="Try again, or with another file."
        )
    return Copied(answer["frames"], answer["seconds"])
