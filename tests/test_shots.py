from __future__ import annotations

import pytest
from pydantic import ValidationError

from backend.errors import InvalidRequest
from backend.shots import Shot, check_shots


@pytest.mark.parametrize(
    "wrong",
    [
        {"sentences": []},
        {"sentences": [2, 4]},
        {"sentences": [3, 2]},
        {"sentences": [-1]},
        {"trim_start": 2.0, "trim_end": 2.0},
        {"trim_start": -1},
        {"trim_end": float("inf")},
        {"at_end": "explode"},
        {"zoom": 2},
    ],
    ids=str,
)
def test_a_shot_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Shot.model_validate(wrong)


@pytest.mark.parametrize(
    ("shots", "backgrounds", "sentences", "told"),
    [
        ([Shot()], 2, None, "1 shots and 2 backgrounds"),
        ([Shot(sentences=(1,)), Shot(sentences=(0,))], 2, None, "out of order"),
        ([Shot(sentences=(1,)), Shot(sentences=(1, 2))], 2, None, "one of them twice"),
        ([Shot(sentences=(0, 1, 2))], 1, 2, "sentence 2, and there are only 2"),
    ],
    ids=["count", "order", "twice", "none there"],
)
def test_shots_that_do_not_fit_are_refused_with_what_to_do(
    shots: list[Shot], backgrounds: int, sentences: int | None, told: str
) -> None:
    with pytest.raises(InvalidRequest, match=told) as refused:
        check_shots(shots, backgrounds, sentences)
    assert refused.value.code == "invalid_shots"
    assert refused.value.hint


def test_shots_that_fit_pass() -> None:
    check_shots([], 3, 1)
    check_shots([Shot(sentences=(0, 1)), Shot(), Shot(sentences=(4,))], 3, 5)
