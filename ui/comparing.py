"""Two takes of one sentence, side by side: the one that was there and a new one; blind where engines are compared.

A browser keeps which versions of the narration hold them (`begun`), so that a reload finds the comparison again.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from backend.errors import StudioError
from ui.html import address
from ui.show import Comparison, Show, Take
from ui.studio import Json, Studio

LETTERS = ("A", "B")


def begun(show: Show, index: int, blind: bool = False) -> Json:
    """What a browser keeps of a comparison whose second take is about to be made."""
    narration = show.narration or {}
    return {
        "narration": narration.get("narration_id"),
        "index": index,
        "before": narration.get("version"),
        "blind": blind,
        "swapped": blind and secrets.randbelow(2) == 1,
        "kept": "",
    }


def keeping(memory: Mapping[str, Any], letter: str) -> tuple[Json, bool]:
    """The same once a letter is chosen, and whether that is the older take."""
    old = LETTERS[int(bool(memory.get("swapped")))]
    return {**memory, "kept": letter}, letter == old


def dressed(studio: Studio, show: Show, memory: Any) -> Show:
    """The show with what its sentences can be compared with, and the comparison that goes on."""
    if show.narration is None:
        return show
    rivals = _rivals(studio, show.narration) if show.rivals is None else show.rivals
    return replace(show, rivals=rivals, compare=_found(studio, memory, show.narration))


def _found(studio: Studio, memory: Any, narration: Json) -> Comparison | None:
    """The comparison that a browser remembers, if it is about this version of the narration."""
    if not isinstance(memory, Mapping) or memory.get("narration") != narration["narration_id"]:
        return None
    try:
        kept, blind = str(memory.get("kept", "")), bool(memory.get("blind"))
        went_back = bool(kept) and keeping(memory, kept)[1]
        if narration["version"] != int(memory["before"]) + (2 if went_back else 1) or (kept and not blind):
            return None
        return _comparison(studio, memory, narration, kept)
    except (StudioError, LookupError, TypeError, ValueError):
        # Gone since, or nothing that this page wrote.
        return None


def _comparison(studio: Studio, memory: Mapping[str, Any], narration: Json, kept: str) -> Comparison:
    index, before, swapped = int(memory["index"]), int(memory["before"]), bool(memory.get("swapped"))
    blind = bool(memory.get("blind"))
    told = not blind or bool(kept)
    versions = [_version(studio, narration, number) for number in (before, before + 1)]
    titles = _titles(studio) if told and blind else {}
    takes = [_take(version, index, titles) for version in versions]
    first, second = reversed(takes) if swapped else takes
    same = not kept and _sound_alike(studio, *versions)
    return Comparison(index, (first, second), LETTERS[int(swapped)], blind, kept, same)


def _version(studio: Studio, narration: Json, number: int) -> Json:
    if narration["version"] == number:
        return narration
    earlier: Json = studio.call("get_narration", {"narration_id": narration["narration_id"], "version": number})
    return earlier


def _take(narration: Json, index: int, titles: Mapping[str, str]) -> Take:
    sentence = narration["sentences"][index]
    stretch = f"#t={float(sentence['start']):.3f},{float(sentence['end']):.3f}"
    engine = str(sentence.get("engine", ""))
    return Take(sentence, address(narration["audio"]) + stretch, titles.get(engine, engine) if titles else "")


def _titles(studio: Studio) -> dict[str, str]:
    return {str(engine["engine"]): str(engine["title"]) for engine in studio.call("system_status", {})["engines"]}


def _sound_alike(studio: Studio, one: Json, other: Json) -> bool:
    """Whether two versions are the same to the byte: an engine that does not draw says a sentence one way only."""
    if one["audio"]["bytes"] != other["audio"]["bytes"]:
        return False
    files = [studio.local_file(version["audio"]["file_id"]) for version in (one, other)]
    return files[0].read_bytes() == files[1].read_bytes()


def _rivals(studio: Studio, narration: Json) -> dict[str, dict[str, str]]:
    """For each voice of a narration: the installed engines that speak it, with their titles."""
    try:
        engines = studio.call("system_status", {})["engines"]
        # What knows no language has no model and speaks with no voice.
        speaking = [each for each in engines if each.get("installed") and each.get("speaks") and each.get("languages")]
        titles = {str(engine["engine"]): str(engine["title"]) for engine in speaking}
        if len(titles) < 2:
            return {}
        voices = studio.call("list_voices", {})["voices"]
    except StudioError:
        return {}
    spoken = {sentence["voice"] for sentence in narration["sentences"]}
    able = {voice["voice_id"]: voice.get("engines", ()) for voice in voices if voice["voice_id"] in spoken}
    return {voice: {name: titles[name] for name in names if name in titles} for voice, names in able.items()}
