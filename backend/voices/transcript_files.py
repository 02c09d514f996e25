"""The words alone out of subtitle files, tables and plain text, however they were written.

Times are not looked at: a file with a broken time has its text all the same. Nothing but the text is ever used.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable, Iterator, Sequence

from backend.captions.text import clean, decode_text
from backend.errors import InvalidRequest

MAX_CHARACTERS = 5_000_000
_ARROW = "-->"
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<\d[\d:.]{0,20}>|\{\\[^{}\n]{0,2000}\}")
_BLOCKS = ("NOTE", "STYLE", "REGION", "WEBVTT")
_DELIMITERS = ",;\t|"
_TEXT_HEADERS = (
    *("text", "transcript", "transcription", "caption", "subtitle", "sentence", "line", "content", "utterance"),
    *("word", "words", "speech", "dialogue", "phrase", "token"),
)
_NUMBER = re.compile(r"[\s\d:.,;+\-−%eE]*(?:ms|s)?")
_TIMES = re.compile(rf"^[\d:., \t]+{_ARROW}[ \t]*\d", re.MULTILINE)
_SAFE_CELL = re.compile(r"^'(?='*[=+\-@＝＋－＠])")
"""What our own CSV puts before a cell that a spreadsheet would run."""
_GLUED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Letters of languages that put no spaces between words."""


def transcript_text(data: bytes, suffix: str) -> str:
    """What is said in a file, with white space tidied; paragraphs of plain text stay apart.

    Args:
        suffix: ``srt``, ``vtt``, ``csv``, or anything else for plain text.

    Raises:
        InvalidRequest: ``transcript_empty``, ``transcript_too_large`` or ``transcript_unreadable``.
    """
    text = decode_text(data).replace("\0", "")
    if len(text) > MAX_CHARACTERS:
        raise InvalidRequest(
            "The transcript is over 5 million characters.", hint="Split it.", code="transcript_too_large"
        )
    found = _READERS.get(suffix, _plain)(text.replace("\r\n", "\n").replace("\r", "\n"))
    if not any(character.isalnum() for character in found):
        raise InvalidRequest(
            "There are no words in this file.",
            hint="Choose a subtitle file (SRT, VTT), a table with a text column (CSV), or plain text.",
            code="transcript_empty",
        )
    return found


def _plain(text: str) -> str:
    """Paragraphs apart, lines joined. Subtitles under the name of a text file are read as what they are."""
    if _TIMES.search(text):
        return _subtitles(text)
    paragraphs = (" ".join(clean(part).split("\n")) for part in re.split(r"\n\s*\n", text))
    return "\n\n".join(part for part in paragraphs if part)


def _subtitles(text: str) -> str:
    lines: list[str] = []
    for line in _cue_lines(text.split("\n")):
        shown = clean(html.unescape(_TAG.sub("", line)))
        # Captions that roll up repeat the line before.
        if shown and shown not in lines[-1:]:
            lines.append(shown)
    return joined(lines)


def _cue_lines(lines: Sequence[str]) -> Iterator[str]:
    """The lines of text: those after a line with an arrow, up to an empty one or the next cue's number and times."""
    inside = False
    for row, line in enumerate(lines):
        following = lines[row + 1] if row + 1 < len(lines) else ""
        if _ARROW in line:
            inside = not line.startswith(_BLOCKS)
        elif not line.strip():
            inside = False
        elif inside and not (_ARROW in following and line.strip().isdigit()):
            yield line


def _table(text: str) -> str:
    rows = _rows(text)
    column, has_header = _text_column(rows)
    cells = (row[column] for row in rows[has_header:] if len(row) > column)
    return joined([shown for cell in cells if (shown := clean(_SAFE_CELL.sub("", cell)).replace("\n", " "))])


def _rows(text: str) -> list[list[str]]:
    """The table, cut at whichever sign cuts it most evenly."""
    tables = [_cut(text, delimiter) for delimiter in _DELIMITERS]
    return max(tables, key=_evenness)


def _cut(text: str, delimiter: str) -> list[list[str]]:
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
        return [row for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InvalidRequest(
            "This table cannot be read: a cell is too long or a quote is never closed.",
            hint="Save it as CSV with the text in a column of its own, or give plain text.",
            code="transcript_unreadable",
        ) from error


def _evenness(rows: list[list[str]]) -> tuple[float, int]:
    """Share of rows as wide as most are, if that is more than one column."""
    widths = [len(row) for row in rows[:200]]
    usual = max(set(widths), key=widths.count, default=1)
    return (widths.count(usual) / len(widths), -usual) if usual > 1 else (0.0, 0)


def _text_column(rows: list[list[str]]) -> tuple[int, bool]:
    """The column that holds the text, and whether the first row only names the columns."""
    if not rows:
        return 0, False
    names = [cell.strip().strip("\ufeff").casefold() for cell in rows[0]]
    for header in _TEXT_HEADERS:
        if header in names:
            return names.index(header), True
    width = max(len(row) for row in rows)
    letters = [0] * width
    for row in rows:
        for place, cell in enumerate(row):
            letters[place] += _letters(cell)
    column = letters.index(max(letters))
    others = [row[place] for row in rows[1:] for place in range(len(row)) if place != column]
    named = len(rows) > 1 and width > 1 and all(map(_is_number, others)) and not any(map(_is_number, rows[0]))
    return column, named


def _letters(cell: str) -> int:
    return 0 if _is_number(cell) else sum(character.isalpha() for character in cell)


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell.strip()))


def joined(parts: Sequence[str]) -> str:
    """Words or lines as one text, with spaces where the language has them."""
    text = ""
    for part in parts:
        part = " ".join(part.split())
        glue = "" if not text or (_GLUED.match(text[-1]) and _GLUED.match(part[:1])) else " "
        text += glue + part
    return text


_READERS: dict[str, Callable[[str], str]] = {"srt": _subtitles, "vtt": _subtitles, "csv": _table}
