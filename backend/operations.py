"""The operations: one literal table that every front is drawn from.

To add one: write its request type in ``requests/``, its method in ``operating/`` and its line here. The page's public
API, the command line and the API reference follow; a test walks the table and checks that all of it fits together.
"""

from __future__ import annotations

import ast
import difflib
import functools
import hashlib
import inspect
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ValidationError

from backend import models, requests
from backend.errors import InvalidRequest

Queue = Literal["gpu", "cpu", "render"]
"""``gpu`` is for jobs of ``cpu`` and ``render`` that a graphics card makes faster, while somebody serves it."""


@dataclass(frozen=True)
class Operation:
    """One thing the studio does."""

    name: str
    """What callers call it; also the method's name in Studio."""
    request: type[models.Value]
    """Its parameters, in order, with defaults and bounds."""
    result: str
    """What comes back, in a few words."""
    queue: Queue | None = None
    """The queue of a long operation; null for one that answers at once."""
    media: tuple[str, ...] = ()
    """Parameters that take an uploaded file, a file_id, on the command line a path, or where allowed an address."""

    @property
    def summary(self) -> str:
        """First line of the request type's docstring."""
        return (self.request.__doc__ or "").strip().splitlines()[0]

    @property
    def older(self) -> bool:
        """Whether it is there for callers of earlier programs; its request type's docstring says so."""
        return "older name of" in (self.request.__doc__ or "")

    def about(self, field: str) -> str:
        """What a field's type says of it, or else the docstring below it."""
        written = (_written().get(kind.__name__, {}).get(field) for kind in self.request.__mro__)
        return self.request.model_fields[field].description or next(filter(None, written), "")


@functools.cache
def _written() -> dict[str, dict[str, str]]:
    """The docstrings below the fields of all request types: class -> field -> text.

    Read here in one go; pydantic's own way reads the source again for each class, a tenth of a second at every start.
    """
    files = sorted(Path(requests.__file__).parent.glob("*.py"))
    written = [node for file in files for node in ast.parse(file.read_text("utf-8")).body]
    classes = [node for node in written if isinstance(node, ast.ClassDef)]
    return {node.name: dict(_fields_of(node)) for node in classes}


