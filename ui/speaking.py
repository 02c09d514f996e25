"""Which engine will speak, and what a visitor has set on it. Engines describe themselves; the page names none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.errors import StudioError
from ui.choices import AUTO, Choices
from ui.studio import Json, Studio


@dataclass(frozen=True)
class Speaking:
    """The engines that can speak the chosen voice here, and the one that will."""

    engine: Json | None = None
    """As the studio describes it; None when nothing is known of it."""
    others: tuple[Json, ...] = ()
    """All installed ones that can, the one that will among them."""
    wanted: str = AUTO
    """The choice of an engine, as far as it holds for this voice."""

    @property
    def parameters(self) -> list[Json]:
        """Of the engine that will speak."""
        return list(self.engine["parameters"]) if self.engine else []


def speaking(voices: Sequence[Json], engines: Sequence[Json], choices: Choices) -> Speaking:
    """Who speaks a voice: the engine that was chosen where it can, else the voice's own."""
    voice = next((voice for voice in voices if voice["voice_id"] == choices.voice), None)
    if voice is None:
        return Speaking()
    known = {str(engine["engine"]): engine for engine in engines}
    able = voice.get("engines") or [voice["engine"]]
    others = tuple(known[name] for name in able if name in known and known[name].get("installed"))
    wanted = choices.engine if choices.engine in [engine["engine"] for engine in others] else AUTO
    return Speaking(known.get(voice["engine"] if wanted == AUTO else wanted), others, wanted)


def ask_speaking(studio: Studio, choices: Choices, voices: Sequence[Json] | None = None) -> Speaking:
    """The same, asked of the studio (the voices only where they are not given); nothing is known where it is silent."""
    try:
        known = studio.call("list_voices", {})["voices"] if voices is None else voices
        return speaking(known, studio.call("system_status", {})["engines"], choices)
    except StudioError:
        return Speaking()


def manner(studio: Studio, choices: Choices) -> Json:
    """What was chosen of how it is spoken, as ``generate_speech`` takes it; nothing where all is as it comes."""
    said: Json = {"verify": True} if choices.verify == "on" else {}
    if choices.engine == AUTO and not choices.options:
        return said
    who = ask_speaking(studio, choices)
    if who.wanted != AUTO:
        said["engine"] = who.wanted
    options = fitting(who, choices.options)
    return {**said, "options": options} if options else said


def fitting(who: Speaking, options: Mapping[str, Json]) -> Json:
    """Those of the options that the engine that will speak has."""
    given = options.get(str(who.engine["engine"])) if who.engine else None
    names = {parameter["name"] for parameter in who.parameters}
    return {name: value for name, value in (given or {}).items() if name in names}
