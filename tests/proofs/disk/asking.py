"""What a studio is asked for while its disk is full, and how to see that all is whole afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from backend.errors import StudioError
from backend.settings import PROJECT
from backend.studio import Studio
from tests.end_to_end.conftest import leftovers
from tests.media.makers import Maker

ROOM = 400_000_000
"""Bytes with which everything works: videos want 200 MB to spare."""
QUICK = {"sizes": ["96x128"], "options": {"engine": "silence"}}
WORD = {"text": "Hi", "start": 0.0, "end": 0.4, "confidence": 1.0, "source": "engine"}
CUE = {"index": 0, "text": "Ho", "start": 0.0, "end": 0.4}
Ask = Callable[[Studio, Mapping[str, str]], Any]


def _call(operation: str, **arguments: Any) -> Ask:
    """A call; what begins with ``$`` stands for something that is there."""

    def ask(studio: Studio, there: Mapping[str, str]) -> Any:
        def filled(value: Any) -> Any:
            if isinstance(value, list):
                return [filled(one) for one in value]
            if isinstance(value, dict):
                return {name: filled(one) for name, one in value.items()}
            return there[value[1:]] if isinstance(value, str) and value.startswith("$") else value

        return studio.call(operation, filled(arguments))

    return ask


def _new_sentence(studio: Studio, there: Mapping[str, str]) -> Any:
    """Speech that no take is there of."""
    counts[0] += 1
    return studio.call("generate_speech", {"script": f"Number {counts[0]}. Twice.", "engine": "silence"})


def _new_video(studio: Studio, there: Mapping[str, str]) -> Any:
    counts[0] += 1
    return studio.call(
        "generate_captioned_video", {"script": f"Number {counts[0]}.", "background": there["clip"], **QUICK}
    )


def _new_voice(studio: Studio, there: Mapping[str, str]) -> Any:
    made = studio.call("blend_voices", {"recipe": "af_heart+am_puck", "name": "Both"})
    return studio.call("delete_voice", {"voice_id": made["voice_id"]})


counts = [0]
"""Of things that were made of a text of their own."""
ASKS: dict[str, Ask] = {
    "speech": _new_sentence,
    "captions": _call("make_captions", source=[WORD], size="96x128"),
    "captions changed": _call(
        "update_captions",
        captions_id="$captions",
        cues=[{"index": 0, "text": "Ho", "start": 0.0, "end": 0.4, "words": []}],
    ),
    "upload": lambda studio, there: studio.upload(Path(there["recording"]), "recording.wav"),
    "style": lambda studio, there: studio.call(
        "save_caption_style", {"style": {**studio.call("list_caption_styles", {})["styles"][0], "title": "Mine"}}
    ),
    "font": lambda studio, there: studio.call(
        "upload_font", {"file": studio.upload(PROJECT / "assets" / "fonts" / "Anton-Regular.ttf", "f.ttf")["file_id"]}
    ),
    "thumbnail": _call("make_thumbnail", video="$clip", text="Hi", timestamp=0.4),
    "frame": _call("extract_frame", video="$clip", timestamp=0.4),
    "look": _call("preview_captions", captions_id="$captions", time=0.1, background="$clip"),
    "measure": _call("get_audio_info", audio="$recorded", measure=True),
    "sheet": _call("make_contact_sheet", video="$clip", columns=2, rows=1, width=320),
    "animation": _call("make_animation", video="$clip", seconds=0.4, width=64),
    "preview": _call("preview_video", script="Hi.", background="$clip", width=96, **QUICK),
    "copied": _call("merge_videos", videos=["$clip", "$clip"]),
    "merged": _call("merge_videos", videos=["$clip", "$clip"], transition="fade", background_music="$recorded"),
    "overlay": _call("add_colorkey_overlay", video="$clip", overlay="$clip", color="blue"),
    "video": _new_video,
}


def prepare(studio: Studio, maker: Maker) -> dict[str, str]:
    """What calls name: files, captions."""
    clip, recording = maker.clip(size="96x128"), maker.tone()
    captions = studio.call("make_captions", {"source": [WORD], "size": "96x128"})
    return {
        "clip": str(studio.upload(clip, "clip.mp4")["file_id"]),
        "recorded": str(studio.upload(recording, "tone.wav")["file_id"]),
        "recording": str(recording),
        "captions": str(captions["captions_id"]),
    }


def refused(studio: Studio, there: Mapping[str, str], ask: Ask) -> bool:
    """Whether it was refused, which it is as `disk_full` only; else it was done."""
    try:
        ask(studio, there)
    except StudioError as error:
        assert error.code == "disk_full", f"{error.code}: {error}"
        assert error.message and error.hint
        return True
    return False


def check_whole(studio: Studio, folders: tuple[Path, ...] = ()) -> None:
    """Nothing is unfinished, everything that is listed can be opened, and the database is as it should be."""
    home = studio.settings.home
    assert leftovers(home) == []
    unfinished = [
        path
        for folder in (home, *folders)
        for path in folder.rglob("*")
        if path.name.endswith((".part", ".new")) or ".new" in path.name or path.name.startswith(("new-", ".new"))
    ]
    assert unfinished == []
    for item in studio.library(1000):
        assert studio.open_item(item["kind"], item["id"])
    for file in studio.call("list_files", {})["files"]:
        assert studio.local_file(file["file_id"]).stat().st_size == file["bytes"]


def check_database(path: Path) -> None:
    """Read it from end to end."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def room_goes_meanwhile(patch: pytest.MonkeyPatch) -> None:
    """From now on the look at the room before a render finds enough, whatever there is."""
    patch.setattr("backend.video.rendering.room._SPARE_BYTES", -(10**15))
