"""The main job from every front: one studio a module in this process (which works on jobs for one at a time),
one served studio for all."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.settings import PROJECT, Settings
from backend.studio import Studio
from backend.tenants import MAIN
from tests.end_to_end.own_voices import LINES

SCRIPT = "Every lighthouse keeper learns one rule first. Never paint the door in the fog."


def make_home(folder: Path) -> Path:
    """An empty home that finds the machine's fetched weights, so that nothing is fetched twice."""
    weights = Settings().models_folder
    if not weights.is_dir():
        pytest.fail("The weights are not there: run `make test`, which fetches them first.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "models").symlink_to(weights)
    return folder


def leftovers(home: Path) -> list[Path]:
    """Work in progress that is still there, besides the locks of live processes."""
    return [path for path in (home / "work").rglob("*") if path.is_file() and path.name != "lock"]


def kept_files(studio: Studio) -> list[str]:
    """Ids of all uploads; their links change by the second."""
    return [file["file_id"] for file in studio.call("list_files", {})["files"]]


@pytest.fixture(scope="package")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def studio(home: Path) -> Iterator[Studio]:
    """A studio in this process, over the home that all modules share."""
    with Studio(Settings(home=home)) as studio:
        studio.start()
        yield studio


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serve(
    home: Path, port: int, program: Sequence[str] = ("app.py",), **settings: str
) -> Iterator[subprocess.Popen[bytes]]:
    """``python app.py`` (or another program) on this home and port, ready to take jobs; killed with its engines after.

    ``settings`` are further variables of its environment.
    """
    environment = {**os.environ, "STUDIO_HOME": str(home), "STUDIO_PORT": str(port), "HF_HUB_OFFLINE": "1", **settings}
    log = (home / f"server-{port}.log").open("ab")
    server = subprocess.Popen([sys.executable, *program], cwd=PROJECT, env=environment, stdout=log, stderr=log)
    try:
        wait_until_ready(port, server)
        yield server
    finally:
        server.terminate()
        server.wait(30)
        log.close()


def wait_until_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        assert server.poll() is None, "the studio ended while it started"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    pytest.fail("the studio was not ready within four minutes")


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a studio in a process of its own."""
    port = free_port()
    with serve(make_home(tmp_path_factory.mktemp("served")), port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def recording(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """About twenty seconds of speech."""
    script = " [pause 0.6s] ".join(LINES)
    narration = studio.call("generate_speech", {"script": script, "voice": "bm_george"})
    path = tmp_path_factory.mktemp("recording") / "george.wav"
    shutil.copyfile(studio.local_file(narration["audio"]["file_id"]), path)
    return path


@pytest.fixture
def library(studio: Studio) -> Iterator[Studio]:
    """The studio, without voices before and after."""
    yield studio
    for voice in studio.voices.own():
        studio.call("delete_voice", {"voice_id": voice.voice_id})
    assert list(studio.settings.voices_of(MAIN).glob("*")) == []
    assert leftovers(studio.settings.home) == []
