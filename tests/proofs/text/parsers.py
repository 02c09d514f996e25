"""Every reader of files and texts that people bring: bytes in; a result that keeps its promises, or an error of ours.

Hypothesis, atheris and floods all hand them what they make.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

from backend.captions import BROUGHT_FORMATS, STYLES, BroughtFormat, ass_document, read_captions, read_style, words_of
from backend.captions.cues import MAX_CUES, MAX_SECONDS, check_cues
from backend.captions.edits import read_edit
from backend.captions.text import MAX_CUE_CHARACTERS, clean
from backend.errors import StudioError
from backend.models import CaptionLayout, Cue
from backend.script import Script
from backend.speech.foreign import read_plan
from backend.storage.names import clean_name
from backend.voices.recipes import parse_recipe
from backend.voices.transcript_files import transcript_text
from tests.script.reading import read

Parser = Callable[[bytes], object]
_MOST_DRAWN = 40
"""Cues of a file that are drawn to see that they can be: each takes a millisecond or more."""


def captions(format: BroughtFormat, data: bytes) -> tuple[Cue, ...]:
    """Cues in order of time that can be drawn, each with something to show."""
    cues = read_captions(data, format)
    assert cues and [cue.index for cue in cues] == list(range(len(cues)))
    assert all(0 <= cue.start <= cue.end <= MAX_SECONDS for cue in cues)
    assert all(one.start <= other.start for one, other in pairwise(cues))
    for cue in cues:
        assert 0 < len(cue.text) <= MAX_CUE_CHARACTERS and clean(cue.text) == cue.text, cue.text
        assert all(0 <= word.start <= word.end for word in cue.words)
    if len(cues) <= MAX_CUES:
        check_cues(cues)
    json.dumps([cue.model_dump(mode="json") for cue in cues], ensure_ascii=False).encode()
    ass_document(cues[:_MOST_DRAWN], STYLES["clean_two_line"], (1080, 1920), CaptionLayout()).encode()
    words_of(cues[:_MOST_DRAWN])
    return cues


def transcript(suffix: str, data: bytes) -> str:
    """Something that is said, and nothing that cannot be seen."""
    text = transcript_text(data, suffix)
    assert any(character.isalnum() for character in text)
    text.encode()
    return text


def script(voice: str, data: bytes) -> Script:
    """Sentences of which each says something."""
    parsed = read(data.decode("utf-8", "surrogateescape"), voice)
    assert all(sentence.spoken.strip() for sentence in parsed.sentences)
    return parsed


def name(data: bytes) -> str:
    """A name that every system can save."""
    cleaned = clean_name(data.decode("utf-8", "surrogateescape"), "audio.wav")
    assert cleaned.endswith(".wav") and not set(cleaned) & set('/\\:*?"<>|\n') and cleaned[0] not in ".- "
    return cleaned


def value(take: Callable[[Any], object], data: bytes) -> object:
    """JSON that a caller sends for something of ours."""
    try:
        given = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return take(given)


def recipe(data: bytes) -> object:
    """A blend of voices. Half characters are refused before it is read."""
    return parse_recipe(data.decode("utf-8", "replace"))


PARSERS: Mapping[str, Parser] = {
    **{format: partial(captions, format) for format in BROUGHT_FORMATS},
    **{f"words of {suffix}": partial(transcript, suffix) for suffix in ("srt", "vtt", "csv", "txt")},
    "script": partial(script, "af_heart"),
    "name": name,
    "recipe": recipe,
    "style": partial(value, read_style),
    "edit": partial(value, read_edit),
    "plan": partial(value, read_plan),
}


def held(parser: str, data: bytes) -> bool:
    """Read ``data``; whether it was taken. An error must be one of ours, with all that it promises.

    Raises:
        AssertionError: a promise that was not kept; or whatever nobody foresaw.
    """
    try:
        PARSERS[parser](data)
    except StudioError as error:
        said = error.to_dict()
        assert all(said.values()) and error.code not in ("internal_error", "studio_error"), said
        text = json.dumps(said, ensure_ascii=False)
        text.encode()
        assert len(text) < 4_000, text[:500]
        return False
    return True
