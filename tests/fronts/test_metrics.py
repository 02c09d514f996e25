"""The studio in numbers: read by Prometheus' own parser, cheap, and without anything a caller wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from backend.errors import StudioError
from backend.fronts.counting import RequestCounts
from backend.fronts.metrics import Metrics
from backend.operations import OPERATIONS
from backend.settings import Settings
from backend.studio import Studio
from tests.end_to_end.conftest import free_port, serve
from tests.jobs.operations import until

KEY = "a-key-of-more-than-sixteen-characters"
SPEAK = {"script": "Saltmarsh one. Saltmarsh two.", "engine": "silence"}
Numbers = dict[tuple[str, frozenset[tuple[str, str]]], float]


def parsed(text: str) -> Numbers:
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    numbers = {(sample.name, frozenset(sample.labels.items())): sample.value for sample in samples}
    assert len(numbers) == len(samples), "a series stands there twice"
    return numbers


def at(numbers: Numbers, name: str, **labels: str) -> float:
    return numbers[name, frozenset(labels.items())]


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with Studio(Settings(home=tmp_path / "home")) as studio:
        yield studio


def test_jobs_are_counted_once_by_operation_and_state_with_their_seconds(studio: Studio) -> None:
    metrics = Metrics(studio, RequestCounts(), 0.0)
    before = parsed(metrics.text().decode())
    assert at(before, "voicereel_ready") == at(before, "voicereel_database_up") == 0
    studio.start()
    studio.call("generate_speech", SPEAK)
    with pytest.raises(StudioError):
        studio.call("check_voice", {"audio": studio.jobs.submit("check_voice", {"audio": "up_none"})})
    until(lambda: not any(studio.jobs.counts().values()))
    for _ in range(2):
        numbers = parsed(metrics.text().decode())
        assert at(numbers, "voicereel_jobs_ended_total", operation="generate_speech", state="done") == 1
        assert at(numbers, "voicereel_jobs_ended_total", operation="check_voice", state="failed") == 1
        assert at(numbers, "voicereel_job_seconds_count", operation="generate_speech") == 1
        assert 0 <= at(numbers, "voicereel_job_seconds_sum", operation="generate_speech") < 300
        assert at(numbers, "voicereel_queue_length", queue="render") == 0
        assert at(numbers, "voicereel_webhooks_unfinished") == 0
        assert at(numbers, "voicereel_ready") == at(numbers, "voicereel_database_up") == 1
        assert at(numbers, "voicereel_engine_running", engine="silence") == 1
        assert at(numbers, "voicereel_engine_memory_bytes", engine="silence") > 1_000_000
        assert at(numbers, "voicereel_engine_running", engine="kokoro") == 0
        assert at(numbers, "process_start_time_seconds") > 1_700_000_000
        assert at(numbers, "voicereel_store_waiting_files") == 0 and at(numbers, "voicereel_disk_free_bytes") > 0
    later = parsed(Metrics(studio, RequestCounts(), 4e9).text().decode())
    assert ("voicereel_jobs_ended_total", frozenset({("operation", "generate_speech"), ("state", "done")})) not in later


def test_a_job_that_waits_is_seen_and_one_of_another_version_is_called_other(studio: Studio) -> None:
    studio.start()
    studio.jobs.submit("install_engine", {"engine": "silence"}, job_id=None)
    metrics = Metrics(studio, RequestCounts(), 0.0)
    measures = studio.measures(0.0)
    assert measures.jobs
    until(lambda: not any(studio.jobs.counts().values()))
    studio.jobs._ledger.enqueue("job_of_a_later_version", "cpu-of-later", "sing_song", {}, "", otherwise="cpu-of-later")
    numbers = parsed(metrics.text().decode())
    assert at(numbers, "voicereel_jobs", operation="other", state="queued") == 1
    assert {label for _, labels in numbers for name, label in labels if name == "operation"} <= {*OPERATIONS, "other"}


def test_requests_are_counted_by_route_behind_the_gate_and_show_nothing_a_caller_wrote(tmp_path: Path) -> None:
    port = free_port()
    with (
        serve(tmp_path, port, STUDIO_API_KEY=KEY, STUDIO_API_KEYS=f"anna:{KEY}-anna", STUDIO_HOST="0.0.0.0"),
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        assert client.get("/metrics").status_code == 401
        client.headers["Authorization"] = f"Bearer {KEY}-anna"
        assert client.get("/metrics").json()["error"]["code"] == "not_allowed"
        client.headers["Authorization"] = f"Bearer {KEY}"
        for path in ("/files/up_whalesong.1.a.wav?signature=whalesong", "/whalesong", "/gradio_api/file=whalesong"):
            client.get(path, headers={"User-Agent": "whalesong", "Accept": "whalesong"})
        client.request("WHALESONG", "/healthz")
        client.get("/healthz")
        answered = client.get("/metrics")
    assert answered.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "whalesong" not in answered.text.lower() and KEY not in answered.text
    numbers = parsed(answered.text)
    assert at(numbers, "voicereel_http_requests_total", method="GET", route="/healthz", status="200") == 1
    assert at(numbers, "voicereel_http_requests_total", method="GET", route="none", status="401") == 1
    assert at(numbers, "voicereel_http_requests_total", method="GET", route="/files/{file_id}", status="403") == 1
    routes = {dict(labels)["route"] for name, labels in numbers if name == "voicereel_http_requests_total"}
    assert routes == {
        "none",
        "/healthz",
        "/readyz",
        "/metrics",
        "/files/{file_id}",
        "/gradio_api/file={path_or_url:path}",
    }
