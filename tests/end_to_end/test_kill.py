"""A studio that is killed in the middle of a job goes on where it was."""

from __future__ import annotations

import json
import signal
import time
import urllib.request
from pathlib import Path
from typing import Any

import psutil

from tests.end_to_end.conftest import free_port, leftovers, make_home, serve

SCRIPT = " ".join(f"Sentence number {n} is spoken once, whatever happens to the machine." for n in range(12))


def api(port: int, name: str, *values: Any) -> Any:
    """One operation through Gradio's plain HTTP interface."""
    url = f"http://127.0.0.1:{port}/gradio_api/call/{name}"
    body = json.dumps({"data": values}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        event = json.load(answer)["event_id"]
    with urllib.request.urlopen(f"{url}/{event}") as answer:
        lines = answer.read().decode().splitlines()
    assert lines[-3:][0] == "event: complete" or "event: complete" in lines, lines
    return json.loads(lines[lines.index("event: complete") + 1].removeprefix("data: "))[0]


def descendants(pid: int) -> list[psutil.Process]:
    found: list[psutil.Process] = psutil.Process(pid).children(recursive=True)
    return found


def test_a_job_is_finished_after_sigkill_and_finished_sentences_are_not_spoken_again(tmp_path: Path) -> None:
    home, port = make_home(tmp_path / "home"), free_port()
    with serve(home, port) as server:
        job = api(port, "submit_job", "generate_captioned_video", {"script": SCRIPT, "sizes": ["128x192"]}, None)[
            "job_id"
        ]
        while api(port, "job_status", job)["progress"] < 0.15:
            time.sleep(0.1)
        children = descendants(server.pid)
        server.send_signal(signal.SIGKILL)
        server.wait()
        _, alive = psutil.wait_procs(children, timeout=15)
    assert alive == []
    takes_before = {path: path.stat().st_mtime_ns for path in (home / "takes").rglob("*") if path.is_file()}
    assert takes_before
    with serve(home, port):
        while (status := api(port, "job_status", job))["state"] in ("queued", "running"):
            time.sleep(0.2)
        assert status["state"] == "done", status
        result = api(port, "job_result", job)
    assert [s["text"] for s in result["narration"]["sentences"]] == [s + "." for s in SCRIPT[:-1].split(". ")]
    takes_after = {path: path.stat().st_mtime_ns for path in takes_before}
    assert takes_after == takes_before
    assert leftovers(home) == []
