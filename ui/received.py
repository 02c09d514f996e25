"""Files that a browser sent: only what Gradio's own upload put down is taken, wherever a caller says a file is; and
nothing stays of what did not come to its end."""

from __future__ import annotations

import json
import os
from pathlib import Path

import gradio as gr
from gradio import processing_utils
from gradio.route_utils import GradioMultiPartParser
from gradio.utils import get_upload_folder
from starlette.datastructures import FormData

from backend.errors import InvalidRequest
from backend.fronts.receiving import named_path, not_uploaded


def leave_addresses_alone() -> None:
    """Gradio fetches every address that is sent in a file's place, before any code of ours sees it: of any size, with
    rules of its own on where it goes. From now on it hands them on as they are; what is fetched is the studio's to say.
    """

    async def as_it_is(url: str, cache_dir: str) -> str:
        return url

    processing_utils.async_ssrf_protected_download = as_it_is


def take_uploads_only() -> None:
    """Gradio copies any file of the machine that a caller names to where uploads lie, before any code of ours sees it:
    where it lies is only looked at in pages that Gradio launched, and ours is mounted. From now on none but uploads is
    taken.
    """

    def refuse_others(path: str | Path, check_in_upload_folder: bool) -> None:
        try:
            received(str(path))
        except InvalidRequest as error:
            raise gr.Error(json.dumps({"error": error.to_dict()}), print_exception=False) from error

    processing_utils._check_allowed = refuse_others


def trust_no_drawings(page: gr.Blocks) -> None:
    """Until a page runs Gradio takes every SVG that it comes upon for one of the page's own, to be shown as it is; and
    one that is mounted never runs. From now on ``page``, which is built, does."""
    page.is_running = True


def leave_nothing_of_broken_uploads() -> None:
    """Gradio keeps what has come of an upload when its sender leaves in the middle, or when it is no form."""
    parse = GradioMultiPartParser.parse

    async def parse_or_clear_away(parser: GradioMultiPartParser) -> FormData:
        try:
            return await parse(parser)
        except BaseException:
            for file in parser._files_to_close_on_error:
                file.close()
                Path(file.name).unlink(missing_ok=True)
            raise

    if parse.__name__ != parse_or_clear_away.__name__:
        GradioMultiPartParser.parse = parse_or_clear_away  # type: ignore[assignment,method-assign]


def received(text: str) -> Path:
    """The path, if Gradio's own upload put a file there; a caller may write anything into ``path``.

    Raises:
        InvalidRequest: it points elsewhere.
    """
    path = named_path(text)
    inside = path is not None and path.is_relative_to(Path(get_upload_folder()).resolve())
    if path is None or not inside or not os.path.isfile(path):  # noqa: PTH113 - Path's raises for too long a name
        raise not_uploaded()
    return path
