"""What is said for each written word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_QUOTES = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "`": "'", "´": "'"}
)
_SILENT = re.compile("[\ufe0e\ufe0f\u20e3\u200d\u200c]")


def spoken_words(words: Sequence[str], language: str) -> list[str]:
    """What is said for each of ``words`` (as written), in order; an empty string for nothing at all."""
    return [plain(word) for word in words]


def plain(word: str) -> str:
    """``word`` with plain quotes and without pictures and brackets that no engine can say."""
    word = _SILENT.sub("", word.translate(_QUOTES))
    return "".join(c for c in word if unicodedata.category(c) not in ("So", "Sk", "Co", "Cn") and c not in "[]{}|\\")
