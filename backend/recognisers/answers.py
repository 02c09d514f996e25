"""What Google answers, as words with exact times. Knows its messages by their fields only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from backend.engines import Heard
from backend.engines.values import HeardWord
from backend.recognisers.tongues import plain_tag

UNTOLD = 0.75
"""The probability of words that come without any."""
_UNSPACED = ("ja", "zh", "th", "lo", "km", "my")


@dataclass(frozen=True)
class Answer:
    """What was heard in one piece."""

    text: str
    words: tuple[HeardWord, ...]
    language: str
    """Google's tag; empty where nothing was heard."""


def read_answer(response: Any, start: int, rate: int) -> Answer:
    """The best alternatives of a ``RecognizeResponse``.

    Args:
        start: the sample at which the piece starts.
        rate: samples a second.
    """
    best = [(result.alternatives[0], result.language_code) for result in response.results if result.alternatives]
    spoken = Counter({tag: 0 for _, tag in best if tag})
    for alternative, tag in best:
        spoken[tag] += len(alternative.words)
    language = spoken.most_common(1)[0][0] if spoken else ""
    words = tuple(word for alternative, _ in best for word in _words(alternative, Fraction(start, rate)))
    return Answer(" ".join(alternative.transcript.strip() for alternative, _ in best).strip(), words, language)


def _words(alternative: Any, offset: Fraction) -> Iterator[HeardWord]:
    for word in alternative.words:
        text = str(word.word).partition("|")[0].strip()  # Japanese words come as "written|read"
        if not text:
            continue
        # Through the client's own view these are rounded to microseconds.
        raw = type(word).pb(word)
        start, end = (offset + Fraction(time.seconds) + Fraction(time.nanos, 10**9) for time in _times(raw))
        sure = float(word.confidence) or float(alternative.confidence) or UNTOLD
        yield HeardWord(text, _seconds(start), _seconds(max(start, end)), min(max(sure, 0.0), 1.0))


def _times(raw: Any) -> tuple[Any, Any]:
    return raw.start_time, raw.end_time


def _seconds(time: Fraction) -> float:
    return round(float(time), 9)


def joined(answers: Sequence[Answer], duration: float, asked: str) -> Heard:
    """The whole recording, of its pieces in order.

    Args:
        duration: seconds.
        asked: the language that was asked for; ``auto`` takes what most of it is in.
    """
    tags = Counter({answer.language: 0 for answer in answers if answer.language})
    for answer in answers:
        if answer.language:
            tags[answer.language] += len(answer.words)
    heard = plain_tag(tags.most_common(1)[0][0]) if tags else "und"
    language = heard if asked == "auto" or not tags else asked
    between = "" if language.split("-")[0] in _UNSPACED else " "
    text = between.join(answer.text for answer in answers if answer.text)
    return Heard(text, language, duration, tuple(_in_order(answers, duration)))


def _in_order(answers: Iterable[Answer], duration: float) -> Iterator[HeardWord]:
    """The words of all pieces, inside the recording and never running backwards."""
    last = 0.0
    for answer in answers:
        for word in answer.words:
            start = min(max(word.start, last), duration)
            yield HeardWord(word.text, start, min(max(word.end, start), duration), word.probability)
            last = start
