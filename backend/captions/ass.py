"""Captions as an ASS document that is ours from the first byte: what the preview shows and what is burned in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import inf

from backend.captions.cues import check_cues
from backend.captions.events import EVENT_FIELDS, STYLE_FIELDS, colour, number
from backend.captions.frame import Frame, make_frame
from backend.captions.highlights import cue_events
from backend.captions.place import place
from backend.captions.scene import Scene
from backend.captions.spoken import KEPT_CUES, SameCue, match_words
from backend.captions.style import CaptionStyle
from backend.captions.typeface import Typeface
from backend.models import CaptionLayout, Cue, FrameSize

_SPARE_SECONDS = 0.1
"""Before and after the time that was asked for, as times are rounded."""


def ass_document(
    cues: Sequence[Cue],
    style: CaptionStyle,
    size: FrameSize,
    layout: CaptionLayout,
    *,
    during: tuple[float, float] | None = None,
) -> str:
    """``cues`` drawn in this style for a frame of this size, as the text of an ``.ass`` file.

    One unit is one pixel. Lines are broken here, never by the renderer; every word has its place. Nothing that
    people wrote can become a tag.

    Args:
        during: seconds from and to; only cues on screen then are in the document, drawn as they are in the whole one.

    Raises:
        InvalidRequest: too many cues, or impossible times; see `backend.captions.cues.check_cues`.
    """
    check_cues(cues)
    frame = make_frame(style, size, layout, cues)
    look = f"{style.model_dump_json()} {style.font_file} {size} {layout.model_dump_json()}"
    return "\n".join([*_header(frame), *_event_lines(cues, frame, look, during), ""])


def _header(frame: Frame) -> Iterator[str]:
    width, height = frame.size
    yield "[Script Info]"
    yield "ScriptType: v4.00+"
    yield f"PlayResX: {width}"
    yield f"PlayResY: {height}"
    yield f"LayoutResX: {width}"
    yield f"LayoutResY: {height}"
    yield "WrapStyle: 2"
    yield "ScaledBorderAndShadow: yes"
    yield "Kerning: yes"
    yield "YCbCr Matrix: None"
    yield ""
    yield "[V4+ Styles]"
    yield f"Format: {STYLE_FIELDS}"
    yield style_line(frame)
    yield ""
    yield "[Events]"
    yield f"Format: {EVENT_FIELDS}"


def style_line(frame: Frame, name: str = "Text") -> str:
    """The look of letters in this frame, as a style of the document."""
    style = frame.style
    size = number(frame.em * frame.face.main.size_factor)
    outline = number(style.outline * frame.em)
    primary, border = _opaque(style.color), _opaque(style.outline_color)
    look = f"{primary},{_opaque(style.accent[0])},{border},&H00000000,0,0,0,0,100,100,0,0,1,{outline},0"
    return f"Style: {name},{frame.face.main.family},{size},{look},5,0,0,0,-1"


def _opaque(html: str) -> str:
    return f"&H00{colour(html)[2:-1]}"


@dataclass(frozen=True)
class _Drawing:
    """A cue in a look, as a key."""

    look: str
    accents: tuple[str, ...]
    """The cue's own first."""
    same: SameCue
    face: Typeface
    frame: Frame = field(compare=False)


def _event_lines(cues: Sequence[Cue], frame: Frame, look: str, during: tuple[float, float] | None) -> Iterator[str]:
    accents = tuple(colour(html) for html in frame.style.accent)
    first, last = during or (0.0, inf)
    speakers: dict[str, int] = {}
    for index, cue in enumerate(cues):
        turn = speakers.setdefault(cue.speaker or next((word.speaker for word in cue.words), ""), len(speakers))
        if cue.start > last + _SPARE_SECONDS or cue.end < first - _SPARE_SECONDS:
            continue
        own = (turn if frame.style.accent_by == "speaker" else index) % len(accents)
        yield from _lines_of(_Drawing(look, accents[own:] + accents[:own], SameCue.of(cue), frame.face, frame))


@lru_cache(maxsize=KEPT_CUES)
def _lines_of(drawing: _Drawing) -> tuple[str, ...]:
    cue = drawing.same.cue
    spoken = match_words(cue)
    if not spoken.lines or cue.end <= cue.start:
        return ()
    scene = Scene(spoken, place(spoken, drawing.frame), drawing.frame, drawing.accents)
    return tuple(event.line() for event in cue_events(scene))
