"""Cards of the backgrounds and of the music."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ui.choice import card
from ui.html import address, button, element, icon, plural, span, text
from ui.samples import GRADIENT, MUSIC, PICTURES, WORDS, sample_names, sample_title
from ui.studio import Json

COLOURS = {"#17161A": "Ink", "#F4EDE1": "Paper", "#5A4BDA": "Violet", "#F2452B": "Ember"}
OWN = "own"
"""What the page's script is told instead of a picture for the studio's own gradient, which the style sheet draws."""


def swatches(uploads: Mapping[str, Json] | None = None) -> str:
    """Cards of all backgrounds. ``uploads``: ``{value: {"name", "url", "media_type", "count"}}``."""
    cards = [_swatch(GRADIENT, "Night glow", OWN, classes="swatch own")]
    cards += [
        _swatch(f"word:{word}", name, f'url("studio/backgrounds/drawn/{word}.jpg")') for word, name in WORDS.items()
    ]
    cards += [_sample(name) for name in sample_names(PICTURES)]
    cards += [_swatch(f"colour:{value}", name, value) for value, name in COLOURS.items()]
    cards += [_upload(value, file) for value, file in (uploads or {}).items()]
    return "".join(cards)


def _swatch(
    value: str, name: str, picture: str, *, classes: str = "swatch", shown: str = "", beside: str = "", files: str = ""
) -> str:
    inner = shown or span("visually-hidden", text(name))
    style = f"--picture:{picture}" if picture not in (OWN, "") else None
    return card(
        value,
        inner,
        classes=classes,
        beside=beside,
        style=style,
        data_picture=picture,
        data_files=files or None,
        title=name,
    )


def _sample(name: str) -> str:
    return _swatch(f"sample:{name}", sample_title(name), f'url("studio/backgrounds/{name}")')


def _upload(value: str, file: Json) -> str:
    count = int(file.get("count", 1))
    name = str(file["name"]) if count == 1 else plural(count, "file")
    remove = button("swatch-remove", icon("close"), data_remove=True, aria_label=f"Remove {name}")
    caption, url = span("swatch-name", text(name)), address(file)
    if str(file["media_type"]).startswith("video/"):
        clip = element("video", src=f"{url}#t=0.5", muted=True, playsinline=True, preload="metadata")
        return _swatch(value, name, "", shown=clip + caption, beside=remove, files=_files(file))
    # Nothing in a link can end the url(): quotes and backslashes are percent-encoded in it, and taken out to be sure.
    picture = 'url("{}")'.format(url.translate({ord(each): None for each in '"\\\n'}))
    return _swatch(value, name, picture, shown=caption, beside=remove, files=_files(file))


def _files(file: Json) -> str:
    """Which files a card stands for, as the script of the shots reads it."""
    told = [
        {
            "id": one["file_id"],
            "name": str(one["name"]),
            "url": address(one),
            "video": str(one["media_type"]).startswith("video/"),
        }
        for one in file.get("files") or [file]
        if "file_id" in one
    ]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def music_cards(file: Json | None = None) -> str:
    """No music, the pieces that come with the studio, and the one that was brought."""
    samples = [(f"sample:{name}", sample_title(name), f"studio/music/{name}") for name in sample_names(MUSIC)]
    brought = [(f"file:{file['file_id']}", str(file["name"]), address(file))] if file else []
    return card("", "No music") + "".join(_piece(*piece) for piece in samples + brought)


def _piece(value: str, name: str, url: str) -> str:
    hear = button("hear", icon("play"), data_hear=url, aria_label=f"Hear {name}")
    return card(value, text(name), classes="piece-of-music", beside=hear)
