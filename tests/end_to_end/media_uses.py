"""All that is done with a file that somebody brought, and what it needs for that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from backend.errors import StudioError
from backend.ids import StoredFile, new_id
from backend.studio import Studio

Call = Callable[[str], dict[str, Any]]
QUICK = {"sizes": ["96x128"], "options": {"engine": "silence"}}
USES: dict[str, tuple[str, str, Call]] = {
    "background": ("generate_captioned_video", "picture", lambda file: {"script": "Hi.", "background": file, **QUICK}),
    "music": ("generate_captioned_video", "sound", lambda file: {"script": "Hi.", "music": file, **QUICK}),
    "narration": ("generate_captioned_video", "sound", lambda file: {"audio": file, "sizes": ["96x128"]}),
    "merging": ("merge_videos", "picture", lambda file: {"videos": [file, file], "transition": "fade"}),
    "music of a merge": ("merge_videos", "sound", lambda file: {"videos": ["good"], "background_music": file}),
    "overlay": ("add_colorkey_overlay", "picture", lambda file: {"video": "good", "overlay": file}),
    "overlaid": ("add_colorkey_overlay", "picture", lambda file: {"video": file, "overlay": "good", "color": "blue"}),
    "look": ("preview_captions", "picture", lambda file: {"captions_id": "captions", "time": 0.1, "background": file}),
    "look at a video": (
        "preview_video",
        "picture",
        lambda file: {"script": "Hi.", "background": file, "width": 96, **QUICK},
    ),
    "logo": (
        "generate_captioned_video",
        "picture",
        lambda file: {
            "script": "Hi.",
            "sizes": ["96x128"],
            "options": {"engine": "silence", "layers": [{"kind": "image", "file": file}]},
        },
    ),
    "thumbnail": ("make_thumbnail", "picture", lambda file: {"video": file, "text": "Hi", "timestamp": 0.4}),
    "sheet": ("make_contact_sheet", "picture", lambda file: {"video": file, "columns": 2, "rows": 1, "width": 320}),
    "animation": ("make_animation", "picture", lambda file: {"video": file, "seconds": 0.4, "width": 64}),
    "frame": ("extract_frame", "picture", lambda file: {"video": file, "timestamp": 0.4}),
    "video info": ("get_video_info", "picture", lambda file: {"video": file}),
    "audio info": ("get_audio_info", "sound", lambda file: {"audio": file}),
    "measured": ("get_audio_info", "sound", lambda file: {"audio": file, "measure": True}),
    "coach": ("check_voice", "sound", lambda file: {"audio": file}),
    "transcript": ("transcribe", "sound", lambda file: {"media": file}),
    "alignment": ("align_script", "sound", lambda file: {"media": file, "script": "Hello there."}),
}
"""Operation, what the file has to hold, arguments; several uses of one operation are told apart by their first word."""
SLOW = ("transcript", "alignment", "narration", "coach")
"""What listens."""


def kept(studio: Studio, path: Path) -> str:
    """The id of a file that lies in the store, whatever it is."""
    file = StoredFile(new_id("up"), 1, f"file{path.suffix}")
    facts = {"name": path.name, "file": file.name, "sha256": "0" * 64}
    studio.artifacts.publish(file.owner, 1, {file.name: path}, facts)
    return file.file_id


def arguments_of(use: str, file_id: str, captions_id: str, good: str) -> tuple[str, dict[str, Any]]:
    operation, _, call = USES[use]
    arguments = {name: good if value == "good" else value for name, value in call(file_id).items()}
    if "captions_id" in arguments:
        arguments["captions_id"] = captions_id
    if arguments.get("videos") == ["good"]:
        arguments["videos"] = [good]
    return operation, arguments


def refusal(studio: Studio, operation: str, arguments: dict[str, Any]) -> StudioError | None:
    try:
        studio.call(operation, arguments)
    except StudioError as error:
        return error
    return None
