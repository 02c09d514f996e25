"""Files that a browser sent: only what Gradio's own upload put down is taken, wherever a caller says a file is."""

from __future__ import annotations

from pathlib import Path

from gradio.utils import get_upload_folder

from backend.errors import InvalidRequest


def received(text: str) -> Path:
    """The path, if Gradio's own upload put a file there; a caller may write anything into ``path``.

    Raises:
        InvalidRequest: it points elsewhere.
    """
    path = Path(text).resolve()
    if not path.is_relative_to(Path(get_upload_folder()).resolve()) or not path.is_file():
        raise InvalidRequest(
            "This file was not uploaded here.",
            hint="Send it with handle_file(path) of gradio_client.",
            code="not_uploaded",
        )
    return path
