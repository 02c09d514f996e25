"""The routes beside the page: health, signed downloads, fonts and brand files.

``create_app`` puts them in front of a page that the caller mounts; nothing here knows Gradio.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from backend.errors import InvalidRequest, NotFound, StudioError
from backend.settings import PROJECT
from backend.studio import Studio

_STATUS = {NotFound: 404, InvalidRequest: 400}
_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def create_app(studio: Studio) -> FastAPI:
    """The application without its page; starts the studio with it and closes it with it."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # In a thread: opening the database blocks, and its client complains when that happens on the event loop.
        await to_thread.run_sync(studio.start)
        try:
            yield
        finally:
            await to_thread.run_sync(studio.close)

    app = FastAPI(title="Voicereel", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    # Gradio answers every origin with credentials allowed unless the app brings a CORS rule of its own: here, none may.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(studio.settings.served_hosts))
    app.add_exception_handler(StudioError, _answer_error)
    app.mount("/studio", StaticFiles(directory=PROJECT / "assets"), name="studio")  # /assets is Gradio's own
    _add_routes(app, studio)
    return app


def _add_routes(app: FastAPI, studio: Studio) -> None:
    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        """The process answers."""
        return {"status": "alive"}

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        """The studio takes jobs."""
        ready = studio.ready()
        return JSONResponse({"status": "ready" if ready else "starting"}, status_code=200 if ready else 503)

    @app.get("/files/{file_id}")
    def download(file_id: str, expires: int = 0, signature: str = "", download: int = 0) -> FileResponse:
        """A file behind its signed link; answers byte ranges, so players can seek."""
        served = studio.artifacts.serve(file_id, expires, signature)
        disposition = "attachment" if download else "inline"
        return FileResponse(
            served.path,
            media_type=served.media_type,
            filename=served.name,
            content_disposition_type=disposition,
            headers={**_HEADERS, "Cache-Control": "private, max-age=3600", "Content-Security-Policy": "sandbox"},
        )


async def _answer_error(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, StudioError):
        raise error
    status: int = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
    if error.code in ("link_expired", "link_invalid"):
        status = 403
    body: dict[str, Any] = {"error": error.to_dict()}
    return JSONResponse(body, status_code=status, headers=_HEADERS)
