"""How far a request is, and whether it was stopped: asked by the model's own loops, once a step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

_REPORT_EVERY = 8
_TOKENS_SHARE = 0.8
"""Of the work on one part; making sound of the tokens takes the rest."""


class Stopped(Exception):
    """Somebody pressed Stop."""


class Watch:
    """Stands between the model's loops and the request they work for. One request at a time."""

    def __init__(self) -> None:
        self._cancelled: Callable[[], bool] = lambda: False
        self._report: Callable[[float], None] = lambda _: None
        self._usual = self._most = 1
        self._steps = self._all_steps = 1
        self.ran_out = False
        """Whether the model went on to its last allowed token without coming to an end."""

    @contextmanager
    def over(
        self, progress: Callable[[float], None], cancelled: Callable[[], bool], start: float, end: float
    ) -> Iterator[None]:
        """Watch the work between two fractions of a request.

        Raises:
            Stopped: from inside the model, at its next step.
        """
        self._cancelled = cancelled
        furthest = start

        def report(fraction: float) -> None:
            nonlocal furthest
            # A part that is spoken again does not run backwards.
            furthest = max(furthest, start + (end - start) * min(1.0, fraction))
            progress(furthest)

        self._report = report
        try:
            self.check()
            yield
            progress(end)
        finally:
            self._cancelled, self._report = (lambda: False), (lambda _: None)

    def expect(self, *, usual_tokens: int, most_tokens: int, steps: int) -> None:
        """What is to come: how many tokens, and how many steps from them to sound."""
        self._usual, self._most, self._all_steps = usual_tokens, most_tokens, steps
        self._steps = 0
        self.ran_out = False

    def check(self) -> None:
        """Raises:
        Stopped: the request was stopped.
        """
        if self._cancelled():
            raise Stopped("Stopped.")

    def tokens(self, steps: Iterable[Any], *_: Any, **__: Any) -> Iterator[Any]:
        """In place of tqdm in the loop that makes speech tokens; ends it after the most that were expected."""
        for number, step in enumerate(steps):
            self.check()
            if number >= self._most:
                break
            if number % _REPORT_EVERY == 0:
                self._report(_TOKENS_SHARE * min(1.0, number / self._usual))
            yield step
        # Reached only if the loop did not end by itself, that is, at the token that means the end.
        self.ran_out = True

    def sound_step(self, *_: Any) -> None:
        """A forward pre-hook on what runs once a step from tokens to sound."""
        self.check()
        self._steps += 1
        self._report(_TOKENS_SHARE + (1 - _TOKENS_SHARE) * self._steps / self._all_steps)
