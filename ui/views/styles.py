"""Cards of the caption styles, drawn in CSS from the styles' own values until the renderer's pictures are there.

The stage draws its live caption the same way: the page's script copies the look of the chosen card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ui.choice import card
from ui.html import address, element, span, text
from ui.studio import Json

_WORDS = ("paint", "the", "door", "while")
_SPOKEN = "door"


def files_of(fonts: Sequence[Json]) -> dict[str, str]:
    """Where the page finds each font, by family: the name of a bundled one's file, the link to an own one."""
    return {str(font["family"]): address(font["url"]) if font.get("own") else str(font["file"]) for font in fonts}


def style_cards(styles: Sequence[Json], fonts: Sequence[Json] = ()) -> str:
    """All styles as cards. ``fonts``: as ``list_fonts`` gives them, for the live caption."""
    files = files_of(fonts)
    return "".join(_card(style, files) for style in styles)


def _card(style: Json, files: Mapping[str, str]) -> str:
    picture = span("style-picture", drawn(style, files), data_style_picture=style["name"])
    own = span("tag", "Yours") if style.get("own") else ""
    words = element("b", text(style["title"])) + own + span("hint", text(style["description"]))
    return card(str(style["name"]), picture, span("style-name", words), classes="style-card")


def drawn(style: Json, files: Mapping[str, str]) -> str:
    """A few words in this style. ``files``: of fonts, by family."""
    most = int(style["rules"]["max_words"])
    shown = (_SPOKEN,) if most == 1 else _WORDS
    said = shown.index(_SPOKEN)
    states = ("said" if place < said else "now" if place == said else "next" for place in range(len(shown)))
    return span(
        _classes(style),
        " ".join(span(state, word) for state, word in zip(states, shown, strict=True)),
        style=look(style),
        data_place=style["position"],
        data_align=style["align"],
        data_accents=" ".join(style["accent"]),
        data_accent_by=style.get("accent_by"),
        data_words=most,
        data_font=style["font"],
        data_font_file=files.get(str(style["font"]), ""),
    )


def _classes(style: Json) -> str:
    plate = style.get("plate") or {}
    extra = (("plated", plate), ("each-line", plate.get("each_line")), ("tinted", style.get("tinted")))
    return " ".join(["live-caption", f"is-{style['highlight']}", *(name for name, there in extra if there)])


def look(style: Json) -> str:
    """The style's values as CSS declarations. Lengths stay in ems."""
    declared = {
        "--em": style["size"],
        "--letters": style["color"],
        "--accent-now": style["accent"][0],
        "--active": style.get("active_color") or style["color"],
        "--edge": f"{2 * style['outline']:.3f}em",
        "--edge-color": style["outline_color"],
        "--strong": style.get("emphasis_color") or style["accent"][0],
        "--blend": f"linear-gradient({', '.join([*style['accent'], style['accent'][-1]])})",
        "--faint": style["faint"],
        "--lines": style["line_height"],
        "letter-spacing": f"{style['letter_spacing']}em",
        "text-transform": "uppercase" if style["uppercase"] else "none",
    }
    plate = style.get("plate")
    if plate:
        share = round(float(plate["opacity"]) * 100)
        declared["--plate"] = f"color-mix(in srgb, {plate['color']} {share}%, transparent)"
        declared["--pad"] = f"{plate['padding']}em"
        declared["--round"] = f"{plate['radius']}em"
        declared["--bar"] = f"{plate['bar']}em"
    return ";".join(f"{name}:{value}" for name, value in declared.items())
