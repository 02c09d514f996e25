"""The routes below /v1 that OpenAI's clients call: speech, transcriptions, models and voices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anyio import to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.errors import StudioError
from backend.fronts.openai.answers import answer_error
from backend.fronts.openai.names import VOICES, check_model, models
from backend.fronts.openai.speech import answer_speech
from backend.fronts.openai.transcriptions import answer_transcription
from backend.studio import Studio

StudioOf = Callable[[Request], Studio]
"""The studio as whoever sent a request may see it."""
_MADE = 1767225600
"""Unix seconds that every model says it was made at: clients want some, and none of ours has any."""


def openai_app(studio_of: StudioOf) -> Starlette:
    """What is mounted at /v1."""

    async def speech(request: Request) -> Response:
        return await answer_speech(request, studio_of(request))

    async def transcriptions(request: Request) -> Response:
        return await answer_transcription(request, studio_of(request))

    def list_models(request: Request) -> Response:
        known = models(studio_of(request))
        return JSONResponse({"object": "list", "data": [_model(name) for name in known]})

    def one_model(request: Request) -> Response:
        return JSONResponse(_model(check_model(studio_of(request), request.path_params["model"])))

    async def voices(request: Request) -> Response:
        found = await to_thread.run_sync(studio_of(request).call, "list_voices", {})
        return JSONResponse({"voices": [*map(_voice, found["voices"]), *_their_voices()]})

    routes = [
        Route("/audio/speech", speech, methods=["POST"]),
        Route("/audio/transcriptions", transcriptions, methods=["POST"]),
        Route("/audio/voices", voices),
        Route("/models", list_models),
        Route("/models/{model}", one_model),
    ]
    answers = {kind: answer_error for kind in (StudioError, HTTPException, Exception)}
    return Starlette(routes=routes, exception_handlers=answers)


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": _MADE, "owned_by": "voicereel"}


def _voice(voice: dict[str, Any]) -> dict[str, Any]:
    fields = ("name", "kind", "engine", "language", "gender", "description", "available")
    return {"id": voice["voice_id"], "object": "audio.voice", **{field: voice[field] for field in fields}}


def _their_voices() -> list[dict[str, Any]]:
    """OpenAI's names, each with the voice that speaks for it."""
    return [
        {"id": name, "object": "audio.voice", "name": name.title(), "voice_id": ours} for name, ours in VOICES.items()
    ]
