"""Mixing built-in voices: which ones, and how much of each."""

from __future__ import annotations

from collections.abc import Sequence

from ui.html import button, div, element, heading, icon, plural, span, text
from ui.studio import Json
from ui.views.voice_form import field

FIRST = 2
MOST = 4
HEAVIEST = 10


def draw(voices: Sequence[Json], said: str = "") -> str:
    """The mixer. ``voices``: those that can be mixed; ``said`` is HTML above it."""
    hint = f"Mix up to {MOST} built-in voices into a new one. Hear it before you keep it."
    rows = "".join(_part(voices, place) for place in range(MOST))
    add = button("quiet", icon("plus"), " Another voice", data_add_part=True)
    hear = button("button small hear-blend", icon("play"), " Hear the blend", data_preview="")
    name = field("Name", element("input", type_="text", maxlength=80, placeholder="Morning radio", data_field="name"))
    save = button("button small", "Save the blend", data_save_blend=True, disabled=True)
    recipe = element("code", "", data_recipe=True)
    keep = div("blend-keep", name, div("row", hear, save, recipe))
    return heading("Blend voices", hint) + said + div("blend", div("blend-parts", rows), add, keep)


def mixable(voices: Sequence[Json]) -> list[Json]:
    """Built-in voices that can speak here."""
    return [voice for voice in voices if voice.get("kind", "built_in") == "built_in" and voice["available"]]


def _part(voices: Sequence[Json], place: int) -> str:
    label = f"Voice {place + 1}"
    chosen = min(place * 3, max(len(voices) - 1, 0))
    pick = element("select", _options(voices, chosen), data_blend_voice=True, aria_label=label)
    said = f"How much of {label.lower()}"
    limits = {"min": 1, "max": HEAVIEST, "value": 5, "step": 1}
    weight = element("input", type_="range", class_="plain-range", data_weight=True, aria_label=said, **limits)
    remove = button("icon-button", icon("close"), data_remove_part=True, aria_label=f"Leave out {label}")
    share = span("meta", "", data_share=True)
    return div("blend-part", pick, weight, share, remove, hidden=place >= FIRST, data_part=place)


def _options(voices: Sequence[Json], chosen: int) -> str:
    """Voices grouped by language; ``chosen`` is the place of the one that is there first."""
    groups: dict[str, list[str]] = {}
    for place, voice in enumerate(voices):
        option = element("option", text(voice["name"]), value=voice["voice_id"], selected=place == chosen)
        groups.setdefault(str(voice["language_name"]), []).append(option)
    return "".join(element("optgroup", *options, label=language) for language, options in groups.items())


def saved(voice: Json) -> str:
    """The blend is there."""
    parts = plural(str(voice["recipe"]).count("+") + 1, "voice")
    said = f"{voice['name']} is saved: a blend of {parts}. It is among your voices."
    return div("notice good", icon("check"), element("span", text(said)), role="status")
