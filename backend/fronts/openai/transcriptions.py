"""``POST /v1/audio/transcriptions``: a recording written down."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from pathlib import Path
from typing import Any

from anyio import CancelScope, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from backend.errors import InvalidRequest, StudioError
from backend.fronts.following import run
from backend.fronts.openai.forms import Form, read_form
from backend.fronts.openai.names import recogniser
from backend.fronts.openai.transcripts import Form as TextForm
from backend.fronts.openai.transcripts import Granularity, events, written
from backend.media.formats import SNIFFED_BYTES, sniff
from backend.models import Value
from backend.operations import Operation, validate
from backend.services.uploads import MEDIA_TYPES
from backend.storage.disk import full_disk_told
from backend.studio import Studio

LOOK_SECONDS = 0.5
"""Between looks at whether whoever asked is still there."""
_log = logging.getLogger(__name__)
_LISTS = ("timestamp_granularities", "include", "languages", "keywords", "known_speaker_names")


class TranscriptionRequest(Value):
    """Write a recording down. Beside these fields the form has ``file``."""

    model: str
    """``whisper-1`` and its successors: the best Whisper that is here; ``google`` where it can be used."""
    language: str = "auto"
    """A tag such as ``en``; left out, it is recognised."""
    response_format: TextForm = "json"
    """``verbose_json`` has times."""
    timestamp_granularities: tuple[Granularity, ...] = ()
    """Of ``verbose_json``: ``word``, ``segment`` or both."""
    stream: bool = False
    """Events instead of a body; they come when all is written down."""
    prompt: str = ""
    """Ignored."""
    temperature: float = 0.0
    """Ignored: the recogniser chooses."""
    chunking_strategy: str = ""
    """Ignored: recordings are always cut where nobody speaks."""
    include: tuple[str, ...] = ()
    """Ignored."""


OPERATION = Operation("/v1/audio/transcriptions", TranscriptionRequest, "text")


async def answer_transcription(request: Request, studio: Studio) -> Response:
    """Keep the recording for as long as it takes, write it down, and answer.

    Raises:
        StudioError: what is wrong with the form or the recording, or why it could not be written down.
    """
    with full_disk_told():
        return await _answer(request, studio)


async def _answer(request: Request, studio: Studio) -> Response:
    folder = studio.settings.uploads_folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="form-") as name:
        recording = Path(name) / "file"
        try:
            form = await read_form(request, recording, studio.settings.max_upload_bytes)
            asked = _asked(form)
            wanted = {"language": asked.language, "recogniser": recogniser(studio, asked.model)}
            transcript = await _written_down(request, studio, recording, form.file_name or "", wanted)
        except ClientDisconnect:
            return Response(status_code=499)
    answer = (
        Response(b"".join(events(transcript)), media_type="text/event-stream")
        if asked.stream
        else written(transcript, asked.response_format, asked.timestamp_granularities)
    )
    answer.headers["X-Request-Id"] = transcript["transcript_id"]
    return answer


def _asked(form: Form) -> TranscriptionRequest:
    """The fields of the form.

    Raises:
        InvalidRequest: a field is unknown, missing, out of bounds or there twice.
    """
    fields: dict[str, Any] = {}
    for name, values in form.fields.items():
        if name in _LISTS:
            fields[name] = values
        elif len(values) == 1:
            fields[name] = values[0]
        else:
            raise InvalidRequest(f"{name[:80]!r} is there twice.", hint="Send it once.", code="field_twice")
    asked = validate(OPERATION, {name: value for name, value in fields.items() if value != "" or name == "model"})
    assert isinstance(asked, TranscriptionRequest)  # noqa: S101 - the line above says so
    if asked.timestamp_granularities and asked.response_format != "verbose_json":
        raise InvalidRequest(
            "timestamp_granularities needs response_format verbose_json.",
            hint="Other formats have no place for them; srt and vtt have the times of segments by themselves.",
            code="invalid_timestamp_granularities",
        )
    return asked


async def _written_down(
    request: Request, studio: Studio, recording: Path, name: str, wanted: dict[str, str]
) -> dict[str, Any]:
    """The transcript. The recording is kept no longer than it takes.

    Raises:
        ClientDisconnect: whoever asked has hung up; the job was stopped.
        StudioError: why it failed.
    """
    kept = await to_thread.run_sync(lambda: studio.upload(recording, _with_type(name, recording)))
    working = asyncio.create_task(run(studio, "transcribe", {"media": kept["file_id"], **wanted}, _tell_nobody))
    try:
        while not working.done():
            await asyncio.wait([working], timeout=LOOK_SECONDS)
            if not working.done() and await request.is_disconnected():
                raise ClientDisconnect
    finally:
        working.cancel()
        with CancelScope(shield=True):
            await asyncio.wait([working])
            await to_thread.run_sync(_forget, studio, kept["file_id"])
    made: dict[str, Any] = working.result()
    return made


def _forget(studio: Studio, file_id: str) -> None:
    try:
        studio.call("delete_file", {"file_id": file_id})
    except StudioError as error:  # nobody loses a transcript for that
        _log.warning("A recording that was written down could not be deleted: %s", error)


async def _tell_nobody(_: float, __: str) -> None:
    """Of progress: their protocol has no word for it."""


def _with_type(name: str, recording: Path) -> str:
    """The caller's name for the recording, with the type it has where the name does not tell.

    Raises:
        MediaRejected: it is no recording.
    """
    if Path(name).suffix.lower().removeprefix(".") in MEDIA_TYPES:
        return name
    with recording.open("rb") as file:
        return f"recording.{sniff(file.read(SNIFFED_BYTES)).name}"
