"""The header: the mark, and how many jobs run. The tabs are laid over it by the style sheet."""

from __future__ import annotations

from collections.abc import Sequence

from ui.html import element
from ui.studio import Json
from ui.views.progress import pill

_MARK = "".join(element("b", style=f"height:{height}px") for height in (8, 18, 12, 20, 7))


def header(jobs: Sequence[Json] = ()) -> str:
    """The header as HTML."""
    mark = element("i", _MARK, aria_hidden="true")
    logo = element("a", mark, "<span>Voicereel</span>", class_="logo", href="./", aria_label="Voicereel, start page")
    return element("header", logo, pill(jobs), class_="masthead")
