"""A thousand jobs, and what their studio holds after them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from typing import Any

from tests.proofs.load.calling import Caller, Refused
from tests.proofs.load.held import GradioHolds, Held
from tests.proofs.load.studio import Watched
from tests.proofs.scale import Scale

Record = Callable[[str, Any], None]
AT_ONCE = 4
VIDEO_EVERY, CAPTIONS_EVERY, STOPPED_EVERY, BAD_EVERY = 50, 10, 11, 13
MOST_MEMORY, MOST_FILES, MOST_THREADS = 20_000_000, 5, 2
MOST_ANSWERS = 1000


def _one(caller: Caller, number: int) -> str:
    """A job of some kind, to its end; most are speech."""
    said: dict[str, Any] = {"script": f"This is job {number}. It has two sentences.", "engine": "silence"}
    if number % BAD_EVERY == 0:
        try:
            caller.submit("generate_speech", **said, voice="nobody")
        except Refused as refused:
            return refused.code
        return "accepted"
    if number % VIDEO_EVERY == 0:
        small = {"sizes": ["128x192"], "options": {"engine": "silence"}}
        return str(caller.ended(caller.submit("generate_captioned_video", script=said["script"], **small))["state"])
    if number % STOPPED_EVERY == 0:
        job_id = caller.submit("generate_speech", **said, options={"seconds_to_think": 60.0})
        caller.call("cancel_job", job_id=job_id)
        return str(caller.ended(job_id)["state"])
    job_id = caller.submit("generate_speech", **said)
    status = caller.ended(job_id)
    narration = caller.call("job_result", job_id=job_id)
    if number % CAPTIONS_EVERY == 0:
        caller.call("make_captions", source=narration["narration_id"], size="128x192")
    return str(status["state"]) if narration["script"] == said["script"] else "somebody else's"


def _jobs(watched: Watched, first: int, count: int) -> Counter[str]:
    callers = watched.callers
    with ThreadPoolExecutor(AT_ONCE) as pool:
        numbers = range(first, first + count)
        return Counter(pool.map(lambda number: _one(callers[number % len(callers)], number), numbers))


def test_jobs_leave_nothing_in_their_studio(watched: Watched, scale: Scale, record_property: Record) -> None:
    warm, count = scale(short=15, full=100), scale(short=30, full=1000)
    _jobs(watched, 1, warm)
    before = watched.at_rest()

    def as_before(held: Held) -> bool:
        return abs(held.files - before.files) <= MOST_FILES and abs(held.threads - before.threads) <= MOST_THREADS

    came = _jobs(watched, 1 + warm, count)
    after = watched.at_rest(as_before)
    record_property("jobs", count)
    for name, number in sorted(came.items()):
        record_property(name.replace("_", " "), number)
    record_property("memory more (MB)", round((after.memory - before.memory) / 1e6, 1))
    for name in ("files", "threads", "tasks", "children", "zombies"):
        record_property(f"{name} more", getattr(after, name) - getattr(before, name))
    record_property("temporary files", len(watched.leftovers()))
    record_property("sessions in Gradio", after.gradio.sessions)
    record_property("answers in Gradio", after.gradio.messages)
    assert set(came) <= {"done", "cancelled", "unknown_voice"} and came["done"] > count // 2, came
    assert after.memory - before.memory <= MOST_MEMORY
    assert as_before(after), (before, after)
    assert after.zombies == 0 and after.children <= before.children and watched.leftovers() == []
    _is_bounded(after.gradio, before.gradio)


def _is_bounded(after: GradioHolds, before: GradioHolds) -> None:
    """Whoever called by HTTP leaves no session, and only so many answers wait."""
    most = {each.name: 0 for each in fields(GradioHolds)} | {"messages": MOST_ANSWERS, "ids": MOST_ANSWERS}
    most |= {"sessions": before.sessions, "analytics": 1}
    assert {name: size for name, size in vars(after).items() if size > most[name]} == {}
