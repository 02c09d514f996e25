"""The probe against what it may meet: a studio, one with a mistake, none at all, RunPod's API, the SDK's own server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from backend.settings import PROJECT
from tests.end_to_end.conftest import free_port, serve
from tests.fronts.test_runpod_handler import sdk_server
from tests.s3_server import BUCKET, SECRET, S3Server
from tests.s3_server import KEY as S3_KEY

KEY = "probe-key-of-enough-characters"
WRONG = "another-key-of-enough-characters"


def probe(url: str, *more: str, status: int, **set_: str) -> str:
    """Run it as a person does; gives its lines."""
    bare = {name: value for name, value in os.environ.items() if name not in ("STUDIO_API_KEY", "RUNPOD_API_KEY")}
    command = [sys.executable, "-m", "backend", "probe", url, "--engine", "silence", *more]
    done = subprocess.run(command, cwd=PROJECT, env={**bare, **set_}, capture_output=True, text=True, timeout=280)
    assert done.returncode == status, (done.stdout, done.stderr[-2000:])
    for secret in (KEY, WRONG):
        assert secret not in done.stdout + done.stderr
    assert "signature=" not in done.stdout and "Traceback" not in done.stderr
    return done.stdout


def faults(lines: str) -> list[str]:
    return [line.split(":")[0].removeprefix("fault").strip() for line in lines.splitlines() if line.startswith("fault")]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A studio with a key, whose links lead elsewhere for whoever asks for it by another host name."""
    port = free_port()
    with serve(tmp_path_factory.mktemp("guarded"), port, STUDIO_API_KEY=KEY):
        yield f"http://127.0.0.1:{port}"


def test_all_that_works_is_told_with_how_long_it_took(guarded: str) -> None:
    told = probe(f"{guarded}/", status=0, STUDIO_API_KEY=KEY)
    for what in ("health", "ready", "wrong key", "key", "system", "voices", "speech", "links", "captions", "video"):
        assert any(line.startswith("ok") and f" {what}: " in line and " s" in line for line in told.splitlines()), what
    assert "54 voices" in told and "a file was sent, opened and deleted" in told and "No faults." in told


def test_a_wrong_key_is_told_with_what_to_do(guarded: str) -> None:
    told = probe(guarded, "--key", WRONG, status=1, STUDIO_API_KEY=KEY)
    assert faults(told) == ["key"] and "STUDIO_API_KEY" in told and "speech" not in told


def test_what_the_studio_refuses_is_told_in_its_words(guarded: str) -> None:
    told = probe(guarded, "--voice", "af_hart", status=1, STUDIO_API_KEY=KEY)
    assert faults(told) == ["speech"] and "af_heart" in told and "storage" in told


def test_links_that_lead_nowhere_name_the_setting(tmp_path: Path) -> None:
    port, nowhere = free_port(), free_port()
    with serve(tmp_path, port, STUDIO_PUBLIC_URL=f"http://127.0.0.1:{nowhere}"):
        told = probe(f"http://127.0.0.1:{port}", status=1)
    assert faults(told) == ["links", "captions", "video", "storage"] and "Links lead to 127.0.0.1" in told


@pytest.mark.parametrize("url", ["", "studio", "ftp://host", "http://", "file:///etc/passwd"])
def test_what_is_no_address_is_refused(url: str) -> None:
    assert json.loads(probe(url, status=1))["error"]["code"] == "invalid_url"


def test_where_nothing_answers_it_says_where_to_look() -> None:
    told = probe(f"http://127.0.0.1:{free_port()}", status=1)
    assert faults(told) == ["health"] and "Space" in told and "1 fault." in told


Answer = Callable[[str, str, dict[str, Any], str], tuple[int, Any]]
"""Method, path, body and bearer key, to status and JSON."""


