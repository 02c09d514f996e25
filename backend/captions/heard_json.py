"""Reading JSON with words or captions: ours, and what the Whispers write (openai-whisper, faster-whisper, whisperX,
whisper.cpp)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

from backend.captions.moments import Timed, seconds_of
from backend.captions.text import clean, one_line
from backend.errors import InvalidRequest
from backend.models import CueWord, WordSource

_SOURCES: tuple[WordSource, ...] = ("engine", "aligned", "recognised", "edited")
Object = Mapping[str, Any]


def read_json(text: str) -> Iterator[Timed]:
    """What a JSON file says, and when.

    Understood are ``cues`` and ``words`` as we write them, ``segments`` with ``words`` (openai-whisper, faster-whisper,
    whisperX), ``transcription`` (whisper.cpp), and bare lists of words or of segments.

    Raises:
        InvalidRequest: ``subtitles_unreadable``, with its line where it is no JSON, or ``subtitles_bad_time``.
    """
    value = _parsed(text)
    if isinstance(value, list):
        yield from _listed(value)
    elif not isinstance(value, dict):
        return
    elif isinstance(value.get("cues"), list):
        yield from (_segment(each, f"Caption {number}") for number, each in _objects(value["cues"]))
    elif isinstance(value.get("segments"), list) and value["segments"]:
        yield from _segments(value["segments"], value.get("words"))
    elif isinstance(value.get("words"), list):
        yield from _words(value["words"])
    elif isinstance(value.get("word_segments"), list):
        yield from _words(value["word_segments"])
    elif isinstance(value.get("transcription"), list):
        yield from (_cpp(each, f"Segment {number}") for number, each in _objects(value["transcription"]))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        problem = f"Line {error.lineno}, column {error.colno}: this is not JSON ({error.msg})."
        raise _unreadable(problem) from error
    except (ValueError, RecursionError) as error:
        raise _unreadable("This JSON cannot be read.") from error


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _unreadable(problem: str) -> InvalidRequest:
    return InvalidRequest(problem, hint="Give JSON as Whisper or Voicereel write it.", code="subtitles_unreadable")


def _objects(values: Sequence[Any]) -> Iterator[tuple[int, Object]]:
    return ((number, value) for number, value in enumerate(values, 1) if isinstance(value, dict))


def _listed(values: list[Any]) -> Iterator[Timed]:
    first = next((value for value in values if isinstance(value, dict)), {})
    if "words" in first or ("text" in first and " " in str(first["text"]).strip()):
        yield from _segments(values, None)
    else:
        yield from _words(values)


def _segments(values: Sequence[Any], words: Any) -> Iterator[Timed]:
    """Segments; where only the whole has words (as in OpenAI's verbose JSON), those."""
    segments = [(number, each) for number, each in _objects(values)]
    if isinstance(words, list) and words and not any(each.get("words") for _, each in segments):
        yield from _words(words)
        return
    for number, each in segments:
        yield _segment(each, f"Segment {number}")


def _segment(value: Object, where: str) -> Timed:
    listed = value.get("words")
    start, end = (seconds_of(value.get(edge), where) for edge in ("start", "end"))
    speaker = _string(value.get("speaker"))
    words = _cue_words(listed, where, start, end) if isinstance(listed, list) else ()
    written = _string(value.get("text")) or " ".join(word.text for word in words)
    return Timed(where, clean(written), start, max(start, end) if words else end, 1.0, speaker, words)


def _cue_words(values: Sequence[Any], where: str, start: float, end: float) -> tuple[CueWord, ...]:
    """The words of a segment. One without times (whisperX knows none of numerals) stands between its neighbours."""
    found = [(f"{where}, word {number}", each) for number, each in _objects(values) if _text(each)]
    starts = [_time(each, "start", place) for place, each in found]
    ends = [_time(each, "end", place) for place, each in found]
    words, now = [], start
    for (_, each), known, last, following in zip(found, starts, ends, _following(starts, end), strict=True):
        first = max(now if known is None else known, 0.0)
        now = max(first, following if last is None else last)
        words.append(_word(each, first, now, known is not None))
    return tuple(words)


def _following(starts: Sequence[float | None], end: float) -> list[float]:
    """For each word when the next one starts whose start is known."""
    following, after = [], end
    for start in reversed(starts):
        following.append(after)
        after = after if start is None else start
    return following[::-1]


def _time(value: Object, name: str, where: str) -> float | None:
    return None if value.get(name) is None else seconds_of(value[name], where)


def _word(value: Object, start: float, end: float, known: bool = True) -> CueWord:
    source = value.get("source")
    emphasis = value.get("emphasis")
    return CueWord(
        text=_text(value),
        start=start,
        end=end,
        confidence=_confidence(value) if known else 0.3,
        source=source if source in _SOURCES else "recognised",
        emphasis=emphasis if isinstance(emphasis, bool) else None,
        speaker=_string(value.get("speaker")),
    )


def _words(values: Sequence[Any]) -> Iterator[Timed]:
    for number, value in _objects(values):
        where = f"Word {number}"
        if _text(value) and value.get("start") is not None:
            start = seconds_of(value["start"], where)
            end = max(start, seconds_of(value.get("end", start), where))
            word = _word(value, start, end)
            yield Timed(where, word.text, start, end, word.confidence, word.speaker, (word,), is_word=True)


def _text(value: Object) -> str:
    return one_line(str(value.get("text") or value.get("word") or ""))


def _string(value: Any) -> str:
    return clean(value)[:200] if isinstance(value, str) and len(value) < 2_000_000 else ""


def _confidence(value: Object) -> float:
    for name in ("confidence", "probability", "score", "p"):
        given = value.get(name)
        if isinstance(given, int | float) and not isinstance(given, bool):
            return min(1.0, max(0.0, float(given)))
    return 1.0


def _cpp(value: Object, where: str) -> Timed:
    """A segment of whisper.cpp: milliseconds in ``offsets``, and tokens that are parts of words."""
    start, end = _offsets(value, where)
    words = tuple(_joined(value.get("tokens"), where))
    return Timed(where, clean(str(value.get("text", ""))), start, end, 1.0, "", words)


def _offsets(value: Object, where: str) -> tuple[float, float]:
    given = value.get("offsets")
    offsets: Object = given if isinstance(given, dict) else {}
    start, end = (seconds_of(offsets.get(edge), where, scale=0.001) for edge in ("from", "to"))
    return start, max(start, end)


def _joined(tokens: Any, where: str) -> Iterator[CueWord]:
    """Tokens as words: one that begins with a space begins a word; ``[_BEG_]`` and the like are none."""
    parts: list[tuple[str, float, float, float]] = []
    for number, token in _objects(tokens if isinstance(tokens, list) else []):
        text = str(token.get("text", ""))
        if text.startswith("[_") or not isinstance(token.get("offsets"), dict):
            continue
        start, end = _offsets(token, f"{where}, token {number}")
        if text.startswith(" ") or not parts:
            yield from _whole(parts)
            parts = []
        parts.append((text, start, end, _confidence(token)))
    yield from _whole(parts)


def _whole(parts: Sequence[tuple[str, float, float, float]]) -> Iterator[CueWord]:
    text = one_line("".join(part[0] for part in parts))
    if text:
        yield CueWord(
            text=text,
            start=parts[0][1],
            end=max(part[2] for part in parts),
            confidence=min(part[3] for part in parts),
            source="recognised",
        )
