"""What an edit makes of cues. Pure: each function takes all cues and returns the next ones.

No word is lost but by an edit that says so, times stay in order, and where two cues did not overlap before they do not
afterwards. A cue that is changed gets its text on one line; whoever draws it breaks it anew.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from backend.captions.cues import MAX_SECONDS, joined
from backend.captions.rewording import on_one_line, reworded, words_in
from backend.captions.spoken import share_time
from backend.captions.text import MAX_CUE_CHARACTERS, clean
from backend.errors import InvalidRequest
from backend.models import Cue, CueWord

SHORTEST_CUE = 0.05
"""Seconds that are left of a cue, however far its edges are moved."""
SHORTEST_WORD = 0.02
"""Seconds that are left of a word."""
NEW_SECONDS = 2.0
"""Of a cue that is put in, where there is room."""
LEAST_ROOM = 0.2
"""Seconds that must be free for a cue to be put in."""
SNAP_REACH = 0.3
"""Seconds within which an edge looks for sound."""
MOST_REPLACED = 500
"""Characters of what is looked for, and of what is put in its place."""

Cues = tuple[Cue, ...]


def rewrite(cues: Cues, index: int, text: str) -> Cues:
    """The same with another text in one cue, which goes away where nothing is left of it. Words that stay keep their
    times."""
    cue = _cue(cues, index)
    words = reworded(words_in(cue), clean(text).replace("\n", " "), cue.start, cue.end)
    return _with(cues, index, *([_said(cue, words)] if words else []))


def split(cues: Cues, index: int, before: str, after: str) -> Cues:
    """One cue as two: what stood before the cursor, and what stood after it, each with its words' times.

    Raises:
        InvalidRequest: ``nothing_to_split``: there is nothing on one side.
    """
    cue = _cue(cues, index)
    left, right = (clean(text).replace("\n", " ") for text in (before, after))
    whole = reworded(words_in(cue), f"{left} {right}".strip(), cue.start, cue.end)
    head = len(reworded(words_in(cue), left, cue.start, cue.end))
    if not left or not right or not 0 < head < len(whole):
        raise InvalidRequest(
            "There is nothing to split there.",
            hint="Put the cursor between two words of the caption.",
            code="nothing_to_split",
        )
    cut = min(max(whole[head].start, cue.start), cue.end)
    first = _said(cue.model_copy(update={"end": cut}), whole[:head])
    second = _said(cue.model_copy(update={"start": cut}), whole[head:])
    return _with(cues, index, first, second)


def merge(cues: Cues, index: int) -> Cues:
    """A cue and the next one as one.

    Raises:
        InvalidRequest: ``nothing_to_merge``, or ``caption_too_long`` to be drawn.
    """
    first = _cue(cues, index)
    if index + 1 >= len(cues):
        raise InvalidRequest("This is the last caption.", hint="Merge the one before it.", code="nothing_to_merge")
    second = cues[index + 1]
    words = (*words_in(first), *words_in(second))
    speaker = first.speaker
    if first.speaker != second.speaker:  # then the words know who says them
        speaker = ""
        words = tuple(
            word.model_copy(update={"speaker": word.speaker or cue.speaker})
            for cue in (first, second)
            for word in words_in(cue)
        )
    both = _said(first.model_copy(update={"end": max(first.end, second.end), "speaker": speaker}), words)
    if len(both.text) > MAX_CUE_CHARACTERS:
        raise InvalidRequest(
            f"Together they have {len(both.text)} characters; {MAX_CUE_CHARACTERS} are drawn at most.",
            hint="Shorten one of them first.",
            code="caption_too_long",
        )
    return _numbered((*cues[:index], both, *cues[index + 2 :]))


def delete(cues: Cues, index: int) -> Cues:
    """The same without one cue and its words."""
    _cue(cues, index)
    return _with(cues, index)


def insert(cues: Cues, after: int, text: str) -> Cues:
    """The same with a new cue after this one (-1: before all), in the time that is free there.

    A cue that stands longer than it is spoken gives way.

    Raises:
        InvalidRequest: ``no_room``, or ``caption_empty``.
    """
    written = clean(text).replace("\n", " ")
    if not written:
        raise InvalidRequest("The caption is empty.", hint="Write something.", code="caption_empty")
    before = _cue(cues, after) if after >= 0 else None
    following = cues[after + 1] if after + 1 < len(cues) else None
    ceiling = following.start if following else MAX_SECONDS
    start = before.end if before else 0.0
    if before and ceiling - start < NEW_SECONDS:
        start = max(_last_sound(before), min(start, ceiling - NEW_SECONDS))
    end = min(ceiling, start + NEW_SECONDS)
    if end - start < LEAST_ROOM:
        raise InvalidRequest(
            "There is no time free for another caption here.",
            hint="Write the words into this caption and split it, or shorten it first.",
            code="no_room",
        )
    new = Cue(index=0, start=_ms(start), end=_ms(end), text=written)
    new = _said(new, reworded((), written, new.start, new.end))
    shortened = [before.model_copy(update={"end": min(before.end, new.start)})] if before else []
    return _numbered((*cues[: max(0, after)], *shortened, new, *cues[after + 1 :]))


def move_edges(cues: Cues, index: int, start: float | None = None, end: float | None = None) -> Cues:
    """Another start or end of one cue, in seconds. A neighbour gives way as far as nothing of it is spoken there;
    beyond that, the edge stops. Words outside are brought in."""
    cue = _cue(cues, index)
    moved = list(cues)
    if start is not None:
        floor = min(_last_sound(cues[index - 1]), cue.start) if index else 0.0
        first = _ms(min(max(start, floor), max(cue.end - SHORTEST_CUE, cue.start)))
        cue = cue.model_copy(update={"start": max(0.0, first)})
        if index and cues[index - 1].end > first:
            moved[index - 1] = _ended(cues[index - 1], max(first, min(cues[index - 1].end, floor)))
    if end is not None:
        following = cues[index + 1] if index + 1 < len(cues) else None
        ceiling = max(_first_sound(following), cue.end) if following else MAX_SECONDS
        last = _ms(max(min(end, ceiling), min(cue.start + SHORTEST_CUE, cue.end)))
        cue = cue.model_copy(update={"end": last})
        if following and following.start < last <= _first_sound(following):
            moved[index + 1] = following.model_copy(update={"start": last})
    moved[index] = _held(cue)
    return _numbered(tuple(moved))


def move(cues: Cues, first: int, last: int, seconds: float) -> Cues:
    """The cues from ``first`` to ``last`` with all their words, earlier or later.

    Raises:
        InvalidRequest: ``no_room``: they would begin before 0, or run into a neighbour.
    """
    _cue(cues, first), _cue(cues, last)
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
    return _numbered((*cues[:first], *(_moved(cue, seconds) for cue in chosen), *cues[last + 1 :]))


def nudge(cues: Cues, index: int, word: int, start: float = 0.0, end: float = 0.0) -> Cues:
    """One word's start and end moved by seconds; its time counts as sure from then on.

    The word beside it gives way but for `SHORTEST_WORD`; its cue goes along, and so does the cue before or after it
    where the two touch.
    """
    cue = _cue(cues, index)
    words = list(words_in(cue))
    if not 0 <= word < len(words):
        raise InvalidRequest("There is no such word.", hint="Count from 0.", code="no_such_word")
    wanted = words[word].start + start, words[word].end + end
    return place_word(cues, index, word, *wanted, whole=start == end)


def mark(cues: Cues, index: int, word: int, emphasis: bool) -> Cues:
    """One word drawn emphasised from now on; without ``emphasis`` as the style says.

    Raises:
        InvalidRequest: ``no_such_word``.
    """
    cue = _cue(cues, index)
    words = list(words_in(cue))
    if not 0 <= word < len(words):
        raise InvalidRequest("There is no such word.", hint="Count from 0.", code="no_such_word")
    words[word] = words[word].model_copy(update={"emphasis": emphasis or None})
    return _with(cues, index, _said(cue, words))


def place_word(cues: Cues, index: int, word: int, start: float, end: float, whole: bool = False) -> Cues:
    """One word at another time, bounded as in `nudge`. With ``whole`` it keeps its length at a bound."""
    cue = _cue(cues, index)
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
    placed = now.model_copy(update={"start": _ms(start), "end": _ms(end), "confidence": 1.0, "source": "edited"})
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
        floor = min(_last_sound(cues[index - 1]), now.start) if index else 0.0
    if word + 1 < len(words):
        ceiling = max(words[word + 1].end - SHORTEST_WORD, now.end)
    else:
        ceiling = max(_first_sound(cues[index + 1]), now.end) if index + 1 < len(cues) else MAX_SECONDS
    return floor, ceiling


def _grown(cues: Cues, index: int, words: Sequence[CueWord], before: CueWord) -> Cues:
    """The cue around its moved words: an edge that stood at the word goes along, and the neighbour at that edge."""
    cue, moved = cues[index], list(cues)
    first, last = words[0].start, words[-1].end
    start = first if first < cue.start or abs(cue.start - before.start) < 0.0015 else cue.start
    end = last if last > cue.end or abs(cue.end - before.end) < 0.0015 else cue.end
    moved[index] = _said(cue.model_copy(update={"start": start, "end": max(end, start)}), words)
    if index and start != cue.start:
        touched = abs(cues[index - 1].end - cue.start) < 0.0015
        if touched or (cues[index - 1].end > start and cues[index - 1].end <= cue.start):
            moved[index - 1] = _ended(cues[index - 1], start)
    if index + 1 < len(cues) and cue.end <= cues[index + 1].start < end:
        moved[index + 1] = cues[index + 1].model_copy(update={"start": end})
    return _numbered(tuple(moved))


@dataclass(frozen=True)
class Replaced:
    """What became of a search."""

    cues: Cues
    count: int
    """Places that were found, and replaced."""


def replace(cues: Cues, find: str, by: str, match_case: bool = False, whole_words: bool = False) -> Replaced:
    """Every place where ``find`` stands in a cue's text, with ``by`` instead; what is found is text, not a pattern.

    Raises:
        InvalidRequest: ``nothing_to_find``, or ``find_too_long``.
    """
    pattern = _pattern(find, match_case, whole_words)
    if len(by) > MOST_REPLACED:
        raise InvalidRequest("The replacement is too long.", hint=f"Up to {MOST_REPLACED} characters.", code="too_long")
    changed, count = list(cues), 0
    for index, cue in enumerate(cues):
        text, found = pattern.subn(lambda _: by, _flat(cue))
        if found:
            count += found
            words = reworded(words_in(cue), clean(text).replace("\n", " "), cue.start, cue.end)
            changed[index] = _said(cue, words)
    return Replaced(_numbered(tuple(cue for cue in changed if cue.text)), count)


def _pattern(find: str, match_case: bool, whole_words: bool) -> re.Pattern[str]:
    wanted = clean(find).split()
    if not wanted:
        raise InvalidRequest("There is nothing to look for.", hint="Write what to find.", code="nothing_to_find")
    if len(find) > MOST_REPLACED:
        raise InvalidRequest("What to find is too long.", hint=f"Up to {MOST_REPLACED} characters.", code="too_long")
    text = r"\s+".join(re.escape(part) for part in wanted)
    if whole_words:
        text = rf"(?<!\w){text}(?!\w)"
    return re.compile(text, 0 if match_case else re.IGNORECASE)


def snap(cues: Cues, first: int, last: int, sounds: Sequence[tuple[float, float]], word: int | None = None) -> Replaced:
    """Edges of the cues from ``first`` to ``last``, or of one word of the first, put to where sound begins and ends.

    A start goes to the nearest beginning of a sound within `SNAP_REACH`, an end to the nearest end of one, bounded as
    in `move_edges` and `nudge`; where there is none it stays. ``count`` says how many edges were moved.
    """
    _cue(cues, first), _cue(cues, last)
    begins, ends = [start for start, _ in sounds], [end for _, end in sounds]
    if word is not None:
        words = words_in(cues[first])
        if word >= len(words):
            raise InvalidRequest("There is no such word.", hint="Count from 0.", code="no_such_word")
        start, end = _nearest(begins, words[word].start), _nearest(ends, words[word].end)
        if end <= start:
            return Replaced(cues, 0)
        moved = place_word(cues, first, word, start, end)
        return Replaced(moved, _edges_moved(words[word : word + 1], words_in(moved[first])[word : word + 1]))
    snapped = cues
    for index in range(first, last + 1):
        start, end = _nearest(begins, snapped[index].start), _nearest(ends, snapped[index].end)
        if end > start:
            snapped = move_edges(snapped, index, start, end)
    return Replaced(snapped, _edges_moved(cues, snapped))


def _nearest(edges: Sequence[float], moment: float) -> float:
    """The nearest of rising moments, or the moment itself where none is within reach."""
    place = bisect_left(edges, moment)
    beside = [edge for edge in edges[max(0, place - 1) : place + 1] if abs(edge - moment) <= SNAP_REACH]
    return min(beside, key=lambda edge: abs(edge - moment), default=moment)


def _edges_moved(before: Sequence[Cue | CueWord], after: Sequence[Cue | CueWord]) -> int:
    pairs = list(zip(before, after, strict=True))
    return sum(one.start != other.start for one, other in pairs) + sum(one.end != other.end for one, other in pairs)


def spread(cues: Cues, first: int, last: int, sounds: Sequence[tuple[float, float]] = ()) -> Cues:
    """The words of the cues from ``first`` to ``last`` put anew into their time: each cue's words by their length, in
    the parts of it that sound where ``sounds`` (seconds from, to) are known. A guess, and marked as one."""
    _cue(cues, first), _cue(cues, last)
    chosen = [_spread(cue, sounds) if first <= number <= last else cue for number, cue in enumerate(cues)]
    return _numbered(tuple(chosen))


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
                "start": _ms(_at(heard, word.start, late=True)),
                "end": _ms(_at(heard, word.end)),
                "confidence": 0.5,
                "source": "edited",
            }
        )
        for word in shared
    ]
    return _said(cue, words)


def _at(stretches: Sequence[tuple[float, float]], spent: float, late: bool = False) -> float:
    """The moment at which so many seconds of the stretches are over; with ``late`` the start of the next at an end."""
    for number, (start, end) in enumerate(stretches):
        length = end - start
        if spent < length - 1e-6 or (not late and spent <= length + 1e-6) or number == len(stretches) - 1:
            return min(end, start + max(0.0, spent))
        spent -= length
    return 0.0


def difference(before: Cues, after: Cues) -> tuple[int, int, Cues]:
    """What has changed, as the place of the first cue that is not the same, how many cues went, and those that came."""
    first = 0
    while first < min(len(before), len(after)) and _same(before[first], after[first]):
        first += 1
    kept = 0
    while kept < min(len(before), len(after)) - first and _same(before[-1 - kept], after[-1 - kept]):
        kept += 1
    return first, len(before) - first - kept, after[first : len(after) - kept]


def _same(one: Cue, other: Cue) -> bool:
    return one is other or (one.start, one.end, one.text, one.words) == (
        other.start,
        other.end,
        other.text,
        other.words,
    )


def _cue(cues: Cues, index: int) -> Cue:
    if not 0 <= index < len(cues):
        raise InvalidRequest(
            f"There is no caption {index + 1}; there are {len(cues)}.", hint="Reload the page.", code="no_such_caption"
        )
    return cues[index]


def _said(cue: Cue, words: Sequence[CueWord]) -> Cue:
    """The cue with these words; lines stay broken where they were if it still says the same."""
    line = joined(words)
    text = cue.text if on_one_line(cue.text) == line else line
    return cue.model_copy(update={"words": tuple(words), "text": text})


def _with(cues: Cues, index: int, *instead: Cue) -> Cues:
    return _numbered((*cues[:index], *instead, *cues[index + 1 :]))


def _numbered(cues: Cues) -> Cues:
    """The same, each with its place as its index; those that had it stay the very same."""
    return tuple(
        cue if cue.index == place else cue.model_copy(update={"index": place}) for place, cue in enumerate(cues)
    )


def _flat(cue: Cue) -> str:
    return joined(words_in(cue))


def _last_sound(cue: Cue) -> float:
    """When its last word ends; a moment after its start where it has no words."""
    words = words_in(cue)
    return min(cue.end, max(words[-1].end, cue.start + SHORTEST_CUE)) if words else cue.start + SHORTEST_CUE


def _first_sound(cue: Cue) -> float:
    words = words_in(cue)
    return max(cue.start, min(words[0].start, cue.end - SHORTEST_CUE)) if words else cue.end - SHORTEST_CUE


def _ended(cue: Cue, end: float) -> Cue:
    return _held(cue.model_copy(update={"end": max(cue.start, _ms(end))}))


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
    return _said(cue, held)


def _moved(cue: Cue, seconds: float) -> Cue:
    words = tuple(
        word.model_copy(update={"start": max(0.0, _ms(word.start + seconds)), "end": max(0.0, _ms(word.end + seconds))})
        for word in cue.words
    )
    times = {"start": max(0.0, _ms(cue.start + seconds)), "end": max(0.0, _ms(cue.end + seconds))}
    return cue.model_copy(update={"words": words, **times})


def _ms(seconds: float) -> float:
    return round(seconds, 3)
