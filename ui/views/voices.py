"""Cards of the voices, and the filter above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ui.choice import card
from ui.html import address, button, div, element, icon, span, text
from ui.studio import Json

FAVOURITES = ("af_heart", "bf_emma", "am_michael", "af_bella", "bm_george", "am_puck", "af_nicole", "bm_fable")
_SEARCHED = ("name", "voice_id", "language_name", "gender", "description")


def first_cards(voices: Sequence[Json], chosen: str) -> str:
    """The favourites and those made here, so that the page is there sooner; all if the chosen one is none of them."""
    mine = {voice["voice_id"] for voice in voices if _is_own(voice)}
    if chosen not in FAVOURITES and chosen not in mine:
        return voice_cards(voices)
    return voice_cards([voice for voice in voices if voice["voice_id"] in FAVOURITES or _is_own(voice)])


def _is_own(voice: Json) -> bool:
    return bool(voice.get("kind", "built_in") != "built_in")


def voice_cards(voices: Sequence[Json]) -> str:
    """All voices: those made here first, then favourites; those that cannot speak here last."""
    rank = {voice_id: number for number, voice_id in enumerate(FAVOURITES)}

    def place(voice: Json) -> tuple[bool, int]:
        first = -1 if _is_own(voice) else rank.get(voice["voice_id"], len(rank))
        return not voice["available"], first

    ordered = sorted(voices, key=place)
    return "".join(_card(voice, voice["voice_id"] in rank or _is_own(voice)) for voice in ordered)


def _card(voice: Json, favourite: bool) -> str:
    name, available = str(voice["name"]), bool(voice["available"])
    reference = address(voice.get("reference"))
    # What a voice was cloned from is there at once; whatever else it says has to be spoken first.
    how = {"data_hear": reference} if reference else {"data_preview": voice["voice_id"]}
    hear = button("hear", icon("play"), aria_label=f"Hear {name}", **how)
    kinds = (
        "voice-card",
        "own" if _is_own(voice) else "",
        "favourite" if favourite else "",
        "" if available else "unavailable",
    )
    return card(
        voice["voice_id"],
        element("b", text(name)),
        span("hint", text(voice["description"] or voice["language_name"])),
        classes=" ".join(filter(None, kinds)),
        beside=hear if available or reference else "",
        title=None if available else voice["unavailable_reason"],
        data_search=" ".join(str(voice[field]) for field in _SEARCHED).lower(),
        data_language=voice["language"],
        data_gender=voice["gender"],
    )


def voice_filter(voices: Sequence[Json]) -> str:
    """Search, language and gender, worked by the page's script."""
    languages = {voice["language"]: voice["language_name"] for voice in voices}
    search = element("input", type="search", placeholder="Name, language or character", data_filter="search")
    nothing = element("p", "No voice fits. Try fewer words.", class_="hint nothing-found", hidden=True)
    boxes = (
        element("label", icon("search"), span("visually-hidden", "Search voices"), search, class_="search"),
        _select("Language", "language", {"": "All languages", **languages}),
        _select("Gender", "gender", {"": "Women and men", "female": "Women", "male": "Men"}),
    )
    return div("voice-filter", *boxes) + nothing


def _select(label: str, name: str, options: Mapping[str, str]) -> str:
    rows = "".join(element("option", text(shown), value=value) for value, shown in options.items())
    return element("label", span("visually-hidden", label), element("select", rows, data_filter=name))
