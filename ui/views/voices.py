"""Cards of the voices, and the filter above them."""

from __future__ import annotations

from collections.abc import Sequence

from ui.choice import card
from ui.html import icon, text
from ui.studio import Json

FAVOURITES = ("af_heart", "bf_emma", "am_michael", "af_bella", "bm_george", "am_puck", "af_nicole", "bm_fable")


def voice_cards(voices: Sequence[Json]) -> str:
    """All voices; favourites first, then by language."""
    rank = {voice_id: number for number, voice_id in enumerate(FAVOURITES)}
    ordered = sorted(voices, key=lambda voice: (rank.get(voice["voice_id"], len(rank)), not voice["available"]))
    return "".join(_card(voice, voice["voice_id"] in rank) for voice in ordered)


def _card(voice: Json, favourite: bool) -> str:
    name, character = text(voice["name"]), voice["description"] or voice["language_name"]
    searched = " ".join(
        str(voice[field]) for field in ("name", "voice_id", "language_name", "gender", "description")
    ).lower()
    unavailable = "" if voice["available"] else f' title="{text(voice["unavailable_reason"])}"'
    classes = f"voice-card{' favourite' if favourite else ''}{'' if voice['available'] else ' unavailable'}"
    hear_it = (
        f'<button type="button" class="hear" data-preview="{text(voice["voice_id"])}" aria-label="Hear {name}">'
        f"{icon('play')}</button>"
    )
    return card(
        voice["voice_id"],
        f'<b>{name}</b><span class="hint">{text(character)}</span>',
        classes=classes,
        data=f'data-search="{text(searched)}" data-language="{text(voice["language"])}" '
        f'data-gender="{text(voice["gender"])}"{unavailable}',
        beside=hear_it if voice["available"] else "",
    )


def voice_filter(voices: Sequence[Json]) -> str:
    """Search, language and gender, worked by the page's script."""
    languages = dict.fromkeys((voice["language"], voice["language_name"]) for voice in voices)
    options = "".join(f'<option value="{text(tag)}">{text(name)}</option>' for tag, name in languages)
    return (
        f'<div class="voice-filter"><label class="search">{icon("search")}<span class="visually-hidden">Search voices</span>'
        '<input type="search" placeholder="Name, language or character" data-filter="search"></label>'
        f'<label><span class="visually-hidden">Language</span><select data-filter="language"><option value="">All languages'
        f'</option>{options}</select></label><label><span class="visually-hidden">Gender</span><select data-filter="gender">'
        '<option value="">Women and men</option><option value="female">Women</option><option value="male">Men</option>'
        "</select></label></div>"
        '<p class="hint nothing-found" hidden>No voice fits. Try fewer words.</p>'
    )
