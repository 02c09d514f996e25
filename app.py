"""Start the studio's page: settings -> Studio -> page mounted on FastAPI -> serve. Importing this runs nothing."""

from __future__ import annotations

import os
import sys

# Gradio reads these: no analytics, no version check, no telemetry from a machine that is not ours.
os.environ.update(
    {
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "GRADIO_SSR_MODE": "False",
        # With each call Gradio would work out anew, from the latest ten thousand, how long calls take; nobody asks.
        "GRADIO_ANALYTICS_MAX_EVENTS": "1",
        "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(10**12),
    }
)
# Gradio imports MCP's SDK wherever that is installed, for a server of its own that is never switched on here: half a
# second and 24 MB at each start. While it is imported, there is none.
sys.modules.setdefault("mcp", None)  # type: ignore[arg-type]

import gradio as gr
import uvicorn
from fastapi import FastAPI

import ui
from backend.errors import StudioError
from backend.fronts.http import create_app
from backend.settings import Settings
from backend.studio import Studio

if sys.modules["mcp"] is None:
    del sys.modules["mcp"]

_GRACE_SECONDS = 3
"""Whole seconds for answers under way when the studio is told to end."""


def build(settings: Settings) -> FastAPI:
    """The whole application: routes, public API and page."""
    studio = Studio(settings)
    page = ui.build(ui.for_visitors(studio))
    application: FastAPI = gr.mount_gradio_app(create_app(studio), page, path="/", **ui.page_options())
    ui.forget_callers(page)
    return application


def main() -> None:
    """Serve until stopped."""
    settings = Settings()
    settings.refuse_open_door()
    # Uploads pass through here; never the shared temporary folder, which other programs read.
    os.environ["GRADIO_TEMP_DIR"] = str(settings.uploads_folder)
    application = build(settings)
    print(f"Voicereel is on {settings.base_url}  (results in {settings.home}; stop with Ctrl+C)")  # noqa: T201 - the one line a person waits for
    uvicorn.run(
        application,
        host=settings.listens_on,
        port=settings.port,
        log_level="warning",
        # A page that is open keeps a connection open; without this the studio would only end when it is closed.
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


if __name__ == "__main__":
    try:
        main()
    except StudioError as error:
        raise SystemExit(str(error)) from error
