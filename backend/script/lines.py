"""Markdown that is about whole lines, and which line breaks mean something.

In what comes out a blank line ends a paragraph, a line break ends a sentence, and everything else is one line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

WRAPPED_WIDTH = 60
"""A line this long that ends without punctuation looks wrapped by an editor: its break means nothing."""
_RULE = re.compile(r" {0,3}(?:(?:- ?){3,}|(?:\* ?){3,}|(?:_ ?){3,}|={3,}|(?:```|~~~)[\w+-]{0,20}) *")
_TABLE_RULE = re.compile(r" *(?:\| *)?(?::?-{2,}:? *\| *)+(?::?-{2,}:? *)?")
_REFERENCE = re.compile(r" {0,3}\[[^\[\]]{1,100}\]: +(?:https?://|/|#|www\.)\S*.{0,200}")
_HEADING = re.compile(r" {0,3}#{1,6}(?: +|$)")
_QUOTE = re.compile(r" {0,3}(?:> ?)+")
_BULLET = re.compile(r" *[-*+•‣◦·] +(?:\[[ xX]\] +)?")
_NUMBER = re.compile(r" *\d{1,3}[.)] ")
_SENTENCE_END = re.compile(r"[.!?…。！？:;][\"'”’»)\]*_]*$")


@dataclass(frozen=True)
class _Line:
    text: str
    kind: str  # "text", "item", "heading" or "blank"


def plain_lines(text: str) -> str:
    """``text`` without headings' marks, bullets, quote marks, rules, fences and table borders."""
    lines = [_read(line) for line in text.split("\n")]
    parts: list[str] = []
    previous = _Line("", "blank")
    for line in lines:
        parts.append(_between(previous, line) + line.text)
        previous = line
    return re.sub(r"\n{3,}", "\n\n", "".join(parts)).strip("\n")


def _read(line: str) -> _Line:
    line = line.rstrip()
    if not line.strip() or _RULE.fullmatch(line) or _TABLE_RULE.fullmatch(line) or _REFERENCE.fullmatch(line):
        return _Line("", "blank")
    line = _QUOTE.sub("", line, count=1) if _QUOTE.match(line) else line
    if heading := _HEADING.match(line):
        return _Line(line[heading.end() :].rstrip("#").strip(), "heading")
    if bullet := _BULLET.match(line):
        return _Line(line[bullet.end() :].strip(), "item")
    line = line.strip()
    if line.startswith("|") and line.endswith("|") and len(line) > 1:
        return _Line(" ".join(line.replace("|", " ").split()), "item")
    return _Line(line, "item" if _NUMBER.match(line) else "text")


def _between(before: _Line, after: _Line) -> str:
    if "heading" in (before.kind, after.kind) or "blank" in (before.kind, after.kind):
        return "\n\n"
    return " " if _goes_on(before, after) else "\n"


def _goes_on(before: _Line, after: _Line) -> bool:
    if after.kind == "item" or _SENTENCE_END.search(before.text[-20:]):
        return False
    return after.text[:1].islower() or len(before.text) >= WRAPPED_WIDTH
