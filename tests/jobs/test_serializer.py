"""How jobs are written down."""

from __future__ import annotations

import pytest

from backend.errors import EngineDied, JobError, MediaRejected, NotFound, StudioError
from backend.jobs.serializer import JsonSerializer


@pytest.mark.parametrize("value", [None, {}, {"args": ["a", {"b": [1, 2.5, None, True]}]}, "\0 \ud800 ü", [[]]])
def test_values_come_back_as_they_were(value: object) -> None:
    serializer = JsonSerializer()
    text = serializer.serialize(value)
    assert text.isascii()
    assert serializer.deserialize(text) == value


@pytest.mark.parametrize("kind", [StudioError, NotFound, MediaRejected, EngineDied])
def test_errors_come_back_with_their_class_and_words(kind: type[StudioError]) -> None:
    serializer = JsonSerializer()
    error = serializer.deserialize(serializer.serialize(kind("What.", hint="Do.", code="some_code")))
    assert type(error) is kind
    assert error.to_dict() == {"code": "some_code", "message": "What.", "hint": "Do."}


def test_a_foreign_error_shows_its_class_only() -> None:
    serializer = JsonSerializer()
    error = serializer.deserialize(serializer.serialize(ZeroDivisionError("a secret detail")))
    assert type(error) is JobError
    assert error.code == "internal_error"
    assert "secret" not in str(error)


@pytest.mark.parametrize("kind", ["os", "annotations", "from_dict", "__builtins__", "nothing"])
def test_a_record_cannot_name_anything_but_an_error_of_ours(kind: str) -> None:
    text = f'{{"$error": {{"kind": "{kind}", "code": "c", "message": "m", "hint": "h"}}}}'
    assert type(JsonSerializer().deserialize(text)) is StudioError
