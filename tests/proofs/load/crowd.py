"""Users of all three kinds at once, each with a key, until a moment has come."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from benchmarks.load.users import User
from tests.proofs.load.calling import Caller
from tests.proofs.load.visiting import Page, Visit, visitors_in

PAUSE_SECONDS = 20.0
BYTES_A_SECOND = 2 * 24_000
"""Of the sound that OpenAI's protocol calls pcm."""


@dataclass
class Told:
    """What became of users."""

    accepted: list[float] = field(default_factory=list)
    """Seconds until each job was accepted."""
    sounded: list[float] = field(default_factory=list)
    """Seconds until the first sound of each stream."""
    finished: int = 0
    others: list[str] = field(default_factory=list)
    """Results that were not those of whoever asked."""
    errors: list[str] = field(default_factory=list)

    def check(self, own: bool, what: str) -> None:
        """Count a result."""
        self.finished += 1
        if not own:
            self.others.append(what)


Person = Callable[[int, Told], None]
"""Does one job, told by its number."""


def client(caller: Caller, number: int) -> Person:
    """Somebody with gradio_client."""
    user = User(caller.address, number, 0.0, caller.key)

    def have_spoken(job: int, told: Told) -> None:
        before = user.told.finished
        user.have_spoken(job)
        told.accepted.append(user.told.accepted[-1])
        told.check(user.told.finished == before + 1, f"gradio_client {number}")

    return have_spoken


def visitor(caller: Caller, page: Page, number: int) -> Person:
    """Somebody at the page."""

    def have_spoken(job: int, told: Told) -> None:
        with Visit(caller, page, f"visit{number}x{job}").opened() as visit:
            begun = time.perf_counter()
            job_id = visit.speak(f"This is visitor {number} with page {job}.")
            told.accepted.append(time.perf_counter() - begun)
            told.check(visitors_in(visit.watch(job_id)) == {str(number)}, f"visitor {number}")

    return have_spoken


def listener(caller: Caller, number: int) -> Person:
    """Somebody with a program for OpenAI's speech."""

    def have_spoken(job: int, told: Told) -> None:
        text = f"Listener {number} hears {job} today. " + "It goes on. " * (number % 5)
        asked = {"model": "silence", "voice": "nova", "response_format": "pcm", "input": text}
        begun = time.perf_counter()
        with caller.open("/v1/audio/speech", json.dumps(asked).encode()) as answer:
            sound = answer.read(1)
            told.sounded.append(time.perf_counter() - begun)
            sound += answer.read()
            job_id = answer.headers["x-request-id"]
        caller.ended(job_id)
        made = caller.call("job_result", job_id=job_id)
        told.check(
            made["script"] == text and len(sound) == round(made["duration"] * BYTES_A_SECOND / 2) * 2,
            f"listener {number}: {made['script']!r}, {len(sound)} bytes of {made['duration']} s",
        )

    return have_spoken


def people(callers: Sequence[Caller], clients: int, visitors: int, listeners: int) -> list[Person]:
    """As many of each kind; the keys in turn."""
    page = Page(callers[0])
    makers: list[Callable[[Caller, int], Person]] = [
        *[client] * clients,
        *[lambda caller, number: visitor(caller, page, number)] * visitors,
        *[listener] * listeners,
    ]
    with ThreadPoolExecutor(len(makers)) as pool:  # a gradio_client reads all endpoints first
        return list(pool.map(lambda number: makers[number](callers[number % len(callers)], number), range(len(makers))))


def work(crowd: Sequence[Person], seconds: float, pause: float = PAUSE_SECONDS, most: int = 10_000) -> Told:
    """All of them at once, for so long or until each has done ``most`` jobs; what was begun is done to its end."""
    told, until = Told(), time.monotonic() + seconds

    def live(number: int) -> None:
        pauses = random.Random(number)
        for job in range(most):
            time.sleep(pauses.uniform(0, pause))
            if time.monotonic() > until:
                return
            try:
                crowd[number](job, told)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
                told.errors.append(f"user {number}, job {job}: {error!r}"[:300])

    with ThreadPoolExecutor(len(crowd)) as pool:
        list(pool.map(live, range(len(crowd))))
    return told
