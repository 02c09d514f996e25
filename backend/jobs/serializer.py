"""How jobs are written down: plain JSON, errors included. Reading a record never runs code that is in it."""

from __future__ import annotations

import json
from typing import Any

from dbos import Serializer

from backend import errors
from backend.errors import StudioError

_ERROR = "$error"
"""Marks a recorded error; no operation uses the name."""


class JsonSerializer(Serializer):
    """Writes arguments, results and errors for DBOS. Escapes all but ASCII, so NUL and lone surrogates get through."""

    def serialize(self, data: Any) -> str:
        if isinstance(data, BaseException):
            data = {_ERROR: _describe(data)}
        return json.dumps(data, allow_nan=False)

    def deserialize(self, serialized_data: str) -> Any:
        data = json.loads(serialized_data)
        if isinstance(data, dict) and data.keys() == {_ERROR}:
            return _revive(data[_ERROR])
        return data

    def name(self) -> str:
        return "studio_json"


def _describe(error: BaseException) -> dict[str, str]:
    if isinstance(error, StudioError):
        return {"kind": type(error).__name__, **error.to_dict()}
    return {"kind": "JobError", "code": "internal_error", "message": f"{type(error).__name__} in a step.", "hint": ""}


def _revive(record: dict[str, str]) -> StudioError:
    kind = getattr(errors, record["kind"], StudioError)
    if not (isinstance(kind, type) and issubclass(kind, StudioError)):
        kind = StudioError
    return kind(record["message"], hint=record["hint"], code=record["code"])
