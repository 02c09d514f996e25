"""docs/api.md says what the operations table says, shows an example of everything, and names every error."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend import errors
from backend.fronts.reference import api_reference
from backend.fronts.reference.entries import AT_THE_DOOR, ENTRIES, GENERAL, WORKING
from backend.fronts.reference.forms import forms, made_before, samples
from backend.operations import OPERATIONS, find_operation
from backend.settings import PROJECT
from tests.end_to_end.test_bad_input import REFUSED

WHERE = "backend/fronts/reference/entries.py"
UNANSWERED = {
    # Said at the start, on the command line or to whoever runs the studio; no operation answers them.
    *(
        "open_door",
        "weak_key",
        "invalid_keys",
        "unknown_tenant",
        "webhook_secret",
        "secret_damaged",
        "mcp_not_installed",
        "engine_built_in",
    ),
    *("worker_unfit", "no_mirror", "no_queues", "unknown_queue"),
    # Of the page's own routes.
    "session_not_found",
    # Of the commands backup and restore: docs/upkeep.md.
    *("backup_exists", "backup_damaged", "backup_not_understood", "studio_running", "studio_not_empty"),
    # Of the page's caption editor; programs change captions by update_captions.
    *("invalid_edit", "no_such_caption", "no_such_word", "nothing_to_split", "nothing_to_merge", "nothing_to_find"),
    *("bad_range", "no_room", "caption_too_long", "caption_empty", "no_sound", "too_long"),
    # Of OpenAI's routes, like all that is raised in their folder: docs/openai.md.
    "sentence_gone",
    # Said where addresses are tried: the probe's and the webhooks'.
    *("invalid_url", "host_not_found", "address_failed"),
    # Roots of the tree, of which one kind or another is raised.
    *("quota_exceeded", "studio_error", "invalid_request", "media_rejected", "not_found", "job_error", "storage_error"),
    # Faults of the studio's own that it would have to make first.
    *("worker_running", "step_in_other_thread", "arguments_not_json", "invalid_key", "symlink_refused"),
    *("not_served_here", "file_missing"),
}


def test_api_reference_is_up_to_date() -> None:
    written = (PROJECT / "docs" / "api.md").read_text(encoding="utf-8")
    assert written.rstrip("\n") == api_reference().rstrip("\n"), (
        "run: .venv/bin/python -m backend reference > docs/api.md"
    )


def test_every_operation_has_an_example_and_its_errors() -> None:
    missing = sorted(OPERATIONS.keys() - ENTRIES.keys())
    assert not missing, f"add an Entry (an example's arguments, error codes) to {WHERE} for: {', '.join(missing)}"
    gone = sorted(ENTRIES.keys() - OPERATIONS.keys())
    assert not gone, f"no longer operations, take them out of {WHERE}: {', '.join(gone)}"


@pytest.mark.parametrize("name", ENTRIES)
def test_an_example_fits_its_operation_and_uses_only_what_came_before(name: str) -> None:
    fields, entry = OPERATIONS[name].request.model_fields, ENTRIES[name]
    assert set(entry.arguments) <= set(fields)
    assert {key for key, field in fields.items() if field.is_required()} <= set(entry.arguments)
    before = list(ENTRIES)[: list(ENTRIES).index(name)]
    assert {value.operation for value in made_before(entry.arguments)} <= set(before)
    assert len(samples(entry.arguments)) <= 1, "the curl form tells files apart only by their line"
    assert all("'" not in text for text in (forms(name, entry).runpod, forms(name, entry).client))


def test_every_error_code_stands_in_the_reference() -> None:
    shown = {code for entry in ENTRIES.values() for code in entry.errors} | UNANSWERED
    patterns = {*GENERAL, *WORKING, *AT_THE_DOOR}
    wrong = [
        f"{code} ({place})"
        for code, place in raised()
        if code not in shown | patterns
        and not any(code.startswith(p[:-1]) for p in patterns if p.endswith("…"))
        # "no such field value" is told once, for all fields
        and not (code.startswith("invalid_") and is_field(code.removeprefix("invalid_")))
        and not any(code in text for text in (*GENERAL.values(), *WORKING.values()))
    ]
    assert not wrong, f"add to {WHERE}, to the errors of each operation that answers it: {', '.join(wrong)}"


def test_the_reference_names_no_error_that_nobody_raises() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in sources())
    words = {f"{word}_not_found" for word in ("narration", "captions", "voice", "file", "share", "transcript")}
    named = {code for entry in ENTRIES.values() for code in entry.errors} - words
    assert [code for code in sorted(named) if f'"{code}"' not in source] == []


@pytest.mark.parametrize(("name", "code"), sorted({(name, code) for name, _, code in REFUSED}))
def test_what_bad_input_is_answered_with_is_named_at_its_operation(name: str, code: str) -> None:
    if name not in OPERATIONS or code in GENERAL:
        return
    answered = {*ENTRIES[name].errors, *(f"invalid_{field}" for field in find_operation(name).request.model_fields)}
    if name == "submit_job":
        answered.update(ENTRIES["generate_speech"].errors)
    assert code in answered, f"add {code} to the errors of {name} in {WHERE}"


def is_field(name: str) -> bool:
    return any(name in operation.request.model_fields for operation in OPERATIONS.values())


def sources() -> Iterator[Path]:
    routes = PROJECT / "backend" / "fronts" / "openai"
    yield from (path for path in sorted((PROJECT / "backend").rglob("*.py")) if routes not in path.parents)
    yield from sorted((PROJECT / "ui").rglob("*.py"))


def raised() -> Iterator[tuple[str, str]]:
    """Every code that is written where an error is made, and where."""
    kinds = {name: kind for name, kind in vars(errors).items() if isinstance(kind, type)}
    tree = {name: kind for name, kind in kinds.items() if issubclass(kind, errors.StudioError)}
    yield from ((kind.default_code, "backend/errors.py") for kind in tree.values())
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in tree):
                continue
            for given in node.keywords:
                if given.arg == "code" and isinstance(given.value, ast.Constant):
                    yield str(given.value.value), str(path.relative_to(PROJECT))
