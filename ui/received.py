"""Files that a browser sent: only what Gradio's own upload put down is taken, wherever a caller says a file is; and
nothing stays of what did not come to its end."""

from __future__ import annotations

from pathlib import Path

from gradio import processing_utils
from gradio.route_utils import GradioMultiPartParser
from gradio.utils import get_upload_folder
from starlette.datastructures import FormData

from backend.errors import InvalidRequest


def leave_addresses_alone() -> None:
    """Gradio fetches every address that is sent in a file's place, before any code of ours sees it: of any size, with
    rules of its own on where it goes. From now on it hands them on as they are; what is fetched is the studio's to say.
    """

    async def as_it_is(url: str, cache_dir: str) -> str:
        return url

    processing_utils.async_ssrf_protected_download = as_it_is


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
    path = Path(text).resolve()
    if not path.is_relative_to(Path(get_upload_folder()).resolve()) or not path.is_file():
        raise InvalidRequest(
            "This file was not uploaded here.",
            hint="Send it with handle_file(path) of gradio_client.",
            code="not_uploaded",
        )
    return path
