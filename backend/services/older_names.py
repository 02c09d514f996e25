"""What callers of the earlier workers ask for, as today's ``generate_speech``."""

from __future__ import annotations

from backend import requests
from backend.errors import InvalidRequest
from backend.ids import is_id


def with_f5(request: requests.GenerateF5Tts) -> requests.GenerateSpeech:
    """The request of ``generate_f5_tts`` in today's terms."""
    return requests.GenerateSpeech(
        script=request.text,
        voice=request.voice,
        engine="f5",
        speed=request.speed,
        seed=request.seed,
        options={"nfe_step": request.nfe_step, "cfg_strength": request.cfg_strength},
    )


def with_chatterbox(request: requests.GenerateChatterboxTts) -> requests.GenerateSpeech:
    """The request of ``generate_chatterbox_tts`` in today's terms.

    Raises:
        InvalidRequest: ``consent_needed``, for a recording instead of a voice.
    """
    if is_id(request.voice.partition(".")[0], "up"):
        raise InvalidRequest(
            "A sample recording is no voice yet.",
            hint="Save it with upload_voice, which asks for the speaker's consent, and give the voice_id you get.",
            code="consent_needed",
        )
    return requests.GenerateSpeech(
        script=request.text,
        voice=request.voice,
        engine="chatterbox",
        options=request.model_dump(include={"exaggeration", "cfg_weight", "temperature"}),
    )
