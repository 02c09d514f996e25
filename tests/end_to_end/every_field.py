"""Values that are wrong somewhere, for every field of every operation, and what a right call is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from backend.operations import OPERATIONS
from tests.end_to_end.own_voices import CONSENT

NOBODYS = "00000000000000000000000000"
FILE = f"up_{NOBODYS}.1.file.wav"
SUBTITLES, VIDEO, ARCHIVE, FONT = (f"up_{NOBODYS}.1.file.{kind}" for kind in ("srt", "mp4", "zip", "ttf"))
NARRATION, CAPTIONS, VOICE, JOB, STYLE, OWN_FONT = (
    f"{kind}_{NOBODYS}" for kind in ("nar", "cap", "voice", "job", "sty", "font")
)
RIGHT: Mapping[str, dict[str, Any]] = {
    "generate_speech": {"script": "Hi.", "engine": "silence"},
    "convert_voice": {"media": FILE, "voice": VOICE},
    "transcribe": {"media": FILE},
    "align_script": {"media": FILE, "script": "Hi."},
    "regenerate_sentence": {"narration_id": NARRATION, "index": 0},
    "get_narration": {"narration_id": NARRATION},
    "list_narrations": {},
    "delete_narration": {"narration_id": NARRATION},
    "list_voices": {},
    "check_voice": {"audio": FILE},
    "upload_voice": {"audio": FILE, "name": "Anna", "consent": CONSENT},
    "update_voice": {"voice_id": VOICE},
    "delete_voice": {"voice_id": VOICE},
    "blend_voices": {"recipe": "af_heart+am_puck", "name": "Both"},
    "export_voice": {"voice_id": VOICE},
    "import_voice": {"file": ARCHIVE},
    "convert_transcript": {"file": SUBTITLES},
    "make_captions": {"source": NARRATION},
    "update_captions": {"captions_id": CAPTIONS},
    "realign_captions": {"captions_id": CAPTIONS},
    "preview_captions": {"captions_id": CAPTIONS, "time": 0.0},
    "list_caption_styles": {},
    "save_caption_style": {"style": {"title": "Mine", "font": "Anton"}},
    "delete_caption_style": {"style_id": STYLE},
    "list_fonts": {},
    "upload_font": {"file": FONT},
    "delete_font": {"font_id": OWN_FONT},
    "generate_captioned_video": {"script": "Hi.", "sizes": ["96x128"], "options": {"engine": "silence"}},
    "preview_video": {"script": "Hi.", "sizes": ["96x128"], "options": {"engine": "silence"}},
    "merge_videos": {"videos": [VIDEO, VIDEO]},
    "add_colorkey_overlay": {"video": VIDEO, "overlay": VIDEO},
    "preview_colorkey_overlay": {"video": VIDEO, "overlay": VIDEO},
    "extract_frame": {"video": VIDEO},
    "make_thumbnail": {"video": VIDEO},
    "make_contact_sheet": {"video": VIDEO},
    "make_animation": {"video": VIDEO},
    "get_video_info": {"video": VIDEO},
    "get_audio_info": {"audio": FILE},
    "upload_file": {"file": FILE},
    "download_file": {"file_id": FILE},
    "delete_file": {"file_id": FILE},
    "file_status": {"file_id": FILE},
    "list_files": {},
    "share": {"file_id": FILE},
    "unshare": {"share_id": "x"},
    "make_again": {"manifest": NARRATION},
    "estimate": {"operation": "generate_speech", "arguments": {"script": "Hi.", "engine": "silence"}},
    "submit_job": {"operation": "generate_speech", "arguments": {"script": "Hi.", "engine": "silence"}},
    "job_status": {"job_id": JOB},
    "job_result": {"job_id": JOB},
    "cancel_job": {"job_id": JOB},
    "list_jobs": {},
    "install_engine": {"engine": "nothing"},
    "system_status": {},
    "storage_usage": {},
    "free_storage": {"kind": "previews", "dry_run": True},
    "check_library": {},
    "generate_kokoro_tts": {"text": "Hi."},
    "generate_f5_tts": {"text": "Hi.", "voice": "nobody"},
    "generate_chatterbox_tts": {"text": "Hi.", "voice": "nobody"},
    "get_kokoro_voices": {},
    "upload": {"file": FILE},
    "download": {"file_id": FILE},
    "delete": {"file_id": FILE},
    "status": {"file_id": FILE},
    "result": {"job_id": JOB},
}
"""A call of each operation with nothing wrong but ids that name nothing, on an empty studio."""

_HUGE = "a" * 300_000
_DEEP: Any = []
for _ in range(400):
    _DEEP = [_DEEP]
WRONG: Mapping[str, Any] = {
    "null": None,
    "true": True,
    "whole number": 7,
    "negative": -1,
    "huge number": 10**40,
    "huge float": 1e308,
    "NaN": math.nan,
    "infinite": -math.inf,
    "empty text": "",
    "blanks": " \t\n",
    "NUL": "a\0b",
    "half a character": "a\ud800",
    "right to left": "\u202egnp.exe",
    "path": "../../../../etc/passwd",
    "percent path": "..%2f..%2fsecret.key",
    "windows path": "C:\\Windows\\win.ini",
    "url": "http://127.0.0.1:1/x.wav",
    "file url": "file:///etc/passwd",
    "markup": "<script>alert(1)</script>{\\p1}%(x)s{x}$(id)`id`';--",
    "huge text": _HUGE,
    "empty list": [],
    "list": [1, None, "x"],
    "many": ["x"] * 20_000,
    "deep": _DEEP,
    "empty object": {},
    "object": {"path": "/etc/passwd", "x": [1]},
    "consent": {**CONSENT, "basis": "own_voice\0"},
}


def wrong_calls(operation: str, known: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Calls with one thing wrong each (for some fields a value above is right), and what that is.

    Args:
        known: ids that name something, to be put for those that name nothing.
    """
    right = {
        name: known.get(value, value) if isinstance(value, str) else value for name, value in RIGHT[operation].items()
    }
    fields = OPERATIONS[operation].request.model_fields
    for field in fields:
        for what, value in WRONG.items():
            yield f"{field}: {what}", {**right, field: value}
    for field in right:
        yield f"{field} is missing", {name: value for name, value in right.items() if name != field}
    for unknown in ("warp", "", "__class__", "self", "\ud800", "x" * 100_000):
        yield f"unknown {unknown[:10]!a}", {**right, unknown: 1}
