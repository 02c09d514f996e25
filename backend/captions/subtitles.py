"""Reading other people's subtitle files: SRT, WebVTT and ASS.

Tolerant of what is common (a byte order mark, any line ending, missing numbers, a point for a comma, tags) and strict
about time: a line that should be a time and is not is an error that names the line. Files are only ever read here, as
text; they are never handed to ffmpeg. What tags say of single words is kept, see `backend.captions.marked`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from backend.captions.cues import MAX_CUES, MAX_SECONDS
from backend.captions.marked import Marked, read_ass, read_html
from backend.captions.moments import clock_seconds
from backend.captions.text import clip, one_line
from backend.errors import InvalidRequest
from backend.models import Cue

SubtitleFormat = Literal["srt", "vtt", "ass"]
MAX_CHARACTERS = 5_000_000
"""Characters of a subtitle file."""
KARAOKE = "karaoke"
"""Effect of a comment that holds what other lines draw."""
_ARROW = "-->"
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,6}))?", re.ASCII)


@dataclass(frozen=True)
class _Entry:
    line: int
    start: float
    end: float
    said: Marked


def parse_subtitles(text: str, format: SubtitleFormat) -> tuple[Cue, ...]:
    """The cues of a subtitle file, in order of time, tags taken out.

    They have words only where the file says something of single ones: times (``<00:01.500>`` in WebVTT, karaoke in
    ASS), or letters that stand out, which become emphasis. Speakers come from WebVTT's voices and ASS's names.

    Raises:
        InvalidRequest: a bad time (``subtitles_bad_time``, with its line number), no cue at all
            (``subtitles_empty``), or more than can be drawn (``subtitles_too_large``).
    """
    if len(text) > MAX_CHARACTERS:
        raise too_large(f"The subtitle file has {len(text):,} characters; {MAX_CHARACTERS:,} is the most.")
    lines = text.lstrip("\ufeff").replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    entries = [entry for entry in (_READERS[format](lines)) if entry.said.text]
    if not entries:
        raise InvalidRequest(
            f"There are no captions in this {format.upper()} file.",
            hint="Choose an SRT, VTT or ASS file with at least one timed line.",
            code="subtitles_empty",
        )
    if len(entries) > MAX_CUES:
        raise too_large(f"The subtitle file has {len(entries):,} captions; {MAX_CUES:,} is the most.")
    entries.sort(key=lambda entry: (entry.start, entry.line))
    return tuple(_cue(index, entry) for index, entry in enumerate(entries))


def _cue(index: int, entry: _Entry) -> Cue:
    said, text = entry.said, clip(entry.said.text)
    words = said.words if text == said.text else ()
    return Cue(index=index, start=entry.start, end=entry.end, text=text, words=words, speaker=said.speaker)


def too_large(message: str) -> InvalidRequest:
    """The error of a file with more than is read."""
    return InvalidRequest(message, hint="Split the file.", code="subtitles_too_large")


def _read_blocks(lines: list[str]) -> Iterator[_Entry]:
    """SRT and VTT: a line with an arrow starts a cue; its text goes on until an empty line."""
    row = 0
    while row < len(lines):
        if _ARROW not in lines[row] or lines[row].startswith("NOTE"):
            row += 1
            continue
        start, end = _times(lines[row], row + 1)
        first = row = row + 1
        while row < len(lines) and lines[row].strip() and _ARROW not in lines[row]:
            row += 1
        body = lines[first:row]
        if row < len(lines) and _ARROW in lines[row] and body and body[-1].strip().isdigit():
            body = body[:-1]  # the next cue's number, where the empty line before it is missing
        yield _Entry(first, start, end, read_html("\n".join(body), start, end))


def _times(line: str, number: int) -> tuple[float, float]:
    left, _, right = line.partition(_ARROW)
    # WebVTT writes settings such as "align:start" behind the second time.
    return _ordered(_seconds(left.strip(), number), _seconds((right.split() or [""])[0], number), number)


def _ordered(start: float, end: float, number: int) -> tuple[float, float]:
    if end < start:
        raise _bad_time(number, "the end is before the start")
    return start, end


def _seconds(clock: str, number: int) -> float:
    match = _CLOCK.fullmatch(clock)
    if not match or int(match[2]) > 59 or int(match[3]) > 59:
        raise _bad_time(number, f"{clock[:40]!r} is not a time such as 00:01:02,500")
    seconds = clock_seconds(match)
    if seconds > MAX_SECONDS:
        raise _bad_time(number, "the time is past 24 hours")
    return round(seconds, 3)


def _bad_time(number: int, problem: str) -> InvalidRequest:
    return InvalidRequest(
        f"Line {number}: {problem}.",
        hint="Mend that line of the subtitle file and try again.",
        code="subtitles_bad_time",
    )


def _read_events(lines: list[str]) -> Iterator[_Entry]:
    """ASS: ``Dialogue:`` lines, their fields in the order that the ``Format:`` line of ``[Events]`` gives.

    Where karaoke was turned into drawn effects, as our own files and Aegisub's templates do, the lines it was made of
    are there as comments: then those are the captions.
    """
    shown: list[_Entry] = []
    sung: list[_Entry] = []
    fields = ["layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text"]
    in_events = False
    for number, line in enumerate(lines, 1):
        name, _, rest = line.strip().partition(":")
        kind = name.lower()
        if name.startswith("["):
            in_events = kind.startswith("[events")
        elif in_events and kind == "format":
            fields = [field.strip().lower() for field in rest.split(",")]
        elif in_events and kind == "dialogue":
            shown.append(_event(fields, rest, number))
        elif in_events and kind == "comment" and _value(fields, rest, "effect").lower() == KARAOKE:
            sung.append(_event(fields, rest, number))
    yield from sung or shown


def _value(fields: list[str], rest: str, name: str) -> str:
    return _values(fields, rest).get(name, "").strip()


def _values(fields: list[str], rest: str) -> dict[str, str]:
    """By the fields' names; the last one keeps its commas."""
    return dict(zip(fields, rest.split(",", len(fields) - 1), strict=False))


def _event(fields: list[str], rest: str, number: int) -> _Entry:
    values = _values(fields, rest)
    times = [_seconds(values.get(field, "").strip(), number) for field in ("start", "end")]
    start, end = _ordered(times[0], times[1], number)
    said = read_ass(values.get("text", ""), start, end)
    speaker = one_line(values.get("name", ""))[:200]
    return _Entry(number, start, end, replace(said, speaker=speaker))


_READERS = {"srt": _read_blocks, "vtt": _read_blocks, "ass": _read_events}
