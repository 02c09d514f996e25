"""The five files: SRT, WebVTT, CSV, JSON and ASS, of a narration's words and of captions.

Times are rounded to the format's unit, never cut off; an end is never before its start, and one cue never reaches into
the next.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from pydantic_core import PydanticSerializationError, to_json

from backend.captions.ass import ass_document
from backend.captions.events import EVENT_FIELDS, STYLE_FIELDS, Event, centiseconds, comment, escape
from backend.captions.spoken import KEPT_CUES, SameCue, match_words, words_of
from backend.captions.style import CaptionStyle
from backend.captions.subtitles import KARAOKE
from backend.captions.text import clean, ends_sentence, needs_space, one_line
from backend.models import CaptionLayout, Cue, FrameSize, Sentence, TimingFormat, Word

_LOOKS_LIKE_A_TAG = re.compile(r"<(?=[A-Za-z\d/])|\{(?=\\)|&(?=[#A-Za-z])|--(?=>)")
_STRAY_TAG = re.compile(r"\{(?=\\)")
"""Of ASS, which players and we take out of WebVTT, too."""
_JOINER = "\u2060"
"""Not drawn, and no part of text that was cleaned."""
_CSV_HEAD = "word,start,end,confidence\r\n"
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
"""What a spreadsheet would run, and what looks like our guard against that."""


class _Line(NamedTuple):
    """What a subtitle file has of one cue: milliseconds and text."""

    start: int
    end: int
    text: str


def timing_files(words: Sequence[Word], sentences: Sequence[Sentence] = ()) -> dict[TimingFormat, str]:
    """The word timing files of a narration.

    SRT and VTT have one word a cue; CSV is ``word,start,end,confidence``; JSON has everything; ASS has a line a
    sentence with karaoke tags. Without ``sentences`` the words' punctuation tells them apart.
    """
    lines = _tidy((word.start, word.end, one_line(word.text)) for word in words)
    return {
        "srt": _srt(lines),
        "vtt": _vtt(lines),
        "csv": _csv(words),
        "json": _json(
            {
                "words": [word.model_dump(mode="json") for word in words],
                "sentences": [each.model_dump(mode="json") for each in sentences],
            }
        ),
        "ass": _karaoke(_by_sentence(words, sentences)),
    }


def subtitles(segments: Iterable[tuple[float, float, str]], form: Literal["srt", "vtt"]) -> str:
    """A subtitle file with a cue for each start (seconds), end and text."""
    lines = _tidy((start, end, clean(text)) for start, end, text in segments)
    return _srt(lines) if form == "srt" else _vtt(lines)


def caption_files(
    cues: Sequence[Cue], style: CaptionStyle, size: FrameSize, layout: CaptionLayout
) -> dict[TimingFormat, str]:
    """The files of captions: SRT and VTT a cue each, CSV the words, JSON everything, ASS exactly what is burned in."""
    drawn = ass_document(cues, style, size, layout)  # first, because it refuses what cannot be drawn
    texts = [_texts_of(SameCue.of(cue)) for cue in cues]
    lines = _tidy((cue.start, cue.end, each.shown) for cue, each in zip(cues, texts, strict=True))
    width, height = size
    return {
        "srt": _srt(lines),
        "vtt": _vtt(lines),
        "csv": _CSV_HEAD + "".join(each.csv for each in texts),
        "json": _captions_json(
            {"style": style.name, "size": f"{width}x{height}", "layout": layout.model_dump(mode="json")},
            [each.json for each in texts],
        ),
        "ass": drawn + "".join(each.ass for each in texts),
    }


class _Texts(NamedTuple):
    """What the files say of one cue."""

    shown: str
    csv: str
    """Rows of its words."""
    json: str
    """All of it but its place, as members of an object."""
    ass: str
    """A comment with its words as karaoke, from which an editor (and we) read what the other lines draw."""


@lru_cache(maxsize=KEPT_CUES)
def _texts_of(same: SameCue) -> _Texts:
    """Remembered, so that after an edit of one cue the others are there."""
    cue = same.cue
    timed = cue.model_copy(update={"words": match_words(cue).words}).model_dump(mode="json", exclude={"index"})
    members = _whole_characters(json.dumps(timed, ensure_ascii=False)[1:-1])
    return _Texts(clean(cue.text), _csv_rows(words_of([cue])), members, _comment(cue))


def _comment(cue: Cue) -> str:
    """The cue as a comment line, its line breaks kept; empty where it says nothing."""
    spoken = match_words(cue)
    if not spoken.lines:
        return ""
    now, written, seen = centiseconds(cue.start), [], -1
    for number, line in enumerate(spoken.lines):
        written.append("\\N" if number else "")
        for place, piece in enumerate(line):
            space = " " if place and piece.spaced else ""
            tags = ""
            if piece.word > seen:
                word, seen = spoken.words[piece.word], piece.word
                wait, tags, now = _sung(word, now)
                tags = wait + tags
            text = escape(piece.text)
            stressed = spoken.words[piece.word].emphasis
            written.append(f"{space}{tags}" + (rf"{{\b1}}{text}{{\b0}}" if stressed else text))
    name = one_line(cue.speaker).replace(",", ";")
    ends = max(centiseconds(cue.end), now)
    return comment(centiseconds(cue.start), ends, name, KARAOKE, "".join(written)) + "\n"


def _sung(word: Word, now: int) -> tuple[str, str, int]:
    """Karaoke of a word: the tag of the wait for it, its own, and when it is over; in hundredths of a second."""
    begins = max(now, centiseconds(word.start))
    ends = max(begins, centiseconds(word.end))
    return rf"{{\k{begins - now}}}" if begins > now else "", rf"{{\kf{ends - begins}}}", ends


def _captions_json(head: dict[str, object], cues: Sequence[str]) -> str:
    """With a line for each cue."""
    lines = ",\n  ".join(f'{{"index": {index}, {members}}}' for index, members in enumerate(cues))
    return f'{_json(head).rstrip()[:-1].rstrip()},\n "cues": [\n  {lines}\n ]\n}}\n'


def _tidy(lines: Iterable[tuple[float, float, str]]) -> list[_Line]:
    """In milliseconds, without empty texts, in order, none over the next."""
    tidy: list[_Line] = []
    for start, end, text in lines:
        if text:
            first = max(round(start * 1000), tidy[-1].start if tidy else 0)
            tidy[-1:] = [last._replace(end=min(last.end, first)) for last in tidy[-1:]]
            tidy.append(_Line(first, max(first, round(end * 1000)), text))
    return tidy


def _clock(milliseconds: int, point: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{rest:03d}"


def _srt(lines: Sequence[_Line]) -> str:
    return "\n".join(_block(str(number), line, ",", _srt_text) for number, line in enumerate(lines, 1))


def _vtt(lines: Sequence[_Line]) -> str:
    return "WEBVTT\n\n" + "\n".join(_block(str(number), line, ".", _vtt_text) for number, line in enumerate(lines, 1))


def _block(name: str, line: _Line, point: str, write: Callable[[str], str]) -> str:
    return f"{name}\n{_clock(line.start, point)} --> {_clock(line.end, point)}\n{write(line.text)}\n"


def _srt_text(text: str) -> str:
    """SRT has no escapes: an invisible joiner keeps what only looks like a tag, a sign's name or an arrow from being
    taken for one."""
    return _LOOKS_LIKE_A_TAG.sub(rf"\g<0>{_JOINER}", text)


def _vtt_text(text: str) -> str:
    return _STRAY_TAG.sub(rf"\g<0>{_JOINER}", text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def _csv(words: Sequence[Word]) -> str:
    return _CSV_HEAD + _csv_rows(words)


def _csv_rows(words: Sequence[Word]) -> str:
    """RFC 4180. A cell that a spreadsheet would run as a formula starts with an apostrophe, which it does not show."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\r\n")
    for word in words:
        text = one_line(word.text)
        rows.writerow(
            [
                f"'{text}" if _FORMULA.match(text) else text,
                f"{word.start:.3f}",
                f"{word.end:.3f}",
                f"{word.confidence:.3f}",
            ]
        )
    return file.getvalue()


