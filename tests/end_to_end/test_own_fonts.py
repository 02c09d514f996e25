"""Fonts of people's own: checked, listed, named by styles, drawn in the frame, and gone without breaking anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from backend.captions import CaptionStyle
from backend.errors import StudioError
from backend.requests import UploadFont
from backend.services import fonts
from backend.services.fonts import Fonts
from backend.services.scratch import Scratch
from backend.storage.artifacts import Artifacts
from backend.storage.links import LinkSigner
from backend.storage.memory import MemoryStore
from backend.studio import Studio
from tests.end_to_end.conftest import leftovers
from tests.end_to_end.own_voices import bring
from tests.media.font_maker import make_font

SQUARES: dict[str, Any] = {
    "title": "Squares",
    "size": 0.1,
    "highlight": "none",
    "color": "#00FF00",
    "rules": {"max_characters": 16, "max_lines": 1, "max_words": 4},
}
UPLOAD = "up_00000000000000000000000000"
WORDS = [{"text": "abc", "start": 0.0, "end": 1.0}]


@pytest.fixture
def font(studio: Studio, tmp_path: Path) -> Iterator[str]:
    """A font of squares, gone afterwards."""
    file = bring(studio, make_font(tmp_path / "squares.ttf", family="{\\p1}Squares\u202e"))
    font_id = str(studio.call("upload_font", {"file": file, "title": "My squares"})["font_id"])
    yield font_id
    if any(each.get("font_id") == font_id for each in listed(studio)):
        studio.call("delete_font", {"font_id": font_id})


def listed(studio: Studio) -> list[dict[str, Any]]:
    return list(studio.call("list_fonts", {})["fonts"])


def refused(studio: Studio, operation: str, **arguments: Any) -> StudioError:
    with pytest.raises(StudioError) as error:
        studio.call(operation, arguments)
    return error.value


def green(studio: Studio, captions_id: str) -> np.ndarray:
    """Where a preview in black is green, as (row, column)."""
    wanted = {"captions_id": captions_id, "time": 0.5, "background": "#000000"}
    picture = studio.local_file(studio.call("preview_captions", wanted)["file_id"])
    seen: np.ndarray = np.asarray(Image.open(picture).convert("RGB"))[:, :, 1] > 128
    return seen


def test_an_own_font_is_listed_after_the_bundled_ones_with_what_it_covers(studio: Studio, font: str) -> None:
    mine = listed(studio)[-1]
    assert (mine["family"], mine["title"], mine["own"], mine["fallback"]) == (font, "My squares", True, False)
    assert mine["characters"] == 34
    assert mine["scripts"] == []
    assert mine["embedding"] == "installable"
    assert all(not each["own"] for each in listed(studio)[:-1])
    assert leftovers(studio.settings.home) == []


def test_a_font_without_a_title_is_called_what_it_calls_itself_cleaned(studio: Studio, tmp_path: Path) -> None:
    file = bring(studio, make_font(tmp_path / "odd.ttf", family="Od\u202ed\n name" + "x" * 100))
    made = studio.call("upload_font", {"file": file})
    assert made["title"] == ("Odd name" + "x" * 100)[:60]
    studio.call("delete_font", {"font_id": made["font_id"]})


def test_a_style_in_an_own_font_is_drawn_in_it(studio: Studio, font: str) -> None:
    """Three squares of 0.7 em, each 0.8 em from the next."""
    style = studio.call("save_caption_style", {"style": {**SQUARES, "font": font}})["name"]
    made = studio.call("make_captions", {"source": WORDS, "style": style, "size": "1000x1000"})
    assert made["warnings"] == []
    seen = green(studio, made["captions_id"])
    em = 1000 * 0.1 * 0.92
    across = np.diff(np.concatenate([[0], seen.any(axis=0).astype(int), [0]]))
    starts, ends = (across == 1).nonzero()[0], (across == -1).nonzero()[0]
    assert len(starts) == 3
    assert ends - starts == pytest.approx(0.7 * em, abs=1.5)
    assert np.diff(starts) == pytest.approx(0.8 * em, abs=1.5)
    rows = seen.any(axis=1).nonzero()[0]
    assert rows.max() - rows.min() + 1 == pytest.approx(0.7 * em, abs=1.5)
    assert seen[rows.min() + 2 : rows.max() - 2, starts[0] + 2 : ends[0] - 2].all()


def test_the_file_names_the_font_by_its_id_and_a_missing_character_is_told(studio: Studio, font: str) -> None:
    words = [{"text": "abZ", "start": 0.0, "end": 1.0}, {"text": "ꦲ", "start": 1.0, "end": 2.0}]
    made = studio.call("make_captions", {"source": words, "style": {**SQUARES, "font": font}, "size": "500x500"})
    drawn = studio.local_file(made["files"]["ass"]["file_id"]).read_text(encoding="utf-8")
    assert f"Style: Text,{font}," in drawn
    assert "Squares" not in drawn
    assert "{\\fnNoto Sans Bold" in drawn  # the Z, which the font lacks
    (warning,) = made["warnings"]
    assert "No font can draw: ꦲ" in warning


def test_captions_in_a_deleted_font_are_drawn_in_a_bundled_one_and_say_so(studio: Studio, font: str) -> None:
    made = studio.call("make_captions", {"source": WORDS, "style": {**SQUARES, "font": font}, "size": "500x500"})
    before = green(studio, made["captions_id"])
    assert studio.call("delete_font", {"font_id": font})["deleted"]
    after = green(studio, made["captions_id"])
    assert after.any()
    assert (before != after).any()
    changed = studio.call("update_captions", {"captions_id": made["captions_id"], "layout": {"max_words": 1}})
    assert "font is not there any more" in changed["warnings"][0]
    assert refused(studio, "delete_font", font_id=font).code == "font_not_found"
    assert refused(studio, "save_caption_style", style={**SQUARES, "font": font}).code == "unknown_font"


def test_a_video_is_burned_in_the_font(studio: Studio, font: str) -> None:
    asked = {
        "script": "abc abc",
        "options": {"engine": "silence"},
        "captions_style": {**SQUARES, "font": font},
        "background": "#000000",
        "sizes": ["320x320"],
    }
    made = studio.call("generate_captioned_video", asked)
    video = made["videos"][0]["file"]["file_id"]
    frame = studio.local_file(studio.call("extract_frame", {"video": video, "timestamp": 0.3})["file_id"])
    seen = np.asarray(Image.open(frame).convert("RGB"))[:, :, 1] > 128
    rows, columns = seen.any(axis=1).nonzero()[0], seen.any(axis=0).nonzero()[0]
    inside = seen[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert inside.mean() > 0.7  # squares and little else


def test_a_font_can_be_brought_in_no_other_form(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "text.ttf").write_text("not a font")
    with pytest.raises(StudioError) as error:
        bring(studio, tmp_path / "text.ttf")
    assert error.value.code == "not_a_font"
    (tmp_path / "words.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello.\n")
    assert refused(studio, "upload_font", file=bring(studio, tmp_path / "words.srt")).code == "not_a_font"
    assert refused(studio, "upload_font", file="font_x").code == "file_not_found"
    assert refused(studio, "save_caption_style", style={**SQUARES, "font": "../../x"}).code == "invalid_style"
    assert leftovers(studio.settings.home) == []


def test_there_is_a_most_of_fonts(studio: Studio, font: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "MAX_FONTS", 1)
    assert refused(studio, "upload_font", file=bring(studio, make_font(tmp_path / "b.ttf"))).code == "too_many_fonts"


def test_a_font_in_a_store_elsewhere_is_fetched_once_and_its_copy_goes_with_it(tmp_path: Path) -> None:
    store, copies = MemoryStore(), tmp_path / "copies"
    artifacts = Artifacts(store, LinkSigner(tmp_path, "http://studio.test"))
    scratch = Scratch(tmp_path / "work")
    kept = Fonts(artifacts, scratch, copies)
    source = make_font(tmp_path / "font.ttf")
    artifacts.publish(UPLOAD, 1, {"file.ttf": source}, {"name": "font.ttf", "file": "file.ttf"})
    font_id = kept.add(UploadFont(file=f"{UPLOAD}.1.file.ttf"))["font_id"]
    style = CaptionStyle.model_validate({**SQUARES, "font": font_id})
    first, second = kept.dress(style).font_file, kept.dress(style).font_file
    assert first == second == copies / f"{font_id}.otf"
    assert {file.name for file in kept.folder(kept.dress(style), tmp_path).iterdir()} >= {
        "font.otf",
        "Anton-Regular.ttf",
    }
    artifacts.delete(font_id)  # on another machine
    assert kept.dress(style).font_file is None
    assert list(copies.iterdir()) == []
    scratch.close()
