"""A transcript of ours in the formats of OpenAI's."""

from __future__ import annotations

import json
import math
import zlib
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Literal

from starlette.responses import JSONResponse, PlainTextResponse, Response

from backend.captions.files import subtitles
from backend.captions.text import needs_space
from backend.voices.languages import language_name

Form = Literal["json", "text", "srt", "vtt", "verbose_json"]
Granularity = Literal["word", "segment"]
_USUAL: tuple[Granularity, ...] = ("segment",)
_LEAST = 1e-4
"""A confidence below it counts as this, since the logarithm of none is no number."""


def written(transcript: dict[str, Any], form: Form, granularities: Collection[Granularity]) -> Response:
    """The answer in ``form``; ``granularities`` of ``verbose_json``, segments if there are none."""
    if form == "json":
        return JSONResponse({"text": transcript["text"], "usage": _usage(transcript)})
    if form == "verbose_json":
        return JSONResponse(verbose(transcript, granularities or _USUAL))
    if form == "text":
        return PlainTextResponse(f"{transcript['text']}\n")
    cues = ((each["start"], each["end"], each["text"]) for each in transcript["segments"])
    kind = "application/x-subrip" if form == "srt" else "text/vtt"
    return Response(subtitles(cues, form), media_type=f"{kind}; charset=utf-8")


def verbose(transcript: dict[str, Any], granularities: Collection[Granularity]) -> dict[str, Any]:
    """``verbose_json``."""
    answer = {
        "task": "transcribe",
        "language": language_name(transcript["language"]).lower(),
        "duration": transcript["duration"],
        "text": transcript["text"],
        "usage": _usage(transcript),
    }
    if "segment" in granularities:
        answer["segments"] = _segments(transcript)
    if "word" in granularities:
        answer["words"] = [
            {"word": word["text"], "start": word["start"], "end": word["end"]} for word in transcript["words"]
        ]
    return answer


def events(transcript: dict[str, Any]) -> Iterator[bytes]:
    """The text segment by segment, then whole, as server-sent events."""
    before = ""
    for segment in transcript["segments"]:
        space = " " if needs_space(before, segment["text"]) else ""
        before = segment["text"]
        yield _event({"type": "transcript.text.delta", "delta": space + before})
    yield _event({"type": "transcript.text.done", "text": transcript["text"]})


def _segments(transcript: dict[str, Any]) -> list[dict[str, Any]]:
    words = transcript["words"]
    starts = [word["start"] for word in words]
    return [
        _segment(number, each, words[bisect_left(starts, each["start"]) : bisect_left(starts, each["end"])])
        for number, each in enumerate(transcript["segments"])
    ]


def _segment(number: int, segment: dict[str, Any], words: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What Whisper's own decoder would say of a segment is not known here; what can be told from its words is."""
    sure = [math.log(max(_LEAST, word["confidence"])) for word in words]
    data = segment["text"].encode()
    return {
        "id": number,
        "seek": 0,
        **segment,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": round(sum(sure) / max(1, len(sure)), 4),
        "compression_ratio": round(len(data) / len(zlib.compress(data)), 4),
        "no_speech_prob": 0.0,
    }


def _usage(transcript: dict[str, Any]) -> dict[str, Any]:
    return {"type": "duration", "seconds": math.ceil(transcript["duration"])}


def _event(event: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(event).encode() + b"\n\n"
