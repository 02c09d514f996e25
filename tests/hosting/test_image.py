"""The images, really built (by ``make test-image``, before this): started, spoken through, measured."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from gradio_client import Client

from hosting.environment import say
from hosting.images import TARGETS, base, find_engine, size
from tests.end_to_end.conftest import free_port

pytestmark = [pytest.mark.image, pytest.mark.long, pytest.mark.timeout(1800)]
KEY = "a-key-of-more-than-sixteen-characters"
FORBIDDEN = r"find / -xdev ( -name .git -o -name tests -path */opt/voicereel/tests -o -name secret.key -o -name .env )"


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What outlives the containers; of their user."""
    folder = tmp_path_factory.mktemp("volume")
    os.chown(folder, 1000, 1000)
    return folder


@contextmanager
def pod(target: str, volume: Path) -> Iterator[tuple[str, float]]:
    """A pod of an image on this volume: its address, and the seconds until it took jobs."""
    port = free_port()
    program = ["python3", "-m", "hosting.start", "pod"]
    settings = {"STUDIO_PORT": str(port), "STUDIO_API_KEY": KEY, "HF_HUB_OFFLINE": "1"}
    with find_engine().command(f"voicereel:{target}", program, volume, **settings) as command:
        began = time.monotonic()
        running = subprocess.Popen(command, cwd="/", start_new_session=True)
        try:
            while not answers(f"http://127.0.0.1:{port}/readyz"):
                assert running.poll() is None, "the container ended while it started"
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}", time.monotonic() - began
        finally:
            stop(running)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def stop(running: subprocess.Popen[bytes]) -> None:
    below = psutil.Process(running.pid).children(recursive=True) if running.poll() is None else []
    for process in below:
        if process.is_running():
            process.send_signal(signal.SIGTERM)
    psutil.wait_procs(below, timeout=30)
    running.wait(60)


def speak(address: str) -> float:
    """Say a sentence through the public API; its seconds of sound."""
    client = Client(address, headers={"Authorization": f"Bearer {KEY}"}, verbose=False, download_files=False)
    spoken = client.predict(script="The fog came up over the harbour.", api_name="/generate_speech")
    return float(spoken["duration"])


def run_in(target: str, program: list[str], volume: Path | None = None) -> subprocess.CompletedProcess[str]:
    with find_engine().command(f"voicereel:{target}", program, volume) as command:
        return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_slim_start_that_is_cut_off_is_gone_on_with_and_speaks_and_the_next_is_quick(volume: Path) -> None:
    with find_engine().command("voicereel:slim", ["python3", "-m", "hosting.start", "doctor"], volume) as command:
        cut_off = subprocess.Popen(command, cwd="/", start_new_session=True)
        deadline = time.monotonic() + 120
        while not list(volume.glob("voicereel/environment/.cache/*")) and time.monotonic() < deadline:
            time.sleep(0.1)
        stop(cut_off)
    with pod("slim", volume) as (address, first):
        assert speak(address) > 1
    with pod("slim", volume) as (address, seconds):
        assert speak(address) > 1
    say(f"\nslim: ready {first:.0f} s after its first start, {seconds:.1f} s with everything on the volume")


def test_a_full_image_needs_no_network_to_speak(tmp_path: Path, volume: Path) -> None:
    empty = volume / "empty"
    empty.mkdir()
    os.chown(empty, 1000, 1000)
    with pod("full", empty) as (address, seconds):
        assert speak(address) > 1
    assert not (empty / "voicereel" / "environment").exists()
    say(f"\nfull: ready {seconds:.1f} s after its start on an empty volume")


def test_a_container_that_strangers_could_reach_does_not_start_without_a_key(volume: Path) -> None:
    done = run_in("full", ["python3", "-m", "hosting.start", "pod"], volume / "empty")
    assert done.returncode == 1 and "STUDIO_API_KEY" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("target", TARGETS)
def test_images_run_as_nobody_special_and_hold_no_secret_history_or_tests(target: str) -> None:
    assert run_in(target, ["id", "-u"]).stdout.strip() == "1000"
    assert run_in(target, FORBIDDEN.split()).stdout == ""


def test_a_serverless_worker_starts_in_the_full_image(volume: Path) -> None:
    job = json.dumps({"id": "a", "input": {"operation": "generate_speech", "script": "Hello.", "engine": "silence"}})
    program = ["python3", "-m", "hosting.start", "serverless", "--test_input", job]
    done = run_in("full", program, volume / "empty")
    assert "audio" in done.stdout + done.stderr and done.returncode == 0, done.stdout + done.stderr


def test_slim_takes_little_over_its_base() -> None:
    engine = find_engine()
    assert size(engine, "voicereel:slim") - size(engine, base()) <= 250e6
