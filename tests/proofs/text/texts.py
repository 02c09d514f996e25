"""Texts of every kind that people, programs and attackers send."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from tests.captions.test_escaping import LETTERS, TAGS
from tests.script.test_parsing import FRAGMENTS

CHARACTERS = st.characters()
"""All of Unicode, halves of characters too."""
ANY = st.text(CHARACTERS, max_size=60)
CLOCKS = ["00:00:01,000", "0:00:02.50", "00:01.000", "1.25", "1250ms", "99:99:99,999", "-1", "1e9", "nan", "٣", "²"]
PIECES = [*FRAGMENTS, *TAGS, *LETTERS]
SUBTITLES = [
    *TAGS,
    *CLOCKS,
    *("-->", " --> ", "\n", "\n\n", "\r\n", "\r", "WEBVTT", "NOTE", "STYLE", "[Events]", "Format: Start, End, Text"),
    *("Dialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,", "Comment: 0,0:00:01.00,0:00:02.00,D,,0,0,0,karaoke,", "karaoke"),
    *("1\n00:00:01,000 --> 00:00:02,000\n", "00:01.500 --> 00:03.000 align:start\n", "<v Ann>", "</v>", "<00:01.500>"),
    *("<i>", "</i>", "<b>", "<font color=red>", "&lt;", "&amp;", "&#0;", "&#xD800;", "{\\kf50}", "{\\i1}", "｛", "＼N"),
]
TABLE = [
    *CLOCKS,
    *("word", "start", "end", "confidence", "start_ms", "Speaker", "text", ",", ";", "\t", "|", "\n", "\r\n", '"', "'"),
    *("'=1", "''=1", "=1+1", "0.5", "0,5", "50%", "1e400", "Hello", "今日は", " "),
]


def made_of(pieces: Sequence[str], most: int = 24) -> st.SearchStrategy[str]:
    """Pieces in any order, and between them anything."""
    return st.lists(st.sampled_from(pieces) | st.text(CHARACTERS, max_size=6), max_size=most).map("".join)


SCRIPTS = made_of(PIECES)
LINES = made_of(PIECES, most=6)
"""A word or a few."""


def whole(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """The same without halves of characters, as everything is that was let in."""
    return texts.map(lambda text: text.encode(errors="replace").decode())
