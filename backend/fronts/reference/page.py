"""The page: how to call, a contents list, the errors that everything has in common, and a section an operation."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic.fields import FieldInfo

from backend.fronts.reference.entries import AT_THE_DOOR, ENTRIES, GENERAL, WORKING, Entry
from backend.fronts.reference.forms import forms
from backend.operations import OPERATIONS, Operation

_HEAD = """# API reference

Every operation has the same name, fields, defaults and errors on every front. Each section ends with an example, folded
away, in four forms: curl, gradio_client, RunPod and the command line. The tests run all of them. They take for granted:

```sh
export STUDIO=http://127.0.0.1:7860 KEY=...        # the studio's address and its key, if it has one
```

```python
from gradio_client import Client, handle_file

studio = Client("http://127.0.0.1:7860", headers={"Authorization": "Bearer KEY"}, download_files=False)
```

Words in capitals stand for what came before: `NARRATION_ID` is what `generate_speech` answered, `EVENT_ID` and
`FILE_ID` what the line above answered. A RunPod worker takes files by a `file_id` of the store that it shares with a
studio. The operations are also [tools for agents](mcp.md), and [OpenAI's clients](openai.md) find the routes they know.

A **long** operation is recorded as a job. Called directly it is waited for; with `submit_job` it runs on while you are
away.

A **file** in a result is `{"file_id", "url", "expires_at", "bytes", "media_type", "name"}`; the url needs no
credentials and ends after an hour (`download_file` makes a fresh one). **Media** parameters take an uploaded file, a
`file_id`, on the command line a path, or, where `STUDIO_ALLOW_URL_INPUTS` is set, an `https://` address. **Times** are
seconds.

This page is printed by `python -m backend reference`.
"""

_ERRORS = """## Errors

An error is `{"error": {"code", "message", "hint"}}`: what happened, and what to do next. Codes stay as they are. Bad
input is refused before anything is queued.

* gradio_client raises `AppError`, whose text is that JSON; under curl it is the `error` of the last event, or
  the whole answer (400) where the call itself is wrong.
* A RunPod job fails with the inner JSON as its `error`; the command line prints it and ends with status 1.
"""


def api_reference() -> str:
    """The whole page as Markdown."""
    return "\n".join([_HEAD, _contents(), _ERRORS, *_common_errors(), *map(_section, OPERATIONS.values())])


def _contents() -> str:
    newer = [_entry(operation) for operation in OPERATIONS.values() if not operation.older]
    older = [_entry(operation) for operation in OPERATIONS.values() if operation.older]
    return "\n".join(["## Contents", "", "[Errors](#errors)", "", *newer, "", "Older names:", "", *older, ""])


def _entry(operation: Operation) -> str:
    return f"* [{operation.name}](#{operation.name}): {_marked(operation.summary)}"


def _common_errors() -> Iterator[str]:
    yield _table("Any operation may answer", GENERAL)
    yield _table("A long one also", WORKING)
    yield _table("Before an operation is reached", AT_THE_DOOR)


def _table(title: str, errors: Mapping[str, str]) -> str:
    return "\n".join(
        [f"| {title} | |", "| --- | --- |", *(f"| `{code}` | {text} |" for code, text in errors.items()), ""]
    )


def _section(operation: Operation) -> str:
    lines = [f"## {operation.name}", "", f"{_marked(operation.summary)}{' *Long.*' if operation.queue else ''}", ""]
    fields = operation.request.model_fields
    if fields:
        lines += ["| parameter | default | |", "| --- | --- | --- |"]
        lines += [_row(operation, name, field) for name, field in fields.items()]
        lines.append("")
    lines += [f"Result: {operation.result}.", ""]
    # A test says what to add where an operation has no entry; the page can be printed before that.
    entry = ENTRIES.get(operation.name, Entry())
    lines += [f"Errors: {said}.", ""] if (said := _errors(operation, entry)) else []
    return "\n".join([*lines, *_examples(operation.name, entry)])


def _errors(operation: Operation, entry: Entry) -> str:
    codes = [f"`{code}`" for code in dict.fromkeys(entry.errors)]
    return ", ".join(
        [*codes, "those of the operation it names"] if "operation" in operation.request.model_fields else codes
    )


def _examples(name: str, entry: Entry) -> Iterator[str]:
    shown = forms(name, entry)
    yield "<details><summary>Example: curl, gradio_client, RunPod, command line</summary>"
    for language, text in (
        ("sh", "\n".join(shown.curl)),
        ("python", shown.client),
        ("json", shown.runpod),
        ("sh", shown.command),
    ):
        yield f"\n```{language}\n{text}\n```"
    yield "\n</details>\n"


def _row(operation: Operation, name: str, field: FieldInfo) -> str:
    default = "required" if field.is_required() else f"`{json.dumps(_default(field))}`"
    words = [_marked(operation.about(name)), _bounds(operation, name)]
    if name in operation.media:
        words.append("Media.")
    return f"| `{name}` | {default} | {' '.join(word for word in words if word)} |"


def _marked(docstring: str) -> str:
    """A docstring's text as one line of Markdown."""
    return " ".join(docstring.replace("``", "`").split())


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
