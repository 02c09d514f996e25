"""Which way text runs: the Unicode bidirectional algorithm (UAX #9) for one line that has no explicit directions in it.

`backend.captions.text.clean` takes explicit directions out. The renderer has this algorithm too, but knows no brackets,
and sees a word at a time: `directed` adds what a word needs to be drawn by itself as it stands in its line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby

LEFT, RIGHT, ARABIC = "\u200e", "\u200f", "\u061c"
"""Marks that are not drawn and count as a letter of that direction."""
MARKS = frozenset((LEFT, RIGHT, ARABIC))
_PAIRS = "() [] {} 〈〉 《》 「」 『』 【】 〔〕 （） ［］ ｛｝ ⟨⟩ ⟦⟧"
_BRACKETS = {pair[0]: pair[1] for pair in _PAIRS.split()}
_NEUTRAL = frozenset(("B", "S", "WS", "ON"))
_MAX_OPEN = 63


def levels(text: str, right_to_left: bool, *, brackets: bool = True) -> list[int]:
    """The embedding level of each character: even runs to the right, odd to the left.

    Args:
        right_to_left: the direction of the whole.
        brackets: whether a pair of them takes the direction of what is in it.
    """
    base = int(right_to_left)
    outside = "R" if right_to_left else "L"
    kinds = _weak([_kind(character) for character in text], outside)
    if brackets:
        _resolve_brackets(text, kinds, base)
    _resolve_neutrals(kinds, base)
    return [_level(kind, base) for kind in kinds]


def visual_order(levels: Sequence[int]) -> list[int]:
    """Indices from left to right of what has these levels."""
    order = list(range(len(levels)))
    for level in range(max(levels, default=0), 0, -1):
        order = [
            index
            for is_run, run in groupby(order, key=lambda index: levels[index] >= level)
            for index in (reversed(list(run)) if is_run else run)
        ]
    return order


def directed(text: str, wanted: Sequence[int], right_to_left: bool) -> str:
    """``text`` with marks where a renderer, given it alone, would else put its characters in another order.

    Args:
        text: a part of a line.
        wanted: the levels of its characters in that line.
        right_to_left: the direction of the line.
    """
    if not any(wanted) and all(level == 0 for level in _alone(text)[1]):
        return text
    aim = _seen(text, wanted)
    for candidate in _candidates(text, wanted, right_to_left):
        if _seen(*_alone(candidate)) == aim:
            return candidate
    return text


def _candidates(text: str, wanted: Sequence[int], right_to_left: bool) -> Iterator[str]:
    base = RIGHT if right_to_left else LEFT
    yield text
    for before in (base, base + RIGHT, base + LEFT, base + ARABIC, ARABIC):
        for after in (base, RIGHT, LEFT):
            yield f"{before}{text}{after}"
    for before in (base, base + ARABIC):
        yield before + "".join(map(_held, text, wanted)) + base


def _held(character: str, level: int) -> str:
    mark = RIGHT if level % 2 else LEFT
    return f"{mark}{character}{mark}" if _kind(character) in ("ON", "ES", "ET", "CS") else character


def _alone(text: str) -> tuple[str, list[int]]:
    """What a renderer makes of it: the first letter decides the direction, and brackets count for nothing."""
    first = next((kind for kind in map(_kind, text) if kind in ("L", "R", "AL")), "L")
    return text, levels(text, first != "L", brackets=False)


def _seen(text: str, found: Sequence[int]) -> list[tuple[str, bool]]:
    """Characters from left to right, and whether each is mirrored."""
    order = visual_order(found)
    return [(text[index], bool(found[index] % 2)) for index in order if text[index] not in MARKS]


def _kind(character: str) -> str:
    return unicodedata.bidirectional(character) or "L"


def _weak(kinds: list[str], outside: str) -> list[str]:
    """Rules W1 to W7: marks, numbers and what belongs to numbers."""
    before, strong = outside, outside
    for place, kind in enumerate(kinds):
        if kind in ("NSM", "BN"):
            kinds[place] = before
        elif kind == "EN" and strong == "AL":
            kinds[place] = "AN"
        strong = kind if kind in ("L", "R", "AL") else strong
        before = kinds[place]
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    for place in range(1, len(kinds) - 1):
        left, kind, right = kinds[place - 1 : place + 2]
        if left == right and ((kind in ("ES", "CS") and left == "EN") or (kind == "CS" and left == "AN")):
            kinds[place] = left
    joined = [(kind, list(run)) for kind, run in groupby(kinds)]
    for place, (kind, run) in enumerate(joined):
        near = [joined[other][0] for other in (place - 1, place + 1) if 0 <= other < len(joined)]
        if kind == "ET":
            joined[place] = ("EN" if "EN" in near else "ON", run)
    kinds = [kind for kind, run in joined for _ in run]
    strong = outside
    for place, kind in enumerate(kinds):
        if kind in ("ES", "CS"):
            kinds[place] = "ON"
        elif kind == "EN" and strong == "L":
            kinds[place] = "L"
        strong = kind if kind in ("L", "R") else strong
    return kinds


def _strong(kind: str) -> str | None:
    return {"L": "L", "R": "R", "EN": "R", "AN": "R"}.get(kind)


def _resolve_brackets(text: str, kinds: list[str], base: int) -> None:
    """Rule N0: a pair takes the direction of the line if that is in it, else of what is in it if that came before."""
    own, other = ("R", "L") if base else ("L", "R")
    for start, end in _pairs(text, kinds):
        inside = {_strong(kind) for kind in kinds[start + 1 : end]}
        if own in inside:
            _settle(text, kinds, (start, end), own)
        elif other in inside:
            before = next((found for kind in reversed(kinds[:start]) if (found := _strong(kind))), own)
            _settle(text, kinds, (start, end), before)


def _settle(text: str, kinds: list[str], pair: tuple[int, int], kind: str) -> None:
    """A bracket with the marks on it."""
    for place in pair:
        kinds[place] = kind
        for after in range(place + 1, len(text)):
            if _kind(text[after]) not in ("NSM", "BN"):
                break
            kinds[after] = kind


def _pairs(text: str, kinds: Sequence[str]) -> list[tuple[int, int]]:
    closing = {closed: opened for opened, closed in _BRACKETS.items()}
    stack: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for place, character in enumerate(text):
        if kinds[place] != "ON":
            continue
        if character in _BRACKETS:
            if len(stack) == _MAX_OPEN:
                return []
            stack.append((character, place))
        elif character in closing:
            for depth in range(len(stack) - 1, -1, -1):
                if stack[depth][0] == closing[character]:
                    pairs.append((stack[depth][1], place))
                    del stack[depth:]
                    break
    return sorted(pairs)


def _resolve_neutrals(kinds: list[str], base: int) -> None:
    """Rules N1 and N2: what has no direction takes that of both its neighbours, or else of the line."""
    own = "R" if base else "L"
    place = 0
    for is_neutral, run in groupby(list(kinds), key=_NEUTRAL.__contains__):
        length = len(list(run))
        if is_neutral:
            left = _strong(kinds[place - 1]) if place else own
            right = _strong(kinds[place + length]) if place + length < len(kinds) else own
            kinds[place : place + length] = [left if left == right and left else own] * length
        place += length


def _level(kind: str, base: int) -> int:
    """Rules I1 and I2."""
    if base:
        return 1 if kind == "R" else 2
    return {"L": 0, "R": 1}.get(kind, 2)
