"""The fonts that were brought: what each draws, and what its maker allows."""

from __future__ import annotations

from collections.abc import Sequence

from ui.html import button, delete_button, div, element, heading, icon, plural, span, text
from ui.studio import Json

_MOST_SCRIPTS = 4
_ACCEPTED = ".ttf,.otf,.woff,.woff2"


def draw(fonts: Sequence[Json], said: str = "") -> str:
    """The list, newest first. ``said`` is HTML above it: what was done, or what went wrong."""
    mine = [font for font in fonts if font.get("own")]
    hint = "Choose one for a style under Make it your own." if mine else "Bring your brand's: TTF, OTF, WOFF or WOFF2."
    rows = div("own-fonts", *map(_row, reversed(mine))) if mine else ""
    return heading("Your fonts", hint, _bring()) + said + rows


def added(font: Json) -> str:
    """What is said when one was brought."""
    notes = " ".join(str(note) for note in font["warnings"])
    return div("notice good", text(f"{font['title']} is there. {notes}".strip()), role="status")


def removed(title: str) -> str:
    """What is said when one was deleted."""
    return div("notice good", text(f"{title} is deleted. Captions in it are drawn in Inter."), role="status")


def _bring() -> str:
    file = element("input", type_="file", accept=_ACCEPTED, hidden=True, data_brought_font=True)
    return button("button small", icon("upload"), " Add a font", data_bring_font=True) + file


def _row(font: Json) -> str:
    title = str(font["title"])
    words = div(
        "own-words",
        element("b", text(title)),
        element("p", text(_about(font)), class_="hint"),
        *(element("p", text(note), class_="hint silent") for note in font["warnings"]),
    )
    actions = span("own-actions", delete_button(f"Delete {title}"))
    return element("article", words, actions, class_="own-font", data_font=font["font_id"], data_title=title)


def _about(font: Json) -> str:
    scripts = [str(script) for script in font["scripts"]]
    more = f" and {len(scripts) - _MOST_SCRIPTS} more" if len(scripts) > _MOST_SCRIPTS else ""
    named = ", ".join(scripts[:_MOST_SCRIPTS]) + more
    weight = f" · weight {font['weight']:g}" if font.get("weight") else ""
    return f"{named or 'Signs'} · {plural(int(font['characters']), 'character')}{weight}"
