"""A small example of each style, for pictures to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from backend.captions.ass import ass_document
from backend.captions.cues import make_cues
from backend.captions.frame import make_frame
from backend.captions.spoken import share_time
from backend.captions.style import CaptionStyle
from backend.models import CaptionLayout, Cue, FrameSize, Word

SAMPLE_SIZE: FrameSize = (360, 200)
"""Pixels of a sample picture unless another size is asked for."""
_TEXT = "Paint the door red"
_ACTIVE = 2
_SECONDS = 2.0
_LARGEST = 0.28
"""Em of a sample as a share of the picture's shorter side, at most."""


@dataclass(frozen=True)
class StyleSample:
    """What draws one picture of a style."""

    ass: str
    size: FrameSize
    time: float
    """Seconds: the moment to draw, in the middle of a highlighted word."""


def style_sample(style: CaptionStyle, size: FrameSize = SAMPLE_SIZE) -> StyleSample:
    """A few words in this style, as large as fits, in the middle of a frame of this size."""
    texts = _TEXT.split()
    if style.rules.max_words == 1:
        texts = texts[_ACTIVE : _ACTIVE + 1]
    words = [Word(text=each.text, start=each.start, end=each.end) for each in share_time(texts, 0.0, _SECONDS)]
    cues, layout = _largest(words, style, size)
    active = words[min(_ACTIVE, len(words) - 1)]
    return StyleSample(ass_document(cues, style, size, layout), size, active.start + 0.6 * (active.end - active.start))


def _largest(words: list[Word], style: CaptionStyle, size: FrameSize) -> tuple[tuple[Cue, ...], CaptionLayout]:
    """All words in one cue, as large as two lines of it fit."""
    for percent in range(250, 40, -10):
        layout = CaptionLayout(
            position="center", font_scale=percent / 100, max_words=4, max_lines=min(2, style.rules.max_lines)
        )
        cues, frame = make_cues(words, style, size, layout), make_frame(style, size, layout)
        if len(cues) == 1 and frame.em < _LARGEST * min(size):
            break
    return cues, layout
