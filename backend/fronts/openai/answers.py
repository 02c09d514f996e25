"""Errors as OpenAI's clients expect them, so that each raises its own kind of exception."""

from __future__ import annotations

import logging
from typing import Any

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from backend.errors import Cancelled, InvalidRequest, NotAllowed, NotFound, QuotaExceeded, StoreUnavailable, StudioError
from backend.fronts.bounds import later

_log = logging.getLogger(__name__)
_KINDS: tuple[tuple[type[StudioError], int], ...] = (
    (NotFound, 404),
    (QuotaExceeded, 429),
    (NotAllowed, 403),
    (InvalidRequest, 400),
    (Cancelled, 409),
    (StoreUnavailable, 503),
)
_CODES = {
    "file_too_large": 413,
    "request_too_large": 413,
    "method_not_allowed": 405,
    "studio_closed": 503,
    "disk_full": 507,
}
_PARAMETERS = {
    "voice_of_another_engine": "model",
    "engine_not_installed": "model",
    "unknown_engine": "model",
    "unknown_language": "language",
    "language_not_understood": "language",
    "no_audio": "file",
    "file_empty": "file",
    "not_media": "file",
    "playlist_refused": "file",
}
"""The field that an error's code is about, where it does not begin with its name."""
_BEGINNINGS = {
    "script_": "input",
    "media_": "file",
    "voice_": "voice",
    "unknown_voice": "voice",
    "invalid_recipe": "voice",
    "model_": "model",
    "speed_": "speed",
    "file_": "file",
}


def refusal(error: StudioError) -> JSONResponse:
    """``{"error": {"message", "type", "param", "code", "hint"}}`` with the status of this kind of error."""
    status = status_of(error)
    # Their clients send again whatever ended with 409 or 500; what cannot be spoken would be tried three times.
    again = status == 503 or error.code == "too_many_jobs"
    headers = {"X-Should-Retry": "true" if again else "false", **later(error)}
    return JSONResponse({"error": described(error)}, status_code=status, headers=headers)


def described(error: StudioError) -> dict[str, Any]:
    """The error in OpenAI's fields and ours. Most programs show the message alone, so the hint is in it, too."""
    kind = "server_error" if status_of(error) >= 500 else "invalid_request_error"
    return {"message": str(error), "type": kind, "param": _parameter(error), "code": error.code, "hint": error.hint}


def status_of(error: StudioError) -> int:
    """The HTTP status."""
    by_kind = next((status for kind, status in _KINDS if isinstance(error, kind)), 500)
    return _CODES.get(error.code, by_kind)


def _parameter(error: StudioError) -> str | None:
    """The field that the error is about, if it is about one."""
    if isinstance(error.__cause__, ValidationError):
        place = error.__cause__.errors(include_url=False, include_context=False)[0]["loc"]
        return str(place[0]) if place else None
    known = {**_BEGINNINGS, "invalid_": error.code.removeprefix("invalid_")}
    by_start = next((field for start, field in known.items() if error.code.startswith(start)), None)
    return _PARAMETERS.get(error.code, by_start)


async def answer_error(_: Request, error: Exception) -> JSONResponse:
    """What an application answers to an exception: ours, Starlette's, or one that nobody foresaw."""
    if isinstance(error, StudioError):
        return refusal(error)
    if isinstance(error, HTTPException):
        return refusal(_unknown(error))
    return refusal(StudioError("Something went wrong inside the studio.", hint="Its log says what."))


def _unknown(error: HTTPException) -> StudioError:
    if error.status_code == 404:
        hint = "There are audio/speech, audio/transcriptions, audio/voices and models below /v1."
        return NotFound("There is nothing at this address.", hint=hint, code="unknown_url")
    hint = "audio/speech and audio/transcriptions take POST, the others GET."
    return InvalidRequest("This address does not answer to that.", hint=hint, code="method_not_allowed")
