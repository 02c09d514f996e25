"""Mistakes in calls by plain HTTP, answered in our words: by itself Gradio shows a fault of its own for most of them.

``POST /gradio_api/call/v2/NAME`` takes fields by name, ``POST /gradio_api/call/NAME`` all values in their order.
"""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic_core import to_jsonable_python
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.errors import InvalidRequest
from backend.operations import Operation, check_names, find_operation

_CALL = re.compile(r"/gradio_api/call/(?P<named>v2/)?(?P<name>[^/]+)/?")


class PlainCalls:
    """Lets calls through whose operation and fields are there; their values are checked by the operation itself."""

    def __init__(self, app: ASGIApp) -> None:
        """Args:
        app: everything behind it.
        """
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = _CALL.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if call is None:
            await self._app(scope, receive, send)
            return
        try:
            body = await Request(scope, receive).body()
            operation, given = find_operation(call["name"]), _read(body)
            if call["named"]:
                check_names(operation, given)
            else:
                body = json.dumps(_completed(operation, given)).encode()
        except InvalidRequest as error:
            await JSONResponse({"error": error.to_dict()}, status_code=400)(scope, receive, send)
        except ClientDisconnect:
            pass  # nobody is left to answer
        else:
            await self._app(scope, _once_more(body, receive), send)


def _read(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise InvalidRequest("The body must be a JSON object.", hint='E.g. {"script": "Hello."}.', code="invalid_json")
    return given


def _completed(operation: Operation, given: dict[str, Any]) -> dict[str, Any]:
    """The call with the defaults of the last fields it leaves out, as callers do who know of fewer fields."""
    fields, values = operation.request.model_fields, given.get("data")
    left = list(fields.values())[len(values) :] if isinstance(values, list) else []
    if not isinstance(values, list) or len(values) > len(fields) or any(field.is_required() for field in left):
        raise InvalidRequest(
            f"{operation.name} takes {len(fields)} values here: {', '.join(fields) or 'none'}.",
            hint=f'Send {{"data": […]}} in this order, or fields by name to /gradio_api/call/v2/{operation.name}.',
            code="invalid_json",
        )
    defaults = [to_jsonable_python(field.get_default(call_default_factory=True)) for field in left]
    return {**given, "data": [*values, *defaults]}


def _once_more(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` for what stands behind, which has not seen the body yet."""
    left = [body]

    async def again() -> Message:
        return {"type": "http.request", "body": left.pop(), "more_body": False} if left else await receive()

    return again