def _fields_of(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in pairwise(node.body):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            yield field.target.id, inspect.cleandoc(str(below.value.value))


_OLDER_NARRATION = "narration, with job_id, audio_url, audio_length and timing_urls"

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation("generate_speech", requests.GenerateSpeech, "narration", queue="cpu"),
        Operation("convert_voice", requests.ConvertVoice, "file", queue="cpu", media=("media",)),
        Operation(
            "transcribe", requests.Transcribe, "text, language, words, segments, timings", queue="cpu", media=("media",)
        ),
        Operation(
            "align_script", requests.AlignScript, "duration, words, differences, timings", queue="cpu", media=("media",)
        ),
        Operation("regenerate_sentence", requests.RegenerateSentence, "narration, next version", queue="cpu"),
        Operation("get_narration", requests.GetNarration, "narration"),
        Operation("list_narrations", requests.ListNarrations, "narrations, newest first"),
        Operation("delete_narration", requests.DeleteNarration, "deleted files"),
        Operation("list_voices", requests.ListVoices, "voices"),
        Operation("check_voice", requests.CheckVoice, "quality report", queue="cpu", media=("audio",)),
        Operation("upload_voice", requests.UploadVoice, "voice", queue="cpu", media=("audio",)),
        Operation("update_voice", requests.UpdateVoice, "voice"),
        Operation("delete_voice", requests.DeleteVoice, "report of every copy removed"),
        Operation("blend_voices", requests.BlendVoices, "voice", queue="cpu"),
        Operation("export_voice", requests.ExportVoice, "file (zip)"),
        Operation("import_voice", requests.ImportVoice, "voice", media=("file",)),
        Operation("convert_transcript", requests.ConvertTranscript, "the text", media=("file",)),
        Operation("make_captions", requests.MakeCaptions, "captions", media=("source",)),
        Operation("update_captions", requests.UpdateCaptions, "captions, next version"),
        Operation(
            "realign_captions", requests.RealignCaptions, "captions, next version", queue="cpu", media=("media",)
        ),
        Operation("preview_captions", requests.PreviewCaptions, "image, or a short clip", media=("background",)),
        Operation("list_caption_styles", requests.ListCaptionStyles, "styles"),
        Operation("save_caption_style", requests.SaveCaptionStyle, "style", media=("style",)),
        Operation("delete_caption_style", requests.DeleteCaptionStyle, "deleted files"),
        Operation("list_fonts", requests.ListFonts, "fonts"),
        Operation("upload_font", requests.UploadFont, "font", media=("file",)),
        Operation("delete_font", requests.DeleteFont, "deleted files"),
        Operation(
            "generate_captioned_video",
            requests.GenerateCaptionedVideo,
            "videos (one a size), narration, captions",
            queue="render",
            media=("background", "music", "audio"),
        ),
        Operation(
            "preview_video",
            requests.PreviewVideo,
            "picture, clip, time, duration, guessed",
            media=("background", "music", "audio"),
        ),
        Operation("merge_videos", requests.MergeVideos, "file", queue="render", media=("videos", "background_music")),
        Operation(
            "add_colorkey_overlay", requests.AddColorkeyOverlay, "file", queue="render", media=("video", "overlay")
        ),
        Operation(
            "preview_colorkey_overlay",
            requests.PreviewColorkeyOverlay,
            "picture, color (of the screen)",
            media=("video", "overlay"),
        ),
        Operation("extract_frame", requests.ExtractFrame, "file (jpeg)", media=("video",)),
        Operation("make_thumbnail", requests.MakeThumbnail, "file (jpeg)", media=("video",)),
        Operation("make_contact_sheet", requests.MakeContactSheet, "file (jpeg)", queue="render", media=("video",)),
        Operation("make_animation", requests.MakeAnimation, "file (gif or webp)", queue="render", media=("video",)),
        Operation(
            "get_video_info", requests.VideoInfo, "duration, width, height, fps, aspect_ratio, codec", media=("video",)
        ),
        Operation(
            "get_audio_info", requests.AudioMedia, "duration, channels, sample_rate, codec, bitrate", media=("audio",)
        ),
        Operation("upload_file", requests.UploadFile, "file", media=("file",)),
        Operation("download_file", requests.DownloadFile, "file, with a fresh link"),
        Operation("delete_file", requests.DeleteFile, "whether it was deleted"),
        Operation("file_status", requests.FileStatus, "ready or not_found"),
        Operation("list_files", requests.ListFiles, "files, newest first"),
        Operation("share", requests.Share, "share_id and url of the page"),
        Operation("unshare", requests.Unshare, "whether there was such a page"),
        Operation("make_again", requests.MakeAgain, "the result it describes", queue="cpu", media=("manifest",)),
        Operation("estimate", requests.Estimate, "seconds, disk_bytes, cost, warnings"),
        Operation("submit_job", requests.SubmitJob, "job_id"),
        Operation("job_status", requests.AskJob, "state, progress, message, times, error"),
        Operation("job_result", requests.FetchJob, "the operation's result"),
        Operation("cancel_job", requests.CancelJob, "state"),
        Operation("list_jobs", requests.ListJobs, "jobs, newest first"),
        Operation("install_engine", requests.InstallEngine, "the engine, with its sizes and warnings", queue="cpu"),
        Operation("system_status", requests.SystemStatus, "engines, ffmpeg, storage, database, disk, warnings"),
        Operation("storage_usage", requests.StorageUsage, "bytes by kind, and what could be freed"),
        Operation("free_storage", requests.FreeStorage, "how much was deleted"),
        Operation("check_library", requests.CheckLibrary, "problems, and which were mended", queue="cpu"),
        # What callers of the earlier workers ask for; see services/older_names.py.
        Operation("generate_kokoro_tts", requests.GenerateKokoroTts, _OLDER_NARRATION, queue="cpu"),
        Operation("generate_f5_tts", requests.GenerateF5Tts, _OLDER_NARRATION, queue="cpu"),
        Operation(
            "generate_chatterbox_tts",
            requests.GenerateChatterboxTts,
            _OLDER_NARRATION,
            queue="cpu",
            media=("sample_audio",),
        ),
        Operation("get_kokoro_voices", requests.GetKokoroVoices, "voices, total_count"),
        Operation("upload", requests.Upload, "file, or voice", queue="cpu", media=("file",)),
        Operation("download", requests.Download, "file, with a fresh link"),
        Operation("delete", requests.Delete, "whether it was deleted"),
        Operation("status", requests.Status, "status in the older words; of a job also what job_status tells"),
        Operation("result", requests.Result, "the operation's result"),
    )
}


