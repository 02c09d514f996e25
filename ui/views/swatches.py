"""Cards of the backgrounds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ui.backgrounds import GRADIENT, sample_names
from ui.choice import card
from ui.html import icon, link, plural, text
from ui.studio import Json

COLOURS = {"#17161A": "Ink", "#F4EDE1": "Paper", "#5A4BDA": "Violet", "#F2452B": "Ember"}


def swatches(uploads: Mapping[str, Json] | None = None) -> str:
    """Cards of all backgrounds. ``uploads``: ``{value: {"name", "url", "media_type", "count"}}``."""
    return "".join(
        (
            card(
                GRADIENT, '<span class="visually-hidden">Dusk</span>', classes="swatch dusk", data='data-picture="dusk"'
            ),
            *(_sample(name) for name in sample_names()),
            *(_colour(value, name) for value, name in COLOURS.items()),
            *(_upload(value, file) for value, file in (uploads or {}).items()),
        )
    )


def _sample(name: str) -> str:
    title = Path(name).stem.replace("_", " ").replace("-", " ").title()
    url = text(f"studio/backgrounds/{name}")
    return card(
        f"sample:{name}",
        f'<span class="visually-hidden">{text(title)}</span>',
        classes="swatch",
        data=f'style="--picture:url({url})" data-picture="url({url})"',
    )


def _colour(value: str, name: str) -> str:
    return card(
        f"colour:{value}",
        f'<span class="visually-hidden">{text(name)}</span>',
        classes="swatch",
        data=f'style="--picture:{value}" data-picture="{value}"',
    )


def _upload(value: str, file: Json) -> str:
    count = int(file.get("count", 1))
    label = text(file["name"]) if count == 1 else plural(count, "file")
    caption = f'<span class="swatch-name">{label}</span>'
    remove = (
        f'<button type="button" class="swatch-remove" data-remove aria-label="Remove {label}">{icon("close")}</button>'
    )
    if str(file["media_type"]).startswith("video/"):
        moving = f'<video src="{link(file["url"])}#t=0.5" muted playsinline preload="metadata"></video>'
        return card(value, moving + caption, classes="swatch", beside=remove)
    url = link(file["url"])
    # A parenthesis or quote cannot end the url(): links are percent-encoded and escaped.
    style = f"url(&quot;{url}&quot;)"
    return card(
        value, caption, classes="swatch", data=f'style="--picture:{style}" data-picture="{style}"', beside=remove
    )
