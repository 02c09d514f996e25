"""What a RunPod worker does with jobs: by its handler over a real studio, and through the SDK's own server."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from backend.errors import InvalidRequest
from backend.fronts.runpod_handler import Handler, refuse_unreachable_results
from backend.settings import PROJECT, Settings
from backend.studio import Studio
from tests.end_to_end.conftest import free_port

SPEAK = {"operation": "generate_speech", "script": "One. Two. Three.", "engine": "silence"}
SDK = PROJECT / ".venv" / "runpod" / "bin" / "python"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with Studio(Settings(home=tmp_path_factory.mktemp("home"))) as studio:
        studio.start()
        yield studio


@pytest.fixture
def told() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def handler(studio: Studio, told: list[dict[str, Any]]) -> Handler:
    return Handler(studio, lambda job, progress: told.append({"id": job["id"], **progress}))


def run(handler: Handler, given: Any, job_id: str = "job-1") -> Any:
    return asyncio.run(handler({"id": job_id, "input": given}))


def error_of(answer: Mapping[str, Any]) -> dict[str, str]:
    error: dict[str, str] = json.loads(answer["error"])
    assert set(error) == {"code", "message", "hint"} and all(error.values())
    return error


def test_a_long_operation_is_told_of_and_answers_with_links(handler: Handler, told: list[dict[str, Any]]) -> None:
    made = run(handler, SPEAK, "speak")
    assert made["narration_id"] and made["audio"]["url"].startswith("http") and set(made["timings"]) >= {"srt", "csv"}
    assert told and {each["id"] for each in told} == {"speak"}
    assert [each["progress"] for each in told] == sorted(each["progress"] for each in told)


def test_a_short_operation_answers_at_once(handler: Handler, told: list[dict[str, Any]]) -> None:
    assert "voices" in run(handler, {"operation": "list_voices", "language": "ja"})
    assert told == []


def test_an_operation_with_a_field_called_operation_takes_its_fields_as_parameters(handler: Handler) -> None:
    inner = {"operation": "generate_speech", "arguments": {"script": "Hi.", "engine": "silence"}}
    assert run(handler, {"operation": "submit_job", "parameters": inner})["job_id"]


def test_a_manifest_in_the_input_is_made_again(handler: Handler, studio: Studio) -> None:
    made = run(handler, SPEAK, "first")
    manifest = json.loads(studio.local_file(f"{made['narration_id']}.1.manifest.json").read_text())
    again = run(handler, {"operation": "make_again", "manifest": manifest}, "again")
    assert again["narration_id"] != made["narration_id"] and again["words"] == made["words"]
    audio = [studio.local_file(one["audio"]["file_id"]).read_bytes() for one in (made, again)]
    assert audio[0] == audio[1]
    assert error_of(run(handler, {"operation": "make_again", "manifest": {}}))["code"] == "not_made_here"


def test_a_job_that_is_delivered_twice_runs_once(handler: Handler, studio: Studio) -> None:
    async def both() -> tuple[Any, Any]:
        job = {"id": "twice", "input": {**SPEAK, "script": "Delivered twice."}}
        return await asyncio.gather(handler(job), handler(job))

    first, second = asyncio.run(both())
    again = run(handler, {**SPEAK, "script": "Delivered twice."}, "twice")
    assert first["narration_id"] == second["narration_id"] == again["narration_id"]
    assert [one["script"] for one in studio.call("list_narrations", {})["narrations"]].count("Delivered twice.") == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (None, "operation_missing"),
        ([], "operation_missing"),
        ({}, "operation_missing"),
        ({"operation": 7}, "operation_missing"),
        ({"operation": "generate_speach"}, "unknown_operation"),
        ({"operation": "generate_speech"}, "missing_field"),
        ({**SPEAK, "loud": True}, "unknown_field"),
        ({**SPEAK, "script": " "}, "script_empty"),
        ({"operation": "job_status", "job_id": "job_x"}, "job_not_found"),
    ],
)
def test_mistakes_come_back_as_code_message_and_hint(handler: Handler, given: Any, code: str) -> None:
    assert error_of(run(handler, given, "wrong"))["code"] == code


def test_what_breaks_inside_shows_no_traceback(handler: Handler, studio: Studio, tmp_path: Path) -> None:
    studio_that_ended = Studio(Settings(home=tmp_path))
    studio_that_ended.close()
    answer = run(Handler(studio_that_ended, lambda *_: None), SPEAK)
    assert "Traceback" not in answer["error"] and error_of(answer)["code"] in ("studio_closed", "internal_error")


def test_a_stopped_job_is_stopped_here_too(handler: Handler, studio: Studio) -> None:
    long = {**SPEAK, "script": " ".join(f"Sentence number {n} of very many." for n in range(400))}

    async def stop() -> None:
        running = asyncio.create_task(handler({"id": "stopped", "input": long}))
        while not any(job["state"] == "running" for job in studio.call("list_jobs", {})["jobs"]):
            await asyncio.sleep(0.02)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(stop())
    assert studio.call("list_jobs", {"limit": 1})["jobs"][0]["state"] == "cancelled"


def test_a_worker_whose_results_nobody_could_open_does_not_start(tmp_path: Path) -> None:
    on_serverless = {"home": tmp_path, "RUNPOD_ENDPOINT_ID": "abc"}
    with pytest.raises(InvalidRequest, match="S3_BUCKET") as refused:
        refuse_unreachable_results(Settings.model_validate(on_serverless))
    assert refused.value.code == "store_needed"
    refuse_unreachable_results(Settings.model_validate({**on_serverless, "s3": {"bucket": "mine"}}))
    refuse_unreachable_results(Settings(home=tmp_path))


@contextmanager
def sdk_server(folder: Path, **settings: str) -> Iterator[tuple[str, Path]]:
    """The SDK's own server with our handler, in the environment that a worker has, and its log."""
    assert SDK.exists(), "run `make test-runpod`, which makes the SDK's environment"
    log, port = folder / "log", free_port()
    command = [str(SDK), "-m", "backend.fronts.runpod_handler", "--rp_serve_api", "--rp_api_port", str(port)]
    environment = {**os.environ, "STUDIO_HOME": str(folder / "home"), **settings}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=output, stderr=output)
        try:
            wait_for(port, process, log)
            yield f"http://localhost:{port}", log
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    with sdk_server(tmp_path_factory.mktemp("runpod")) as server:
        yield server


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(f"http://localhost:{port}/openapi.json").close()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(log.read_text())


