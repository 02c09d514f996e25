"""Files that programs send as they are: ``PUT /files/NAME`` with the file as the body. And what callers say of files
that they sent through the page's server."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from anyio import open_file, to_thread

from backend.errors import InvalidRequest
from backend.storage.disk import full_disk_told
from backend.studio import Studio

FILES_AT = "/files/"


def named_path(text: str) -> Path | None:
    """Where the path that a caller wrote leads, links followed; None for one of no file: NUL, too long, a circle of
    links."""
    try:
        return Path(text).resolve()
    except (OSError, ValueError, RuntimeError):
        return None


def not_uploaded() -> InvalidRequest:
    """For a file that was not sent to this studio, or not by this caller."""
    return InvalidRequest(
        "This file was not uploaded here.",
        hint="Send it with handle_file(path) of gradio_client.",
        code="not_uploaded",
    )


async def receive_file(studio: Studio, name: str, body: AsyncIterator[bytes]) -> dict[str, Any]:
    """Keep what arrives and return its link; never more of it in memory than a piece.

    Args:
        studio: the caller's.
        name: what the sender calls the file; its ending says what it is.
        body: the file, in pieces.

    Raises:
        InvalidRequest: too large, or a kind of file that no operation takes.
        MediaRejected: not the media it says it is.
        StorageError: ``disk_full``.
    """
    folder = studio.settings.uploads_folder
    with full_disk_told():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix="put-") as mine:
            path = Path(mine) / "file"
            async with await open_file(path, "wb") as file:
                async for piece in body:
                    await file.write(piece)
            return await to_thread.run_sync(studio.upload, path, name)
