"""OpenAI's names for models and voices, and what stands for them here. docs/openai.md shows these tables to people."""

from __future__ import annotations

import re

from backend.engines import ENGINES, RECOGNISER
from backend.errors import InvalidRequest, NotFound
from backend.studio import Studio

SPEAKING = ("tts-1", "tts-1-hd", "gpt-4o-mini-tts")
"""Models for which the voice's own engine speaks."""
LISTENING = ("whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-transcribe", "whisper")
"""Models for which the best Whisper that is here listens."""
GOOGLE = "google"
"""Google Speech-to-Text; among the models only where it can be used."""
VOICES = {
    "alloy": "af_alloy",
    "ash": "am_michael",
    "ballad": "bm_george",
    "cedar": "am_fenrir",
    "coral": "af_bella",
    "echo": "am_echo",
    "fable": "bm_fable",
    "marin": "af_heart",
    "nova": "af_nova",
    "onyx": "am_onyx",
    "sage": "af_sarah",
    "shimmer": "af_sky",
    "verse": "am_puck",
}
"""The voice of the same name where there is one, else one of the same kind."""
_DATE = re.compile(r"-\d{4}-\d{2}-\d{2}$")


def models(studio: Studio) -> list[str]:
    """What can be asked for now."""
    speaking = [name for name, spec in ENGINES.items() if spec.speaks and studio.engines.installed(name)]
    paid = [one["recogniser"] for one in studio.recognisers.describe() if one["available"]]
    return [*SPEAKING, *speaking, *LISTENING, *(name for name in paid if name == GOOGLE)]


def plain(model: str) -> str:
    """A model's name without the date of one of its versions."""
    return _DATE.sub("", model)


def check_model(studio: Studio, model: str) -> str:
    """The model's name, if it can be asked for.

    Raises:
        NotFound: ``model_not_found``.
    """
    known = models(studio)
    if plain(model) not in known:
        raise NotFound(
            f"There is no model {model[:80]!r} here.", hint=f"There are: {', '.join(known)}.", code="model_not_found"
        )
    return plain(model)


def speaking_engine(studio: Studio, model: str) -> str:
    """What ``generate_speech`` calls the engine of a model.

    Raises:
        NotFound: ``model_not_found``.
        InvalidRequest: ``model_does_not_speak``.
    """
    name = check_model(studio, model)
    if name in (*LISTENING, GOOGLE):
        raise InvalidRequest(
            f"{name} listens; it does not speak.",
            hint=f"Ask for {SPEAKING[0]}, or one of the studio's engines.",
            code="model_does_not_speak",
        )
    return "auto" if name in SPEAKING else name


def recogniser(studio: Studio, model: str) -> str:
    """What ``transcribe`` calls a model that listens.

    Raises:
        NotFound: ``model_not_found``.
        InvalidRequest: ``model_does_not_listen``.
    """
    name = check_model(studio, model)
    if name == GOOGLE:
        return name
    if name not in LISTENING:
        raise InvalidRequest(
            f"{name} speaks; it does not listen.", hint=f"Ask for {LISTENING[0]}.", code="model_does_not_listen"
        )
    return RECOGNISER
