"""The built-in voices, and how one is found."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from backend.engines.table import ENGINES
from backend.errors import InvalidRequest
from backend.models import Voice

_FOLDER = Path(__file__).resolve().parents[2] / "voices"
ANY = "any"


@lru_cache(maxsize=1)
def built_in_voices() -> tuple[Voice, ...]:
    """Every voice that comes with an engine, the best of each language first."""
    entries = json.loads((_FOLDER / "kokoro.json").read_text("utf-8"))
    stand_ins = [name for name, spec in ENGINES.items() if spec.stands_in_for == "kokoro"]
    return tuple(Voice(engine="kokoro", engines=(*stand_ins, "kokoro"), **entry) for entry in entries)


def find_voices(
    engine: str = ANY, language: str = ANY, query: str = "", *, voices: Sequence[Voice] | None = None
) -> tuple[Voice, ...]:
    """The voices that match all three.

    Args:
        engine: ``any`` or an engine's name.
        language: ``any`` or the start of a language tag: ``en`` matches ``en-us`` and ``en-gb``.
        query: starts of words, in any order, each looked for in id, name, language, gender, description and tags.
        voices: where to look; the built-in ones if not given.
    """
    wanted = query.casefold().split()
    return tuple(
        voice
        for voice in (built_in_voices() if voices is None else voices)
        if engine in (ANY, voice.engine, *voice.engines)
        and _speaks(voice, language)
        and all(_says(voice, word) for word in wanted)
    )


def get_voice(voice_id: str) -> Voice:
    """The built-in voice with this id.

    Raises:
        InvalidRequest: there is none (code ``unknown_voice``); the hint names ids that look alike.
    """
    by_id = {voice.voice_id: voice for voice in built_in_voices()}
    if voice_id in by_id:
        return by_id[voice_id]
    near = _near(voice_id, by_id)
    hint = f"Did you mean {', '.join(near)}? list_voices names them all." if near else "list_voices names them all."
    raise InvalidRequest(f"There is no voice {voice_id[:80]!r}.", hint=hint, code="unknown_voice")


def _speaks(voice: Voice, language: str) -> bool:
    asked = language.casefold().replace("_", "-")
    if asked == ANY or voice.language == asked or voice.language.startswith(asked.rstrip("-") + "-"):
        return True
    # A cloned voice has a language and mostly no region: it is among those asked for by any region.
    return voice.kind == "cloned" and asked.startswith(voice.language + "-")


def _says(voice: Voice, wanted: str) -> bool:
    """Whether a word starts like this; ``male`` must not find ``female``."""
    parts = (voice.voice_id, voice.name, voice.language, voice.language_name, voice.gender, voice.description)
    text = " ".join((*parts, *voice.tags)).casefold()
    return wanted in voice.voice_id or any(word.startswith(wanted) for word in re.findall(r"[^\W_]+|\S+", text))


def _near(voice_id: str, by_id: dict[str, Voice]) -> list[str]:
    """Up to three ids that look like what was asked, by id or by the person's name."""
    asked = voice_id.strip().casefold()[:80]
    by_name = [known for known, voice in by_id.items() if asked and asked in (voice.name.casefold(), known[3:])]
    return (by_name + [known for known in difflib.get_close_matches(asked, by_id, 3, 0.6) if known not in by_name])[:3]
