"""What an edit of the text makes of cues. Pure: each function takes all cues and returns the next ones.

No word is lost but by an edit that says so, and words that stay keep their times. A cue that is changed gets its text
on one line; whoever draws it breaks it anew. Edits of times are `retiming.py`.
"""

from __future__ import annotations

import re

from backend.captions.cue_table import (
    Changed,
    Cues,
    cue_at,
    last_sound,
    milliseconds,
    numbered,
    replaced,
    saying,
    word_at,
)
from backend.captions.cues import MAX_SECONDS, joined
from backend.captions.rewording import reworded, words_in
from backend.captions.text import MAX_CUE_CHARACTERS, clean, one_line
from backend.errors import InvalidRequest
from backend.models import Cue

NEW_SECONDS = 2.0
"""Of a cue that is put in, where there is room."""
LEAST_ROOM = 0.2
"""Seconds that must be free for a cue to be put in."""
MOST_REPLACED = 500
"""Characters of what is looked for, and of what is put in its place."""


def rewrite(cues: Cues, index: int, text: str) -> Cues:
    """The same with another text in one cue, which goes away where nothing is left of it. Words that stay keep their
    times."""
    cue = cue_at(cues, index)
    words = reworded(words_in(cue), one_line(text), cue.start, cue.end)
    return replaced(cues, index, *([saying(cue, words)] if words else []))


def split(cues: Cues, index: int, before: str, after: str) -> Cues:
    """One cue as two: what stood before the cursor, and what stood after it, each with its words' times.

    Raises:
        InvalidRequest: ``nothing_to_split``: there is nothing on one side.
    """
    cue = cue_at(cues, index)
    left, right = (one_line(text) for text in (before, after))
    whole = reworded(words_in(cue), f"{left} {right}".strip(), cue.start, cue.end)
    head = len(reworded(words_in(cue), left, cue.start, cue.end))
    if not left or not right or not 0 < head < len(whole):
        raise InvalidRequest(
            "There is nothing to split there.",
            hint="Put the cursor between two words of the caption.",
            code="nothing_to_split",
        )
    cut = min(max(whole[head].start, cue.start), cue.end)
    first = saying(cue.model_copy(update={"end": cut}), whole[:head])
    second = saying(cue.model_copy(update={"start": cut}), whole[head:])
    return replaced(cues, index, first, second)


def merge(cues: Cues, index: int) -> Cues:
    """A cue and the next one as one.

    Raises:
        InvalidRequest: ``nothing_to_merge``, or ``caption_too_long`` to be drawn.
    """
    first = cue_at(cues, index)
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
    both = saying(first.model_copy(update={"end": max(first.end, second.end), "speaker": speaker}), words)
    if len(both.text) > MAX_CUE_CHARACTERS:
        raise InvalidRequest(
            f"Together they have {len(both.text)} characters; {MAX_CUE_CHARACTERS} are drawn at most.",
            hint="Shorten one of them first.",
            code="caption_too_long",
        )
    return numbered((*cues[:index], both, *cues[index + 2 :]))


def delete(cues: Cues, index: int) -> Cues:
    """The same without one cue and its words."""
    cue_at(cues, index)
    return replaced(cues, index)


def insert(cues: Cues, after: int, text: str) -> Cues:
    """The same with a new cue after this one (-1: before all), in the time that is free there.

    A cue that stands longer than it is spoken gives way.

    Raises:
        InvalidRequest: ``no_room``, or ``caption_empty``.
    """
    written = one_line(text)
    if not written:
        raise InvalidRequest("The caption is empty.", hint="Write something.", code="caption_empty")
    before = cue_at(cues, after) if after >= 0 else None
    following = cues[after + 1] if after + 1 < len(cues) else None
    ceiling = following.start if following else MAX_SECONDS
    start = before.end if before else 0.0
    if before and ceiling - start < NEW_SECONDS:
        start = max(last_sound(before), min(start, ceiling - NEW_SECONDS))
    end = min(ceiling, start + NEW_SECONDS)
    if end - start < LEAST_ROOM:
        raise InvalidRequest(
            "There is no time free for another caption here.",
            hint="Write the words into this caption and split it, or shorten it first.",
            code="no_room",
        )
    new = Cue(index=0, start=milliseconds(start), end=milliseconds(end), text=written)
    new = saying(new, reworded((), written, new.start, new.end))
    shortened = [before.model_copy(update={"end": min(before.end, new.start)})] if before else []
    return numbered((*cues[: max(0, after)], *shortened, new, *cues[after + 1 :]))


def mark(cues: Cues, index: int, word: int, emphasis: bool) -> Cues:
    """One word drawn emphasised from now on; without ``emphasis`` as the style says.

    Raises:
        InvalidRequest: ``no_such_word``.
    """
    cue = cue_at(cues, index)
    words = list(words_in(cue))
    words[word] = word_at(cue, word).model_copy(update={"emphasis": emphasis or None})
    return replaced(cues, index, saying(cue, words))


def replace(cues: Cues, find: str, by: str, match_case: bool = False, whole_words: bool = False) -> Changed:
    """Every place where ``find`` stands in a cue's text, with ``by`` instead; what is found is text, not a pattern.

    Raises:
        InvalidRequest: ``nothing_to_find``, or ``too_long``.
    """
    pattern = _pattern(find, match_case, whole_words)
    if len(by) > MOST_REPLACED:
        raise InvalidRequest("The replacement is too long.", hint=f"Up to {MOST_REPLACED} characters.", code="too_long")
    changed, count = list(cues), 0
    for index, cue in enumerate(cues):
        text, found = pattern.subn(lambda _: by, _flat(cue))
        if found:
            count += found
            words = reworded(words_in(cue), one_line(text), cue.start, cue.end)
            changed[index] = saying(cue, words)
    return Changed(numbered(tuple(cue for cue in changed if cue.text)), count)


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


def _flat(cue: Cue) -> str:
    return joined(words_in(cue))
