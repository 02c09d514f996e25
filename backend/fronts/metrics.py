"""``GET /metrics`` in Prometheus' text format.

Labels are names from our own tables and code, never what a caller wrote. Imported with the first scrape, so that the
page need not wait for the library.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from backend.fronts.counting import RequestCounts
from backend.jobs.tally import Ended
from backend.operations import OPERATIONS
from backend.services.measures import Measures
from backend.studio import Studio

_SECONDS = (0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
_OVERLAP_SECONDS = 120.0
"""Machines' clocks differ, and a job's end is written down a moment after it: ends are looked for this far back."""


class Metrics:
    """What is measured, from a moment on."""

    def __init__(self, studio: Studio, requests: RequestCounts, since: float) -> None:
        """Args:
        studio: what is measured.
        requests: what was asked of it.
        since: jobs that ended from this moment (Unix seconds) on are counted, in whichever process they ran.
        """
        self._studio, self._requests = studio, requests
        self._began = self._since = since
        self._lock = threading.Lock()
        self._known: dict[str, float] = {}
        """When those jobs ended that are counted already and could be seen again."""
        self._ended: dict[tuple[str, str], int] = {}
        self._registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=self._registry)
        # Before the histogram, which is told of jobs by this one.
        self._registry.register(_Families(self))
        self._seconds = Histogram(
            "voicereel_job_seconds",
            "Seconds from a job's start to its end, waiting not included",
            ["operation"],
            buckets=_SECONDS,
            registry=self._registry,
        )

    def text(self) -> bytes:
        """Everything, as a scrape reads it."""
        with self._lock:
            return generate_latest(self._registry)

    def families(self) -> Iterator[Metric]:
        """What is measured anew at each scrape."""
        measures = self._studio.measures(self._since)
        if measures.jobs:
            for job in measures.jobs.ended:
                self._count(job)
            self._forget_old()
        yield from _gauges(measures)
        ended = CounterMetricFamily("voicereel_jobs_ended", "Jobs that have ended", labels=["operation", "state"])
        for (operation, state), count in self._ended.items():
            ended.add_metric([operation, state], count)
        yield ended
        requests = CounterMetricFamily(
            "voicereel_http_requests", "Requests answered by this process", labels=["method", "route", "status"]
        )
        for labels, count in self._requests.all().items():
            requests.add_metric(labels, count)
        yield requests

    def _count(self, job: Ended) -> None:
        if job.job_id in self._known or job.at < self._began:
            return
        self._known[job.job_id] = job.at
        operation = _operation(job.operation)
        self._ended[operation, job.state] = self._ended.get((operation, job.state), 0) + 1
        if job.seconds is not None:
            self._seconds.labels(operation).observe(job.seconds)

    def _forget_old(self) -> None:
        self._since = max([self._began, *(at - _OVERLAP_SECONDS for at in self._known.values())])
        self._known = {job_id: at for job_id, at in self._known.items() if at >= self._since - 1}


class _Families:
    """The collector that asks for them."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        return self._metrics.families()


def _gauges(measures: Measures) -> Iterator[Metric]:
    yield GaugeMetricFamily("voicereel_ready", "1 while jobs are taken", measures.ready)
    yield GaugeMetricFamily("voicereel_database_up", "1 while the jobs database answers", measures.jobs is not None)
    if measures.jobs:
        active = GaugeMetricFamily("voicereel_jobs", "Jobs that wait or run", labels=["operation", "state"])
        for (operation, state), count in measures.jobs.active.items():
            active.add_metric([_operation(operation), state], count)
        yield active
        length = GaugeMetricFamily("voicereel_queue_length", "Jobs that wait", labels=["queue"])
        for queue in sorted({str(operation.queue) for operation in OPERATIONS.values() if operation.queue}):
            length.add_metric([queue], measures.jobs.queued.get(queue, 0))
        yield length
        yield GaugeMetricFamily("voicereel_webhooks_unfinished", "Webhooks still to be delivered", measures.jobs.untold)
    running = GaugeMetricFamily("voicereel_engine_running", "1 while the engine's process runs", labels=["engine"])
    memory = GaugeMetricFamily("voicereel_engine_memory_bytes", "Memory of its processes", labels=["engine"])
    for engine, held in measures.engines.items():
        running.add_metric([engine], held > 0)
        memory.add_metric([engine], held)
    yield running
    yield memory
    yield GaugeMetricFamily("voicereel_store_waiting_files", "Files to be sent to the store", measures.waiting_files)
    yield GaugeMetricFamily("voicereel_store_trouble", "1 while the store fails", measures.store_in_trouble)
    yield GaugeMetricFamily("voicereel_disk_free_bytes", "Free where STUDIO_HOME is", measures.disk_free_bytes)


def _operation(name: str) -> str:
    """Another version of the studio may have written down one that is not known here."""
    return name if name in OPERATIONS else "other"
