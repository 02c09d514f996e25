"""Somebody at the page, by the requests that a browser makes: the page itself, its heartbeat, listeners by number."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.proofs.load.calling import PATIENCE_SECONDS, Caller

TICK_SECONDS = 0.7
"""As the page's timer."""
_NUMBERS = re.compile(r"visitor (\d+)\b")


class Page:
    """What the page is made of, read once for all visitors."""

    def __init__(self, caller: Caller) -> None:
        with caller.open("/config") as answer:
            config = json.load(answer)
        self.values = {each["id"]: each["props"].get("value") for each in config["components"]}
        self._listeners = config["dependencies"]
        self._ids = {each["props"].get("elem_id"): each["id"] for each in config["components"]}
        self.script = self._ids["script"]
        self.speak = self._on("click", self._ids["speak-only"])
        self.load = next(each for each in self._listeners if each["targets"][0][1] == "load" and self._asks(each))
        self.tick = self._ticking()

    def _on(self, event: str, component: int) -> dict[str, Any]:
        return next(each for each in self._listeners if [component, event] in each["targets"] and self._asks(each))

    def _ticking(self) -> dict[str, Any]:
        """The timer that watches the running job: it changes what the button changes."""
        changed = set(self.speak["outputs"])
        return next(
            each for each in self._listeners if each["targets"][0][1] == "tick" and set(each["outputs"]) == changed
        )

    @staticmethod
    def _asks(listener: dict[str, Any]) -> bool:
        return bool(listener["backend_fn"])


class Visit:
    """One open page."""

    def __init__(self, caller: Caller, page: Page, session: str) -> None:
        self._caller = caller
        self._page = page
        self._session = session
        self._values = dict(page.values)

    @contextmanager
    def opened(self) -> Iterator[Visit]:
        """While the page is open it holds a line to the studio, as every browser does."""
        with self._caller.open("/") as answer:
            answer.read()
        with self._caller.open(f"/gradio_api/heartbeat/{self._session}") as heart:
            heart.readline()
            self._ask(self._page.load)
            yield self

    def speak(self, script: str) -> str:
        """Type and press; the job that was begun."""
        self._values[self._page.script] = script
        said = self._ask(self._page.speak)
        jobs = [value["job"] for value in said if isinstance(value, dict) and value.get("job")]
        assert len(jobs) == 1, f"no job was begun: {said}"
        return str(jobs[0])

    def watch(self, job_id: str) -> str:
        """What stands on the page once the job is done, as text."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            time.sleep(TICK_SECONDS)
            said = self._ask(self._page.tick)
            if any(isinstance(value, dict) and value.get("done") == job_id for value in said):
                return json.dumps(said)
            assert not any(isinstance(value, dict) and value.get("job") == "" for value in said), f"it ended: {said}"
        raise AssertionError(f"{job_id} did not end")

    def _ask(self, listener: dict[str, Any]) -> list[Any]:
        """What a listener answers; what it changes is changed here as in a browser."""
        body = {
            "data": [self._values.get(each) for each in listener["inputs"]],
            "fn_index": listener["id"],
            "session_hash": self._session,
            "trigger_id": listener["targets"][0][0],
            "event_data": None,
        }
        with self._caller.open("/gradio_api/run/predict", json.dumps(body).encode()) as answer:
            said: list[Any] = json.load(answer)["data"]
        for component, value in zip(listener["outputs"], said, strict=True):
            if not isinstance(value, dict) or value.get("__type__") != "update":
                self._values[component] = value
            elif "value" in value:
                self._values[component] = value["value"]
        return said


def visitors_in(text: str) -> set[str]:
    """The numbers of those whose words these are."""
    return set(_NUMBERS.findall(text))
