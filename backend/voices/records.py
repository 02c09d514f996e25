"""What the library writes down about a voice that somebody made here."""

from __future__ import annotations

from typing import Literal

from backend.ids import content_id
from backend.models import Consent, Gender, Value

CLIP = "reference.wav"
"""Name of the recording beside its record."""


class Record(Value):
    """One version of all that is known about a voice. Written once, then only read or replaced by the next."""

    layout: Literal[1] = 1
    """Goes up when this type changes so that older files cannot be read."""
    voice_id: str
    version: int = 1
    """From 1; each change writes the next."""
    kind: Literal["cloned", "blend"]
    name: str
    language: str
    gender: Gender = "unknown"
    tags: tuple[str, ...] = ()
    transcript: str = ""
    heard: str = ""
    """What the recogniser heard in the clip; a changed transcript is compared with it."""
    recipe: str = ""
    clip_sha256: str = ""
    seconds: float | None = None
    """Length of the clip."""
    outline: str = ""
    """How loud the clip is along its time (`outlines.py`), to find the same recording again."""
    consent: Consent | None = None
    created_at: str
    """ISO 8601, UTC."""
    made_by: str = ""
    """The job that saved it: run again after a crash, it finds its own work and not a double."""
    sources: tuple[str, ...] = ()
    """Uploaded files it was made from; they go when it goes."""


def cloned_id(clip_sha256: str) -> str:
    """The id of the voice with this clip: the same on every machine, so that an imported voice is the same voice."""
    return content_id("voice", "clip", clip_sha256)


def blend_id(recipe: str) -> str:
    """The id of the blend with this canonical recipe."""
    return content_id("voice", "blend", recipe)
