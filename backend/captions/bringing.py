"""Captions out of a file that somebody brought: subtitles, tables, what a recogniser wrote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from backend.captions.cues import MAX_CUES
from backend.captions.heard_json import read_json
from backend.captions.moments import Timed, bad_time
from backend.captions.subtitles import MAX_CHARACTERS, parse_subtitles, too_large
from backend.captions.tables import read_table
from backend.captions.text import clip, decode_text
from backend.errors import InvalidRequest
from backend.models import Cue, CueWord

BroughtFormat = Literal["srt", "vtt", "ass", "csv", "json"]
BROUGHT_FORMATS: tuple[BroughtFormat, ...] = get_args(BroughtFormat)
MAX_WORDS = 60_000


def read_captions(data: bytes, format: BroughtFormat) -> tuple[Cue, ...]:
    """The captions of a file in order of time, with the times of its words where it has them.

    A file that has words and no captions makes each word one: hand its words to `make_cues`.

    Raises:
        InvalidRequest: ``subtitles_bad_time`` or ``subtitles_unreadable`` with the line or place, ``subtitles_empty``,
            ``subtitles_too_large``.
    """
    text = decode_text(data)
    if format == "csv" or format == "json":
        if len(text) > MAX_CHARACTERS * 4:
            raise too_large(f"The file has {len(text):,} characters; {MAX_CHARACTERS * 4:,} is the most.")
        read = read_table if format == "csv" else read_json
        return _cues([each for each in read(text.lstrip("\ufeff")) if each.text], format)
    return parse_subtitles(text, format)


def _cues(timed: Sequence[Timed], format: str) -> tuple[Cue, ...]:
    for each in timed:
        if each.end < each.start:
            raise bad_time(each.where, "the end is before the start")
    if not timed:
        raise InvalidRequest(
            f"There are no words with times in this {format.upper()} file.",
            hint="Each needs a text, a start and an end.",
            code="subtitles_empty",
        )
    only_words = format == "csv" and all(" " not in each.text for each in timed)
    most = MAX_WORDS if only_words or all(each.is_word for each in timed) else MAX_CUES
    if len(timed) > most:
        raise too_large(f"The file has {len(timed):,} timed texts; {most:,} is the most.")
    in_order = sorted(timed, key=lambda each: each.start)
    return tuple(_cue(index, each, only_words) for index, each in enumerate(in_order))


def _cue(index: int, timed: Timed, is_word: bool) -> Cue:
    words = timed.words
    if is_word and not words:
        confidence, speaker = timed.confidence, timed.speaker
        words = (CueWord(text=timed.text, start=timed.start, end=timed.end, confidence=confidence, speaker=speaker),)
    start, end = timed.start, timed.end
    if words:  # recognisers round a segment's edges otherwise than its words'
        start, end = min(start, words[0].start), max(end, words[-1].end)
    return Cue(index=index, start=start, end=end, text=clip(timed.text), words=words, speaker=timed.speaker)
