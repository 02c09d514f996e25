"""What to look at before captions are rendered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from backend.captions.fonts import STAND_IN, is_own_font
from backend.captions.style import CaptionStyle
from backend.captions.text import MAX_CUE_CHARACTERS, clean
from backend.captions.typeface import face_for, undrawable
from backend.models import Cue

_MOST_NAMED = 12
_FAST_CHARACTERS_PER_SECOND = 30


def missing_glyphs(text: str, style: CaptionStyle) -> list[str]:
    """The characters of ``text`` that no font can draw, each once, in order."""
    shown = text.upper() if style.uppercase else text
    return list(dict.fromkeys(undrawable(shown, face_for(style, text))))


def warnings(cues: Sequence[Cue], style: CaptionStyle) -> tuple[str, ...]:
    """Sentences for people about what will not look right; empty when all is well."""
    return (*_about_glyphs(cues, style), *_about_length(cues), *_about_overlaps(cues))


def _about_font(style: CaptionStyle) -> Iterator[str]:
    if is_own_font(style.font) and style.font_file is None:
        yield f"The style's font is not there any more; captions are drawn in {STAND_IN}."


def _about_glyphs(cues: Sequence[Cue], style: CaptionStyle) -> Iterator[str]:
    words = dict.fromkeys(word for cue in cues for word in cue.text.split())  # each once: looking at them is slow
    yield from glyph_warnings(" ".join(words), style)


def glyph_warnings(text: str, style: CaptionStyle) -> Iterator[str]:
    """What cannot be drawn of a text, as a sentence for people; nothing when all can."""
    yield from _about_font(style)
    missing = missing_glyphs(text, style)
    if missing:
        named = " ".join(missing[:_MOST_NAMED]) + (" …" if len(missing) > _MOST_NAMED else "")
        yield f"No font can draw: {named}. These characters may be missing or boxes in the picture."


def _about_length(cues: Sequence[Cue]) -> Iterator[str]:
    cut = sum(len(clean(cue.text)) > MAX_CUE_CHARACTERS for cue in cues)
    if cut:
        yield f"{_count(cut)} longer than {MAX_CUE_CHARACTERS} characters and will be cut."
    fast = sum(len(cue.text) > _FAST_CHARACTERS_PER_SECOND * max(cue.end - cue.start, 0.3) for cue in cues)
    if fast:
        yield f"{_count(fast)} too fast to read (more than {_FAST_CHARACTERS_PER_SECOND} characters a second)."


def _about_overlaps(cues: Sequence[Cue]) -> Iterator[str]:
    overlaps = sum(after.start < before.end - 0.001 for before, after in pairwise(cues))
    if overlaps:
        yield f"{_count(overlaps)} still on screen when the next one starts; they will be drawn over each other."


def _count(number: int) -> str:
    return "1 caption is" if number == 1 else f"{number} captions are"