def read_queues(text: str) -> tuple[Queue, ...] | None:
    """Names of queues, parted by commas; none at all for ``none``, and None for an empty text: whoever asks decides.

    Raises:
        InvalidRequest: ``unknown_queue``.
    """
    names = [name for name in (part.strip().lower() for part in text.split(",")) if name]
    if names == ["none"]:
        return ()
    if unknown := sorted(set(names) - set(get_args(Queue))):
        raise InvalidRequest(
            f"There is no queue {unknown[0][:40]!r}.",
            hint=f"Name some of {', '.join(get_args(Queue))}, parted by commas.",
            code="unknown_queue",
        )
    return tuple(queue for queue in get_args(Queue) if queue in names) or None


@functools.cache
def understanding() -> str:
    """Differs between studios that do not take the same operations with the same fields."""
    fields = {name: sorted(operation.request.model_fields) for name, operation in OPERATIONS.items()}
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()[:12]


def find_operation(name: str) -> Operation:
    """The operation of this name.

    Raises:
        InvalidRequest: ``unknown_operation``, with near names in the hint.
    """
    operation = OPERATIONS.get(name)
    if operation is None:
        near = difflib.get_close_matches(str(name), OPERATIONS, n=3)
        hint = f"Did you mean {', '.join(near)}?" if near else f"There are: {', '.join(OPERATIONS)}."
        raise InvalidRequest(f"There is no operation {str(name)[:80]!r}.", hint=hint, code="unknown_operation")
    return operation


def validate(operation: Operation, arguments: Mapping[str, Any]) -> BaseModel:
    """The arguments as the operation's request type.

    Raises:
        InvalidRequest: a field is missing, unknown or out of bounds; the message names it.
    """
    if not isinstance(arguments, Mapping):
        raise InvalidRequest("The arguments must be a JSON object.", hint='Send {"name": value, …}.')
    _refuse_half_characters(operation, arguments)
    try:
        request = operation.request.model_validate(dict(arguments))
    except ValidationError as error:
        raise _translate(operation, error) from error
    _refuse_endless_numbers(arguments)
    return request


def _refuse_half_characters(operation: Operation, arguments: Mapping[str, Any]) -> None:
    """Lone surrogates are no text: they cannot be written to a file, a database or an answer."""
    for name, value in arguments.items():
        known = name in operation.request.model_fields
        try:
            json.dumps([name, value], ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError as error:
            raise InvalidRequest(
                f"{ascii(name)[1:-1][:120]} holds half a character (a lone surrogate).",
                hint="Send the text as UTF-8; the character was cut in two on its way.",
                code=f"invalid_{name}" if known else "unknown_field",
            ) from error


def _refuse_endless_numbers(arguments: Mapping[str, Any]) -> None:
    """JSON, as which a job is written down, has no infinite numbers: the worker would be asked for something else."""
    for name, value in arguments.items():
        try:
            json.dumps(value, default=str, allow_nan=False)
        except ValueError as error:
            raise InvalidRequest(
                f"{name} holds a number that is none, or that is infinite.",
                hint="Send finite numbers.",
                code=f"invalid_{name}",
            ) from error


def _translate(operation: Operation, error: ValidationError) -> InvalidRequest:
    first = error.errors(include_url=False, include_context=False)[0]
    field = str(first["loc"][0]) if first["loc"] else "arguments"
    place = ".".join(str(part) for part in first["loc"])[:120] or "arguments"
    if first["type"] == "extra_forbidden":
        return _wrong_name(operation, place, "unknown_field")
    if first["type"] == "missing":
        return _wrong_name(operation, place, "missing_field")
    return InvalidRequest(
        f"{place}: {first['msg'].removeprefix('Value error, ')}.",
        hint=f"See {operation.name} in the API reference for what {field!r} can be.",
        code=f"invalid_{field}",
    )


def check_names(operation: Operation, names: Collection[str]) -> None:
    """Look at the names of fields alone, for a front that cannot send values on if these are wrong.

    Raises:
        InvalidRequest: ``unknown_field`` or ``missing_field``.
    """
    fields = operation.request.model_fields
    for name in names:
        if name not in fields:
            raise _wrong_name(operation, str(name)[:120], "unknown_field")
    for name, field in fields.items():
        if field.is_required() and name not in names:
            raise _wrong_name(operation, name, "missing_field")


def _wrong_name(operation: Operation, name: str, code: Literal["unknown_field", "missing_field"]) -> InvalidRequest:
    said = "has no field" if code == "unknown_field" else "needs"
    fields = ", ".join(operation.request.model_fields) or "no fields"
    return InvalidRequest(f"{operation.name} {said} {name!r}.", hint=f"It takes {fields}.", code=code)
