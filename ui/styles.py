"""Caption styles as a visitor has them: those that come with the studio, own ones, and one that is being changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backend.errors import StudioError
from ui.choices import Choices
from ui.html import address
from ui.studio import Json, Studio
from ui.views import style_editor
from ui.views.styles import drawn


def find(styles: Sequence[Json], name: str) -> Json:
    """The style of this name; the first of all if it is gone."""
    return next((style for style in styles if style["name"] == name), styles[0])


def editor(studio: Studio, choices: Choices, styles: Sequence[Json], said: str = "") -> str:
    """The editor with the chosen style, or with what was changed of it."""
    base = find(styles, choices.style)
    shown = {**base, **choices.draft.get("style", {})}
    fonts = studio.call("list_fonts", {})["fonts"]
    try:
        return style_editor.draw(shown, base, fonts, said)
    except (KeyError, TypeError, ValueError, AttributeError):  # what a browser kept is of another time
        return style_editor.draw(base, base, fonts, said)


def picture(studio: Studio, asked: Any) -> Json:
    """A style that is being changed as the renderer draws it, and as the stage sketches it; called by the page.

    Returns:
        ``{"url", "drawn"}`` or ``{"error"}``.
    """
    style = dict(asked) if isinstance(asked, Mapping) else {}
    try:
        url = address(studio.style_preview(style))
        return {"url": url, "drawn": drawn(style, {})}
    except StudioError as error:
        return {"error": error.to_dict()}


def export(studio: Studio, name: str) -> Json:
    """``{"url", "name"}`` of an own style's file, or ``{"error"}``."""
    try:
        style = find(studio.call("list_caption_styles", {})["styles"], name)
        file = studio.call("download_file", {"file_id": style.get("file_id", "")})
    except StudioError as error:
        return {"error": error.to_dict()}
    return {"url": address(file, download=True), "name": f"{style['title']}.json"}
