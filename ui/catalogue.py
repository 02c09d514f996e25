"""What can be chosen from, read once when the page is built: it changes only with the studio itself."""

from __future__ import annotations

from dataclasses import dataclass

from ui.studio import Json, Studio
from ui.views.styles import style_cards


@dataclass(frozen=True)
class Catalogue:
    """Voices, and the cards of the caption styles."""

    voices: tuple[Json, ...]
    style_cards: str


def read_catalogue(studio: Studio) -> Catalogue:
    """The studio's voices and styles."""
    styles = studio.call("list_caption_styles", {})["styles"]
    fonts = studio.call("list_fonts", {})["fonts"]
    return Catalogue(tuple(studio.call("list_voices", {})["voices"]), style_cards(styles, fonts))
