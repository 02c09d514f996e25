"""Titles and progress bars beneath captions, in the same document, so that one pass of the renderer draws all. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from backend.captions.ass import style_line
from backend.captions.cues import broken_into_lines
from backend.captions.events import Event, alpha, centiseconds, colour, number
from backend.captions.frame import make_frame
from backend.captions.highlights import cue_events
from backend.captions.place import place
from backend.captions.scene import Scene
from backend.captions.spoken import match_words
from backend.captions.style import CaptionStyle, CueRules, Plate, Shadow
from backend.captions.text import clean
from backend.models import CaptionLayout, CaptionPosition, Cue, CueWord, FrameSize

_LOWEST = -100
"""Layer of the first card; captions begin at 0."""
_DEPTH = 10
"""Layers that a card has to itself."""
_FADE_MILLISECONDS = 260

TEMPLATES: Mapping[str, CaptionStyle] = {
    "headline": CaptionStyle(
        font="Montserrat Black",
        size=0.1,
        highlight="none",
        uppercase=True,
        line_height=1.12,
        letter_spacing=-0.01,
        shadow=Shadow(opacity=0.55, spread=0.03, blur=0.14, drop=0.03),
        rules=CueRules(max_characters=18, max_lines=4, max_words=20),
    ),
    "card": CaptionStyle(
        font="Inter ExtraBold",
        size=0.072,
        highlight="none",
        line_height=1.24,
        letter_spacing=-0.015,
        plate=Plate(color="#14131A", opacity=0.86, padding=0.62, radius=0.42),
        rules=CueRules(max_characters=24, max_lines=4, max_words=20),
    ),
    "banner": CaptionStyle(
        font="Poppins ExtraBold",
        size=0.074,
        highlight="none",
        line_height=1.62,
        plate=Plate(color="#F2452B", opacity=1.0, padding=0.3, radius=0.16, each_line=True),
        rules=CueRules(max_characters=22, max_lines=4, max_words=20),
    ),
    "lower_third": CaptionStyle(
        font="Inter SemiBold",
        size=0.054,
        highlight="none",
        align="left",
        accent=("#F2452B",),
        line_height=1.34,
        letter_spacing=-0.01,
        plate=Plate(color="#121216", opacity=0.88, padding=0.5, radius=0.0, bar=0.16),
        rules=CueRules(max_characters=34, max_lines=4, max_words=20),
    ),
}
"""How titles look, by name; each is a caption style in which nothing moves."""


@dataclass(frozen=True)
class Title:
    """Words that somebody wrote, on screen from ``start`` to ``end`` (seconds)."""

    text: str
    start: float
    end: float
    template: str = "headline"
    position: CaptionPosition = "top"
    color: str | None = None
    """``#rrggbb``; None is the template's."""
    accent: str | None = None
    """Of the panel, or of its edge."""
    font_scale: float = 1.0
    fades_in: bool = True
    fades_out: bool = True


@dataclass(frozen=True)
class Progress:
    """A bar at an edge of the frame that fills from ``start`` to ``end`` (seconds)."""

    start: float
    end: float
    color: str
    """``#rrggbb``"""
    position: Literal["top", "bottom"]
    height: float
    """Share of the frame's longer side."""
    track_opacity: float


Card = Title | Progress


def put_beneath(document: str, cards: Sequence[Card], size: FrameSize) -> str:
    """The captions of ``document`` (as `ass_document` writes it for this size) with ``cards`` under them.

    The first card lies lowest.
    """
    styles: list[str] = []
    lines: list[str] = []
    for number_, card in enumerate(cards):
        layer = _LOWEST + number_ * _DEPTH
        if isinstance(card, Progress):
            lines += [event.line() for event in _bar(card, size, layer)]
            continue
        name = f"Title{number_}"
        written, events = _written(card, size, name)
        styles.append(written)
        lines += [replace(event, layer=layer + event.layer, style=name).line() for event in events]
    head, mark, tail = document.partition("\n\n[Events]\n")
    form, _, events_after = tail.partition("\n")
    return "\n".join([head, *styles]) + mark + "\n".join([form, *lines, events_after])


def _written(title: Title, size: FrameSize, name: str) -> tuple[str, list[Event]]:
    """The title's style as a line of the document, and what is drawn."""
    style, layout = dressed(title), CaptionLayout(position=title.position, font_scale=title.font_scale)
    words = tuple(CueWord(text=word, start=title.start, end=title.end) for word in clean(title.text).split())
    cue = Cue(index=0, start=title.start, end=title.end, text=clean(title.text), words=words)
    cue = broken_into_lines([cue], style, size, layout)[0]
    frame, spoken = make_frame(style, size, layout, [cue]), match_words(cue)
    if not spoken.lines:
        return style_line(frame, name), []
    scene = Scene(spoken, place(spoken, frame), frame, (colour(style.accent[0]),))
    fade = f"{{\\fad({title.fades_in * _FADE_MILLISECONDS},{title.fades_out * _FADE_MILLISECONDS})}}"
    return style_line(frame, name), [replace(event, text=fade + event.text) for event in cue_events(scene)]


def dressed(title: Title) -> CaptionStyle:
    """The title's template in its own colours: the accent is the panel's edge where it has one, else the panel."""
    style = TEMPLATES[title.template]
    changes: dict[str, object] = {} if title.color is None else {"color": title.color}
    if title.accent is not None:
        changes["accent"] = (title.accent,)
        if style.plate and not style.plate.bar:
            changes["plate"] = style.plate.model_copy(update={"color": title.accent})
        if style.shadow:
            changes["shadow"] = style.shadow.model_copy(update={"color": title.accent})
    return style.model_copy(update=changes)


def _bar(bar: Progress, size: FrameSize, layer: int) -> Iterator[Event]:
    width, height = size
    thick = max(2, round(bar.height * max(size)))
    top = 0 if bar.position == "top" else height - thick
    start, end = centiseconds(bar.start), max(centiseconds(bar.start) + 1, centiseconds(bar.end))
    shape = f"m 0 0 l {width} 0 {width} {thick} 0 {thick}"
    plain = r"\an7\bord0\shad0\p1"
    if bar.track_opacity:
        track = rf"{plain}\pos(0,{top})\1c&HFFFFFF&\1a{alpha(bar.track_opacity)}"
        yield Event(layer, start, end, f"{{{track}}}{shape}")
    moved = rf"{plain}\move({number(-width)},{top},0,{top})\1c{colour(bar.color)}"
    yield Event(layer + 1, start, end, f"{{{moved}}}{shape}")
