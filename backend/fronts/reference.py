"""The API reference, drawn from the operations table: ``python -m backend reference > docs/api.md``.

A test compares the file with what this prints, so the reference cannot fall behind.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic.fields import FieldInfo

from backend.operations import OPERATIONS, Operation

_HEAD = """# API reference

Every operation has the same name, fields, defaults and errors on every front:

* **gradio_client**: `Client("http://127.0.0.1:7860").predict(script="Hello.", api_name="/generate_speech")`
* **plain HTTP**: `POST /gradio_api/call/generate_speech` with `{"data": [values in this order]}`, then
  `GET /gradio_api/call/generate_speech/<event_id>`
* **command line**: `python -m backend call generate_speech '{"script": "Hello."}' --save out`

A *long* operation is recorded as a job. Called directly it is waited for; with `submit_job` it runs on while you
are away.

A **file** in a result is `{"file_id", "url", "expires_at", "bytes", "media_type", "name"}`; the url needs no
credentials and ends after an hour (`download_file` makes a fresh one). **Media** parameters take an uploaded file,
a `file_id`, or on the command line a path. **Times** are seconds. **Errors** are `{"error": {"code", "message",
"hint"}}`; bad input is refused before anything is queued.

This page is printed by `python -m backend reference`.
"""


def api_reference() -> str:
    """The whole page as Markdown."""
    return "\n".join([_HEAD, *(_section(operation) for operation in OPERATIONS.values())])


def _section(operation: Operation) -> str:
    kind = " *(long)*" if operation.queue else ""
    lines = [f"## {operation.name}{kind}", "", operation.summary, ""]
    fields = operation.request.model_fields
    if fields:
        lines += ["| parameter | default | |", "| --- | --- | --- |"]
        lines += [_row(operation, name, field) for name, field in fields.items()]
        lines.append("")
    return "\n".join([*lines, f"Result: {operation.result}.", ""])


def _row(operation: Operation, name: str, field: FieldInfo) -> str:
    default = "required" if field.is_required() else f"`{json.dumps(_default(field))}`"
    words = [" ".join(operation.about(name).split()), _bounds(operation, name)]
    if name in operation.media:
        words.append("Media.")
    return f"| `{name}` | {default} | {' '.join(word for word in words if word)} |"


def _default(field: FieldInfo) -> Any:
    default = field.get_default(call_default_factory=True)
    return default.model_dump(mode="json") if hasattr(default, "model_dump") else default


def _bounds(operation: Operation, name: str) -> str:
    schema = operation.request.model_json_schema()["properties"][name]
    options = [schema, *schema.get("anyOf", [])]
    choices = next((option["enum"] for option in options if "enum" in option), None)
    if choices:
        return "One of " + ", ".join(f"`{choice}`" for choice in choices) + "."
    bounds = {key: option[key] for option in options for key in ("minimum", "maximum") if key in option}
    if len(bounds) == 2:
        return f"From {bounds['minimum']} to {bounds['maximum']}."
    return f"At least {bounds['minimum']}." if "minimum" in bounds else ""
