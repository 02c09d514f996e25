"""The command line, as programs call it: JSON on standard output, logs elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from backend.settings import PROJECT
from tests.end_to_end.conftest import SCRIPT


def run(home: Path, *arguments: str, status: int = 0, program: Sequence[str] = ("backend",), **set_: str) -> Any:
    environment = {**os.environ, "STUDIO_HOME": str(home), "HF_HUB_OFFLINE": "1", **set_}
    done = subprocess.run(
        [sys.executable, "-m", *program, *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == status, (done.stdout[-500:], done.stderr[-2000:])
    return json.loads(done.stdout)


def test_speech_is_saved_with_its_five_timing_files(home: Path, tmp_path: Path) -> None:
    arguments = json.dumps({"script": SCRIPT, "audio_format": "mp3"})
    narration = run(home, "call", "generate_speech", arguments, "--save", str(tmp_path))
    files = [narration["audio"], *narration["timings"].values()]
    assert [Path(file["path"]).stat().st_size for file in files] == [file["bytes"] for file in files]
    assert {Path(file["path"]).suffix for file in files} == {".mp3", ".srt", ".vtt", ".csv", ".json", ".ass"}


def test_captions_of_a_narration_are_previewed(home: Path, tmp_path: Path) -> None:
    narration = run(home, "call", "generate_speech", json.dumps({"script": SCRIPT}))
    captions = run(home, "call", "make_captions", json.dumps({"source": narration["narration_id"], "size": "270x480"}))
    moment = captions["cues"][0]["words"][0]["start"] + 0.05
    arguments = json.dumps({"captions_id": captions["captions_id"], "time": moment})
    picture = run(home, "call", "preview_captions", arguments, "--save", str(tmp_path))
    assert Path(picture["path"]).read_bytes()[:4] == b"\x89PNG"


def test_a_submitted_job_is_worked_on_after_the_command_has_ended(home: Path) -> None:
    arguments = json.dumps({"operation": "generate_speech", "arguments": {"script": "This goes on in the background."}})
    job = run(home, "call", "submit_job", arguments)
    identity = json.dumps({"job_id": job["job_id"]})
    while (status := run(home, "call", "job_status", identity))["state"] in ("queued", "running"):
        time.sleep(0.2)
    assert status["state"] == "done", status
    assert run(home, "call", "job_result", identity)["script"] == "This goes on in the background."


def test_mistakes_end_with_status_one_and_an_error_that_helps(home: Path) -> None:
    for arguments, code in [
        (("call", "generate_speach", "{}"), "unknown_operation"),
        (("call", "generate_speech", "{}"), "missing_field"),
        (("call", "generate_speech", "not json"), "invalid_json"),
        (("call", "generate_speech", '{"script": "Hi.", "sped": 1}'), "unknown_field"),
        (("call", "job_status", '{"job_id": "job_nothing"}'), "job_not_found"),
        (("call", "upload_file", '{"file": "/nowhere/at/all.png"}'), "file_not_found"),
    ]:
        error = run(home, *arguments, status=1)["error"]
        assert error["code"] == code, error
        assert error["message"]
        assert error["hint"]
