"""An operation run to its end by a front that lives in an event loop: no thread is held while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from anyio import CancelScope, to_thread

from backend.operations import find_operation
from backend.studio import Studio

LOOK_SECONDS = 0.25
Tell = Callable[[float, str], Awaitable[None]]
"""Is told how far a long operation is, whenever that has changed: fraction and message."""


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
    told: tuple[float, str] | None = None
    try:
        while (status := await _call(studio, "job_status", {"job_id": job_id}))["state"] in ("queued", "running"):
            if told != (told := (status["progress"], status["message"])):
                await tell(*told)
            await asyncio.sleep(LOOK_SECONDS)
    except asyncio.CancelledError:
        with CancelScope(shield=True):
            await _call(studio, "cancel_job", {"job_id": job_id})
        raise
    return await _call(studio, "job_result", {"job_id": job_id})


async def _call(studio: Studio, name: str, arguments: Mapping[str, Any]) -> Any:
    return await to_thread.run_sync(studio.call, name, arguments)
