"""Another text for words with times: what stays keeps its time, what is new shares the time of what it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from backend.captions.cues import joined
from backend.captions.phrases import split_words
from backend.captions.spoken import match_words, share_time
from backend.captions.text import clean, needs_space, side_by_side
from backend.models import Cue, CueWord

GUESSED = 0.5
"""Confidence in a word that shares its time with others."""
_ROOM = 0.06
"""Seconds a new word needs; with less between its neighbours it shares the time of one of them."""


def words_in(cue: Cue) -> tuple[CueWord, ...]:
    """The cue's words as they stand in its text; with shared times where it has none."""
    if cue.words and joined(cue.words) == cue.text:
        return cue.words
    return match_words(cue).words


def on_one_line(text: str) -> str:
    """Lines as one."""
    return side_by_side(text.split("\n"))


def reworded(words: Sequence[CueWord], text: str, start: float, end: float) -> tuple[CueWord, ...]:
    """The words of ``text`` (clean, one line), with times from ``words``, which stood from ``start`` to ``end``.

    A word that stays keeps its time. As many other words as there were keep the old ones' times, one each. Else they
    share the time from the word before them to the word after them, and count as guessed.
    """
    head, tail, middle = _kept(words, text)
    old = list(words[head : len(words) - tail])
    new = split_words(middle)
    kept = [*words[:head], *_matched(old, new, words, head, tail, (start, end)), *words[len(words) - tail :]]
    return tuple(_in_order(kept))


def _kept(words: Sequence[CueWord], text: str) -> tuple[int, int, str]:
    """How many words stand unchanged at the beginning and at the end of the text, and what is between.

    Words of scripts without spaces are found as they are, however a reader would cut the text.
    """
    head, rest = 0, text
    while head < len(words) and (left := _without(rest, words[head].text)) is not None:
        head, rest = head + 1, left
    tail = 0
    while tail < len(words) - head and (left := _without_end(rest, words[-1 - tail].text)) is not None:
        tail, rest = tail + 1, left
    return head, tail, rest


def _without(text: str, word: str) -> str | None:
    rest = text[len(word) :]
    ends = not rest or rest[0] == " " or not needs_space(word, rest)
    return rest.lstrip(" ") if word and text.startswith(word) and ends else None


def _without_end(text: str, word: str) -> str | None:
    rest = text[: len(text) - len(word)]
    begins = not rest or rest[-1] == " " or not needs_space(rest, word)
    return rest.rstrip(" ") if word and text.endswith(word) and begins else None


def _matched(
    old: list[CueWord],
    new: list[str],
    words: Sequence[CueWord],
    head: int,
    tail: int,
    edges: tuple[float, float],
) -> list[CueWord]:
    """The words between those that stayed at both ends."""
    floor = words[head - 1].end if head else edges[0]
    ceiling = words[len(words) - tail].start if tail else edges[1]
    found: list[CueWord] = []
    matcher = SequenceMatcher(a=[word.text for word in old], b=new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            found += old[a:b]
        elif b - a == d - c:
            found += [word.model_copy(update={"text": text}) for word, text in zip(old[a:b], new[c:d], strict=True)]
        elif d > c:
            before = found[-1].end if found else floor
            after = old[b].start if b < len(old) else ceiling
            if a < b:
                before, after = max(before, old[a].start), min(after, old[b - 1].end)
            found += _squeezed(found, new[c:d], before, after)
    speaker = next((word.speaker for word in words if word.speaker), "")
    return (
        [word if word.speaker else word.model_copy(update={"speaker": speaker}) for word in found] if speaker else found
    )


def _squeezed(found: list[CueWord], texts: list[str], before: float, after: float) -> list[CueWord]:
    """New words between two moments; where there is no room they take some of the word before them."""
    if after - before < _ROOM * len(texts) and found:
        last = found.pop()
        return _guessed([last.text, *texts], last.start, max(after, last.end))
    return _guessed(texts, before, max(before, after))


def _guessed(texts: list[str], start: float, end: float) -> list[CueWord]:
    return [
        word.model_copy(
            update={
                "start": round(word.start, 3),
                "end": round(word.end, 3),
                "confidence": GUESSED,
                "source": "edited",
            }
        )
        for word in share_time(texts, start, end)
    ]


def _in_order(words: Sequence[CueWord]) -> list[CueWord]:
    """The words that can be seen, none ending before it starts or starting before the one before it."""
    ordered: list[CueWord] = []
    now = 0.0
    for word in words:
        if clean(word.text):
            start = max(word.start, now)
            end = max(word.end, start)
            moved = (start, end) != (word.start, word.end)
            ordered.append(word.model_copy(update={"start": start, "end": end}) if moved else word)
            now = start
    return ordered
