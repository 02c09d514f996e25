"""What a request for videos says: what is to be heard, how its captions lie, which files and captions it names."""

from __future__ import annotations

from pydantic import ValidationError

from backend.compositions import SPEECH_OPTIONS, VideoOptions
from backend.errors import InvalidRequest
from backend.ids import is_file_id
from backend.layers import ImageLayer
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


def options_of(request: GenerateCaptionedVideo) -> VideoOptions:
    """The options, checked.

    Raises:
        InvalidRequest: ``invalid_options``: one that is unknown or out of bounds.
    """
    try:
        return VideoOptions.model_validate(request.options)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise InvalidRequest(
                f"options has no {place[:80]!r}.",
                hint=f"It takes {', '.join(sorted(VideoOptions.model_fields))}.",
                code="invalid_options",
            ) from error
        raise InvalidRequest(
            f"options.{place[:80]}: {first['msg']}.", hint="See docs/api.md.", code="invalid_options"
        ) from error


def speech_request(request: GenerateCaptionedVideo) -> GenerateSpeech:
    """The speaking part of the request.

    Raises:
        InvalidRequest: ``invalid_options``.
    """
    asked = options_of(request).model_dump(include=set(SPEECH_OPTIONS))
    return GenerateSpeech(script=request.script, voice=request.voice, **asked)


def captions_of(request: GenerateCaptionedVideo) -> tuple[str, ...]:
    """The captions that were named."""
    given = request.captions_id
    return (given,) if isinstance(given, str) else given or ()


def files_of(request: GenerateCaptionedVideo) -> list[str]:
    """The file_ids among the inputs of a request."""
    background = (request.background,) if isinstance(request.background, str) else request.background or ()
    layers = [layer.file for layer in options_of(request).layers if isinstance(layer, ImageLayer)]
    names = (*background, request.music, request.audio, *layers)
    return [name for name in names if name is not None and is_file_id(name)]
