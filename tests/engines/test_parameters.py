"""Options are checked against the engine's parameters before anything is queued."""

from __future__ import annotations

import json
from typing import Any

import pytest

from backend.engines import ENGINES, Parameter, check_options
from backend.engines.parameters import with_defaults
from backend.errors import InvalidRequest

PARAMETERS = (
    Parameter("pace", "Pace", "How fast.", "number", 1.0, minimum=0.5, maximum=2.0, step=0.1),
    Parameter("steps", "Steps", "How many.", "integer", None, minimum=4, maximum=64),
    Parameter("preset", "Preset", "How careful.", "choice", "fast", choices=("fast", "best")),
    Parameter("loud", "Loud", "Whether to shout.", "flag", False),
)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"pace": 0.5},
        {"pace": 2},
        {"steps": 4},
        {"steps": 16.0},
        {"preset": "best"},
        {"loud": True},
        {"pace": None, "steps": None, "preset": None, "loud": None},
    ],
)
def test_values_within_the_bounds_are_taken(options: dict[str, Any]) -> None:
    check_options("e", PARAMETERS, options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"pace": 0.49}, "0.5 to 2"),
        ({"pace": 2.01}, "0.5 to 2"),
        ({"pace": float("nan")}, "a number"),
        ({"pace": "1"}, "a number"),
        ({"pace": True}, "a number"),
        ({"steps": 4.5}, "a whole number"),
        ({"steps": 65}, "4 to 64"),
        ({"preset": "slow"}, "fast, best"),
        ({"preset": ["fast"]}, "fast, best"),
        ({"loud": 1}, "true or false"),
        ({"warp": 9}, "no option 'warp'"),
    ],
)
def test_other_values_are_refused_by_the_name_of_the_option(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidRequest, match=said) as caught:
        check_options("e", PARAMETERS, options)
    assert caught.value.code == "invalid_options" and caught.value.hint


def test_what_is_left_out_or_null_has_the_default() -> None:
    assert with_defaults(PARAMETERS, {"pace": 2, "preset": None}) == {
        "pace": 2,
        "steps": None,
        "preset": "fast",
        "loud": False,
    }


@pytest.mark.parametrize("engine", list(ENGINES))
def test_the_defaults_of_every_engine_are_within_its_own_bounds(engine: str) -> None:
    parameters = ENGINES[engine].parameters
    check_options(engine, parameters, {each.name: each.default for each in parameters})
    assert len({each.name for each in parameters}) == len(parameters)
    for each in parameters:
        assert each.title and each.description.endswith(".")
        assert (each.kind == "choice") == bool(each.choices)
        assert each.kind not in ("number", "integer") or None not in (each.minimum, each.maximum)
        assert json.dumps(each.default) is not None
