"""Whether a recogniser hears what is written."""

from __future__ import annotations

import difflib
import re
import unicodedata

MIN_LIKENESS = 0.8
"""Share of letters that must agree: recognisers spell names and numbers in ways of their own."""
_SIGNS = re.compile(r"[\W_]+")


def heard_as_written(written: str, spoken: str, heard: str) -> bool:
    """Whether ``heard`` is the sentence, in the spelling in which it is written or the one in which it is said."""
    return max(_likeness(written, heard), _likeness(spoken, heard)) >= MIN_LIKENESS


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, _letters(one), _letters(other), autojunk=False).ratio()


def _letters(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return _SIGNS.sub("", "".join(c for c in decomposed if not unicodedata.combining(c)))
