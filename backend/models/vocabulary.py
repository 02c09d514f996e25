"""Words that fields are limited to, and the bounds of scripts and frames."""

from __future__ import annotations

from typing import Literal

AudioFormat = Literal["wav", "mp3", "flac", "opus", "m4a"]
AnimationFormat = Literal["gif", "webp"]
TimingFormat = Literal["srt", "vtt", "csv", "json", "ass"]
WordSource = Literal["engine", "aligned", "recognised", "edited"]
Fit = Literal["cover", "contain", "blur"]
ImageEffect = Literal["none", "ken_burns", "pan"]
Position = Literal["center", "top", "bottom", "left", "right", "top_left", "top_right", "bottom_left", "bottom_right"]
"""Where something smaller lies in a frame."""
Transition = Literal[
    "none",
    "cut",
    "fade",
    "dissolve",
    "slide",
    "slide_right",
    "slide_up",
    "slide_down",
    "wipe",
    "wipe_right",
    "wipe_up",
    "wipe_down",
    "zoom",
    "circle",
]
CaptionPosition = Literal["top", "center", "bottom"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
Gender = Literal["female", "male", "unknown"]
VoiceKind = Literal["built_in", "cloned", "blend"]
ConsentBasis = Literal["own_voice", "permission", "licensed", "synthetic"]
Verdict = Literal["good", "usable", "unusable"]
DoubtKind = Literal[
    "skipped",
    "doubled",
    "invented",
    "leaked",
    "changed",
    "unclear",
    "stretched",
    "long_tail",
    "long_lead",
    "long_pause",
    "pace",
]
MAX_SCRIPT_CHARACTERS = 20_000
"""Characters of one script; above that a job is refused before it is queued."""
MIN_SIDE, MAX_SIDE = 64, 3840
"""Pixels of a frame's shorter and longer side (2160p is the largest that is made)."""
FrameSize = tuple[int, int]


def parse_size(size: str) -> FrameSize:
    """``"1080x1920"`` as (1080, 1920).

    Raises:
        ValueError: not two even whole numbers joined by an x, or outside `MIN_SIDE` to `MAX_SIDE`.
    """
    width_text, separator, height_text = size.lower().partition("x")
    if not (
        separator and width_text.isascii() and width_text.isdigit() and height_text.isascii() and height_text.isdigit()
    ):
        raise ValueError(f"{size[:40]!r} is not a size such as 1080x1920")
    if len(width_text) > 5 or len(height_text) > 5:
        raise ValueError(f"{size!r}: each side must be {MIN_SIDE} to {MAX_SIDE} pixels")
    width, height = int(width_text), int(height_text)
    if not (MIN_SIDE <= width <= MAX_SIDE and MIN_SIDE <= height <= MAX_SIDE):
        raise ValueError(f"{size!r}: each side must be {MIN_SIDE} to {MAX_SIDE} pixels")
    if width % 2 or height % 2:
        raise ValueError(f"{size!r}: both sides must be even (H.264 with 4:2:0 colour)")
    return width, height
