"""What a request for videos says: what is to be heard, how its captions lie, which files and captions it names."""

from __future__ import annotations

from pydantic import ValidationError

from backend.errors import InvalidRequest
from backend.ids import is_file_id
from backend.models import CaptionLayout
from backend.requests import GenerateCaptionedVideo, GenerateSpeech


def check_source(request: GenerateCaptionedVideo) -> None:
    """Refuse a request for anything but one thing to be heard.

    Raises:
        InvalidRequest: ``invalid_source`` or ``script_empty``.
    """
    given = [bool(request.script), request.narration_id is not None, request.audio is not None]
    if sum(given) != 1:
        raise InvalidRequest(
            "Give one of: script, narration_id, audio." if any(given) else "There is no script to speak.",
            hint="A script is spoken; a narration_id or a recording is used as it is.",
            code="invalid_source" if any(given) else "script_empty",
        )
    if request.script and request.captions_id is not None:
        raise InvalidRequest(
            "A script that is still to be spoken cannot have captions already.",
            hint="Give captions_id with the narration_id or the recording they were made of.",
            code="invalid_source",
        )


def layout_of(request: GenerateCaptionedVideo) -> CaptionLayout:
    """The caption layout among the options."""
    try:
        return CaptionLayout.model_validate(request.options.get("layout", {}))
    except ValidationError as error:
        raise InvalidRequest(
            f"options.layout: {error.errors()[0]['msg']}.",
            hint=f"It takes {', '.join(CaptionLayout.model_fields)}.",
            code="invalid_options",
        ) from error


def speech_request(request: GenerateCaptionedVideo) -> GenerateSpeech:
    """The speaking part of the request.

    Raises:
        InvalidRequest: an option that is unknown or out of bounds.
    """
    options = {name: value for name, value in request.options.items() if name != "layout"}
    known = {"speed", "seed", "loudness", "language", "engine", "verify", "options"}
    if unknown := sorted(options.keys() - known):
        raise InvalidRequest(
            f"options has no {unknown[0]!r}.",
            hint=f"It takes layout, {', '.join(sorted(known))}.",
            code="invalid_options",
        )
    try:
        return GenerateSpeech.model_validate({"script": request.script, "voice": request.voice, **options})
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidRequest(
            f"options.{first['loc'][0]}: {first['msg']}.", hint="See generate_speech.", code="invalid_options"
        ) from error


def captions_of(request: GenerateCaptionedVideo) -> tuple[str, ...]:
    """The captions that were named."""
    given = request.captions_id
    return (given,) if isinstance(given, str) else given or ()


def files_of(request: GenerateCaptionedVideo) -> list[str]:
    """The file_ids among the inputs of a request."""
    background = (request.background,) if isinstance(request.background, str) else request.background or ()
    return [name for name in (*background, request.music, request.audio) if name is not None and is_file_id(name)]
