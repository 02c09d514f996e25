"""An operation's example in the form of each front: the very text that the API reference shows and the tests run."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from backend.fronts.reference.entries import Entry, Made, Sample

FILE_ID, EVENT_ID = "FILE_ID", "EVENT_ID"
"""Stand in what is shown for what the line before answered."""
_WIDTH = 120
_KEY = '-H "Authorization: Bearer $KEY"'


@dataclass(frozen=True)
class Forms:
    """One example."""

    curl: tuple[str, ...]
    """Lines for a shell in which ``STUDIO`` and ``KEY`` are set, each using what those before it answered."""
    client: str
    """A Python expression; ``studio`` is a gradio_client ``Client``."""
    runpod: str
    """The JSON that RunPod's worker is sent."""
    command: str
    """A line for a shell in the project's folder."""


def forms(name: str, entry: Entry) -> Forms:
    """Every form of an operation's example."""
    by_id = _shown(entry.arguments, lambda sample: FILE_ID)
    by_path = _shown(entry.arguments, lambda sample: sample.name)
    return Forms(
        curl=_curl(name, entry, by_id),
        client=_client(name, entry),
        runpod=_json({"input": _runpod(name, by_id)}),
        command=f"python -m backend call {name} {shlex.quote(_json(by_path))}".removesuffix(" '{}'"),
    )


def samples(arguments: Any) -> list[str]:
    """Names of the caller's files in an example's arguments."""
    return [value.name for value in _placeholders(arguments) if isinstance(value, Sample)]


def made_before(arguments: Any) -> list[Made]:
    """What an example's arguments take from those before it."""
    return [value for value in _placeholders(arguments) if isinstance(value, Made)]


def _placeholders(arguments: Any) -> Iterator[Sample | Made]:
    if isinstance(arguments, (Sample, Made)):
        yield arguments
    inner = arguments.values() if isinstance(arguments, Mapping) else arguments if isinstance(arguments, list) else ()
    for item in inner:
        yield from _placeholders(item)


def _curl(name: str, entry: Entry, arguments: Any) -> tuple[str, ...]:
    sent = tuple(f'curl -sT {file} "$STUDIO/files/" {_KEY}' for file in samples(entry.arguments))
    if name == "upload_file":
        return sent
    body = f'-H "Content-Type: application/json" -d {shlex.quote(_json(arguments))}'
    return (
        *sent,
        f'curl -s "$STUDIO/gradio_api/call/v2/{name}" {_KEY} {body}',
        f'curl -sN "$STUDIO/gradio_api/call/{name}/{EVENT_ID}" {_KEY}',
    )


def _client(name: str, entry: Entry) -> str:
    values = [f"{field}={_python(value)}" for field, value in entry.arguments.items()]
    called = f'api_name="/{name}"'
    line = f"studio.predict({', '.join([*values, called])})"
    if len(line) <= _WIDTH:
        return line
    # As the formatter writes it, which also looks at Python in documents.
    return "\n".join(["studio.predict(", *(f"    {value}," for value in [*values, called]), ")"])


def _runpod(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Fields stand beside the operation's name, unless one of them is called the same."""
    return {"operation": name, **({"parameters": arguments} if "operation" in arguments else arguments)}


def _python(value: Any) -> str:
    if isinstance(value, Sample):
        return f"handle_file({json.dumps(value.name)})"
    return repr(_shown(value, lambda sample: sample.name)).replace("'", '"')


def _shown(value: Any, file: Callable[[Sample], str]) -> Any:
    """The arguments as JSON values, with what stands for a file or for what was made before."""
    if isinstance(value, Made):
        return value.shown
    if isinstance(value, Sample):
        return file(value)
    if isinstance(value, Mapping):
        return {key: _shown(item, file) for key, item in value.items()}
    return [_shown(item, file) for item in value] if isinstance(value, list) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