def post(url: str, body: Any) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


@pytest.mark.runpod
@pytest.mark.long
def test_the_sdk_runs_operations_and_logs_no_link(server: tuple[str, Path]) -> None:
    address, log = server
    made = post(f"{address}/runsync", {"input": SPEAK})
    assert made["status"] == "COMPLETED" and made["output"]["audio"]["url"].startswith("http")
    refused = post(f"{address}/runsync", {"input": {"operation": "generate_speech"}})
    assert refused["status"] == "FAILED" and error_of(refused)["code"] == "missing_field"
    said = log.read_text()
    assert "signature=" not in said and made["output"]["narration_id"] not in said
    assert "gradio" not in subprocess.run([SDK, "-m", "pip", "list"], capture_output=True, text=True).stdout.split()


@pytest.mark.runpod
@pytest.mark.long
def test_the_sdk_takes_a_job_and_gives_its_result_later(server: tuple[str, Path]) -> None:
    address, _ = server
    queued = post(f"{address}/run", {"input": {**SPEAK, "script": "Later."}})
    done = post(f"{address}/status/{queued['id']}", {})
    assert done["status"] == "COMPLETED" and done["output"]["script"] == "Later."


# ------------------------------------------------------------ as on RunPod: a queue, and fitness checks before it


class Queue(ThreadingHTTPServer):
    """RunPod's side: gives out one job, and takes what comes back."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.waiting = [job]
        self.asked: list[str] = []
        self.done: list[Any] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Asked(BaseHTTPRequestHandler):
    server: Queue

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        job = self.server.waiting.pop() if "/job-take/" in self.path and self.server.waiting else None
        self._answer(200 if job else 204, json.dumps(job).encode() if job else b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "/job-done/" in self.path:
            self.server.done.append(json.loads(body))
        self._answer(200, b"{}")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def queue() -> Iterator[Queue]:
    with Queue({"id": "job-1", "input": SPEAK}) as server:
        yield server
        server.shutdown()


@contextmanager
def worker(queue: Queue, folder: Path, **environment: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A worker as RunPod starts it, and its log."""
    assert SDK.exists(), "run `make test-runpod`, which makes the SDK's environment"
    address, log = f"http://127.0.0.1:{queue.server_port}", folder / "log"
    runpod = {
        "RUNPOD_POD_ID": "worker-1",
        "RUNPOD_WEBHOOK_GET_JOB": f"{address}/job-take/$ID?gpu=none",
        "RUNPOD_WEBHOOK_POST_OUTPUT": f"{address}/job-done/$RUNPOD_POD_ID/$ID?gpu=none",
        "RUNPOD_SKIP_AUTO_SYSTEM_CHECKS": "true",  # they look for the internet
        "STUDIO_HOME": str(folder / "home"),
    }
    with log.open("wb") as output:
        command = [str(SDK), "-m", "backend.fronts.runpod_handler"]
        process = subprocess.Popen(
            command, cwd=PROJECT, env={**os.environ, **runpod, **environment}, stdout=output, stderr=output
        )
        try:
            yield process, log
        finally:
            process.kill()
            process.wait()


@pytest.mark.runpod
@pytest.mark.long
def test_a_worker_that_is_well_takes_jobs(queue: Queue, tmp_path: Path) -> None:
    with worker(queue, tmp_path) as (process, log):
        while not (made := [told["output"] for told in queue.done if told.get("status") != "IN_PROGRESS"]):
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
        assert made[0]["audio"]["url"].startswith("http")
        assert "All fitness checks passed" in log.read_text()


@pytest.mark.runpod
@pytest.mark.long
@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (
            {"S3_BUCKET": "results", "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ACCESS_KEY_ID": "a-key",
             "AWS_SECRET_ACCESS_KEY": "very-secret"},
            "cannot be reached",
        ),
        ({"STUDIO_FFMPEG": "/nowhere/ffmpeg"}, "ffmpeg"),
    ],
)  # fmt: skip
def test_a_worker_that_is_broken_takes_no_job_and_ends(
    queue: Queue, tmp_path: Path, broken: dict[str, str], said: str
) -> None:
    with worker(queue, tmp_path, **broken) as (process, log):
        assert process.wait(120) == 1
        text = log.read_text()
    assert "Fitness check failed: can_work" in text and said in text
    assert "very-secret" not in text
    assert queue.asked == [] and len(queue.waiting) == 1
