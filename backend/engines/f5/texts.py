"""Text as F5 takes it: cut into what it can say at once, and how long each piece will take. Pure."""

from __future__ import annotations

import re

MOST_SECONDS = 22.0
"""Reference and speech together: longer ones were rare when the model was trained, and come out garbled."""
MOST_SECONDS_A_BYTE = 1.0
"""Of a reference; beyond, its text is not what is said in it."""
_SHORT_BYTES = 10
_SHORT_SPEED = 0.3
"""A word or two said at their share of the reference's pace would be cut off: F5 takes its time over them."""
_EVEN = 1.2
"""How much longer than the average a piece may be."""
_BREAKS = (
    re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])"),
    re.compile(r"(?<=[;:,–—])\s+|(?<=[；：，、])"),
    re.compile(r"\s+"),
    re.compile(r"(?<=.)(?=.)", re.DOTALL),
)
"""Where text may be cut: after sentences, after clauses, between words, anywhere."""


def size(text: str) -> int:
    """Its length as F5 measures it."""
    return len(text.encode("utf-8"))


def as_reference(text: str) -> str:
    """A transcript with the end F5 was trained on, so that its last word does not run into the new text."""
    text = text.strip()
    if text.endswith("。"):
        return text
    return f"{text} " if text.endswith((".", "!", "?")) else f"{text}. "


def most_bytes(reference_text: str, reference_seconds: float, speed: float) -> int:
    """How much text fits beside this reference."""
    room = max(1.0, MOST_SECONDS - reference_seconds)
    return max(20, int(size(reference_text) / reference_seconds * room * speed))


def pieces(text: str, most: int) -> list[str]:
    """The text in as few pieces of at most ``most`` bytes as there must be, about equally long where that can be.

    None is empty; a single longer character stays whole. Very short pieces are what F5 says worst.
    """
    text = text.strip()
    fewest = _cut(text, most, 0)
    if len(fewest) < 2:
        return fewest
    even = _cut(text, min(most, int(_EVEN * size(text) / len(fewest)) + 1), 0)
    return even if len(even) == len(fewest) else fewest


def _cut(text: str, most: int, level: int) -> list[str]:
    if size(text) <= most or level == len(_BREAKS):
        return [text] if text else []
    found: list[str] = []
    start = last = 0
    for end in [*(match.end() for match in _BREAKS[level].finditer(text)), len(text)]:
        if last > start and size(text[start:end].strip()) > most:
            found += _cut(text[start:last].strip(), most, level + 1)
            start = last
        last = end
    return found + _cut(text[start:].strip(), most, level + 1)


def frames(reference_frames: int, reference_text: str, text: str, speed: float) -> int:
    """Frames of reference and new text together: the new text at the reference's pace."""
    pace = _SHORT_SPEED if size(text) < _SHORT_BYTES else speed
    return reference_frames + int(reference_frames / size(reference_text) * size(text) / pace)
