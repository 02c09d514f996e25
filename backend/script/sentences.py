"""Where sentences end, without ever losing a character.

A boundary is a position; a sentence is what lies between two. pysbd proposes boundaries for the languages it knows
(it knows that "Dr. Smith paid 3.50" is one sentence), a plain rule does for the others and for CJK punctuation.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Iterator, Sequence

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its source has unescaped backslashes, which Python reports when it compiles it
    import pysbd  # type: ignore[import-untyped]
    from pysbd.languages import LANGUAGE_CODES  # type: ignore[import-untyped]

MAX_COST = 300
"""The longest sentence, as `cost` counts: about 300 letters of English, which is below what engines can take."""
_LONGEST_CLUSTER = 30
"""Characters that may hang together as one, a family of emoji; what is tied for longer is cut all the same."""
_WINDOW = 600
"""Characters shown to pysbd at a time: its time grows with the square."""
_PLAIN_END = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s)")
_CJK_END = re.compile(r"[。！？｡][”’」』）)\"']*")
_CLAUSE_END = re.compile(r"(?:[,;:—–)][\"'”’»]?(?=\s)|[，、；：—])")
_ABBREVIATED = re.compile(r"\b(?:al|apt|approx|ca|cf|ed|est|ext|fig|incl|max|min|pp|tel|vol)\.\s*$")
_ONE_SENTENCE = re.compile(r"(?:[\w ,-]|(?<=\w)['’](?=\w))*(?:[.!?…]+ *)?")
"""Nothing in it ends a sentence but its own end."""
_CJK_SIGNS = "。！？｡、，；："
_LIST_NUMBER = re.compile(r"\s*\d{1,3}[.)]\s*")


def sentence_spans(text: str, language: str) -> list[tuple[int, int]]:
    """Start and end of each sentence of ``text`` (one line); every character lies in exactly one."""
    ends: list[int] = []
    start = 0
    while start < len(text):
        window = text[start : start + _WINDOW]
        found = [start + end for end in _boundaries(window, language)]
        is_last = start + _WINDOW >= len(text)
        ends += found
        start = len(text) if is_last else (found[-1] if found else start + _fit(window, MAX_COST))
        if start not in ends[-1:]:
            ends.append(start)
    spans = _merge_list_numbers(text, list(zip([0, *ends], ends, strict=False)))
    return [piece for span in spans for piece in _fitting(text, *span)]


def cost(character: str) -> int:
    """How long ``character`` takes to say, in letters of English: a digit is a word, a CJK character a syllable."""
    if character.isdigit():
        return 6
    if is_cjk(character):
        return 3
    return 2 if character.isupper() else 1


def is_cjk(character: str) -> bool:
    """Whether ``character`` belongs to a script written without spaces: Han, kana and what goes with them."""
    point = ord(character)
    return (
        0x3005 <= point <= 0x30FF
        or 0x3400 <= point <= 0x9FFF
        or 0xF900 <= point <= 0xFAFF
        or 0x20000 <= point < 0x32000
    )


def _is_cjk_throughout(text: str) -> bool:
    """Whether only CJK punctuation ends a sentence in it, whatever the language of the rest."""
    return all(is_cjk(character) or character in _CJK_SIGNS or character.isspace() for character in text)


def _boundaries(text: str, language: str) -> list[int]:
    """Ends of sentences strictly inside ``text``, never inside a word."""
    if _ONE_SENTENCE.fullmatch(text):
        return []
    proposed = {match.end() for match in _CJK_END.finditer(text)}
    code = language.split("-")[0].lower()
    if code in LANGUAGE_CODES and code not in ("ja", "zh") and not _is_cjk_throughout(text):
        proposed |= _propose(text, code)
    else:
        proposed |= {match.end() for match in _PLAIN_END.finditer(text)}
    return sorted(end for end in proposed if 0 < end < len(text) and _between_words(text, end))


def _propose(text: str, code: str) -> set[int]:
    try:
        sentences = pysbd.Segmenter(language=code, clean=False, char_span=True).processor(text).process()
    except (re.error, IndexError, ValueError):  # it builds patterns out of the text; odd brackets break them
        return {match.end() for match in _PLAIN_END.finditer(text)}
    return set(_ends_of(sentences, text))


def _ends_of(sentences: Sequence[str], text: str) -> Iterator[int]:
    """Where each ends, with the spaces after it. pysbd looks for every one from the beginning of the text on."""
    place = 0
    for sentence in filter(None, sentences):
        found = text.find(sentence, place)
        if found >= 0:
            place = found + len(sentence)
            place += len(text[place:]) - len(text[place:].lstrip())
            yield place


def _between_words(text: str, end: int) -> bool:
    if _ABBREVIATED.search(text[max(0, end - 12) : end]) and text[end:].lstrip()[:1].islower():
        return False
    return text[end - 1].isspace() or text[end].isspace() or bool(_CJK_END.search(text[max(0, end - 4) : end]))


def _merge_list_numbers(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """``1.`` alone is the number of what follows, not a sentence."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and _LIST_NUMBER.fullmatch(text, *merged[-1]):
            start = merged.pop()[0]
        merged.append((start, end))
    return merged


def _fitting(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The span cut into pieces that are not too long to say in one go."""
    pieces = []
    while (length := _fit(text[start:end], MAX_COST)) < end - start:
        pieces.append((start, start + length))
        start += length
    return [*pieces, (start, end)]


def _fit(text: str, limit: int) -> int:
    """How many characters of ``text`` to say in one go: all, else up to a clause's end, a space, or anywhere."""
    total = 0
    for position, character in enumerate(text):
        total += cost(character)
        if total > limit:
            return _best_cut(text, position)
    return len(text)


def _best_cut(text: str, most: int) -> int:
    clauses = [match.end() for match in _CLAUSE_END.finditer(text, most // 3, most)]
    if clauses:
        return clauses[-1]
    if spaces := [at for at in range(most // 3, most) if text[at].isspace()]:
        return spaces[-1]
    return next((at for at in range(most, most - _LONGEST_CLUSTER, -1) if _may_cut(text, at)), most)


def _may_cut(text: str, at: int) -> bool:
    """Whether no mark, and no joiner, ties the characters on both sides together."""
    return at > 0 and unicodedata.category(text[at])[0] != "M" and "\u200d" not in text[at - 1 : at + 1]
