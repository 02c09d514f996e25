"""The studio as it is, with a window: ``GET /held`` tells what its process holds.

``python -m tests.proofs.load.watched`` serves it as ``python app.py`` does.

Threads that wait for work are ended after a second, not after ten, so that a look need not wait for them.
"""

from __future__ import annotations

import asyncio
import gc
from dataclasses import asdict
from typing import Any

import psutil
from anyio._backends import _asyncio
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

import app
from tests.proofs.load.held import GradioHolds, Held

WINDOW = "/held"


def _blocks(application: FastAPI) -> Any:
    """The page that is mounted."""
    mounts = [
        route.app for route in application.routes if isinstance(route, Mount) and hasattr(route.app, "get_blocks")
    ]
    return mounts[-1]


def _held(page: Any) -> Held:
    gc.collect()
    this = psutil.Process()
    children = this.children(recursive=True)
    states = [child.status() for child in children]
    queue = page.get_blocks()._queue
    return Held(
        memory=this.memory_info().rss,
        files=this.num_fds(),
        threads=this.num_threads(),
        tasks=len(asyncio.all_tasks()),
        objects=len(gc.get_objects()),
        children=len(children),
        zombies=states.count(psutil.STATUS_ZOMBIE),
        gradio=GradioHolds(
            sessions=len(page.state_holder.session_data),
            messages=len(queue.pending_messages_per_session),
            ids=len(queue.pending_event_ids_session),
            events=len(queue.event_ids_to_events),
            analytics=len(queue.event_analytics),
            iterators=len(page.iterators) + len(page.iterators_to_reset),
            waiting=len(queue),
            at_work=queue.get_active_worker_count(),
        ),
    )


def main() -> None:
    build = app.build

    def with_window(*given: Any) -> FastAPI:
        application = build(*given)
        page = _blocks(application)

        async def look(_: Request) -> JSONResponse:
            return JSONResponse(asdict(_held(page)))

        application.router.routes.insert(0, Route(WINDOW, look))
        return application

    vars(app)["build"] = with_window
    vars(_asyncio.WorkerThread)  # the name is private; better an error here than a look that never settles
    _asyncio.WorkerThread.MAX_IDLE_TIME = 1
    app.main()


if __name__ == "__main__":
    main()