@contextmanager
def somewhere(answer: Answer) -> Iterator[str]:
    """A web server that is no studio."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
            key = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            status, content = answer(self.command, self.path, body, key)
            data = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{web.server_address[1]}"
        finally:
            web.shutdown()
            thread.join()


def test_a_site_that_is_no_studio_is_named_so() -> None:
    with somewhere(lambda *_: (200, "Welcome!")) as url:
        assert faults(told := probe(url, status=1)) == ["health"] and "no studio" in told
    with somewhere(lambda method, path, *_: (200, "alive") if path != "/config" else (500, "")) as url:
        # It answers everything with 200, links that lead out of their folder, too.
        assert set(faults(told := probe(url, status=1))) == {"wrong key", "door"} and "Files of the machine" in told


class RunPod:
    """RunPod's HTTP API before a worker that answers with these jobs."""

    def __init__(self, *ends: dict[str, Any]) -> None:
        self._ends = list(ends)
        self._asked = 0
        self.cancelled = False

    def __call__(self, method: str, path: str, body: dict[str, Any], key: str) -> tuple[int, Any]:
        if key != KEY:
            return 401, {}
        if path.endswith("/health"):
            return 200, {"workers": {"idle": 1, "running": 0}, "jobs": {"inQueue": 0}}
        if path.endswith("/run"):
            return 200, {"id": "job-1", "status": "IN_QUEUE"}
        if "/cancel/" in path:
            self.cancelled = True
            return 200, {}
        if method != "GET":
            return 405, {}
        self._asked += 1
        if self._asked % 2:
            return 200, {"id": "job-1", "status": "IN_QUEUE"}
        return 200, {"id": "job-1", **self._ends[min(self._asked // 2 - 1, len(self._ends) - 1)]}


def test_an_endpoint_is_asked_by_runpods_api_and_its_faults_are_told() -> None:
    refused = json.dumps({"code": "store_needed", "message": "Nowhere to put results.", "hint": "Set S3_BUCKET."})
    jobs = RunPod(
        {"status": "FAILED", "error": refused}, {"status": "TIMED_OUT"}, {"status": "FAILED", "error": "oops"}
    )
    with somewhere(jobs) as url:
        told = probe(f"{url}/v2/abc", "--endpoint", status=1, RUNPOD_API_KEY=KEY)
    assert faults(told) == ["system", "voices", "speech"] and "1 idle" in told
    for words in ("Nowhere to put results", "Set S3_BUCKET", "timed_out", "oops"):
        assert words in told


def test_an_endpoint_without_its_key_is_told_so() -> None:
    with somewhere(RunPod()) as url:
        told = probe(url, "--endpoint", status=1, RUNPOD_API_KEY=WRONG)
    assert faults(told) == ["health"] and "RUNPOD_API_KEY" in told


def test_a_job_that_never_ends_is_cancelled() -> None:
    jobs = RunPod({"status": "IN_PROGRESS"})
    with somewhere(jobs) as url:
        told = probe(url, "--endpoint", "--patience", "0.2", status=1, RUNPOD_API_KEY=KEY)
    assert jobs.cancelled and "--patience" in told


@pytest.mark.runpod
@pytest.mark.long
def test_a_worker_with_a_bucket_is_probed_through_the_sdks_own_server(s3: S3Server, tmp_path: Path) -> None:
    bucket = {
        "S3_BUCKET": BUCKET,
        "AWS_ENDPOINT_URL": s3.endpoint,
        "AWS_ACCESS_KEY_ID": S3_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
    }
    with sdk_server(tmp_path, **bucket) as (address, log):
        told = probe(address, "--endpoint", status=0)
    assert "storage s3" in told and "6 links at" in told and "No faults." in told
    assert "Signature=" not in told + log.read_text()


@pytest.mark.runpod
@pytest.mark.long
def test_a_worker_whose_links_nobody_can_open_is_told_so(tmp_path: Path) -> None:
    with sdk_server(tmp_path, STUDIO_PUBLIC_URL=f"http://127.0.0.1:{free_port()}") as (address, _):
        told = probe(address, "--endpoint", status=1)
    assert faults(told) == ["links", "captions", "video"] and "S3_BUCKET" in told
