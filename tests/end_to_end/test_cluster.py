"""Two pages and three workers as machines of their own, of which some are killed while the database is restarted."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.storage.s3 import S3Store
from tests.end_to_end.machines import Machine, Machines, Refused, opened, until
from tests.postgres_server import PASSWORD, PostgresServer
from tests.s3_server import SECRET, S3Server

pytestmark = [pytest.mark.cluster, pytest.mark.long, pytest.mark.timeout(900)]

SENTENCES = "The lamp is lit at dusk. The door stays blue. Nobody paints it in the fog."


@pytest.fixture
def machines(tmp_path: Path, database_url: str, s3: S3Server) -> Iterator[Machines]:
    machines = Machines(tmp_path, database_url, s3, f"cluster-{secrets.token_hex(4)}/")
    yield machines
    machines.end()


def submit(page: Machine, operation: str, arguments: dict[str, Any], key: str) -> str:
    """Until it is accepted: the key makes one job of it, however often it is sent."""
    while True:
        try:
            return str(page.call("submit_job", operation, arguments, key)["job_id"])
        except Refused as refused:
            assert "database_unavailable" in str(refused)


def speech(number: int) -> dict[str, Any]:
    script = f"Number {number} speaks. {SENTENCES}"
    return {"script": script, "engine": "silence", "options": {"seconds_to_think": 3.0}}


def video(number: int) -> dict[str, Any]:
    options = {"engine": "silence", "options": {"seconds_to_think": 3.0}}
    return {"script": f"Number {number} is seen. {SENTENCES}", "sizes": ["128x192", "192x128"], "options": options}


def finished(page: Machine, job_id: str) -> bool:
    try:
        status = page.call("job_status", job_id)
    except Refused as refused:
        assert "database_unavailable" in str(refused)
        return False
    assert status["state"] in ("queued", "running", "done"), status
    return bool(status["state"] == "done")


def kill_one_at_work(machines: Machines, names: set[str]) -> str:
    until(lambda: machines.at_work() & names)
    name = min(machines.at_work() & names)
    machines.there[name].kill()
    return name


def test_whatever_is_killed_and_restarted_every_job_is_done_once_and_its_links_open(
    machines: Machines, postgres: PostgresServer, s3: S3Server
) -> None:
    first, second = machines.page("first"), machines.page("second")
    for name in ("a", "b", "c"):
        machines.worker(name, "--queues", "cpu,render")
    assert [worker["queues"] for worker in first.call("system_status")["workers"]] == [["cpu", "render"]] * 3
    jobs = [submit((first, second)[n % 2], "generate_speech", speech(n), f"speech-{n}") for n in range(8)]
    jobs += [submit((first, second)[n % 2], "generate_captioned_video", video(n), f"video-{n}") for n in range(4)]
    jobs.append(submit(first, "generate_speech", {"script": f"A real voice says number nine. {SENTENCES}"}, "kokoro"))

    dead = kill_one_at_work(machines, {"a", "b", "c"})
    first.kill()
    postgres.stop()
    with pytest.raises(Refused, match="database_unavailable"):
        second.call("job_status", jobs[0])
    late: list[str] = []
    patient = threading.Thread(target=lambda: late.append(submit(second, "generate_speech", speech(8), "speech-8")))
    patient.start()
    postgres.start()
    kill_one_at_work(machines, {"a", "b", "c"} - {dead})
    first = machines.page("first")
    machines.worker("d", "--queues", "cpu,render")
    patient.join()
    jobs.append(submit(first, "generate_speech", speech(8), "speech-8"))
    assert late == [jobs[-1]]

    for page, job_id in zip((first, second) * len(jobs), jobs, strict=False):
        until(lambda page=page, job_id=job_id: finished(page, job_id), 300)  # type: ignore[misc]
        result = page.call("job_result", job_id)
        narration = result.get("narration", result)
        assert opened(narration["audio"])[:4] == b"RIFF"
        assert b"number" in opened(narration["timings"]["srt"]).lower()
        for each in result.get("videos", ()):
            assert opened(each["file"])[4:8] == b"ftyp"
    _each_once(machines, second)


def _each_once(machines: Machines, page: Machine) -> None:
    """Nothing is there twice, nothing is left over, and nobody said a secret."""
    store = S3Store(replace(machines.s3.bucket, prefix=machines.prefix))
    manifests = {kind: [key for key in store.list(f"{kind}/") if key.endswith("/manifest.json")] for kind in KINDS}
    assert {kind: len(found) for kind, found in manifests.items()} == KINDS
    assert len(page.call("list_narrations", 200)["narrations"]) == KINDS["narrations"]
    states = [job["state"] for job in page.call("list_jobs", "any", 200)["jobs"]]
    assert states == ["done"] * 14
    for secret in (SECRET, PASSWORD, "p%40ss"):
        assert secret not in machines.logs()
        assert secret not in str(page.call("system_status"))


KINDS = {"narrations": 14, "videos": 4, "captions": 8}
"""Ten scripts that were spoken, one of them by a real voice, and four that were filmed, in two sizes."""
