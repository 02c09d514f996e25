"""Pictures that are made of videos, as callers get them."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from backend.errors import InvalidRequest, MediaRejected
from backend.media.ffmpeg import Ffmpeg
from backend.settings import Settings
from backend.studio import Studio
from tests.media.makers import Maker

Json = dict[str, Any]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with Studio(Settings(home=tmp_path_factory.mktemp("pictures"), hub_offline=True)) as studio:
        studio.start()
        yield studio


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory, ffmpeg: Ffmpeg) -> Maker:
    return Maker(tmp_path_factory.mktemp("media"), ffmpeg)


@pytest.fixture(scope="module")
def video(studio: Studio, make: Maker) -> str:
    """Three seconds of green, 320x180, with a tone."""
    tone = ("-f", "lavfi", "-i", "sine=d=3:r=48000", "-c:a", "aac", "-pix_fmt", "yuv420p")
    path = make.media("green.mp4", "-f", "lavfi", "-i", "color=0x208040:s=320x180:r=30:d=3", *tone)
    return str(studio.upload(path, "green.mp4")["file_id"])


def picture(studio: Studio, link: Json) -> Image.Image:
    return Image.open(BytesIO(studio.local_file(link["file_id"]).read_bytes()))


def written(image: Image.Image) -> np.ndarray:
    """Where something else than the green is."""
    return np.asarray(np.abs(np.asarray(image.convert("RGB")).astype(int) - [0x20, 0x80, 0x40]).max(axis=2) > 40)


def test_a_thumbnail_has_its_words_on_the_frame(studio: Studio, video: str) -> None:
    plain = studio.call("make_thumbnail", {"video": video})
    assert plain["name"] == "thumbnail.jpg" and plain["media_type"] == "image/jpeg"
    assert picture(studio, plain).size == (320, 180)
    assert written(picture(studio, plain)).sum() == 0
    said = studio.call("make_thumbnail", {"video": video, "text": "Never paint\nthe door", "size": "640x360"})
    marks = written(picture(studio, said))
    assert marks.shape == (360, 640) and 0.01 < marks.mean() < 0.6
    assert not marks[:, :10].any() and not marks[:, -10:].any(), "words stay inside"


def test_words_stand_where_the_layout_says(studio: Studio, video: str) -> None:
    heights = []
    for position in ("top", "bottom"):
        asked = {"video": video, "text": "Look", "size": "360x640", "layout": {"position": position}}
        heights.append(np.nonzero(written(picture(studio, studio.call("make_thumbnail", asked))))[0].mean())
    assert heights[0] < 320 < heights[1]


def test_text_cannot_become_a_tag(studio: Studio, video: str) -> None:
    asked = {"video": video, "text": r"{\p1}m 0 0 l 999 0 999 999{\p0}\N%{pts}", "style": "clean_two_line"}
    assert written(picture(studio, studio.call("make_thumbnail", asked))).mean() < 0.5


@pytest.mark.parametrize("size", ["0x0", "99999x2", "big", "101x101"])
def test_a_size_that_is_none_is_refused(studio: Studio, video: str, size: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        studio.call("make_thumbnail", {"video": video, "size": size})
    assert refused.value.code == "invalid_size"


@pytest.mark.parametrize(
    ("operation", "arguments", "name", "kind"),
    [
        ("make_contact_sheet", {"columns": 2, "rows": 2, "width": 400}, "sheet.jpg", "JPEG"),
        ("make_animation", {"seconds": 0.5, "width": 120}, "moving.gif", "GIF"),
        ("make_animation", {"seconds": 0.5, "width": 120, "animation_format": "webp"}, "moving.webp", "WEBP"),
    ],
    ids=["sheet", "gif", "webp"],
)
def test_sheets_and_moving_pictures_are_jobs_with_a_file(
    studio: Studio, video: str, operation: str, arguments: Json, name: str, kind: str
) -> None:
    asked = {"video": video, **arguments}
    made = studio.call(operation, asked)
    assert made["name"] == name and picture(studio, made).format == kind
    assert studio.call("download_file", {"file_id": made["file_id"]})["name"] == name
    told = studio.call("estimate", {"operation": operation, "arguments": asked})
    assert told["seconds"] is not None and told["warnings"] == []


def test_what_has_no_moving_picture_is_refused_before_anything_is_queued(studio: Studio, make: Maker) -> None:
    sound = studio.upload(make.tone(), "tone.wav")["file_id"]
    still = studio.upload(make.picture(), "still.png")["file_id"]
    for operation in ("make_contact_sheet", "make_animation"):
        with pytest.raises(MediaRejected):
            studio.call(operation, {"video": sound})
        with pytest.raises(InvalidRequest) as refused:
            studio.call(operation, {"video": still})
        assert refused.value.code == "not_a_video"
        estimate = studio.call("estimate", {"operation": operation, "arguments": {"video": still}})
        assert "nothing in it moves" in estimate["warnings"][0]


def test_what_a_file_is_is_told_with_its_sound_and_its_loudness_if_asked(
    studio: Studio, make: Maker, video: str
) -> None:
    told = studio.call("get_video_info", {"video": video})
    assert (told["width"], told["height"], told["aspect_ratio"], told["codec"]) == (320, 180, "16:9", "h264")
    assert told["frames"] == 90 and told["container"] == "mp4" and told["rotation"] == 0 and told["hdr"] is None
    assert told["audio"]["codec"] == "aac" and told["audio"]["sample_rate"] == 48_000
    assert "loudness" not in studio.call("get_audio_info", {"audio": video})
    tone = studio.upload(make.tone("full.wav", seconds=3, rate=48_000, level=0.5), "full.wav")["file_id"]
    heard = studio.call("get_audio_info", {"audio": tone, "measure": True})
    assert heard["true_peak"] == pytest.approx(-6.0, abs=0.2) and -12 < heard["loudness"] < -7
