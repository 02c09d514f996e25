"""How soon the page is there, what the studio weighs at rest, and how soon a job is accepted."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from backend.settings import PROJECT
from backend.studio import Studio
from benchmarks.bench import VOICE, Bench
from benchmarks.figures import Figure, Section
from benchmarks.serving import Server, launch_options

HOW = """A fresh process each time, in turn with a bare Gradio app of the same version (one tab, two text boxes, one
button). Served: from starting the process to the first 200 of `/`. In the browser: from asking a fresh Chromium context
for the page to its main button being visible. Page ready is the two together. Rest: resident memory of the studio's
process after its page was looked at, engine not started. Enqueue: `submit_job` with the studio taking jobs."""
APPS: Mapping[str, tuple[str, ...]] = {
    "studio": ("app.py",),
    "bare": ("benchmarks/peers/bare_page.py",),
}
BUTTONS = {"studio": "#make-video", "bare": "#make"}
JOBS = 30
_SETTLE_SECONDS = 6.0
"""After the first visit the studio starts taking jobs; only then it rests."""


@dataclass(frozen=True)
class Visit:
    """One process started, its page opened."""

    served: float
    """Seconds until ``/`` answered."""
    shown: float
    """Seconds until the main button was visible."""
    memory: int
    """Bytes, afterwards."""

    @property
    def ready(self) -> float:
        """Seconds for both."""
        return self.served + self.shown


def measure(bench: Bench) -> Section:
    """Times and memory of the page."""
    visits = _visits(bench)
    enqueue = _enqueue(bench)
    memory = median(visit.memory for visit in visits["studio"]) / 1e6
    bare = median(visit.memory for visit in visits["bare"]) / 1e6
    figures = (
        _against(visits, "page ready", "ready", most=1.3),
        _against(visits, "page served", "served", most=None),
        _against(visits, "page shown in the browser", "shown", most=None),
        Figure("memory at rest", f"{memory:.0f} MB", f"{bare:.0f} MB (bare app)", memory, "MB", most=350.0),
        Figure("enqueue", f"{enqueue:.1f} ms, median of {JOBS}", "", enqueue, "ms", most=50.0),
    )
    return Section("Page, memory, jobs", HOW, figures)


def _against(visits: Mapping[str, list[Visit]], name: str, what: str, most: float | None) -> Figure:
    ours, bare = (median(getattr(visit, what) for visit in visits[app]) for app in ("studio", "bare"))
    return Figure(name, f"{ours:.2f} s", f"{bare:.2f} s (bare app)", ours / bare, "×", most=most)


def _visits(bench: Bench) -> dict[str, list[Visit]]:
    """Visits to both apps in turn; the first to each, which warms the disk, is not counted."""
    home = bench.new_home("page")
    visits: dict[str, list[Visit]] = {name: [] for name in APPS}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        for number in range(bench.rounds(5) + 1):
            for name in list(APPS) if number % 2 else reversed(list(APPS)):
                with Server(APPS[name], PROJECT, home) as server:
                    visit = _visit(browser, server, BUTTONS[name])
                if number:
                    visits[name].append(visit)
        browser.close()
    return visits


def _visit(browser: Browser, server: Server, button: str) -> Visit:
    served = server.wait()
    context = browser.new_context()
    page = context.new_page()
    start = time.perf_counter()
    page.goto(server.address, wait_until="commit")
    page.locator(button).wait_for(state="visible")
    shown = time.perf_counter() - start
    page.wait_for_timeout(_SETTLE_SECONDS * 1000)
    memory = server.memory()
    context.close()
    return Visit(served, shown, memory)


def _enqueue(bench: Bench) -> float:
    """Median milliseconds until a job is accepted."""
    return median(_submit(bench.studio, number) for number in range(JOBS)) * 1000


def _submit(studio: Studio, number: int) -> float:
    """Seconds of one submission; the job (silence, no model) is done when this returns."""
    arguments = {"script": f"Sentence number {number}.", "voice": VOICE, "engine": "silence"}
    start = time.perf_counter()
    job_id = studio.call("submit_job", {"operation": "generate_speech", "arguments": arguments})["job_id"]
    seconds = time.perf_counter() - start
    while studio.call("job_status", {"job_id": job_id})["state"] in ("queued", "running"):
        time.sleep(0.02)
    return seconds
