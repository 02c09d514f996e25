"""What the examples share: a studio's address and key, operations, jobs that are followed, files that are saved.

Needs gradio_client and nothing else: pip install gradio_client
"""

from __future__ import annotations

import argparse
import json
import os
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError, AuthenticationError
from httpx import HTTPError  # what gradio_client speaks HTTP with

LOOK_SECONDS = 0.5
TRIES = 5


class Refused(Exception):
    """The studio said no. ``code`` is for programs; the text says what happened and what to do."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(f"{message} {hint}".strip())
        self.code = code


class Studio:
    """A studio somewhere else: on this machine, a Space, a pod. One for each thread: its calls share a stream."""

    def __init__(self, url: str, key: str = "") -> None:
        """Args:
        url: e.g. ``http://127.0.0.1:7860`` or ``https://you-name.hf.space``.
        key: what STUDIO_API_KEY says where the studio runs; empty for one without a key.
        """
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        try:
            # Results are links; without download_files=False the client would fetch every file of every answer.
            self._client = Client(url, headers=headers, verbose=False, download_files=False, analytics_enabled=False)
        except AuthenticationError:
            raise Refused("key_wrong", "The studio does not know this key.", "Check STUDIO_API_KEY or --key.") from None
        except (HTTPError, ValueError) as error:
            hint = "Check the address, and that the studio runs."
            raise Refused("unreachable", f"No studio answers at {url}: {error}.", hint) from None

    def call(self, operation: str, /, **fields: Any) -> Any:
        """Run an operation of docs/api.md and wait for its result; fields left out have their defaults."""
        try:
            return self._client.predict(**fields, api_name=f"/{operation}")
        except AppError as error:
            raise _refused(error) from None
        except (HTTPError, CancelledError) as error:  # the latter where the stream of answers broke off
            raise ConnectionError(f"The line to the studio broke: {error!r}.") from None

    def call_again(self, operation: str, /, **fields: Any) -> Any:
        """As `call`, and once more when the line breaks: for what may be asked twice."""
        for wait in range(1, TRIES):
            try:
                return self.call(operation, **fields)
            except ConnectionError:
                time.sleep(wait)
        return self.call(operation, **fields)

    def upload(self, path: Path) -> str:
        """Send a file once; its file_id can be used in any number of calls."""
        return str(self.call("upload_file", file=handle_file(path))["file_id"])

    def submit(self, operation: str, fields: dict[str, Any], key: str | None = None) -> str:
        """Start an operation as a job and come back at once with its job_id.

        Args:
            key: the same key is the same job, however often it is sent: nothing is made twice after a broken line.
        """
        call = self.call_again if key else self.call
        return str(call("submit_job", operation=operation, arguments=fields, idempotency_key=key)["job_id"])

    def follow(self, job_id: str, tell: Callable[[float, str], None] = lambda *_: None) -> Any:
        """Wait for a job and return its result; ``tell`` hears how far it is (0 to 1) and what goes on."""
        while (status := self.call_again("job_status", job_id=job_id))["state"] in ("queued", "running"):
            tell(status["progress"], status["message"])
            time.sleep(LOOK_SECONDS)
        tell(status["progress"], status["message"])
        return self.call_again("job_result", job_id=job_id)


def _refused(error: AppError) -> Refused:
    """The studio's errors are JSON: ``{"error": {"code", "message", "hint"}}``."""
    try:
        told = json.loads(str(error))["error"]
    except (ValueError, KeyError, TypeError):
        return Refused("unknown", str(error), "")
    return Refused(told["code"], told["message"], told["hint"])


def save(link: dict[str, Any], target: Path) -> Path:
    """Fetch a file of a result. The link opens without a key, for an hour."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    with urllib.request.urlopen(link["url"]) as answer, part.open("wb") as file:
        while block := answer.read(1 << 20):
            file.write(block)
    part.replace(target)  # a file of this name is always whole
    return target


def options(about: str) -> argparse.ArgumentParser:
    """A command line that already has --url and --key."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--url", default=os.environ.get("STUDIO_URL", "http://127.0.0.1:7860"))
    parser.add_argument(
        "--key", default=os.environ.get("STUDIO_API_KEY", ""), help="better set STUDIO_API_KEY: others see arguments"
    )
    return parser


def run(main: Callable[[], None]) -> None:
    """Run an example; what the studio refuses is said in one line, with exit status 1."""
    try:
        main()
    except Refused as refused:
        raise SystemExit(f"{refused} [{refused.code}]") from None
    except OSError as error:
        raise SystemExit(str(error)) from None


def print_progress(fraction: float, message: str) -> None:
    """One line on the screen that changes."""
    print(f"\r\033[K{fraction:4.0%}  {message}", end="", flush=True)
