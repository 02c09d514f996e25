"""Where captions may stand in a frame, and how large their letters are there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from backend.captions.lines import Limits
from backend.captions.style import CaptionStyle
from backend.captions.typeface import Typeface, face_for, text_width
from backend.models import CaptionLayout, CaptionPosition, Cue, CueWord, FrameSize, Word

MAX_EM_SHARE = 0.3
"""Largest em as a share of the frame's shorter side, whatever style and scale say."""
BOX_PADDING = 0.2
"""Ems between a word and the left and right edge of the box around it."""
GLOW_REACH = 0.16
"""Ems that the light of a glowing word reaches."""
_CLINGING = " \t\n.,;:!?…\"'“”„‘’«»()[]{}*_-–—。！？、，；：「」『』（）؟،؛¿¡"
GROWN = 1.07
"""Size of a popped word, where 1 is its size at rest."""


@dataclass(frozen=True)
class Shape:
    """A kind of frame. Margins are shares of the frame's own width and height."""

    side: float
    """Left and right."""
    top: float
    bottom: float
    letters: float
    """Multiplies the style's font size."""


TALL = Shape(side=0.178, top=0.15, bottom=0.35, letters=0.9)
"""9:16. The bottom third and the right edge belong to the app: account, text and buttons of TikTok, Reels and Shorts
(see `backend.captions.safe_zones`). The left margin equals the right one, so that captions stay in the middle."""
SQUARE = Shape(side=0.08, top=0.08, bottom=0.1, letters=0.92)
WIDE = Shape(side=0.1, top=0.07, bottom=0.085, letters=0.82)


def shape_of(size: FrameSize) -> Shape:
    """The shape of a frame: tall from 3:4 on, wide from 5:4 on."""
    width, height = size
    if height >= width * 1.33:
        return TALL
    return WIDE if width >= height * 1.25 else SQUARE


@dataclass(frozen=True)
class Frame:
    """A style and a layout brought to one frame. Lengths are in pixels unless they are said to be in ems."""

    style: CaptionStyle
    face: Typeface
    size: FrameSize
    left: float
    right: float
    top: float
    bottom: float
    em: float
    limits: Limits
    """What a line may hold, its width in ems."""
    max_lines: int
    max_words: int
    position: CaptionPosition
    uppercase: bool
    emphasis_words: frozenset[str]
    """Bare, see `bare`."""

    def scale(self, word: Word) -> float:
        """Size of a word at rest, where 1 is that of a plain one."""
        return self.style.emphasis_scale if self.is_emphasised(word) else 1.0

    def is_emphasised(self, word: Word) -> bool:
        """Whether somebody marked the word, or the style names it."""
        marked = word.emphasis if isinstance(word, CueWord) else None
        return bool(self.emphasis_words) and bare(word.text) in self.emphasis_words if marked is None else marked

    @property
    def middle(self) -> float:
        """Half the frame's height."""
        return self.size[1] / 2

    def shown(self, text: str) -> str:
        """``text`` as it is drawn."""
        return text.upper() if self.uppercase else text

    def width(self, text: str) -> float:
        """Width in ems of ``text`` as it is drawn, without its outline."""
        drawn = self.shown(text)
        return text_width(drawn, self.face) + self.style.letter_spacing * len(drawn)

    @property
    def space(self) -> float:
        """Width in ems of the gap between two words."""
        gap = self.style.word_gap
        return text_width(" ", self.face) + self.style.letter_spacing if gap is None else gap


def make_frame(style: CaptionStyle, size: FrameSize, layout: CaptionLayout, texts: Iterable[Word | Cue] = ()) -> Frame:
    """The frame for this style, size and layout; a null field of the layout takes the style's own value.

    Args:
        texts: all that will be written; it decides in whose shapes Chinese characters are drawn.
    """
    width, height = size
    shape, rules = shape_of(size), style.rules
    em = min(style.size * shape.letters * (layout.font_scale or 1.0), MAX_EM_SHARE) * min(size)
    bar = style.plate.bar if style.plate else 0.0
    room = (1 - 2 * shape.side) * width / em - 2 * around(style) - bar
    room /= GROWN if style.highlight == "pop" else 1.0
    return Frame(
        style=style,
        face=face_for(style, "\n".join(each.text for each in texts)),
        size=size,
        left=shape.side * width,
        right=(1 - shape.side) * width,
        top=shape.top * height,
        bottom=(1 - shape.bottom) * height,
        em=em,
        limits=Limits(max(room, 0.5), layout.max_characters or rules.max_characters),
        max_lines=layout.max_lines or rules.max_lines,
        max_words=layout.max_words or rules.max_words,
        position=layout.position or style.position,
        uppercase=style.uppercase if layout.uppercase is None else layout.uppercase,
        emphasis_words=frozenset(map(bare, style.emphasis_words)),
    )


def bare(word: str) -> str:
    """A word without case and without what clings to it."""
    return word.casefold().strip(_CLINGING)


def around(style: CaptionStyle) -> float:
    """What the style draws above, below and beside the letters, in ems: outline, panel, box or light."""
    padding = style.plate.padding if style.plate else 0.0
    return style.outline + padding + {"box": BOX_PADDING, "glow": GLOW_REACH}.get(style.highlight, 0.0)
