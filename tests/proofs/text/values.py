"""Values as they come in JSON: any at all, and those that a request's schema asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from backend.operations import OPERATIONS
from tests.end_to_end.every_field import RIGHT, WRONG
from tests.proofs.text.texts import ANY, LINES, SCRIPTS

Schema = Mapping[str, Any]
_NUMBERS = st.integers() | st.floats() | st.sampled_from([0, -1, 10**40, 2**63, 1e308, -0.0])
_LONG = ("huge text", "many")
"""Wrong values that take long to send; each is tried with every field elsewhere."""
_ODD = st.sampled_from([value for name, value in WRONG.items() if name not in _LONG])
LEAVES = st.none() | st.booleans() | _NUMBERS | ANY | LINES | _ODD
JSON: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY, inner, max_size=4), max_leaves=8
)


def fitting(schema: Schema, kinds: Schema) -> st.SearchStrategy[Any]:
    """Values that a JSON schema of pydantic's describes, or nearly.

    Args:
        kinds: what its references name.
    """
    if "$ref" in schema:
        return fitting(kinds[schema["$ref"].rpartition("/")[2]], kinds)
    if "anyOf" in schema:
        return st.one_of([fitting(one, kinds) for one in schema["anyOf"]])
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    match schema.get("type"):
        case "string":
            least, most = schema.get("minLength", 0), min(schema.get("maxLength", 60), 60)
            return st.from_regex(schema["pattern"]) if "pattern" in schema else _text(least, most)
        case "integer":
            return st.integers(_bound(schema, "inimum"), _bound(schema, "aximum"))
        case "number":
            return st.floats(_bound(schema, "inimum"), _bound(schema, "aximum"), allow_nan=False, allow_infinity=False)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case "array":
            return st.lists(fitting(schema.get("items", {}), kinds), min_size=schema.get("minItems", 0), max_size=4)
        case "object" if "properties" in schema:
            return fields(schema, kinds)
        case _:
            return st.dictionaries(ANY, JSON, max_size=3) if schema.get("type") == "object" else JSON


def fields(schema: Schema, kinds: Schema) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with the fields of a schema; those that may be left out are there or not."""
    needed = schema.get("required", ())
    values = {name: fitting(one, kinds) for name, one in schema["properties"].items()}
    return st.fixed_dictionaries(
        {name: value for name, value in values.items() if name in needed},
        optional={name: value for name, value in values.items() if name not in needed},
    )


def _text(least: int, most: int) -> st.SearchStrategy[str]:
    return (ANY | SCRIPTS).filter(lambda text: least <= len(text) <= most)


def _bound(schema: Schema, name: str) -> Any:
    return schema.get(f"m{name}", schema.get(f"exclusiveM{name}"))


def requests_of(operation: str) -> st.SearchStrategy[Any]:
    """What somebody may send as the arguments of an operation: right, nearly, or not at all."""
    schema = OPERATIONS[operation].request.model_json_schema()
    if "properties" not in schema:
        return JSON | st.just({})
    right = fields(schema, schema.get("$defs", {}))
    return right | right.flatmap(_spoiled) | st.just(RIGHT[operation]).flatmap(_spoiled) | JSON


@st.composite
def _spoiled(draw: st.DrawFn, arguments: dict[str, Any]) -> dict[str, Any]:
    """With something wrong in one place or two."""
    spoiled = dict(arguments)
    for _ in range(draw(st.integers(1, 2))):
        name = draw(st.sampled_from(sorted(spoiled)) if spoiled else ANY)
        spoiled[draw(st.sampled_from([name, name, name.upper(), "warp", "__class__"]))] = draw(JSON)
        if draw(st.integers(0, 5)) == 0:
            spoiled.pop(name, None)
    return spoiled


CALLS = st.sampled_from(sorted(OPERATIONS)).flatmap(lambda name: st.tuples(st.just(name), requests_of(name)))
"""An operation and what is sent to it."""
_CHEAP = ("engine", "options", "sizes", "voice")
"""What the calls above say so that one which is right after all takes no time."""


@st.composite
def _refused_or_cheap(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    name = draw(st.sampled_from(sorted(OPERATIONS)))
    arguments = dict(RIGHT[name])
    if name == "generate_kokoro_tts":
        arguments["voice"] = "nobody"
    others = [*(field for field in OPERATIONS[name].request.model_fields if field not in _CHEAP), "warp"]
    for field in draw(st.lists(st.sampled_from(others), min_size=1, max_size=3, unique=True)):
        arguments[field] = draw(JSON)
    if draw(st.integers(0, 4)) == 0:
        arguments.pop(draw(st.sampled_from(sorted(arguments))))
        arguments.setdefault("voice", "nobody") if name == "generate_kokoro_tts" else None
    for field in ("sizes", "engine"):
        if field in RIGHT[name] and field not in arguments:
            arguments[field] = RIGHT[name][field]
    return name, arguments


SAFE_CALLS = _refused_or_cheap()
"""Calls that can be made for good: nothing in them takes a minute."""
