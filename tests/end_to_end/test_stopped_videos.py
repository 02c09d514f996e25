"""Stop, through the studio: what was being rendered is gone, and quickly; what was there before is untouched."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import psutil
import pytest

from backend.errors import StudioError
from backend.media.audio import write_wave
from backend.studio import Studio
from tests.end_to_end.conftest import kept_files, leftovers

SECONDS = 20
RATE = 8000
SOON = 2.0
"""Seconds after Stop by which nothing of the job is left."""


@pytest.fixture(scope="module")
def video(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A request for a video of a recording; nothing has to be spoken or heard for it."""
    path = tmp_path_factory.mktemp("sound") / "recording.wav"
    write_wave(path, np.random.default_rng(2).uniform(-0.1, 0.1, SECONDS * RATE).astype(np.float32), RATE)
    words = [
        {"text": f"word{second}", "start": second + 0.1, "end": second + 0.8, "confidence": 1.0, "source": "engine"}
        for second in range(SECONDS)
    ]
    recording = studio.upload(path, path.name)["file_id"]
    captions = studio.call("make_captions", {"source": words, "size": "540x960"})["captions_id"]
    return {"audio": recording, "music": recording, "captions_id": captions, "sizes": ["540x960", "960x540"]}


def ffmpegs() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            if "ffmpeg" in child.name() or any("probe_child" in word for word in child.cmdline()):
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


def submitted(studio: Studio, video: dict[str, Any], until: Callable[[dict[str, Any]], bool]) -> str:
    """A job that has come so far."""
    job = str(studio.call("submit_job", {"operation": "generate_captioned_video", "arguments": video})["job_id"])
    while not until(status := studio.call("job_status", {"job_id": job})):
        assert status["state"] in ("queued", "running"), status
        time.sleep(0.02)
    return job


def is_swept(studio: Studio) -> bool:
    try:
        return leftovers(studio.settings.home) == []
    except FileNotFoundError:  # a folder went while it was looked into
        return False


def stopped(studio: Studio, job: str) -> float:
    """Seconds until a job that is told to stop has left nothing behind."""
    begun = time.monotonic()
    studio.call("cancel_job", {"job_id": job})
    while ffmpegs() or not is_swept(studio):
        time.sleep(0.02)
    return time.monotonic() - begun


@pytest.mark.parametrize("share", [0.0, 0.4])
def test_a_stopped_video_leaves_nothing_and_nothing_is_kept(
    studio: Studio, video: dict[str, Any], share: float
) -> None:
    before = kept_files(studio)
    job = submitted(studio, video, lambda status: status["state"] == "running" and status["progress"] >= share)
    stopped(studio, job)
    assert studio.call("job_status", {"job_id": job})["state"] == "cancelled"
    with pytest.raises(StudioError):
        studio.call("job_result", {"job_id": job})
    assert kept_files(studio) == before
    assert not list(studio.settings.home.rglob("*.part"))


@pytest.mark.faults
def test_stop_frees_everything_soon_at_any_moment(studio: Studio, video: dict[str, Any]) -> None:
    taken = {}
    for share in (0.0, 0.02, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9):
        job = submitted(
            studio, video, lambda status, least=share: status["state"] == "running" and status["progress"] >= least  # type: ignore[misc]
        )  # fmt: skip
        taken[share] = stopped(studio, job)
    assert max(taken.values()) <= SOON, taken
