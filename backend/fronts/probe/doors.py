"""The two kinds of places a studio is reached at: a web address, and a RunPod serverless endpoint."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import httpx
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError, AuthenticationError

from backend.errors import JobError, StudioError, from_dict

LOOK_SECONDS = 0.3
_ENDED = ("COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT")
ANSWER_SECONDS = 60.0
"""How long one answer may take; long work is asked after in between."""


class ProbeFault(StudioError):
    """What was tried from outside did not work."""

    default_code = "probe_fault"


class Door(Protocol):
    """Where operations are called."""

    takes_files: bool
    """Whether a file can be sent with a call."""

    def call(self, operation: str, /, **fields: Any) -> Any:
        """Run an operation that answers at once.

        Raises:
            StudioError: what went wrong, with what to do.
        """

    def run(self, operation: str, /, **fields: Any) -> Any:
        """Run a long operation to its end.

        Raises:
            StudioError: what went wrong, with what to do.
        """

    def upload(self, path: Path) -> Any:
        """Keep a file there.

        Raises:
            StudioError: what went wrong, with what to do.
        """


class StudioDoor:
    """A studio's web address, through gradio_client: on this machine, a Space, a pod."""

    takes_files = True

    def __init__(self, url: str, key: str, patience: float) -> None:
        """Args:
        url: without a slash at its end.
        key: empty for a studio without one.
        patience: seconds that one long operation may take.

        Raises:
            StudioError: nothing that answers like a studio is there.
        """
        self._patience = patience
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        with in_our_words():
            self._client = Client(
                url,
                headers=headers,
                verbose=False,
                download_files=False,
                analytics_enabled=False,
                httpx_kwargs={"timeout": ANSWER_SECONDS},
            )

    def call(self, operation: str, /, **fields: Any) -> Any:
        with in_our_words():
            return self._client.predict(**fields, api_name=f"/{operation}")

    def run(self, operation: str, /, **fields: Any) -> Any:
        """As a job: proxies before a pod cut a request that takes over a minute and a half."""
        job_id = self.call("submit_job", operation=operation, arguments=fields)["job_id"]
        end = time.monotonic() + self._patience
        while self.call("job_status", job_id=job_id)["state"] in ("queued", "running"):
            if time.monotonic() > end:
                self.call("cancel_job", job_id=job_id)
                raise _too_slow(operation, self._patience)
            time.sleep(LOOK_SECONDS)
        return self.call("job_result", job_id=job_id)

    def upload(self, path: Path) -> Any:
        return self.call("upload_file", file=handle_file(path))


class EndpointDoor:
    """A RunPod serverless endpoint, ``https://api.runpod.ai/v2/ID``, by RunPod's HTTP API."""

    takes_files = False

    def __init__(self, url: str, key: str, patience: float) -> None:
        """Args:
        url: without a slash at its end; also the address of the SDK's own local server.
        key: RunPod's API key; the local server needs none.
        patience: seconds that one job may take, the start of a worker included.
        """
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(headers=headers, timeout=ANSWER_SECONDS + patience)
        self._url = url
        self._patience = patience
        self._asks_by = "GET"

    def call(self, operation: str, /, **fields: Any) -> Any:
        queued = self._ask("POST", "/run", {"input": {"operation": operation, **fields}})
        end = time.monotonic() + self._patience
        while (job := self._status(str(queued["id"])))["status"] not in (
            "COMPLETED",
            "FAILED",
            "CANCELLED",
            "TIMED_OUT",
        ):
            if time.monotonic() > end:
                self._ask("POST", f"/cancel/{queued['id']}")
                raise _too_slow(operation, self._patience)
            time.sleep(LOOK_SECONDS)
        if job["status"] != "COMPLETED":
            raise _failed(job)
        return job["output"]

    run = call

    def upload(self, path: Path) -> Any:
        raise ProbeFault("A serverless endpoint takes no files.", hint="Upload to a studio that shares its bucket.")

    def counts(self) -> Mapping[str, Any] | None:
        """How many workers and jobs there are; None where that is not told, as by the SDK's local server."""
        with in_our_words():
            answer = self._http.get(f"{self._url}/health")
            if answer.status_code == httpx.codes.NOT_FOUND and "runpod.ai" not in self._url:
                return None
            return dict(_content(answer))

    def _status(self, job_id: str) -> Mapping[str, Any]:
        """RunPod's API is asked by GET, the SDK's local server by POST."""
        with in_our_words():
            answer = self._http.request(self._asks_by, f"{self._url}/status/{job_id}")
            if answer.status_code == httpx.codes.METHOD_NOT_ALLOWED and self._asks_by == "GET":
                self._asks_by = "POST"
                return self._status(job_id)
            return dict(_content(answer))

    def _ask(self, method: str, path: str, body: Any = None) -> Mapping[str, Any]:
        with in_our_words():
            return dict(_content(self._http.request(method, f"{self._url}{path}", json=body)))


def _content(answer: httpx.Response) -> Any:
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise ProbeFault(
            "RunPod does not take this key.",
            hint="Set RUNPOD_API_KEY to a key of your account.",
            code="key_wrong",
        )
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise ProbeFault("There is no such endpoint.", hint="RunPod shows its id.", code="no_endpoint")
    answer.raise_for_status()
    return answer.json()


def _failed(job: Mapping[str, Any]) -> StudioError:
    """Why RunPod's job failed: the worker's own words where there are any."""
    told = job.get("error")
    try:
        return from_dict(json.loads(str(told)))
    except (ValueError, AttributeError):
        what = str(told or "it does not say why")[:300]
        return JobError(f"RunPod's job {job['status'].lower()}: {what}.", hint="Look at the worker's log.")


def _too_slow(operation: str, patience: float) -> ProbeFault:
    return ProbeFault(
        f"{operation} was not done after {patience:.0f} s.",
        hint="The first time fetches models and may take minutes; try again, or give it longer with --patience.",
        code="too_slow",
    )


@contextmanager
def in_our_words() -> Iterator[None]:
    """What clients raise, as what happened and what to do; never with a link or a key in it."""
    try:
        yield
    except AuthenticationError:
        raise ProbeFault(
            "The studio does not take this key.", hint="Set STUDIO_API_KEY to what it is there.", code="key_wrong"
        ) from None
    except AppError as error:
        raise _told(error) from None
    except httpx.TimeoutException:
        raise ProbeFault(
            "No answer came in time.", hint="Is the machine overloaded, or still starting?", code="timeout"
        ) from None
    except httpx.HTTPStatusError as error:
        raise ProbeFault(
            f"The answer was HTTP {error.response.status_code}.",
            hint="The server's log, or that of a proxy before it, says why.",
            code="http_status",
        ) from None
    except CancelledError:
        raise ProbeFault(
            "The stream of answers broke off.", hint="Does a proxy in front cut long answers?", code="line_broken"
        ) from None
    except httpx.HTTPError as error:
        raise ProbeFault(
            f"Nothing answers ({type(error).__name__}).",
            hint="Check the address. A Space may be paused or still building; a pod must expose the port over HTTP.",
            code="unreachable",
        ) from None
    except ValueError as error:
        raise ProbeFault(
            f"This does not answer like a studio: {str(error)[:200]}",
            hint="Check the address, and that the studio there is of this version.",
            code="not_a_studio",
        ) from None


def _told(error: AppError) -> StudioError:
    try:
        return from_dict(json.loads(str(error))["error"])
    except (ValueError, KeyError, TypeError):
        return ProbeFault(str(error)[:300], hint="The studio's log says more.")
