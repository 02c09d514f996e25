"""Requests of every operation, as any JSON: what is taken is taken again by whoever does the job."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from backend.errors import InvalidRequest
from backend.fronts.older_envelopes import unwrap
from backend.operations import OPERATIONS, check_names, find_operation, validate
from tests.end_to_end.test_every_field import check_error
from tests.proofs.scale import Scale
from tests.proofs.text.trying import EXAMPLES, try_all
from tests.proofs.text.values import CALLS

Record = Callable[[str, Any], None]


def test_a_request_is_taken_for_good_or_refused_with_what_is_wrong(scale: Scale, record_property: Record) -> None:
    taken: set[str] = set()

    def check(call: tuple[str, Any]) -> None:
        name, arguments = call
        operation = find_operation(name)
        try:
            request = validate(operation, arguments)
        except InvalidRequest as refused:
            check_error(refused.to_dict(), name)
            return
        taken.add(name)
        # A job is written down as JSON, and read by a worker, perhaps on another machine.
        written = json.loads(json.dumps(request.model_dump(mode="json"), ensure_ascii=False).encode())
        assert validate(operation, written) == request
        check_names(operation, list(arguments))
        unwrap({"operation": name, "parameters": arguments})

    record_property("examples", try_all("requests", scale, CALLS, check))
    record_property("operations taken", len(taken))
    assert len(taken) >= scale(short=5, full=len(OPERATIONS))


def test_a_number_without_end_is_refused_wherever_it_stands() -> None:
    for arguments in ({"script": "Hi.", "options": {"x": math.inf}}, {"script": "Hi.", "options": {"x": [math.nan]}}):
        with pytest.raises(InvalidRequest) as refused:
            validate(find_operation("generate_speech"), arguments)
        assert refused.value.code == "invalid_options" and refused.value.hint


def test_a_hundred_thousand_examples_are_tried_altogether(record_property: Record) -> None:
    record_property("examples", sum(EXAMPLES.values()))
    assert sum(EXAMPLES.values()) >= 100_000


def test_a_field_that_nobody_knows_and_that_is_no_text_has_a_short_code() -> None:
    with pytest.raises(InvalidRequest) as caught:
        validate(find_operation("add_colorkey_overlay"), {"\x1f" * 100 + "\ud800": None})
    assert caught.value.code == "unknown_field"
    check_error(caught.value.to_dict(), "add_colorkey_overlay")
