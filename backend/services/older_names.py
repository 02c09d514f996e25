"""What callers of the earlier workers ask for, in today's terms, and today's answers with their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from backend import requests
from backend.errors import InvalidRequest
from backend.ids import is_id
from backend.models import JobState, Voice

_LANGUAGES = {
    "a": "en-us",
    "b": "en-gb",
    "e": "es",
    "f": "fr",
    "h": "hi",
    "i": "it",
    "j": "ja",
    "p": "pt-br",
    "z": "zh",
}
"""Kokoro's own letters for languages."""
_STATES: Mapping[JobState, str] = {
    "queued": "QUEUED",
    "running": "PROCESSING",
    "done": "COMPLETED",
    "failed": "ERROR",
    "cancelled": "CANCELLED",
}


def with_kokoro(request: requests.GenerateKokoroTts) -> requests.GenerateSpeech:
    """The request of ``generate_kokoro_tts`` in today's terms."""
    return requests.GenerateSpeech(script=request.text, voice=request.voice, speed=request.speed)


def with_f5(request: requests.GenerateF5Tts, own: Sequence[Voice]) -> requests.GenerateSpeech:
    """The request of ``generate_f5_tts`` in today's terms; ``own``: the voices that people made."""
    return requests.GenerateSpeech(
        script=request.text,
        voice=_by_name(request.voice, own),
        engine="f5",
        speed=request.speed,
        seed=request.seed,
        options={"nfe_step": request.nfe_step, "cfg_strength": request.cfg_strength},
    )


def with_chatterbox(request: requests.GenerateChatterboxTts, own: Sequence[Voice]) -> requests.GenerateSpeech:
    """The request of ``generate_chatterbox_tts`` in today's terms; ``own``: the voices that people made.

    Raises:
        InvalidRequest: ``consent_needed``, for a recording instead of a voice; ``missing_field``.
    """
    if request.sample_audio is not None or is_id(request.voice.partition(".")[0], "up"):
        raise InvalidRequest(
            "A sample recording is no voice yet.",
            hint="Save it with upload_voice, which asks for the speaker's consent, and give the voice_id you get.",
            code="consent_needed",
        )
    if not request.voice:
        raise InvalidRequest(
            "generate_chatterbox_tts needs 'voice'.", hint="list_voices tells your own.", code="missing_field"
        )
    return requests.GenerateSpeech(
        script=request.text,
        voice=_by_name(request.voice, own),
        engine="chatterbox",
        options=request.model_dump(include={"exaggeration", "cfg_weight", "temperature"}),
    )


def _by_name(voice: str, own: Sequence[Voice]) -> str:
    """The id of the voice that has this name, the earlier worker's file name for instance; else what was given."""
    wanted = _plain(voice).casefold()
    return next((each.voice_id for each in own if each.name.casefold() == wanted), voice)


def _plain(name: str) -> str:
    """A name without the ending of a file's, which the earlier worker wanted."""
    return PurePath(name).stem if name.lower().endswith((".wav", ".mp3", ".flac")) else name


def language_of(lang_code: str | None) -> str:
    """What ``list_voices`` calls the language of ``get_kokoro_voices``."""
    return "any" if lang_code is None else _LANGUAGES.get(lang_code.lower(), lang_code)


def as_voice(request: requests.Upload) -> requests.UploadVoice:
    """An ``upload`` with a ``voice_name`` in today's terms.

    Raises:
        InvalidRequest: ``consent_needed``.
    """
    if request.consent is None:
        raise InvalidRequest(
            "A voice needs the consent of whoever speaks.",
            hint='Send consent: {"basis": "own_voice|permission|licensed|synthetic", "speaker": …, "statement": …}.',
            code="consent_needed",
        )
    return requests.UploadVoice(
        audio=request.file,
        name=_plain(request.voice_name or ""),
        consent=request.consent,
        transcript=request.reference_text,
        language=request.language,
    )


def one_of(request: requests.Download | requests.Status) -> str:
    """Which of ``job_id`` and ``file_id`` a request gives.

    Raises:
        InvalidRequest: ``missing_field`` where it gives none, ``invalid_file_id`` where it gives both.
    """
    given = [name for name in ("job_id", "file_id") if getattr(request, name) is not None]
    if len(given) == 1:
        return given[0]
    raise InvalidRequest(
        "Both a job and a file are given." if given else "Neither a job nor a file is given.",
        hint="Send either job_id or file_id.",
        code="invalid_file_id" if given else "missing_field",
    )


def file_of(result: Mapping[str, Any], request: requests.Download) -> str:
    """The file_id that a ``download`` asks for among what a job made.

    Raises:
        InvalidRequest: ``no_such_output``.
    """
    narration = result.get("narration") if "video_id" in result else result
    if isinstance(narration, Mapping) and "narration_id" in narration:
        link = narration["audio"] if request.type == "audio" else narration["timings"][request.format]
        return str(link["file_id"])
    if request.type == "timing" and "timings" in result:
        return str(result["timings"][request.format]["file_id"])
    if request.type == "audio" and "file_id" in result:
        return str(result["file_id"])
    raise InvalidRequest(
        f"This job made no {request.type}.", hint="job_result tells all that it made.", code="no_such_output"
    )


def in_older_words(narration: Mapping[str, Any], job_id: str) -> dict[str, Any]:
    """A narration, also under the names that the earlier workers gave its parts."""
    return {
        **narration,
        "job_id": job_id,
        "status": _STATES["done"],
        "audio_url": narration["audio"]["url"],
        "audio_length": narration["duration"],
        "timing_urls": {kind: link["url"] for kind, link in narration["timings"].items()},
    }


def older_status(job: Mapping[str, Any]) -> dict[str, Any]:
    """How a job is, with the word that the earlier worker had for it."""
    return {**job, "status": _STATES[job["state"]]}
