"""The parameters of an engine: declared once, checked before anything is queued, drawn by the page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from backend.errors import InvalidRequest

Kind = Literal["number", "integer", "choice", "flag"]


@dataclass(frozen=True)
class Parameter:
    """One thing a person may set on an engine."""

    name: str
    """In ``options``."""
    title: str
    """For people, a word or two."""
    description: str
    """What it does, one sentence."""
    kind: Kind
    default: float | str | bool | None
    """None: the engine chooses, as the description says."""
    minimum: float | None = None
    """Smallest value of a number or an integer."""
    maximum: float | None = None
    """Largest value of a number or an integer."""
    step: float | None = None
    """How finely a slider moves."""
    choices: tuple[str, ...] = ()
    """What a choice can be."""

    def problem_with(self, value: Any) -> str | None:
        """What is wrong with a value, as the end of a sentence; None when nothing is."""
        if self.kind == "flag":
            return None if isinstance(value, bool) else "must be true or false"
        if self.kind == "choice":
            return None if value in self.choices else f"must be one of {', '.join(self.choices)}"
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            return "must be a number"
        if self.kind == "integer" and value != int(value):
            return "must be a whole number"
        below = self.minimum is not None and value < self.minimum
        above = self.maximum is not None and value > self.maximum
        return f"must be {self.minimum:g} to {self.maximum:g}" if below or above else None


def check_options(engine: str, parameters: tuple[Parameter, ...], options: Mapping[str, Any]) -> None:
    """Refuse options that this engine does not have, or values out of their bounds. Null means the default.

    Raises:
        InvalidRequest: ``invalid_options``, naming the option.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name, value in options.items():
        if name not in known:
            raise InvalidRequest(
                f"The engine {engine} has no option {str(name)[:80]!r}.",
                hint=f"It takes {', '.join(known) or 'no options'}.",
                code="invalid_options",
            )
        problem = None if value is None else known[name].problem_with(value)
        if problem:
            raise InvalidRequest(
                f"The option {name} of {engine} {problem}.", hint=known[name].description, code="invalid_options"
            )


def with_defaults(parameters: tuple[Parameter, ...], options: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter with the value it has under these options."""
    given = {name: value for name, value in options.items() if value is not None}
    return {parameter.name: given.get(parameter.name, parameter.default) for parameter in parameters}
