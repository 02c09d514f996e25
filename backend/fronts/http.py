"""The routes beside the page: health, signed downloads, fonts and brand files.

``create_app`` puts them in front of a page that the caller mounts; nothing here knows Gradio.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from anyio import move_on_after, to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.requests import ClientDisconnect
from starlette.routing import Route

from backend.errors import InvalidRequest, NotAllowed, NotFound, QuotaExceeded, StudioError
from backend.fronts.belongings import Belongings
from backend.fronts.bounds import Bounds, later
from backend.fronts.callers import studio_of
from backend.fronts.counting import Counted, RequestCounts
from backend.fronts.gate import Gate, SafeHeaders
from backend.fronts.mcp import MCP_AT, open_http_door
from backend.fronts.openai.routes import openai_app
from backend.fronts.plain_calls import PlainCalls
from backend.fronts.receiving import FILES_AT, receive_file
from backend.fronts.sharing import add_share_routes
from backend.settings import PROJECT, Settings
from backend.studio import Studio
from backend.tenants import MAIN, NOBODY

if TYPE_CHECKING:
    from backend.fronts.metrics import Metrics

_FIRST_VISIT_SECONDS = 2.0
UPLOADS_AT = ("/gradio_api/upload", "/v1/audio/transcriptions", FILES_AT)
"""Where files arrive: the page's, OpenAI's clients', and others'."""
_ALL_METHODS = ["GET", "HEAD", "POST"]
_SHUT = (
    *("/monitoring", "/monitoring/{rest:path}", "/gradio_api/deep_link", "/gradio_api/dev/{rest:path}"),
    *("/gradio_api/runs", "/gradio_api/runs/", "/gradio_api/run-history/{rest:path}", "/gradio_api/stream/{rest:path}"),
    *("/gradio_api/process_recording", "/gradio_api/vibe-{rest:path}", "/gradio_api/undo-vibe-edit{rest:path}"),
    "/gradio_api/profiling/{rest:path}",
)
"""Doors of Gradio's that lead nowhere a visitor of ours wants to go."""
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_log = logging.getLogger(__name__)
_STATUS = {NotFound: 404, NotAllowed: 403, QuotaExceeded: 429, InvalidRequest: 400}
"""By kind, the narrower first."""
_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def create_app(studio: Studio) -> FastAPI:
    """The application without its page; starts the studio with it and closes it with it.

    Raises:
        InvalidRequest: ``mcp_not_installed``.
    """
    mcp = open_http_door(partial(studio_of, studio)) if studio.settings.mcp else None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        closing = asyncio.Event()
        starting = asyncio.create_task(_start_later(studio, closing))
        try:
            async with mcp.run() if mcp else nullcontext():
                yield
        finally:
            closing.set()
            await starting
            await to_thread.run_sync(studio.close)

    counts, began = RequestCounts(), time.time()
    app = FastAPI(title="Voicereel", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    _add_bounds(app, studio.settings)
    app.add_middleware(Counted, counts=counts)
    app.add_exception_handler(StudioError, _answer_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.mount("/studio", StaticFiles(directory=PROJECT / "assets"), name="studio")  # /assets is Gradio's own
    app.mount("/v1", openai_app(lambda request: studio_of(studio, request)))
    _add_routes(app, studio)
    add_share_routes(app, studio)
    _shut_doors(app)
    _add_metrics(app, studio, counts, began)
    if mcp:
        app.router.routes.extend(Route(path, endpoint=mcp) for path in (MCP_AT, f"{MCP_AT}/"))
    return app


def _add_bounds(app: FastAPI, settings: Settings) -> None:
    """Everything a request passes before it reaches a route or the page, the innermost first."""
    if len(settings.keys) > 1:
        app.add_middleware(Belongings, uploads=settings.uploads_folder)
    app.add_middleware(PlainCalls)
    app.add_middleware(Bounds, uploads_at=UPLOADS_AT, max_upload_bytes=settings.max_upload_bytes)
    if keys := settings.keys:
        app.add_middleware(Gate, keys=keys, framed_by=settings.framed_by)
    # Gradio answers every origin with credentials allowed unless the app brings a CORS rule of its own. Sessions are
    # for our own page: other sites' pages send the key.
    origins = [origin.strip().rstrip("/") for origin in settings.allowed_origins.split(",") if origin.strip()]
    app.add_middleware(
        CORSMiddleware, allow_origins=origins, allow_methods=["*"], allow_headers=["Authorization", "Content-Type"]
    )
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(settings.served_hosts))
    app.add_middleware(SafeHeaders, framed_by=settings.framed_by)


async def _start_later(studio: Studio, closing: asyncio.Event) -> None:
    """Start the studio when whoever opens the page right away has it: what jobs need takes a second or two to import.

    The page itself needs no worker, and what is submitted meanwhile waits in its queue.
    """
    # On a server nobody waits at the door; what waits there is a scheduler that asks whether jobs are taken.
    with move_on_after(_FIRST_VISIT_SECONDS if studio.settings.listens_locally else 0):
        await closing.wait()
    if not closing.is_set():
        await to_thread.run_sync(_start, studio)


def _start(studio: Studio) -> None:
    """Start the studio, or end the server: one that does no jobs helps nobody."""
    try:
        studio.start()
    except Exception as error:  # noqa: BLE001 - a front; whatever it is, the server must not stay half there
        _log.critical("The studio could not start: %s", error, exc_info=not isinstance(error, StudioError))
        os.kill(os.getpid(), signal.SIGTERM)


def _add_routes(app: FastAPI, studio: Studio) -> None:
    # Both in the event loop: whoever asks whether the studio lives must not wait until a thread is free.
    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The process answers."""
        return {"status": "alive"}

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        """The studio takes jobs."""
        ready = studio.ready()
        return JSONResponse({"status": "ready" if ready else "starting"}, status_code=200 if ready else 503)

    @app.get("/files/{file_id}")
    def download(file_id: str, expires: int = 0, signature: str = "", of: str = MAIN, download: int = 0) -> Response:
        """A file behind its signed link; answers byte ranges, so players can seek."""
        # A tenant whose key was taken back is nobody, and nobody has files.
        tenant = of if of in studio.settings.known_tenants else NOBODY
        served = studio.of(tenant).artifacts.serve(file_id, expires, signature)
        if served.path is None:
            return RedirectResponse(served.url, status_code=307, headers={**_HEADERS, "Cache-Control": "no-store"})
        disposition = "attachment" if download else "inline"
        return FileResponse(
            served.path,
            media_type=served.media_type,
            filename=served.name,
            content_disposition_type=disposition,
            headers={**_HEADERS, "Cache-Control": "private, max-age=3600", "Content-Security-Policy": "sandbox"},
        )

    @app.put(FILES_AT + "{name}")
    async def upload(name: str, request: Request) -> Response:
        """Keep the body as a file of this name: ``curl -T clip.wav …/files/``."""
        try:
            return JSONResponse(await receive_file(studio_of(studio, request), name, request.stream()))
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is left to read it


def _shut_doors(app: FastAPI) -> None:
    """Answer for what Gradio has and nobody needs here: it would fetch addresses for whoever asks, keep and show what
    visitors did, write files and edit programs."""

    @app.api_route("/gradio_api/file=http{rest:path}", methods=_ALL_METHODS)
    @app.api_route("/gradio_api/file/http{rest:path}", methods=_ALL_METHODS)
    @app.api_route("/gradio_api/proxy={rest:path}", methods=_ALL_METHODS)
    def relay(rest: str) -> Response:
        raise NotFound("Addresses elsewhere are not opened here.", hint="Open it yourself.", code="file_not_found")

    def shut() -> Response:
        raise NotFound(
            "There is nothing here.", hint="The page is at /; docs/api.md has all calls.", code="no_such_door"
        )

    for path in _SHUT:
        app.add_api_route(path, shut, methods=_ALL_METHODS)


def _add_metrics(app: FastAPI, studio: Studio, counts: RequestCounts, began: float) -> None:
    @cache
    def metrics() -> Metrics:
        from backend.fronts.metrics import Metrics  # here: its library is for those who scrape, no start waits for it

        return Metrics(studio, counts, began)

    @app.get("/metrics")
    def scrape(request: Request) -> Response:
        """The studio in numbers, for Prometheus; they are of all tenants, so only the main one sees them."""
        if studio_of(studio, request).tenant != MAIN:
            raise NotAllowed(
                "Only whoever runs this studio sees its numbers.", hint="Use the main key, STUDIO_API_KEY."
            )
        return Response(metrics().text(), media_type=METRICS_TYPE, headers={"Cache-Control": "no-store"})


async def _answer_invalid(request: Request, _: Exception) -> JSONResponse:
    """A link that says something else where a number belongs."""
    said = "This link is not one of this studio's."
    return await _answer_error(request, InvalidRequest(said, hint="Copy the whole link again.", code="link_invalid"))


async def _answer_error(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, StudioError):
        raise error
    status: int = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
    if error.code in ("link_expired", "link_invalid"):
        status = 403
    if error.code == "database_unavailable":
        status = 503
    if error.code == "disk_full":
        status = 507
    body: dict[str, Any] = {"error": error.to_dict()}
    return JSONResponse(body, status_code=status, headers={**_HEADERS, **later(error)})
