"""Reading tables of words or of captions: CSV of ours and of others."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from backend.captions.moments import Timed, seconds_of
from backend.captions.text import clean
from backend.errors import InvalidRequest

_DELIMITERS = ",;\t|"
_TEXTS = ("word", "text", "token", "caption", "subtitle", "transcript", "sentence", "content", "dialogue", "utterance")
_STARTS = ("start", "start_time", "starttime", "start time", "begin", "from", "onset", "in", "tc in", "time")
_ENDS = ("end", "end_time", "endtime", "end time", "stop", "to", "offset", "out", "tc out")
_SURE = ("confidence", "probability", "score", "conf", "p")
_SPEAKERS = ("speaker", "name", "actor")
_UNIT = re.compile(r"[\s_]*[(\[]?(ms|s|sec|seconds|milliseconds)[)\]]?$")
"""At the end of a column's name."""
_LONGEST_NAME = 60
"""Characters of a column's name that means something."""
_TIME = re.compile(r"[\d:.,]+\s*(s|ms)?")
_GUARD = re.compile(r"^'(?='*[=+\-@\t\r＝＋－＠])")
"""What our own CSV puts before a cell that a spreadsheet would run."""


def read_table(text: str) -> Iterator[Timed]:
    """The rows of a table with columns for text, start and end, in any order, with or without a header.

    Times are seconds (``1.25``), milliseconds where the column's name ends in ``ms``, or clocks (``00:00:01,250``).

    Raises:
        InvalidRequest: ``subtitles_bad_time`` with the line, or ``subtitles_unreadable``.
    """
    rows = list(_rows(text))
    if not rows:
        return
    header = [cell.strip().lower() for cell in rows[0][1]]
    columns = _named(header) or _guessed(rows)
    if columns is None:
        raise InvalidRequest(
            "The table has no columns for a word, its start and its end.",
            hint="Give it a header such as word,start,end.",
            code="subtitles_unreadable",
        )
    named = _named(header) is not None
    scale = [0.001 if named and header[place].rstrip(")]").endswith("ms") else 1.0 for place in columns[1:3]]
    extra = {name: _place(header, among) if named else None for name, among in (("p", _SURE), ("who", _SPEAKERS))}
    for line, cells in rows[1:] if named else rows:
        if len(cells) <= max(columns) or not any(cell.strip() for cell in cells):
            continue
        start, end = (
            seconds_of(cells[place], f"Line {line}", scale=by) for place, by in zip(columns[1:3], scale, strict=True)
        )
        sure, speaker = (_cell(cells, extra[name]) for name in ("p", "who"))
        yield Timed(
            f"Line {line}", clean(_GUARD.sub("", cells[columns[0]], count=1)), start, end, _share(sure), clean(speaker)
        )


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    head = text[:4000].split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text.replace("\0", "")), delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise InvalidRequest(
            f"Line {line}: this is no table ({error}).",
            hint="Save it as CSV again; cells with quotes in them are quoted.",
            code="subtitles_unreadable",
        ) from error


def _named(header: Sequence[str]) -> tuple[int, int, int] | None:
    places = [_place(header, among) for among in (_TEXTS, _STARTS, _ENDS)]
    found = [place for place in places if place is not None]
    return (found[0], found[1], found[2]) if len(found) == 3 else None


def _place(header: Sequence[str], among: Sequence[str]) -> int | None:
    bare = [_UNIT.sub("", name) or name if len(name) <= _LONGEST_NAME else name for name in header]
    return next((place for name in among for place in range(len(header)) if name in (header[place], bare[place])), None)


def _guessed(rows: Sequence[tuple[int, list[str]]]) -> tuple[int, int, int] | None:
    """Without a header: the first two columns that are times, and the first that is none."""
    cells = rows[0][1]
    is_time = [_TIME.fullmatch(cell.strip()) is not None for cell in cells]
    times = [place for place, one in enumerate(is_time) if one]
    texts = [place for place, one in enumerate(is_time) if not one]
    return (texts[0], times[0], times[1]) if len(times) >= 2 and texts else None


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _share(written: str) -> float:
    """A confidence from 0 to 1, also from percent; 1 where nothing can be read."""
    try:
        value = float(written.rstrip("%").replace(",", "."))
    except ValueError:
        return 1.0
    value = value / 100 if value > 1 else value
    return value if 0 <= value <= 1 else 1.0
