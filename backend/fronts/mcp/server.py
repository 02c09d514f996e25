"""The MCP server behind both transports: lists the tools and runs what is called."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from anyio import to_thread
from mcp.server import Server, ServerRequestContext
from mcp_types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams

from backend.errors import StudioError
from backend.fronts.following import Tell, run
from backend.fronts.mcp.results import done, refused
from backend.fronts.mcp.tools import tools
from backend.operations import Operation, find_operation
from backend.studio import Studio

_log = logging.getLogger(__name__)
Context = ServerRequestContext[Any, Any]


@dataclass(frozen=True)
class Files:
    """How a transport's clients hand over files and take them."""

    about: str
    """What a parameter that takes a file says about it."""
    take: Callable[[Studio, Operation, dict[str, Any]], dict[str, Any]] = lambda _, __, arguments: arguments
    """Makes ids of what a caller gave for files."""
    give: Callable[[Studio, Any], Any] = lambda _, result: result
    """Says in a result where its files are."""


_INSTRUCTIONS = """Voicereel turns a script into a voice, exact captions and a finished video.
generate_captioned_video goes from a script to a video; generate_speech only speaks; transcribe writes down what is said
in a recording; make_captions and preview_captions show captions before they are burned in,
preview_video shows a moment of a video before it is rendered. list_voices and
list_caption_styles say what there is. Links in results open without credentials and end after an hour; download_file
makes a fresh one. Errors say what to do."""


def make_server(studio_of: Callable[[Any], Studio], files: Files) -> Server[Any]:
    """The server, for a transport to drive.

    Args:
        studio_of: the studio that the sender of a message may see, by its HTTP request; over stdio that is None.
        files: how its clients hand over files.
    """
    listed = tools(files.about)

    async def list_tools(_: Context, __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=listed)

    async def call_tool(context: Context, params: CallToolRequestParams) -> CallToolResult:
        try:
            studio, operation = studio_of(context.request), find_operation(params.name)
            arguments = await to_thread.run_sync(files.take, studio, operation, params.arguments or {})
            made = await run(studio, operation.name, arguments, _teller(context))
            return done(await to_thread.run_sync(files.give, studio, made))
        except StudioError as error:
            return refused(error)
        except Exception:  # noqa: BLE001 - a front; the SDK would show the caller what only the log should say
            _log.exception("The MCP call of %s failed", params.name)
            return refused(_INTERNAL)

    return Server(
        "voicereel",
        title="Voicereel",
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _teller(context: Context) -> Tell:
    """Hands progress to a client that asked for it; by the protocol each must be more than the one before."""
    most = -1.0

    async def tell(fraction: float, message: str) -> None:
        nonlocal most
        if fraction > most:
            most = fraction
            await context.session.report_progress(fraction, 1.0, message)

    return tell


_INTERNAL = StudioError(
    "Something went wrong inside the studio.", hint="Its log says what; try again.", code="internal_error"
)
