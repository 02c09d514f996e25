"""What is said for each written word.

Every language has rules that look at one word between its neighbours and say it differently; where no rule applies a
word is said as written, with plain quotes and without pictures. A word stays one word here, so that whatever is said
for it can be timed for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backend.script.english import say_english
from backend.script.numerals import say_with
from backend.script.numerals_tables import NUMERALS
from backend.script.sentences import is_cjk
from backend.script.tokens import Token

_QUOTES = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "`": "'", "´": "'"}
)
_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉－", "0123456789-")
_INVISIBLE = re.compile("[\ufe0e\ufe0f\u20e3\u200d\u200c]")
_UNSAYABLE = "[]{}|\\"
_EMOTICONS = {
    ":)",
    ":-)",
    ":(",
    ":-(",
    ";)",
    ";-)",
    ":D",
    ":-D",
    "xD",
    "XD",
    ":P",
    ":-P",
    ":p",
    "<3",
    ":/",
    ":'(",
    ":o",
}
_OPENING = "(\"'¿¡…"
_CLOSING = ")\"'.,;:!?…。，、；：！？"
_LONGEST_READ = 80
"""Characters of a word that rules look at; a longer one is no number, date or address."""


@dataclass(frozen=True)
class _Shaped:
    head: str
    core: str
    tail: str


def spoken_words(words: Sequence[str], language: str) -> list[str]:
    """What is said for each of ``words`` (as written), in order; an empty string for nothing at all."""
    shaped = [_shape(word) for word in words]
    say = _rules(language)
    return [_say(shaped, position, say, language) for position in range(len(shaped))]


def plain(word: str) -> str:
    """``word`` with plain quotes and without pictures and brackets that no engine can say."""
    word = _INVISIBLE.sub("", word.translate(_QUOTES))
    return "".join(c for c in word if unicodedata.category(c) not in ("So", "Sk", "Cn") and c not in _UNSAYABLE)


def _rules(language: str) -> Callable[[Token], str | None] | None:
    code = language.split("-")[0].lower()
    if code == "en":
        return say_english
    return (lambda token: say_with(NUMERALS[code], token)) if code in NUMERALS else None


def _shape(word: str) -> _Shaped:
    word = word.translate(_QUOTES)
    if word in _EMOTICONS:
        return _Shaped("", "", "")
    word = _INVISIBLE.sub("", word).translate(_DIGITS)
    opened = word.lstrip(_OPENING)
    core = opened.rstrip(_CLOSING)
    return _Shaped(word[: len(word) - len(opened)], core, opened[len(core) :])


def _say(words: Sequence[_Shaped], position: int, say: Callable[[Token], str | None] | None, language: str) -> str:
    word = words[position]
    said = None
    # Rules are for languages of letters; they have nothing to say of a word in other characters.
    if say and 0 < len(word.core) <= _LONGEST_READ and not all(map(is_cjk, word.core)):
        said = say(
            Token(
                core=word.core,
                tail=word.tail,
                before=words[position - 1].core if position else "",
                after=words[position + 1].core if position + 1 < len(words) else "",
                language=language,
            )
        )
    if said is None:
        return plain(word.head + word.core + word.tail)
    takes_stop = said.endswith(".")  # an abbreviation is said in full, and its full stop goes
    return plain(word.head) + said.rstrip(".") + plain(word.tail[takes_stop:])
