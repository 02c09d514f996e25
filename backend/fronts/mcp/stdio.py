"""MCP over standard input and output: for a client on the same machine that starts the studio itself."""

from __future__ import annotations

import os
import signal
from typing import Any

import anyio
from mcp.server.stdio import stdio_server

from backend.fronts.mcp.server import Files, make_server
from backend.fronts.paths import take_paths, with_files
from backend.studio import Studio


def _with_paths(studio: Studio, result: Any) -> Any:
    """The result with each file's place on this machine's disk, if it is there: links to it open only while the
    studio's server runs."""
    if studio.settings.s3.configured:
        return result
    return with_files(result, lambda file: {**file, "path": str(studio.local_file(file["file_id"]))})


_FILES = Files("A path on this machine, or a file_id.", take_paths, _with_paths)


def serve(studio: Studio) -> None:
    """Speak with the client until it closes its end; what the studio prints meanwhile goes to standard error.

    A signal closes the studio and ends the process.
    """

    def end(*_: object) -> None:
        studio.close()
        # The thread that waits for the client's next line cannot be woken, and an ordinary end would wait for it.
        os._exit(0)

    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, end)

    async def speak() -> None:
        server = make_server(lambda _: studio, _FILES)
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(speak)
