"""Word times: from the samples of a take to seconds of the joined audio."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from backend.models import Word
from backend.timing.clock import in_seconds

ESTIMATED_CONFIDENCE = 0.3
"""Of words whose engine knows no times."""
SILENT_CONFIDENCE = 0.5
"""Of words that make no sound of their own, such as an emoji: they stand where they would be said."""

Span = tuple[int, int]


@dataclass(frozen=True)
class TakenWord:
    """A written word, and the samples of its take in which it is said."""

    text: str
    samples: Span | None
    """None: it is not said."""
    confidence: float = 1.0


def timed_words(words: Sequence[TakenWord], length: int, start: int, rate: int) -> tuple[Word, ...]:
    """Times of ``words`` on the joined clock, in order, never running backwards, inside their take.

    Args:
        length: samples of the take.
        start: its first sample in the joined audio.
        rate: samples a second of both.
    """
    timed = []
    for (first, last), word in zip(_filled([word.samples for word in words], length), words, strict=True):
        silent = word.samples is None or first == last
        timed.append(
            Word(
                text=word.text,
                start=in_seconds(start + first, rate),
                end=in_seconds(start + last, rate),
                confidence=min(word.confidence, SILENT_CONFIDENCE) if silent else word.confidence,
            )
        )
    return tuple(timed)


def estimated_spans(weights: Sequence[int], length: int) -> tuple[Span, ...]:
    """Spans that share ``length`` samples in proportion to ``weights`` (at least one of them positive)."""
    total = max(1, sum(weights))
    edges = [0]
    for weight in weights:
        edges.append(edges[-1] + weight)
    return tuple((a * length // total, b * length // total) for a, b in itertools.pairwise(edges))


def _filled(spans: Sequence[Span | None], length: int) -> list[Span]:
    """Every word with a span: one without takes the gap between its neighbours, shared with others like it."""
    filled: list[Span] = []
    end = 0
    position = 0
    while position < len(spans):
        span = spans[position]
        if span is not None:
            first = min(max(span[0], end), length)
            end = min(max(span[1], first), length)
            filled.append((first, end))
            position += 1
            continue
        run = _silent_run(spans, position)
        following = spans[position + run] if position + run < len(spans) else None
        gap = max(0, min(following[0] if following else length, length) - end)
        filled += [(end + a, end + b) for a, b in estimated_spans([1] * run, gap)]
        end += gap
        position += run
    return filled


def _silent_run(spans: Sequence[Span | None], position: int) -> int:
    run = 1
    while position + run < len(spans) and spans[position + run] is None:
        run += 1
    return run
