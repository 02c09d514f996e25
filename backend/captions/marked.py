"""Subtitle text with marks in it: which words a file gives times, and which it makes stand out.

SRT, WebVTT and ASS write such marks as tags. All tags are taken out; what a caption can express of them is kept.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from backend.captions.moments import clock_seconds
from backend.captions.phrases import split_words
from backend.captions.spoken import share_time
from backend.captions.text import clean, one_line
from backend.models import CueWord

_HTML = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<\d[\d:.]{0,20}>")
_ASS = re.compile(r"\{[^{}\n]{0,2000}\}")
_STRAY_ASS = re.compile(r"\{\\[^{}\n]{0,2000}\}")
"""In SRT and WebVTT, where other braces are text."""
_EITHER = re.compile(f"({_HTML.pattern}|{_STRAY_ASS.pattern})")
_STANDS_OUT = frozenset(["b", "i", "u", "em", "strong", "font", "c"])
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^<>]{1,200})>", re.IGNORECASE)
_TIME = re.compile(r"<(?:(\d{1,3}):)?([0-5]?\d):([0-5]?\d)(?:[.,](\d{1,6}))?>", re.ASCII)
_KARAOKE = re.compile(r"\\(?:kf|ko|k|K)(\d{1,6})", re.ASCII)
_OVERRIDE = re.compile(r"\\(?:(b|i|u)(\d+)|(1?c)(&H[0-9A-Fa-f]{1,8}&?)?|(r)(?![a-z]))", re.ASCII)
_DRAWING = re.compile(r"\\p[1-9]")
_FULLWIDTH = str.maketrans({"｛": "{", "｝": "}", "＼": "\\"})


@dataclass
class _Run:
    """Text between two marks."""

    text: str
    stands_out: bool
    start: float | None = None
    """Seconds at which it begins to be spoken, where the file says so."""
    end: float | None = None


@dataclass(frozen=True)
class Marked:
    """What a piece of subtitle text says."""

    text: str
    words: tuple[CueWord, ...] = ()
    """Only where the file says more of them than their letters."""
    speaker: str = ""


@dataclass
class _Reader:
    runs: list[_Run] = field(default_factory=list)
    depth: int = 0
    tags: set[str] = field(default_factory=set)
    speaker: str = ""
    now: float | None = None
    length: float | None = None
    timed: bool = False
    """Whether the file says when single words are spoken."""

    def say(self, text: str) -> None:
        if text:
            self.runs.append(_Run(text, self.depth > 0 or bool(self.tags), self.now))
            self.now = None


def read_html(text: str, start: float, end: float) -> Marked:
    """The body of an SRT or WebVTT cue that is shown from ``start`` to ``end`` (seconds)."""
    reader = _Reader(now=start)
    for part in _EITHER.split(text):
        if part.startswith("{") and _STRAY_ASS.fullmatch(part):
            _override(reader, part)
        elif part.startswith("<") and _HTML.fullmatch(part):
            _tag(reader, part)
        else:
            reader.say(html.unescape(part))
    _end_with_the_next(reader.runs, end)
    return _marked(reader, start, end)


def _tag(reader: _Reader, tag: str) -> None:
    if moment := _TIME.fullmatch(tag):
        reader.now, reader.timed = clock_seconds(moment), True
    elif voice := _VOICE.fullmatch(tag):
        reader.speaker = reader.speaker or one_line(html.unescape(_STRAY_ASS.sub("", voice[1])))
    else:
        name = re.split(r"[\s.>]", tag.strip("</"), maxsplit=1)[0].lower()
        if name in _STANDS_OUT:
            reader.depth = max(0, reader.depth + (-1 if tag.startswith("</") else 1))


def _override(reader: _Reader, block: str) -> None:
    for kind, value, colour, code, reset in _OVERRIDE.findall(block):
        if reset:
            reader.tags.clear()
        elif kind and int(value[:9]):
            reader.tags.add(kind)
        elif kind:
            reader.tags.discard(kind)
        elif colour and code:
            reader.tags.add("c")
        elif colour:
            reader.tags.discard("c")


def _end_with_the_next(runs: Sequence[_Run], end: float) -> None:
    """A run without a time of its own goes on in the one before it."""
    following = end
    for run in reversed(runs):
        run.end = following
        following = run.start if run.start is not None else following


def read_ass(text: str, start: float, end: float) -> Marked:
    """The text of an ASS line that is shown from ``start`` to ``end`` (seconds), with its karaoke."""
    if any(_DRAWING.search(tag) for tag in _ASS.findall(text)):
        return Marked("")
    reader, now = _Reader(), start
    for part in re.split(f"({_ASS.pattern})", text):
        if not (part.startswith("{") and _ASS.fullmatch(part)):
            shown = part.replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
            if shown:
                reader.say(shown.translate(_FULLWIDTH))
                reader.runs[-1].end, reader.length = reader.length, None
            continue
        _override(reader, part)
        for centiseconds in _KARAOKE.findall(part):
            reader.timed = True
            reader.now, now = now, now + int(centiseconds) / 100
            reader.length = now
    return _marked(reader, start, end)


def _marked(reader: _Reader, start: float, end: float) -> Marked:
    """Runs as words; without any where the file tells nothing of them, or where nothing fits."""
    letters: list[tuple[str, _Run]] = []
    written = ""
    for run in reader.runs:
        shown = _shown(run.text)
        written += shown
        letters += [(letter, run) for letter in shown if not letter.isspace()]
    text = clean(written)
    tokens = [word for line in text.split("\n") for word in split_words(line)]
    owners = [run for _, run in letters]
    plain = Marked(text, speaker=reader.speaker)
    if "".join(letter for letter, _ in letters) != "".join(tokens) or not tokens:
        return plain
    edges = [0, *accumulate(map(len, tokens))]
    out = [any(run.stands_out for run in owners[a:b]) for a, b in pairwise(edges)]
    out = [False] * len(out) if all(out) else out  # a whole caption in italics stresses nothing
    times = _times_of(owners, start, end) if reader.timed else None
    if times is None and not any(out):
        return plain
    words = [
        word.model_copy(update={"emphasis": True if stands_out else None})
        for word, stands_out in zip(_timed(tokens, edges, times, start, end), out, strict=True)
    ]
    return Marked(text, tuple(words), reader.speaker)


def _shown(text: str) -> str:
    """A run without what cannot be shown, the space and line breaks around it kept."""
    lines = text.split("\n")
    kept = []
    for line in lines:
        inner = one_line(line)
        lead = " " if line[:1].isspace() else ""
        tail = " " if inner and line[-1:].isspace() else ""
        kept.append(f"{lead}{inner}{tail}")
    return "\n".join(kept)


def _times_of(owners: Sequence[_Run], start: float, end: float) -> list[tuple[float, float]] | None:
    """Seconds of each letter: those of a run share its time. None where the file's times are out of order."""
    groups: list[tuple[float, float, int]] = []
    for place, run in enumerate(owners):
        same = place and run is owners[place - 1]
        goes_on = place and run.start is None
        if groups and (same or goes_on):
            first, last, count = groups[-1]
            groups[-1] = (first, max(last, run.end or last), count + 1)
        else:
            first = start if run.start is None else run.start
            groups.append((first, run.end if run.end is not None else first, 1))
    times: list[tuple[float, float]] = []
    before = start
    for first, last, count in groups:
        if not before - 0.0051 <= first <= last <= max(end, start) + 0.0151:
            return None
        times += [(first + (last - first) * n / count, first + (last - first) * (n + 1) / count) for n in range(count)]
        before = first
    return times


def _timed(
    tokens: Sequence[str],
    edges: Sequence[int],
    times: list[tuple[float, float]] | None,
    start: float,
    end: float,
) -> list[CueWord]:
    if times is None:
        return list(share_time(tokens, start, end))
    return [
        CueWord(
            text=token,
            start=round(max(start, times[first][0]), 3),
            end=round(min(max(times[last][1], times[first][0]), max(end, times[first][0])), 3),
            source="aligned",
        )
        for token, first, last in zip(tokens, edges, (edge - 1 for edge in edges[1:]), strict=False)
    ]