def _json(value: object) -> str:
    """As json.dumps writes it, in a tenth of the time; halves of characters, which no file can hold, become ``?``."""
    try:
        return to_json(value, indent=1).decode() + "\n"
    except PydanticSerializationError:
        return _whole_characters(json.dumps(value, ensure_ascii=False, indent=1)) + "\n"


def _whole_characters(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _by_sentence(words: Sequence[Word], sentences: Sequence[Sentence]) -> Iterator[list[Word]]:
    """Words grouped by the sentence they start in, or by punctuation where no sentences are given."""
    starts = [sentence.start for sentence in sentences[1:]]
    group: list[Word] = []
    for word, following in pairwise([*words, None]):
        if word is None:
            continue
        group.append(word)
        if starts and following is not None:
            is_last = following.start >= starts[0] - 0.0005
            starts = [start for start in starts if start > following.start + 0.0005]
        else:
            is_last = following is None or (not sentences and ends_sentence(word.text, following.text))
        if is_last:
            yield group
            group = []


_KARAOKE_HEADER = f"""[Script Info]
ScriptType: v4.00+
PlayResX: 1920
PlayResY: 1080
WrapStyle: 0
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: {STYLE_FIELDS}
Style: Default,Inter SemiBold,64,&H002B45F2,&H00FFFFFF,&H00101014,&H80000000,0,0,0,0,100,100,0,0,1,3,0,2,120,120,80,-1

[Events]
Format: {EVENT_FIELDS}
"""


def _karaoke(sentences: Iterable[Sequence[Word]]) -> str:
    return _KARAOKE_HEADER + "".join(
        f"{_sentence(words).line()}\n" for words in sentences if any(clean(word.text) for word in words)
    )


def _sentence(words: Sequence[Word]) -> Event:
    """One line; every word's karaoke tag takes exactly its hundredths, pauses have tags of their own."""
    now = start = centiseconds(words[0].start)
    written: list[str] = []
    before = ""
    for word in words:
        text = one_line(word.text)
        wait, tag, now = _sung(word, now)
        space = " " if needs_space(before, text) else ""
        written.append(f"{wait}{space}{tag}{escape(text)}")
        before = text or before
    return Event(0, start, now, "".join(written), style="Default")
