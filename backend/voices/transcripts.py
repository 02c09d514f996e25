"""Whether a transcript says what is heard in a clip."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence

from backend.errors import InvalidRequest
from backend.script.normalise import spoken_words
from backend.script.numerals import say_number
from backend.voices.languages import root

MOST_WRONG = 0.4
"""Word error rate up to which a transcript fits its clip: words that would have to be changed, added or left out, for
each word written, other spellings of the same sound not counted. A small recogniser gets one word in five wrong in a
clear recording and one in three in a poor one; another sentence is near 1."""
MOST_BEYOND = 0.15
"""Share of the words that may be written before the first or after the last word that was heard, and..."""
_FEW_BEYOND = 2
"""...so many in any case: the text of a longer recording goes on where the clip has ended."""
_ALIKE = 0.6
"""Share of letters from which other words are another spelling of the same: "harbor" and "harbour", "there" and
"their", "lighthouse" and "light house"."""
_LONGEST_NUMBER = 12
"""Digits."""
_SIGNS = re.compile(r"[\W_]+")
MOST_CHARACTERS = 1000
"""Nobody says more in twelve seconds."""


def check_transcript(transcript: str, heard: str, language: str) -> str:
    """The transcript, tidied, if it is what was heard in the clip.

    Raises:
        InvalidRequest: ``transcript_mismatch``, with what was heard; ``invalid_transcript``.
    """
    tidy = tidy_transcript(transcript)
    if not tidy:
        raise InvalidRequest(
            "The transcript is empty.", hint="Write exactly what is said in the clip.", code="invalid_transcript"
        )
    wrong, beyond, written = _compared(tidy, heard, language)
    if wrong > MOST_WRONG * written or beyond > max(_FEW_BEYOND, MOST_BEYOND * written):
        raise InvalidRequest(
            "The transcript is not what is said in the chosen part of the recording.",
            hint=f"Heard there: “{heard[:300]}”. Write exactly those words (not those of the whole recording), leave "
            "the transcript empty, or choose another part.",
            code="transcript_mismatch",
        )
    return tidy


def word_error_rate(written: str, heard: str, language: str) -> float:
    """Words wrong for each word written; 0 is the same, 1 or more has nothing in common."""
    wrong, _, count = _compared(written, heard, language)
    return wrong / max(1, count)


def tidy_transcript(text: str) -> str:
    """One line of plain text.

    Raises:
        InvalidRequest: ``invalid_transcript``: longer than twelve seconds can hold.
    """
    visible = "".join(character if unicodedata.category(character)[0] != "C" else " " for character in text)
    tidy = " ".join(unicodedata.normalize("NFC", visible).split())
    if len(tidy) > MOST_CHARACTERS:
        raise InvalidRequest(
            f"The transcript has {len(tidy):,} characters; a clip of twelve seconds holds {MOST_CHARACTERS:,} at most.",
            hint="Write only what is said in the chosen part, or leave it empty.",
            code="invalid_transcript",
        )
    return tidy


def _compared(written: str, heard: str, language: str) -> tuple[int, int, int]:
    """Words wrong, words written beyond the ends of what was heard, words written."""
    wanted, found = _words(written, language), _words(heard, language)
    steps = difflib.SequenceMatcher(None, wanted, found, autojunk=False).get_opcodes()
    wrong = [step for step in steps if not _is_same(wanted[step[1] : step[2]], found[step[3] : step[4]])]
    same = [step for step in steps if step not in wrong]
    if not same:
        return max(len(wanted), len(found)), len(wanted), len(wanted)
    before = same[0][1] - same[0][3]
    after = (len(wanted) - same[-1][2]) - (len(found) - same[-1][4])
    return sum(max(b - a, d - c) for _, a, b, c, d in wrong), max(0, before, after), len(wanted)


def _is_same(written: Sequence[str], heard: Sequence[str]) -> bool:
    return written == heard or difflib.SequenceMatcher(None, "".join(written), "".join(heard)).ratio() >= _ALIKE


def _words(text: str, language: str) -> list[str]:
    """As they are said, in plain letters."""
    said = unicodedata.normalize("NFKD", " ".join(spoken_words(text.split(), language))).casefold()
    plain = "".join(c for c in said.replace("'", "").replace("’", "") if not unicodedata.combining(c))
    return [part for word in _SIGNS.split(plain) if word for part in _in_words(word, root(language))]


def _in_words(word: str, language: str) -> list[str]:
    """A number as it is said; a word as it is."""
    if not word.isdecimal() or len(word) > _LONGEST_NUMBER:
        return [word]
    try:
        return [part for part in _SIGNS.split(say_number(int(word), language)) if part]
    except NotImplementedError:
        return [word]
