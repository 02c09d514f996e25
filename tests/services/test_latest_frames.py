"""Whoever watches a render's job is told of its latest frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from backend.ids import new_id
from backend.services import latest_frames
from backend.services.latest_frames import LatestFrames
from backend.settings import Settings
from backend.studio import Studio
from backend.work import Work


def test_the_picture_is_kept_as_a_link_for_a_few_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latest_frames, "EVERY_SECONDS", 0.0)
    told: list[dict[str, Any]] = []
    with Studio(Settings(home=tmp_path / "home", hub_offline=True)) as studio:
        frames = LatestFrames(studio.artifacts, new_id("job"), "1080x1920")
        work = frames.watch(Work(lambda fraction, message, **details: told.append(details)))
        work.report(0.0, "Rendering")
        for number in range(5):
            (tmp_path / "glimpse.jpg").write_bytes(b"picture %d" % number)
            work.report(number / 5, "Rendering", glimpse=str(tmp_path / "glimpse.jpg"), more=number)
        assert [details.get("more") for details in told] == [None, 0, 1, 2, 3, 4]
        assert "frame" not in told[0] and all("glimpse" not in details for details in told)
        assert studio.local_file(told[-1]["frame"]["file_id"]).read_bytes() == b"picture 4"
        assert len(list(studio.artifacts.list("made"))) == 2


def test_a_picture_that_is_gone_does_not_end_the_render(tmp_path: Path) -> None:
    told: list[dict[str, Any]] = []
    with Studio(Settings(home=tmp_path / "home", hub_offline=True)) as studio:
        work = LatestFrames(studio.artifacts, new_id("job"), "x").watch(
            Work(lambda fraction, message, **details: told.append(details))
        )
        work.report(0.5, "Rendering", glimpse=str(tmp_path / "nothing.jpg"))
    assert told == [{}]
