"""How soon the first sentence can be heard."""

from __future__ import annotations

import time
from statistics import median

from backend.studio import Studio
from benchmarks.bench import VOICE, Bench
from benchmarks.figures import Figure, Section

HOW = """The one-minute script as a job, as the page does it: `submit_job`, then `job_status` until the first
sentence carries a link that plays, and on until the job is done. No takes are there beforehand."""
LOOK_SECONDS = 0.05


def measure(bench: Bench) -> Section:
    """The whole script's time over the first sentence's."""
    runs = []
    for _ in range(bench.rounds(3)):
        bench.forget_takes()
        runs.append(_run(bench.studio, bench.script("one_minute")))
    first, whole = (median(run[place] for run in runs) for place in (0, 1))
    figure = Figure(
        "first sentence playable, sooner by",
        f"{first:.2f} s",
        f"{whole:.2f} s (whole script)",
        median(run[1] / run[0] for run in runs),
        "×",
        least=5.0,
    )
    return Section("First sentence", HOW, (figure,))


def _run(studio: Studio, script: str) -> tuple[float, float]:
    """Seconds until the first sentence can be played, and until all is done."""
    start = time.perf_counter()
    arguments = {"script": script, "voice": VOICE}
    job_id = studio.call("submit_job", {"operation": "generate_speech", "arguments": arguments})["job_id"]
    first = 0.0
    while True:
        status = studio.call("job_status", {"job_id": job_id})
        sentences = status["details"].get("sentences") or [{}]
        if not first and sentences[0].get("audio"):
            first = time.perf_counter() - start
        if status["state"] == "done":
            return first or time.perf_counter() - start, time.perf_counter() - start
        if status["state"] in ("failed", "cancelled"):
            raise SystemExit(f"The job {status['state']}: {status['error']}")
        time.sleep(LOOK_SECONDS)
