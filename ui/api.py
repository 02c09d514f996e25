"""The public API: every operation of the table as a Gradio endpoint of the same name, fields and defaults.

The endpoints are made from the request types, so that there is no second list of parameters to keep in step.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import gradio as gr
from anyio import to_thread
from gradio import FileData
from gradio.events import api
from pydantic.fields import FieldInfo

from backend.errors import StudioError
from backend.fronts.following import wait
from backend.operations import OPERATIONS, Operation
from backend.outside import is_url
from ui.flow import submit
from ui.received import leave_addresses_alone, leave_nothing_of_broken_uploads, received, take_uploads_only
from ui.studio import Studio


def add_api(studio: Studio) -> None:
    """Add an endpoint for each operation to the Blocks that is being built."""
    leave_addresses_alone()
    take_uploads_only()
    leave_nothing_of_broken_uploads()
    for operation in OPERATIONS.values():
        api(
            _endpoint(studio, operation),
            api_name=operation.name,
            concurrency_limit=None,
            # What answers at once skips the queue; long operations stream their progress through it.
            queue=operation.queue is not None,
        )


def _endpoint(studio: Studio, operation: Operation) -> Callable[..., Any]:
    endpoint = _answering_at_once(studio, operation) if operation.queue is None else _waiting(studio, operation)
    endpoint.__name__ = operation.name
    endpoint.__doc__ = _docstring(operation)
    parameters = [_parameter(operation, name, field) for name, field in operation.request.model_fields.items()]
    endpoint.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": dict}
    endpoint.__signature__ = inspect.Signature(parameters, return_annotation=dict)  # type: ignore[attr-defined]
    return endpoint


def _answering_at_once(studio: Studio, operation: Operation) -> Callable[..., Any]:
    def endpoint(*positional: Any) -> Any:
        with _told_to_callers():
            return studio.call(operation.name, _arguments(studio, operation, positional))

    return endpoint


def _waiting(studio: Studio, operation: Operation) -> Callable[..., Any]:
    """A job that is waited for without a thread: there are forty, for everybody. It goes on when its caller leaves."""

    async def endpoint(*positional: Any) -> Any:
        # Gradio 6.31 cannot take a Progress among the parameters of gr.api; made inside the call it works.
        progress = gr.Progress()

        async def tell(fraction: float, message: str) -> None:
            progress(fraction, desc=message)

        with _told_to_callers():
            arguments = await to_thread.run_sync(_arguments, studio, operation, positional)
            job_id = await to_thread.run_sync(submit, studio, operation.name, arguments)
            return await wait(studio, job_id, tell)

    return endpoint


@contextmanager
def _told_to_callers() -> Iterator[None]:
    try:
        yield
    except StudioError as error:
        # print_exception=False: what a caller did wrong is not a fault of the server's log
        raise gr.Error(json.dumps({"error": error.to_dict()}, ensure_ascii=False), print_exception=False) from error


def _arguments(studio: Studio, operation: Operation, positional: Sequence[Any]) -> dict[str, Any]:
    """The fields of the operation; files that came with the call are kept."""
    given = zip(operation.request.model_fields, positional, strict=True)
    return {name: _take_files(studio, operation, name, value) for name, value in given}


def _parameter(operation: Operation, name: str, field: FieldInfo) -> inspect.Parameter:
    default = inspect.Parameter.empty if field.is_required() else field.get_default(call_default_factory=True)
    if hasattr(default, "model_dump"):
        default = default.model_dump()
    elif isinstance(default, tuple):
        default = list(default)
    return inspect.Parameter(
        name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=_annotation(operation, name, field)
    )


def _annotation(operation: Operation, name: str, field: FieldInfo) -> Any:
    """The simplest type that tells a caller what to send; values are checked by the request type itself."""
    if name in operation.media:
        return FileData | str | list | dict | None if operation.name != "upload_file" else FileData
    simple = {str: str, int: int, float: float, bool: bool}
    return simple.get(field.annotation, Any) if field.annotation in simple else Any


def _take_files(studio: Studio, operation: Operation, name: str, value: Any) -> Any:
    """Replace files that came with the call by the ids under which they are kept now."""
    if name not in operation.media:
        return value
    if isinstance(value, list):
        return [_take_files(studio, operation, name, item) for item in value]
    if isinstance(value, FileData):
        value = value.model_dump()
    if not isinstance(value, dict) or not isinstance(value.get("path"), str):
        return value
    if is_url(value["path"]):
        return value["path"]
    path = received(value["path"])
    return studio.upload(path, str(value.get("orig_name") or path.name))["file_id"]


def _docstring(operation: Operation) -> str:
    lines = [operation.summary, "", "Args:"]
    lines += [f"    {name}: {operation.about(name) or name}" for name in operation.request.model_fields]
    return "\n".join([*lines, "", f"Returns: {operation.result}."])
