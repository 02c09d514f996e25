"""Users of a studio in one process, each with a gradio_client of their own.

``python -m benchmarks.load.users '{"address", "users", "jobs", "pause"}'`` prints what became of them as JSON.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from gradio_client import Client

LOOK_SECONDS = 1.0
"""How often a user asks how far a job is."""


@dataclass
class Told:
    """What became of one user."""

    accepted: list[float] = field(default_factory=list)
    """Seconds until each job was accepted."""
    finished: int = 0
    """Jobs that gave the narration that was asked for."""
    errors: list[str] = field(default_factory=list)


class User:
    """Someone who has scripts spoken, one after the other, and thinks in between.

    Args:
        address: where the studio is.
        number: which user; also the seed of the pauses.
        pause: most seconds before each job; 0: all users ask at the same moment.
        key: what they show; empty where no key is asked for.
    """

    def __init__(self, address: str, number: int, pause: float, key: str = "") -> None:
        self._number = number
        self._pauses = random.Random(number)
        self._pause = pause
        self.told = Told()
        # Over plain HTTP there is nothing to verify, but at each call the client would read all certificates anew:
        # 20 ms of the users' machines, which here are the studio's.
        self._client = Client(
            address,
            headers={"Authorization": f"Bearer {key}"} if key else None,
            verbose=False,
            download_files=False,
            analytics_enabled=False,
            ssl_verify=False,
        )

    def have_spoken(self, job: int) -> None:
        """Submit a script, wait, fetch the result."""
        time.sleep(self._pauses.uniform(0, self._pause))
        script = f"User {self._number} has job {job} at {time.time()}. It has two sentences."
        arguments = {"script": script, "engine": "silence"}
        begun = time.perf_counter()
        job_id = self._client.predict("generate_speech", arguments, script, api_name="/submit_job")["job_id"]
        self.told.accepted.append(time.perf_counter() - begun)
        while self._client.predict(job_id, api_name="/job_status")["state"] in ("queued", "running"):
            time.sleep(LOOK_SECONDS)
        made = self._client.predict(job_id, api_name="/job_result")
        self.told.finished += made["script"] == script

    def work(self, jobs: int, everyone_is_there: threading.Barrier) -> Told:
        """Wait for the others, then do all jobs."""
        everyone_is_there.wait()
        for job in range(jobs):
            try:
                self.have_spoken(job)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
                self.told.errors.append(f"user {self._number}, job {job}: {error!r}"[:300])
        return self.told


def work(address: str, users: int, jobs: int, pause: float) -> dict[str, Any]:
    """All users at once.

    Returns:
        ``{"accepted": [seconds], "finished": jobs, "errors": [text], "seconds": all of it, without connecting}``.
    """
    barrier = threading.Barrier(users + 1)
    with ThreadPoolExecutor(users) as pool:
        people = list(pool.map(lambda number: User(address, number, pause), range(users)))
        working = [pool.submit(user.work, jobs, barrier) for user in people]
        barrier.wait()
        begun = time.perf_counter()
        told = [each.result() for each in working]
    return {
        "accepted": [seconds for one in told for seconds in one.accepted],
        "finished": sum(one.finished for one in told),
        "errors": [error for one in told for error in one.errors],
        "seconds": time.perf_counter() - begun,
    }


if __name__ == "__main__":
    print(json.dumps(work(**json.loads(sys.argv[1]))))
