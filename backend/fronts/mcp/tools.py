"""Operations as MCP tools: names, descriptions and JSON schemas, drawn from the request types."""

from __future__ import annotations

from typing import Any

from mcp_types import Tool, ToolAnnotations

from backend.operations import OPERATIONS, Operation

_ONLY_LOOKS = ("get_", "list_", "check_", "job_", "file_", "system_", "preview_", "download_", "convert_transcript")
_LONG = (
    "Takes a while: progress is told, and a cancelled call stops the work. Where calls are cut off after a minute or "
    "two, start it with submit_job instead and ask job_status, then job_result."
)


def tools(media: str) -> list[Tool]:
    """Every operation as a tool, besides the older names, which are called all the same.

    Args:
        media: what a parameter that takes a file can be told, for whoever calls.
    """
    return [_tool(operation, media) for operation in OPERATIONS.values() if not operation.older]


def _tool(operation: Operation, media: str) -> Tool:
    looks = operation.name.startswith(_ONLY_LOOKS)
    return Tool(
        name=operation.name,
        title=operation.name.replace("_", " ").capitalize(),
        description=_description(operation),
        input_schema=_schema(operation, media),
        annotations=ToolAnnotations(
            read_only_hint=looks,
            destructive_hint=not looks and operation.name.startswith(("delete_", "cancel_", "unshare")),
            open_world_hint=False,
        ),
    )


def _description(operation: Operation) -> str:
    said = f"{operation.summary} Result: {operation.result}."
    return f"{said} {_LONG}" if operation.queue else said


def _schema(operation: Operation, media: str) -> dict[str, Any]:
    written = operation.request.model_json_schema()
    kinds = written.pop("$defs", {})
    fields = {name: _inlined(field, kinds) for name, field in written.pop("properties", {}).items()}
    for name, field in fields.items():
        about = operation.about(name).replace("``", "`")
        field["description"] = f"{about} {media}" if name in operation.media else about
    required = {"required": written["required"]} if "required" in written else {}
    return {"type": "object", "properties": fields, **required, "additionalProperties": False}


def _inlined(schema: Any, kinds: dict[str, Any]) -> Any:
    """The schema with what it refers to written in place, since not every client follows references; none of ours is
    recursive. Titles repeat the fields' names and are left out."""
    if isinstance(schema, list):
        return [_inlined(item, kinds) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        named = kinds[str(schema["$ref"]).rpartition("/")[2]]
        return {**_inlined(named, kinds), **{k: v for k, v in schema.items() if k != "$ref"}}
    return {
        key: {name: _inlined(field, kinds) for name, field in value.items()}
        if key == "properties"
        else _inlined(value, kinds)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
    }
