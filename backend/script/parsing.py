"""From the text somebody typed to sentences that can be spoken."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile
from operator import itemgetter

from backend.errors import InvalidRequest
from backend.models import MAX_SCRIPT_CHARACTERS
from backend.script.cleaning import clean
from backend.script.drafts import Draft, DraftWord, Pronunciation, Silence, draft_words, finished
from backend.script.lines import plain_lines
from backend.script.markup import Change, Marked, read_marks
from backend.script.sentences import sentence_spans
from backend.script.values import Script

SENTENCE_PAUSE = 0.25
"""Seconds after a sentence."""
PARAGRAPH_PAUSE = 0.6
"""Seconds after the last sentence of a paragraph."""
CLAUSE_PAUSE = 0.12
"""Seconds where a sentence was too long and had to be cut."""
_BREAK = re.compile(r"\n+")
_FULL_END = re.compile(r"[.!?…。！？｡][^\w]*$")


def parse_script(
    text: str,
    *,
    voice: str,
    speed: float,
    language: Callable[[str], str],
    check_voice: Callable[[str], str] = str,
    most_characters: int = MAX_SCRIPT_CHARACTERS,
) -> Script:
    """The sentences of ``text``, spoken by ``voice`` at ``speed`` until its tags say otherwise.

    Args:
        language: The BCP 47 tag of a voice's language.
        check_voice: Turns what a ``[voice …]`` tag says into a voice's id, or raises.

    Raises:
        InvalidRequest: ``script_empty``, ``script_too_long``, ``script_nothing_to_say`` or ``script_markup``.
    """
    if len(text) > most_characters:
        raise InvalidRequest(
            f"The script has {len(text):,} characters; {most_characters:,} is the most.",
            hint="Split it.",
            code="script_too_long",
        )
    cleaned = clean(text)
    if not cleaned.strip():
        raise InvalidRequest("The script is empty.", hint="Write what should be said.", code="script_empty")
    marked = read_marks(plain_lines(cleaned), check_voice)
    drafts, lead = _drafts(marked, voice, speed, language)
    return Script(text, tuple(finished(index, draft) for index, draft in enumerate(drafts)), lead)


def _drafts(marked: Marked, voice: str, speed: float, language: Callable[[str], str]) -> tuple[list[Draft], float]:
    """The sentences in order, silent ones (only emoji or punctuation) joined to a neighbour, and the lead in."""
    drafts: list[Draft] = []
    unsaid: list[DraftWord] = []
    lead = 0.0
    for item in _walk(marked, voice, speed, language):
        if isinstance(item, Silence):
            if drafts:
                drafts[-1].rest(item)
            elif item.asked:
                lead += item.seconds
        elif item.is_said:
            item.words[:0] = unsaid
            unsaid = []
            drafts.append(item)
        else:
            (drafts[-1].words if drafts else unsaid).extend(item.words)
    if not drafts:
        raise InvalidRequest(
            "There is nothing to say in the script: it has no letters or digits.",
            hint="Add some words; emoji and punctuation are shown but not spoken.",
            code="script_nothing_to_say",
        )
    return drafts, lead


def _walk(marked: Marked, voice: str, speed: float, language: Callable[[str], str]) -> Iterator[Draft | Silence]:
    """Sentences and silences in order. Tags and line breaks end a sentence."""
    start = 0
    for at, end, cut in _cuts(marked):
        yield from _sentences(marked, start, at, voice, speed, language(voice))
        start = end
        if isinstance(cut, Silence):
            yield cut
        else:
            voice, speed = cut.voice or voice, cut.speed or speed
    yield from _sentences(marked, start, len(marked.written), voice, speed, language(voice))


def _cuts(marked: Marked) -> list[tuple[int, int, Silence | Change]]:
    cuts: list[tuple[int, int, Silence | Change]] = []
    for match in _BREAK.finditer(marked.written):
        pause = PARAGRAPH_PAUSE if len(match[0]) > 1 else SENTENCE_PAUSE
        cuts.append((*match.span(), Silence(pause, asked=False)))
    for change in marked.changes:
        cut = change if change.pause is None else Silence(change.pause, asked=True)
        cuts.append((change.position, change.position, cut))
    return sorted(cuts, key=lambda cut: cut[:2])


def _sentences(marked: Marked, start: int, end: int, voice: str, speed: float, language: str) -> Iterator[Draft]:
    text = marked.written[start:end]
    for first, last in sentence_spans(text, language):
        sentence = text[first:last]
        if sentence.strip():
            pause = SENTENCE_PAUSE if _FULL_END.search(sentence) else CLAUSE_PAUSE
            words = draft_words(sentence, _within(marked.pronunciations, start + first, start + last), language)
            yield Draft(words, voice, speed, language, pause)


def _within(pronunciations: Sequence[Pronunciation], start: int, end: int) -> list[Pronunciation]:
    """Those that lie there, counted from there."""
    found = pronunciations[bisect_left(pronunciations, start, key=itemgetter(0)) :]
    return [(a - start, b - start, ipa) for a, b, ipa in takewhile(lambda one: one[0] < end, found) if b <= end]
