"""Cards of the caption styles, drawn in CSS until the renderer's own pictures are there."""

from __future__ import annotations

from collections.abc import Sequence

from ui.choice import card
from ui.html import text
from ui.studio import Json

_WORDS = ("paint", "the", "door", "while")


def style_id(style: Json) -> str:
    """The name that operations take."""
    return str(style.get("style") or style.get("style_id") or style.get("id") or style.get("name"))


def style_name(style: Json) -> str:
    """The name for people."""
    return str(style.get("title") or style.get("label") or style.get("name") or style_id(style))


def style_cards(styles: Sequence[Json]) -> str:
    """All styles as cards; the page's script lays the renderer's own pictures over the drawings."""
    return "".join(_card(style) for style in styles)


def _card(style: Json) -> str:
    name = style_id(style)
    shown = f'<span class="live-caption {family(name)}">{_sample(name)}</span>'
    description = f'<span class="hint">{text(style["description"])}</span>' if style.get("description") else ""
    return card(
        name,
        f'<span class="style-picture" data-style-picture="{text(name)}">{shown}</span><span class="style-name"><b>{text(style_name(style))}</b>{description}</span>',
        classes="style-card",
    )


def _sample(name: str) -> str:
    words = ("door",) if family(name) == "family-single" else _WORDS
    return " ".join(f'<span class="{"now" if word == "door" else "said"}">{word}</span>' for word in words)


def family(style: str) -> str:
    """The CSS family that draws a style live; the still and the video are always drawn by the renderer itself."""
    for needle, name in _FAMILIES:
        if needle in style:
            return f"family-{name}"
    return "family-pop"


_FAMILIES = (
    ("box", "box"),
    ("highlight", "box"),
    ("karaoke", "sweep"),
    ("sweep", "sweep"),
    ("one", "single"),
    ("big", "single"),
    ("single", "single"),
    ("lower", "lower"),
    ("news", "lower"),
    ("clean", "clean"),
    ("minimal", "clean"),
    ("serif", "serif"),
    ("type", "type"),
    ("mono", "type"),
    ("neon", "neon"),
    ("glow", "neon"),
)
