"""What the API reference shows of each operation besides its parameters: an example, and the errors of its own.

To add an operation's: an entry here, after those whose results its example uses. Every example is run, in this order
and in every form, by ``make test-reference``; tests also see to it that no operation and no error code is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Made:
    """A value out of an earlier example's result, shown in capitals as what it is: ``NARRATION_ID``."""

    operation: str
    path: str
    """Keys and indexes, parted by points."""

    @property
    def shown(self) -> str:
        return self.path.rpartition(".")[2].upper()


@dataclass(frozen=True)
class Sample:
    """A file of the caller's."""

    name: str


@dataclass(frozen=True)
class Entry:
    """What is shown of one operation."""

    arguments: Mapping[str, Any] = field(default_factory=dict)
    """Of the example: JSON values, `Made` and `Sample`."""
    errors: tuple[str, ...] = ()
    """Codes of its own, besides `GENERAL`, what is wrong with a field, and for a long one `WORKING`."""


_VOICE = ("unknown_voice", "voice_not_found", "voice_unavailable", "engine_not_installed", "unknown_engine")
_SCRIPT = ("script_empty", "script_too_long", "script_nothing_to_say", "script_markup")
_SPEECH = (*_SCRIPT, *_VOICE, "voice_of_another_engine", "reference_needed", "unknown_language", "language_not_cloned")
_MEDIA = (
    *("file_not_found", "not_media", "no_content", "playlist_refused", "media_damaged", "media_truncated"),
    *("media_too_long", "media_too_large", "media_timeout"),
)
_SOUND = (*_MEDIA, "no_audio")
_PICTURE = (*_MEDIA, "no_video")
_WATCHED = (*_PICTURE, "no_audio")
_BROUGHT = ("subtitles_bad_time", "subtitles_unreadable", "subtitles_empty", "subtitles_too_large")
_SIZES = (
    "invalid_size",
    "unknown_style",
    "invalid_style",
)
_RECORDING = (*_SOUND, "invalid_cut", "silence", "transcript_needed", "transcript_mismatch", "no_speech")
_BUNDLE = ("bundle_refused", "bundle_damaged", "bundle_too_large", "bundle_unreadable")
_KEPT = ("file_not_found", "file_type_refused", "file_too_large", "file_empty", "not_media", "not_text", "not_a_zip")
_JOB = ("job_not_found",)

_STYLE = {"title": "Mine", "font": "Anton", "size": 0.1, "highlight": "pop", "rules": {"max_words": 4}}

GENERAL = {
    "unknown_operation": "There is no operation of this name; the hint names near ones.",
    "missing_field": "A field without a default was not sent.",
    "unknown_field": "The operation has no such field; the hint names those it has.",
    "invalid_FIELD": "The field's value is of the wrong type or out of bounds, such as `invalid_speed`.",
    "disk_full": "There is no room left where the studio keeps things.",
    "store_…": "The store refuses or cannot be reached; `python -m backend doctor` says more.",
    "store_quota": "This key keeps as much as it may.",
    "database_…": "The jobs database cannot be used.",
    "studio_closed": "The studio is ending; ask again when it is back.",
    "internal_error": "A fault of the studio's own; its log says what.",
}
"""What any operation may answer."""

WORKING = {
    "cancelled": "Somebody stopped it.",
    "too_many_jobs": "So many of this key's jobs wait or run already that no more are taken.",
    "no_worker": "There is no process to do it; it waits in its queue.",
    "crash_loop": "It ended the studio several times and is not tried again.",
    "job_outdated": "It was submitted to another version and cannot go on.",
    "worker_outdated": "No worker knows what another version of the studio accepted; upgrade the workers.",
    "engine_…": "An engine could not be loaded (`engine_load_failed`), failed at this (`engine_request_failed`, "
    "`engine_out_of_memory`), is in use (`engine_busy`) or ended (`engine_died`).",
    "weights_…": "Model files cannot be had (`weights_unavailable`) or are others (`weights_wrong_hash`).",
    "google_…": "Google's recogniser is off, refused or did not answer (`recogniser_off`, `recogniser_failed`): "
    "[what to do](google.md#what-can-be-wrong).",
    "ffmpeg_missing": "There is no ffmpeg.",
    "manifest_damaged": "The record of a result cannot be read; `check_library` tells what to do.",
    "media_failed": "ffmpeg refused, or made something else than planned (`render_incomplete`, `stitch_failed`, "
    "`output_too_large`).",
}
"""What any long operation may answer as well."""

