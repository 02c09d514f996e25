"""What a video is made of beside its words: the options of ``generate_captioned_video``, each with its bounds."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from backend.models import CaptionLayout, Value


class VideoOptions(Value):
    """Finer settings of a video. What is not given is as the operation says."""

    speed: Annotated[float, Field(ge=0.5, le=2.0)] = 1.0
    """Of the voice, as in ``generate_speech``; so are the next six."""
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    loudness: Annotated[float, Field(ge=-40, le=-6)] | None = -16.0
    engine: str = "auto"
    language: str = "auto"
    verify: bool = False
    options: dict[str, Any] = Field(default_factory=dict)
    layout: CaptionLayout = CaptionLayout()
    """Of the captions, as in ``make_captions``."""


SPEECH_OPTIONS = ("speed", "seed", "loudness", "engine", "language", "verify", "options")
"""Those that say how a script is spoken."""
