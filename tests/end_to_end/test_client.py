"""The public API, called by gradio_client from another process in another folder."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.operations import OPERATIONS
from tests.end_to_end.conftest import SCRIPT
from tests.proofs.security.knocking import called
from tests.voices.making import make_clip

CALLS = """
import json, sys
from gradio_client import Client, handle_file
client = Client(sys.argv[1], verbose=False, analytics_enabled=False, download_files=False)
{body}
print(json.dumps(answer))
"""


def call(served: str, folder: Path, body: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", CALLS.replace("{body}", body), served],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_speech_comes_back_with_links_that_open_without_credentials(served: str, tmp_path: Path) -> None:
    narration = call(served, tmp_path, f"answer = client.predict(script={SCRIPT!r}, api_name='/generate_speech')")
    assert [word["text"] for word in narration["words"]] == SCRIPT.split()
    for link in [narration["audio"], *narration["timings"].values()]:
        with urllib.request.urlopen(link["url"]) as answer:
            body = answer.read()
        assert len(body) == link["bytes"]
        assert answer.headers["Content-Type"].split(";")[0] == link["media_type"]


def test_a_job_is_submitted_watched_fetched_and_listed(served: str, tmp_path: Path) -> None:
    body = f"""
import time
job = client.predict("generate_speech", {{"script": {SCRIPT!r}}}, "key-1", api_name="/submit_job")
again = client.predict("generate_speech", {{"script": {SCRIPT!r}}}, "key-1", api_name="/submit_job")
assert job == again, (job, again)
while True:
    status = client.predict(job["job_id"], api_name="/job_status")
    if status["state"] not in ("queued", "running"): break
    time.sleep(0.1)
result = client.predict(job["job_id"], api_name="/job_result")
answer = [status, result, client.predict("any", 50, api_name="/list_jobs")]
"""
    status, result, listed = call(served, tmp_path, body)
    assert (status["state"], status["progress"], status["error"]) == ("done", 1.0, None)
    assert result["script"] == SCRIPT
    assert status["job_id"] in [job["job_id"] for job in listed["jobs"]]


def test_a_cancelled_job_stops(served: str, tmp_path: Path) -> None:
    script = " ".join(f"This is sentence number {n} of a long story." for n in range(60))
    body = f"""
import time
job = client.predict("generate_speech", {{"script": {script!r}}}, None, api_name="/submit_job")
while client.predict(job["job_id"], api_name="/job_status")["progress"] == 0: time.sleep(0.1)
stopped = [client.predict(job["job_id"], api_name="/cancel_job") for _ in range(3)]
answer = [stopped, client.predict(job["job_id"], api_name="/job_status")]
"""
    stopped, status = call(served, tmp_path, body)
    assert [entry["state"] for entry in stopped] == ["cancelled"] * 3
    assert status["state"] == "cancelled"


def test_words_are_edited_and_the_captions_are_their_next_version(served: str, tmp_path: Path) -> None:
    body = f"""
spoken = client.predict(script={SCRIPT!r}, api_name="/generate_speech")
made = client.predict(source=spoken["narration_id"], api_name="/make_captions")
cues = made["cues"]
word = cues[0]["words"][0]
word.update(text="Mended", end=round(word["end"] + 0.01, 3), source="edited")
cues[0]["text"] = " ".join(each["text"] for each in cues[0]["words"])
changed = client.predict(captions_id=made["captions_id"], cues=cues, api_name="/update_captions")
restyled = client.predict(captions_id=made["captions_id"], style="neon", api_name="/update_captions")
answer = [made, changed, restyled]
"""
    made, changed, restyled = call(served, tmp_path, body)
    assert [made["version"], changed["version"], restyled["version"]] == [1, 2, 3]
    first = changed["cues"][0]["words"][0]
    assert (first["text"], first["source"]) == ("Mended", "edited")
    assert first["end"] == pytest.approx(made["cues"][0]["words"][0]["end"], abs=0.001)
    assert restyled["style"] == "neon"
    assert restyled["cues"][0]["words"][0] == first
    with urllib.request.urlopen(changed["files"]["srt"]["url"]) as answer:
        assert "Mended" in answer.read().decode()


def test_a_file_of_the_caller_becomes_a_background(served: str, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (64, 96), (200, 30, 30)).save(tmp_path / 'it\'s "red".png')
    body = """
made = client.predict(script="A red wall.", background=handle_file('it\\'s "red".png'), sizes=["128x192"],
                      api_name="/generate_captioned_video")
answer = made["videos"][0]
"""
    video = call(served, tmp_path, body)
    assert video["size"] == "128x192"
    with urllib.request.urlopen(video["file"]["url"]) as answer:
        assert answer.read(12)[4:8] == b"ftyp"


@pytest.mark.parametrize("operation", ["upload_file", "get_audio_info"])
@pytest.mark.parametrize("path", ["/etc/passwd", "jobs.db", "/proc/self/environ", "good.wav", "x\0y"])
def test_a_caller_cannot_point_at_the_servers_own_files(served: str, tmp_path: Path, path: str, operation: str) -> None:
    make_clip(tmp_path / "good.wav", seconds=1.0)
    [field] = OPERATIONS[operation].media
    named = {"path": str(tmp_path / path) if path == "good.wav" else path, "orig_name": "x.wav"}
    with httpx.Client(base_url=served) as client:
        for file in (named, {**named, "meta": {"_type": "gradio.FileData"}}):
            assert "not_uploaded" in json.dumps(called(client, operation, {field: file})), file


def test_errors_carry_code_message_and_hint(served: str, tmp_path: Path) -> None:
    body = """
from gradio_client.exceptions import AppError
try:
    answer = client.predict(script="Hi.", voice="af_hart", api_name="/generate_speech")
except AppError as error:
    answer = json.loads(str(error))
"""
    answer = call(served, tmp_path, body)
    assert answer["error"]["code"] == "unknown_voice"
    assert "af_heart" in answer["error"]["hint"]
