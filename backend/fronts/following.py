"""An operation run to its end by a front that lives in an event loop: no thread is held while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from anyio import CancelScope, to_thread

from backend.jobs.waiting import Waiting
from backend.operations import find_operation
from backend.studio import Studio
from backend.work import Report

Tell = Callable[[float, str], Awaitable[None]]
"""Is told how far a long operation is, whenever that has changed: fraction and message."""


class Waited(Protocol):
    """A studio whose jobs are waited for."""

    def waiting(self, job_id: str, report: Report) -> Waiting:
        """The looks of one who waits for a job."""

    def call(self, name: str, arguments: Mapping[str, Any], /) -> Any:
        """Run an operation that answers at once."""


async def run(
    studio: Studio, name: str, arguments: Mapping[str, Any], tell: Tell, idempotency_key: str | None = None
) -> Any:
    """Run an operation; a long one as a job, which is cancelled if this is.

    Args:
        studio: the caller's.
        name: of the operation.
        arguments: its fields.
        tell: is told of a long one.
        idempotency_key: as in ``submit_job``; for a long one.

    Raises:
        StudioError: what went wrong, with what to do about it.
    """
    if find_operation(name).queue is None:
        return await _call(studio, name, arguments)
    submitted = {"operation": name, "arguments": arguments, "idempotency_key": idempotency_key}
    return await _follow(studio, (await _call(studio, "submit_job", submitted))["job_id"], tell)


async def _follow(studio: Studio, job_id: str, tell: Tell) -> Any:
    try:
        return await wait(studio, job_id, tell)
    except asyncio.CancelledError:
        with CancelScope(shield=True):
            await _call(studio, "cancel_job", {"job_id": job_id})
        raise


async def wait(studio: Waited, job_id: str, tell: Tell) -> Any:
    """The result of a job, which goes on if this is cancelled.

    Args:
        studio: the caller's.
        job_id: from ``submit_job``.
        tell: is told how far it is.

    Raises:
        StudioError: what went wrong, with what to do about it.
    """
    told: tuple[float, str] | None = None
    heard: list[tuple[float, str]] = []
    waiting = studio.waiting(job_id, lambda fraction, message, **_: heard.append((fraction, message)))
    while (pause := await to_thread.run_sync(waiting.look)) is not None:
        if told != (told := heard[-1]):
            await tell(*told)
        heard.clear()
        await asyncio.sleep(pause)
    return await to_thread.run_sync(studio.call, "job_result", {"job_id": job_id})


async def _call(studio: Studio, name: str, arguments: Mapping[str, Any]) -> Any:
    return await to_thread.run_sync(studio.call, name, arguments)
