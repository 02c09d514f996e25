"""Bad input is refused or handled by rule: with code, message and hint, nothing queued, nothing left behind."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from backend.errors import StudioError
from backend.studio import Studio
from tests.end_to_end.conftest import kept_files, leftovers

SPEECH = "generate_speech"
VIDEO = "generate_captioned_video"


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    (SPEECH, {"script": ""}, "script_empty"),
    (SPEECH, {"script": " \n\t "}, "script_empty"),
    (SPEECH, {"script": "a" * 100_000}, "script_too_long"),
    (SPEECH, {"script": "\U0001f600 \U0001f680"}, "script_nothing_to_say"),
    (SPEECH, {"script": "... !!! ---"}, "script_nothing_to_say"),
    (SPEECH, {"script": "\x00\x00"}, "script_empty"),
    (SPEECH, {"script": "Hello \ud800 there."}, "invalid_script"),
    (SPEECH, {"script": "One [pause soon] two."}, "script_markup"),
    (SPEECH, {"script": "One [speed 0] two."}, "script_markup"),
    (SPEECH, {"script": "[voice nobody] Hi."}, "unknown_voice"),
    (SPEECH, {"script": 7}, "invalid_script"),
    (SPEECH, {"script": "Hi.", "voice": "af_hart"}, "unknown_voice"),
    (SPEECH, {"script": "Hi.", "voice": "../../etc/passwd"}, "unknown_voice"),
    (SPEECH, {"script": "Hi.", "engine": "warp"}, "unknown_engine"),
    (SPEECH, {"script": "Hi.", "audio_format": "aiff"}, "invalid_audio_format"),
    (SPEECH, {"script": "Hi.", "speed": 0}, "invalid_speed"),
    (SPEECH, {"script": "Hi.", "speed": -1}, "invalid_speed"),
    (SPEECH, {"script": "Hi.", "speed": math.nan}, "invalid_speed"),
    (SPEECH, {"script": "Hi.", "loudness": math.inf}, "invalid_loudness"),
    (SPEECH, {"script": "Hi.", "seed": -5}, "invalid_seed"),
    (SPEECH, {"script": "Hi.", "options": {"warp": 9}}, "invalid_options"),
    (SPEECH, {"script": "Hi.", "volume": 3}, "unknown_field"),
    (SPEECH, {}, "missing_field"),
    (VIDEO, {}, "script_empty"),
    (VIDEO, {"script": "Hi.", "sizes": ["1x1"]}, "invalid_size"),
    (VIDEO, {"script": "Hi.", "sizes": ["20000x20000"]}, "invalid_size"),
    (VIDEO, {"script": "Hi.", "sizes": ["2x100000"]}, "invalid_size"),
    (VIDEO, {"script": "Hi.", "sizes": ["tall"]}, "invalid_size"),
    (VIDEO, {"script": "Hi.", "sizes": ["101x101"]}, "invalid_size"),
    (VIDEO, {"script": "Hi.", "sizes": []}, "invalid_sizes"),
    (VIDEO, {"script": "Hi.", "captions_style": "glitter"}, "unknown_style"),
    (VIDEO, {"script": "Hi.", "background": "/etc/passwd"}, "invalid_background"),
    (VIDEO, {"script": "Hi.", "background": "grean"}, "invalid_background"),
    (VIDEO, {"script": "Hi.", "background": "#12345"}, "invalid_background"),
    (VIDEO, {"script": "Hi.", "background": "red,movie=/etc/passwd"}, "invalid_background"),
    ("merge_videos", {"videos": ["up_00000000000000000000000000.1.file.mp4"], "size": "2x100000"}, "invalid_size"),
    (VIDEO, {"script": "Hi.", "background": "up_00000000000000000000000000.1.file.png"}, "file_not_found"),
    (VIDEO, {"script": "Hi.", "music_volume": -1}, "invalid_music_volume"),
    (VIDEO, {"script": "Hi.", "narration_id": "nar_x"}, "invalid_source"),
    (VIDEO, {"narration_id": "../secret.key"}, "narration_not_found"),
    ("make_captions", {"source": "nothing"}, "invalid_source"),
    ("get_narration", {"narration_id": "nar_00000000000000000000000000"}, "narration_not_found"),
    ("job_status", {"job_id": "../jobs.db"}, "job_not_found"),
    ("download_file", {"file_id": "../../secret.key"}, "file_not_found"),
    ("submit_job", {"operation": "list_voices"}, "not_a_long_operation"),
    ("submit_job", {"operation": SPEECH, "arguments": {"script": ""}}, "script_empty"),
    ("warp", {}, "unknown_operation"),
]


@pytest.mark.parametrize(("operation", "arguments", "code"), REFUSED)
def test_request_is_refused_before_anything_is_queued(
    studio: Studio, operation: str, arguments: dict[str, Any], code: str
) -> None:
    before = studio.call("list_jobs", {"limit": 1000})["jobs"]
    with pytest.raises(StudioError) as refused:
        studio.call(operation, arguments)
    error = refused.value.to_dict()
    assert error["code"] == code, error
    assert error["message"]
    assert error["hint"]
    assert studio.call("list_jobs", {"limit": 1000})["jobs"] == before
    assert leftovers(studio.settings.home) == []


def _picture(path: Path, width: int = 64, height: int = 64) -> Path:
    Image.fromarray(np.full((height, width, 3), 90, np.uint8)).save(path)
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.png", b"this is only text, not a picture at all"),
        ("playlist.mp4", b"#EXTM3U\n#EXTINF:2,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"),
        ("concat.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n"),
        ("empty.mp4", b""),
        ("noise.mp4", bytes(range(256)) * 64),
    ],
)
def test_file_that_is_not_what_it_says_is_refused(studio: Studio, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    before = kept_files(studio)
    with pytest.raises(StudioError) as refused:
        studio.upload(path, name)
    assert refused.value.hint
    assert kept_files(studio) == before


@pytest.mark.parametrize(
    "name", ['it\'s "quoted".png', "line\nbreak.png", "../../up.png", "-rf.png", "a:b;c%d.png", "…🎬.png"]
)
def test_any_file_name_is_only_ever_text(studio: Studio, tmp_path: Path, name: str) -> None:
    link = studio.upload(_picture(tmp_path / "picture.png"), name)
    assert "/" not in link["name"] and "\n" not in link["name"]
    made = studio.call(VIDEO, {"script": "Hi.", "background": link["file_id"], "sizes": ["96x128"]})
    assert made["videos"][0]["size"] == "96x128"
    assert studio.call("delete_file", {"file_id": link["file_id"]}) == {"deleted": True}


def test_odd_picture_fills_the_frame(studio: Studio, tmp_path: Path) -> None:
    link = studio.upload(_picture(tmp_path / "odd.png", 101, 57), "odd.png")
    made = studio.call(VIDEO, {"script": "Hi.", "background": link["file_id"], "sizes": ["96x128"], "fit": "blur"})
    info = studio.call("get_video_info", {"video": made["videos"][0]["file"]["file_id"]})
    assert (info["width"], info["height"]) == (96, 128)
