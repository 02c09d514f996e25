"""What an edit of times makes of cues. Pure: each function takes all cues and returns the next ones.

Times stay in order, and where two cues did not overlap before they do not afterwards. Edits of the text are
`editing.py`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from backend.captions.cue_table import (
    SHORTEST_CUE,
    Changed,
    Cues,
    cue_at,
    first_sound,
    last_sound,
    milliseconds,
    numbered,
    saying,
    word_at,
)
from backend.captions.cues import MAX_SECONDS
from backend.captions.rewording import GUESSED, words_in
from backend.captions.spoken import share_time
from backend.errors import InvalidRequest
from backend.models import Cue, CueWord, Word

SHORTEST_WORD = 0.02
"""Seconds that are left of a word."""
SNAP_REACH = 0.3
"""Seconds within which an edge looks for sound."""


def move_edges(cues: Cues, index: int, start: float | None = None, end: float | None = None) -> Cues:
    """Another start or end of one cue, in seconds. A neighbour gives way as far as nothing of it is spoken there;
    beyond that, the edge stops. Words outside are brought in."""
    cue = cue_at(cues, index)
    moved = list(cues)
    if start is not None:
        floor = min(last_sound(cues[index - 1]), cue.start) if index else 0.0
        first = milliseconds(min(max(start, floor), max(cue.end - SHORTEST_CUE, cue.start)))
        cue = cue.model_copy(update={"start": max(0.0, first)})
        if index and cues[index - 1].end > first:
            moved[index - 1] = _ended(cues[index - 1], max(first, min(cues[index - 1].end, floor)))
    if end is not None:
        following = cues[index + 1] if index + 1 < len(cues) else None
        ceiling = max(first_sound(following), cue.end) if following else MAX_SECONDS
        last = milliseconds(max(min(end, ceiling), min(cue.start + SHORTEST_CUE, cue.end)))
        cue = cue.model_copy(update={"end": last})
        if following and following.start < last <= first_sound(following):
            moved[index + 1] = following.model_copy(update={"start": last})
    moved[index] = _held(cue)
    return numbered(tuple(moved))


def move(cues: Cues, first: int, last: int, seconds: float) -> Cues:
    """The cues from ``first`` to ``last`` with all their words, earlier or later.

    Raises:
        InvalidRequest: ``no_room``: they would begin before 0, or run into a neighbour.
    """
    cue_at(cues, first), cue_at(cues, last)
    if last < first:
        raise InvalidRequest("The range ends before it begins.", hint="From the first to the last.", code="bad_range")
    chosen = cues[first : last + 1]
    earliest, latest = min(cue.start for cue in chosen), max(cue.end for cue in chosen)
    floor = min(cues[first - 1].end, earliest) if first else 0.0
    ceiling = max(cues[last + 1].start, latest) if last + 1 < len(cues) else MAX_SECONDS
    if not floor - 0.0005 <= earliest + seconds or not latest + seconds <= ceiling + 0.0005:
        most = floor - earliest if seconds < 0 else ceiling - latest
        raise InvalidRequest(
            f"They cannot be moved by {seconds:+.3f} seconds: the most is {most:+.3f}.",
            hint="Move more captions together, or by less.",
            code="no_room",
        )
    return numbered((*cues[:first], *(_moved(cue, seconds) for cue in chosen), *cues[last + 1 :]))


def nudge(cues: Cues, index: int, word: int, start: float = 0.0, end: float = 0.0) -> Cues:
    """One word's start and end moved by seconds; its time counts as sure from then on.

    The word beside it gives way but for `SHORTEST_WORD`; its cue goes along, and so does the cue before or after it
    where the two touch.

    Raises:
        InvalidRequest: ``no_such_word``.
    """
    now = word_at(cue_at(cues, index), word)
    return place_word(cues, index, word, now.start + start, now.end + end, whole=start == end)


def place_word(cues: Cues, index: int, word: int, start: float, end: float, whole: bool = False) -> Cues:
    """One word at another time, bounded as in `nudge`. With ``whole`` it keeps its length at a bound."""
    cue = cue_at(cues, index)
    words = list(words_in(cue))
    now = words[word]
    floor, ceiling = _room(cues, index, words, word)
    if whole:
        length = min(now.end - now.start, ceiling - floor)
        start = min(max(start, floor), ceiling - length)
        end = start + length
    start = min(max(start, floor), ceiling)
    end = max(min(end, ceiling), start)
    if end - start < SHORTEST_WORD <= now.end - now.start:
        start, end = (
            (now.start, now.start + SHORTEST_WORD) if start == now.start else (now.end - SHORTEST_WORD, now.end)
        )
    placed = now.model_copy(
        update={"start": milliseconds(start), "end": milliseconds(end), "confidence": 1.0, "source": "edited"}
    )
    words[word] = placed
    if word and words[word - 1].end > placed.start:
        words[word - 1] = words[word - 1].model_copy(update={"end": placed.start})
    if word + 1 < len(words) and words[word + 1].start < placed.end:
        words[word + 1] = words[word + 1].model_copy(update={"start": placed.end})
    return _grown(cues, index, words, now)


def _room(cues: Cues, index: int, words: Sequence[CueWord], word: int) -> tuple[float, float]:
    """How early a word may start and how late it may end."""
    now = words[word]
    if word:
        floor = min(words[word - 1].start + SHORTEST_WORD, now.start)
    else:
        floor = min(last_sound(cues[index - 1]), now.start) if index else 0.0
    if word + 1 < len(words):
        ceiling = max(words[word + 1].end - SHORTEST_WORD, now.end)
    else:
        ceiling = max(first_sound(cues[index + 1]), now.end) if index + 1 < len(cues) else MAX_SECONDS
    return floor, ceiling


def _grown(cues: Cues, index: int, words: Sequence[CueWord], before: CueWord) -> Cues:
    """The cue around its moved words: an edge that stood at the word goes along, and the neighbour at that edge."""
    cue, moved = cues[index], list(cues)
    first, last = words[0].start, words[-1].end
    start = first if first < cue.start or abs(cue.start - before.start) < 0.0015 else cue.start
    end = last if last > cue.end or abs(cue.end - before.end) < 0.0015 else cue.end
    moved[index] = saying(cue.model_copy(update={"start": start, "end": max(end, start)}), words)
    if index and start != cue.start:
        touched = abs(cues[index - 1].end - cue.start) < 0.0015
        if touched or (cues[index - 1].end > start and cues[index - 1].end <= cue.start):
            moved[index - 1] = _ended(cues[index - 1], start)
    if index + 1 < len(cues) and cue.end <= cues[index + 1].start < end:
        moved[index + 1] = cues[index + 1].model_copy(update={"start": end})
    return numbered(tuple(moved))


def snap(cues: Cues, first: int, last: int, sounds: Sequence[tuple[float, float]], word: int | None = None) -> Changed:
    """Edges of the cues from ``first`` to ``last``, or of one word of the first, put to where sound begins and ends.

    A start goes to the nearest beginning of a sound within `SNAP_REACH`, an end to the nearest end of one, bounded as
    in `move_edges` and `nudge`; where there is none it stays. ``count`` says how many edges were moved.
    """
    cue_at(cues, first), cue_at(cues, last)
    begins, ends = [start for start, _ in sounds], [end for _, end in sounds]
    if word is not None:
        now = word_at(cues[first], word)
        start, end = _nearest(begins, now.start), _nearest(ends, now.end)
        if end <= start:
            return Changed(cues, 0)
        moved = place_word(cues, first, word, start, end)
        return Changed(moved, _edges_moved([now], [word_at(moved[first], word)]))
    snapped = cues
    for index in range(first, last + 1):
        start, end = _nearest(begins, snapped[index].start), _nearest(ends, snapped[index].end)
        if end > start:
            snapped = move_edges(snapped, index, start, end)
    return Changed(snapped, _edges_moved(cues, snapped))


def _nearest(edges: Sequence[float], moment: float) -> float:
    """The nearest of rising moments, or the moment itself where none is within reach."""
    place = bisect_left(edges, moment)
    beside = [edge for edge in edges[max(0, place - 1) : place + 1] if abs(edge - moment) <= SNAP_REACH]
    return min(beside, key=lambda edge: abs(edge - moment), default=moment)


def _edges_moved(before: Sequence[Cue | CueWord], after: Sequence[Cue | CueWord]) -> int:
    pairs = list(zip(before, after, strict=True))
    return sum(one.start != other.start for one, other in pairs) + sum(one.end != other.end for one, other in pairs)


def put_words(cues: Cues, first: int, last: int, times: Sequence[Word]) -> Cues:
    """The words of the cues from ``first`` to ``last`` at these times, one for each word in order.

    A cue begins with its first word, and stands after its last one for as long as it did, where the next one leaves it
    the time. Cues outside of the range stay as they are, and nothing is put before the one before it or past the next.
    """
    floor = last_sound(cues[first - 1]) if first else 0.0
    ceiling = first_sound(cues[last + 1]) if last + 1 < len(cues) else MAX_SECONDS
    given, moved = iter(times), []
    for cue in cues[first : last + 1]:
        words = words_in(cue)
        put = [_put(word, next(given), floor, ceiling) for word in words]
        stays = max(0.0, cue.end - words[-1].end) if words else 0.0
        edges = (put[0].start, min(put[-1].end + stays, ceiling)) if put else (floor, floor)
        moved.append(saying(cue.model_copy(update={"start": edges[0], "end": milliseconds(edges[1])}), put))
    shortened = [
        cue.model_copy(update={"end": max(cue.start, min(cue.end, following.start))})
        for cue, following in pairwise([*moved, *cues[last + 1 : last + 2]])
    ]
    inside = [*shortened, *moved[len(shortened) :]]
    before = [_ended(cues[first - 1], min(cues[first - 1].end, inside[0].start))] if first else []
    return numbered((*cues[: max(0, first - 1)], *before, *inside, *cues[last + 1 :]))


def _put(word: CueWord, time: Word, floor: float, ceiling: float) -> CueWord:
    start, end = (milliseconds(min(max(edge, floor), ceiling)) for edge in (time.start, time.end))
    return word.model_copy(
        update={"start": start, "end": max(start, end), "confidence": time.confidence, "source": time.source}
    )


def spread(cues: Cues, first: int, last: int, sounds: Sequence[tuple[float, float]] = ()) -> Cues:
    """The words of the cues from ``first`` to ``last`` put anew into their time: each cue's words by their length, in
    the parts of it that sound where ``sounds`` (seconds from, to) are known. A guess, and marked as one."""
    cue_at(cues, first), cue_at(cues, last)
    chosen = [_spread(cue, sounds) if first <= number <= last else cue for number, cue in enumerate(cues)]
    return numbered(tuple(chosen))


def _spread(cue: Cue, sounds: Sequence[tuple[float, float]]) -> Cue:
    texts = [word.text for word in words_in(cue)]
    heard = [(max(a, cue.start), min(b, cue.end)) for a, b in sounds if b > cue.start and a < cue.end]
    length = sum(b - a for a, b in heard)
    if length < SHORTEST_WORD * len(texts):
        heard, length = [(cue.start, cue.end)], cue.end - cue.start
    shared = share_time(texts, 0.0, length)
    words = [
        word.model_copy(
            update={
                "start": milliseconds(_at(heard, word.start, late=True)),
                "end": milliseconds(_at(heard, word.end)),
                "confidence": GUESSED,
                "source": "edited",
            }
        )
        for word in shared
    ]
    return saying(cue, words)


def _at(stretches: Sequence[tuple[float, float]], spent: float, late: bool = False) -> float:
    """The moment at which so many seconds of the stretches are over; with ``late`` the start of the next at an end."""
    for number, (start, end) in enumerate(stretches):
        length = end - start
        if spent < length - 1e-6 or (not late and spent <= length + 1e-6) or number == len(stretches) - 1:
            return min(end, start + max(0.0, spent))
        spent -= length
    return 0.0


def _ended(cue: Cue, end: float) -> Cue:
    return _held(cue.model_copy(update={"end": max(cue.start, milliseconds(end))}))


def _held(cue: Cue) -> Cue:
    """The cue with its words inside it."""
    words = words_in(cue)
    if all(cue.start <= word.start and word.end <= cue.end for word in words):
        return cue
    held = [
        word.model_copy(
            update={
                "start": min(max(word.start, cue.start), cue.end),
                "end": min(max(word.end, cue.start), cue.end),
            }
        )
        for word in words
    ]
    return saying(cue, held)


def _moved(cue: Cue, seconds: float) -> Cue:
    words = tuple(
        word.model_copy(
            update={
                "start": max(0.0, milliseconds(word.start + seconds)),
                "end": max(0.0, milliseconds(word.end + seconds)),
            }
        )
        for word in cue.words
    )
    times = {"start": max(0.0, milliseconds(cue.start + seconds)), "end": max(0.0, milliseconds(cue.end + seconds))}
    return cue.model_copy(update={"words": words, **times})