AT_THE_DOOR = {
    "key_needed": "401: no key was sent.",
    "key_wrong": "401: not a key of this studio.",
    "too_many_attempts": "429: wait a minute.",
    "foreign_origin": "403: another site's page sent this with a person's session.",
    "request_too_large": "413: a body is too large.",
    "url_inputs_off": "An address is given for a file, and this studio fetches none: `STUDIO_ALLOW_URL_INPUTS`.",
    "address_refused": "An address is not https, not public, or at another port than 443 ([which](webhooks.md)).",
    "address_failed": "An address did not answer, or not as it should (`host_not_found`: there is none of that name).",
    "too_many_fetches": "Several files are being fetched already; ask again in a moment.",
    "not_uploaded": "A file is named that was not sent to this studio.",
    "link_expired": "403: the link to a file has ended; `download_file` makes a fresh one.",
    "no_such_door": "404: nothing is served at this path.",
    "link_invalid": "403: the link to a file was changed.",
    "operation_missing": "RunPod: the input names no operation.",
    "invalid_json": "400, or on the command line: what was sent is no JSON object, or not of the right values.",
}
"""What is answered before an operation is reached."""

ENTRIES: dict[str, Entry] = {
    "system_status": Entry(),
    "install_engine": Entry({"engine": "kokoro"}, ("unknown_engine", "engine_not_built", "not_allowed")),
    "list_voices": Entry({"language": "en-gb"}),
    "generate_speech": Entry({"script": "The fog came up.", "voice": "bf_emma"}, _SPEECH),
    "make_again": Entry(
        {"manifest": Made("generate_speech", "narration_id")},
        (*_SPEECH, "invalid_manifest", "not_made_here", "file_not_found", "narration_not_found", "input_missing"),
    ),
    "estimate": Entry({"operation": "generate_speech", "arguments": {"script": "The fog came up."}}),
    "get_narration": Entry({"narration_id": Made("generate_speech", "narration_id")}, ("narration_not_found",)),
    "list_narrations": Entry({"limit": 5}),
    "regenerate_sentence": Entry(
        {"narration_id": Made("generate_speech", "narration_id"), "index": 0, "text": "The fog went down."},
        ("narration_not_found", "sentence_index", *_SPEECH),
    ),
    "transcribe": Entry(
        {"media": Sample("recording.wav")},
        (*_SOUND, "google_not_configured", "language_not_understood", "unknown_language"),
    ),
    "align_script": Entry(
        {"media": Made("generate_speech", "audio.file_id"), "script": "The fog came up."},
        (*_SCRIPT, *_SOUND, "no_speech", "script_not_said", "language_not_aligned", "unknown_language"),
    ),
    "make_captions": Entry(
        {"source": Made("generate_speech", "narration_id"), "style": "bold_pop", "size": "540x960"},
        (
            "invalid_source",
            "narration_not_found",
            "file_not_found",
            *_SIZES,
            *_BROUGHT,
            "invalid_time",
            "too_many_cues",
        ),
    ),
    "update_captions": Entry(
        {"captions_id": Made("make_captions", "captions_id"), "layout": {"max_words": 3}},
        ("captions_not_found", "unknown_style", "invalid_style", "invalid_time", "too_many_cues"),
    ),
    "realign_captions": Entry(
        {"captions_id": Made("make_captions", "captions_id"), "first": 0, "last": 0},
        ("captions_not_found", "no_such_caption", "bad_range", "no_sound", "no_speech", "captions_changed", *_SOUND),
    ),
    "preview_captions": Entry(
        {"captions_id": Made("make_captions", "captions_id"), "time": 0.5},
        ("captions_not_found", "invalid_background", "unknown_colour", *_PICTURE),
    ),
    "list_caption_styles": Entry(),
    "save_caption_style": Entry(
        {"style": _STYLE},
        ("invalid_style", "unknown_font", "too_many_styles", "style_not_found", "file_not_found"),
    ),
    "delete_caption_style": Entry({"style_id": Made("save_caption_style", "style_id")}, ("style_not_found",)),
    "list_fonts": Entry(),
    "upload_font": Entry(
        {"file": Sample("font.ttf"), "title": "Headline"},
        (
            *("file_not_found", "not_a_font", "font_collection", "font_damaged", "font_too_complex"),
            *("font_has_no_outlines", "font_has_no_characters", "file_too_large", "too_many_fonts"),
            *("sanitizer_missing", "store_quota"),
        ),
    ),
    "delete_font": Entry({"font_id": Made("upload_font", "font_id")}, ("font_not_found",)),
    "generate_captioned_video": Entry(
        {"script": "The fog came up.", "background": Sample("harbour.jpg"), "sizes": ["360x640"]},
        (
            *_SPEECH,
            "invalid_source",
            "narration_not_found",
            "captions_not_found",
            *_SIZES,
            "unknown_colour",
            "invalid_shots",
            "invalid_layers",
            *_WATCHED,
        ),
    ),
    "preview_video": Entry(
        {
            "narration_id": Made("generate_speech", "narration_id"),
            "background": Sample("harbour.jpg"),
            "size": "360x640",
            "time": 0.5,
        },
        (
            *_SPEECH,
            "invalid_source",
            "narration_not_found",
            "captions_not_found",
            *_SIZES,
            "unknown_colour",
            "invalid_shots",
            "invalid_layers",
            *_WATCHED,
        ),
    ),
    "merge_videos": Entry(
        {
            "videos": [
                Made("generate_captioned_video", "videos.0.file.file_id"),
                Made("generate_captioned_video", "videos.0.file.file_id"),
            ],
            "transition": "dissolve",
        },
        ("not_a_video", "transition_too_long", "video_too_large", *_WATCHED),
    ),
    "add_colorkey_overlay": Entry(
        {
            "video": Made("generate_captioned_video", "videos.0.file.file_id"),
            "overlay": Made("generate_captioned_video", "videos.0.file.file_id"),
            "color": "#304050",
        },
        ("unknown_colour", "not_a_video", "video_too_large", *_WATCHED),
    ),
    "preview_colorkey_overlay": Entry(
        {
            "video": Made("generate_captioned_video", "videos.0.file.file_id"),
            "overlay": Made("generate_captioned_video", "videos.0.file.file_id"),
            "color": "#304050",
            "time": 0.5,
        },
        ("unknown_colour", "not_a_video", *_PICTURE),
    ),
    "extract_frame": Entry(
        {"video": Made("generate_captioned_video", "videos.0.file.file_id"), "timestamp": 0.5}, _PICTURE
    ),
    "make_thumbnail": Entry(
        {"video": Made("generate_captioned_video", "videos.0.file.file_id"), "text": "One rule", "timestamp": 0.5},
        (*_PICTURE, *_SIZES),
    ),
    "make_contact_sheet": Entry(
        {"video": Made("generate_captioned_video", "videos.0.file.file_id"), "columns": 3, "rows": 2},
        (*_PICTURE, "not_a_video"),
    ),
    "make_animation": Entry(
        {"video": Made("generate_captioned_video", "videos.0.file.file_id"), "seconds": 2, "width": 240},
        (*_PICTURE, "not_a_video"),
    ),
    "get_video_info": Entry({"video": Made("generate_captioned_video", "videos.0.file.file_id")}, _PICTURE),
    "get_audio_info": Entry({"audio": Sample("recording.wav"), "measure": True}, _SOUND),
    "share": Entry(
        {"file_id": Made("generate_captioned_video", "videos.0.file.file_id"), "days": 7},
        ("file_not_found", "not_shareable", "share_needs_address"),
    ),
    "unshare": Entry({"share_id": Made("share", "share_id")}),
    "upload_file": Entry({"file": Sample("recording.wav")}, _KEPT),
    "file_status": Entry({"file_id": Made("upload_file", "file_id")}),
    "download_file": Entry({"file_id": Made("upload_file", "file_id")}, ("file_not_found",)),
    "list_files": Entry({"prefix": "recording", "limit": 5}),
    "delete_file": Entry({"file_id": Made("upload_file", "file_id")}, ("file_not_found", "file_in_result")),
    "convert_transcript": Entry(
        {"file": Sample("words.srt")},
        ("file_not_found", "not_a_transcript", "transcript_empty", "transcript_too_large", "transcript_unreadable"),
    ),
    "check_voice": Entry({"audio": Sample("recording.wav"), "transcript": ""}, _RECORDING),
    "upload_voice": Entry(
        {
            "audio": Sample("recording.wav"),
            "name": "George",
            "consent": {"basis": "synthetic", "speaker": "Nobody", "statement": "Made by a machine."},
        },
        (*_RECORDING, "invalid_transcript", "voice_exists"),
    ),
    "update_voice": Entry(
        {"voice_id": Made("upload_voice", "voice_id"), "tags": ["calm"]},
        ("voice_not_found", "voice_busy", "voice_damaged", "invalid_transcript", "transcript_mismatch"),
    ),
    "export_voice": Entry({"voice_id": Made("upload_voice", "voice_id")}, ("voice_not_found", "voice_damaged")),
    "convert_voice": Entry(
        {"media": Sample("recording.wav"), "voice": Made("upload_voice", "voice_id")},
        (*_SOUND, *_VOICE, "voice_without_reference"),
    ),
    "blend_voices": Entry({"recipe": "af_heart(2)+am_puck(1)", "name": "Warm"}, ("unknown_voice", "voice_exists")),
    "submit_job": Entry(
        {"operation": "generate_speech", "arguments": {"script": "The tide went out."}},
        ("not_a_long_operation", "idempotency_conflict", "webhooks_off", "address_refused", "host_not_found"),
    ),
    "job_status": Entry({"job_id": Made("submit_job", "job_id")}, _JOB),
    "job_result": Entry({"job_id": Made("submit_job", "job_id")}, (*_JOB, "job_not_finished")),
    "cancel_job": Entry({"job_id": Made("submit_job", "job_id")}, _JOB),
    "list_jobs": Entry({"state": "done", "limit": 5}),
    "storage_usage": Entry(),
    "free_storage": Entry({"kind": "previews", "older_than_days": 7, "dry_run": True}),
    "check_library": Entry({"repair": False}),
    "generate_kokoro_tts": Entry({"text": "The fog came up.", "voice": "bf_emma"}, (*_SCRIPT, *_VOICE)),
    "generate_f5_tts": Entry({"text": "The fog came up.", "voice": Made("upload_voice", "voice_id")}, _SPEECH),
    "generate_chatterbox_tts": Entry(
        {"text": "The fog came up.", "voice": Made("upload_voice", "voice_id")},
        (*_SPEECH, "consent_needed"),
    ),
    "get_kokoro_voices": Entry({"lang_code": "en-gb"}),
    "upload": Entry({"file": Sample("recording.wav")}, (*_KEPT, *_RECORDING, "consent_needed", "voice_exists")),
    "download": Entry(
        {"job_id": Made("submit_job", "job_id"), "type": "timing", "format": "srt"},
        (*_JOB, "job_not_finished", "no_such_output", "file_not_found"),
    ),
    "status": Entry({"job_id": Made("submit_job", "job_id")}, _JOB),
    "result": Entry({"job_id": Made("submit_job", "job_id")}, (*_JOB, "job_not_finished")),
    "delete": Entry({"file_id": Made("upload", "file_id")}, ("file_not_found", "file_in_result")),
    "delete_voice": Entry({"voice_id": Made("upload_voice", "voice_id")}, ("voice_not_found", "voice_busy")),
    "import_voice": Entry({"file": Sample("voice.zip")}, ("file_not_found", *_BUNDLE, "voice_exists")),
    "delete_narration": Entry({"narration_id": Made("generate_speech", "narration_id")}, ("narration_not_found",)),
}
"""In the order in which the examples run."""
