"""Looks into one media file and prints what it finds as JSON: ``probe_child.py '<json request>'``.

A process of its own, so that a crash or a bomb inside a decoder ends this and not the studio. It judges nothing;
`backend.media.probe` does. Nothing of ours is imported: it is started as ``python -I`` under limits.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import av.error
import av.logging

_LOUDEST = 64.0
"""36 dB over full scale; also `backend.media.decoding.muted`'s."""


def main(request: dict[str, Any]) -> dict[str, Any]:
    """The facts about ``request["path"]``, opened with exactly ``request["demuxer"]``.

    A plain file object is handed to the library, so there is no protocol through which it could open anything else.
    """
    av.logging.set_level(av.logging.PANIC)
    options = {"format_whitelist": request["formats"], "codec_whitelist": request["codecs"], "protocol_whitelist": ""}
    with (
        Path(request["path"]).open("rb") as file,
        av.open(file, format=request["demuxer"], options=options) as container,
    ):
        if len(container.streams) > request["max_streams"]:
            return {"error": "too many streams"}
        streams = _readable([stream for stream in container.streams if _matters(stream)])
        if any(stream.codec_context is None for stream in streams):
            return {"error": "a stream of a codec that nobody here knows"}
        facts = [_describe(stream) for stream in streams]
        if any(fact["kind"] == "video" and fact["width"] * fact["height"] > request["max_pixels"] for fact in facts):
            return {"streams": facts, "header_seconds": 0.0}
        for stream in streams:
            _prepare(stream.codec_context, request["decode"] == "everything")
        _walk(container, streams, facts, request)
        return {"streams": facts, "header_seconds": (container.duration or 0) / 1_000_000}


def _prepare(context: Any, everything: bool) -> None:
    """One thread for the little that is decoded of a stranger's file; for all of our own as many as there are, and
    without the smoothing of blocks: what is damaged shows before that."""
    context.thread_count = 0 if everything else 1
    if everything and context.type == "video":
        context.thread_type = "AUTO"
        context.options = {"skip_loop_filter": "all"}


def _matters(stream: Any) -> bool:
    """Sound and moving pictures; cover art and attachments are left out."""
    attached = bool(getattr(stream.disposition, "value", 0) & 0x400)
    return stream.type in ("audio", "video") and not attached


def _readable(streams: list[Any]) -> list[Any]:
    """Without those of a codec that nobody here knows, such as a phone's spatial sound, after one to take instead."""
    known: set[str] = set()
    kept = []
    for stream in streams:
        if stream.codec_context is not None:
            known.add(stream.type)
        elif stream.type in known:
            continue
        kept.append(stream)
    return kept


def _describe(stream: Any) -> dict[str, Any]:
    context = stream.codec_context
    fact: dict[str, Any] = {
        "kind": stream.type,
        "codec": context.name,
        "time_base": float(stream.time_base or 0),
        "header_seconds": float(stream.duration * stream.time_base) if stream.duration and stream.time_base else None,
        "bit_rate": int(getattr(context, "bit_rate", 0) or 0),
        "packets": 0,
        "start": None,
        "end": 0.0,
        "corrupt": 0,
        "undecodable": 0,
        "fed": 0,
        "frames": 0,
        "decoded": False,
    }
    if stream.type == "audio":
        return {**fact, "sample_rate": context.sample_rate, "channels": context.channels, "invalid": 0}
    aspect = stream.sample_aspect_ratio
    rate = stream.average_rate or stream.base_rate
    return {
        **fact,
        "width": context.width,
        "height": context.height,
        "pixel_format": context.pix_fmt or "",
        "frame_rate": float(rate) if rate else 0.0,
        "sample_aspect": float(aspect) if aspect else 1.0,
        "rotation": 0,
        "transfer": int(context.color_trc or 0),
        "matrix": int(context.colorspace or 0),
        "full_range": int(context.color_range or 0) == 2,
        "run": 0,
        "longest_run": 0,
    }


def _walk(container: Any, streams: list[Any], facts: list[dict[str, Any]], request: dict[str, Any]) -> None:
    """Read every packet; decode the first picture and sound of each stream, or everything if asked."""
    places = {stream.index: number for number, stream in enumerate(streams)}
    for packet in _packets(container, streams):
        if packet.stream_index not in places:  # one that began later, or all where none was asked for
            continue
        fact = facts[places[packet.stream_index]]
        if packet.size:
            _count(packet, fact)
        asked = request["decode"] == "everything" and _is_asked_for(packet, fact, request["only"])
        if asked or not fact["decoded"] or fact["codec"].startswith("pcm_f"):
            _decode(packet, fact)
        if fact["packets"] > request["max_packets"] or fact["end"] - (fact["start"] or 0.0) > request["max_seconds"]:
            return


def _is_asked_for(packet: Any, fact: dict[str, Any], only: dict[str, Any] | None) -> bool:
    """Whether a packet is in one of the stretches that are to be decoded; a decoder is always emptied at the end."""
    if only is None or not packet.size:
        return True
    if fact["kind"] == "audio":
        return bool(only["sound"])
    shown = packet.pts * fact["time_base"]
    return any(start <= shown < end for start, end in only["pictures"])


def _packets(container: Any, streams: list[Any]) -> Iterator[Any]:
    try:
        yield from container.demux(streams)
    except av.error.FFmpegError:
        return  # the end of what can be read; the counts say how far it went


def _count(packet: Any, fact: dict[str, Any]) -> None:
    fact["packets"] += 1
    fact["corrupt"] += bool(packet.is_corrupt)
    if fact["kind"] == "video":
        fact["run"] = 1 if packet.is_keyframe else fact["run"] + 1
        fact["longest_run"] = max(fact["longest_run"], fact["run"])
    time = packet.pts if packet.pts is not None else packet.dts
    if time is None:
        return
    start = time * fact["time_base"]
    fact["start"] = start if fact["start"] is None else min(start, fact["start"])
    fact["end"] = max(fact["end"], start + (packet.duration or 0) * fact["time_base"])


def _decode(packet: Any, fact: dict[str, Any]) -> None:
    fact["fed"] += bool(packet.size)
    try:
        frames = packet.decode()
    except av.error.FFmpegError:
        fact["undecodable"] += 1
        return
    for frame in frames:
        fact["frames"] += 1
        fact["undecodable"] += bool(frame.is_corrupt)
        if not fact["decoded"] and fact["kind"] == "video":
            _look_at(frame, fact)
        if fact["codec"].startswith("pcm_f"):
            fact["invalid"] += _invalid_samples(frame)
        fact["decoded"] = True


def _invalid_samples(frame: Any) -> int:
    """Samples that are no sound: no numbers, or far beyond any level. Only files of floats can hold them."""
    import numpy as np  # here: half as long again for files that need none of it

    samples = frame.to_ndarray()
    with np.errstate(invalid="ignore"):
        return int(samples.size - np.count_nonzero(np.abs(samples) < _LOUDEST))


def _look_at(frame: Any, fact: dict[str, Any]) -> None:
    """What only a decoded picture tells."""
    fact["width"], fact["height"], fact["pixel_format"] = frame.width, frame.height, frame.format.name
    fact["full_range"] = fact["full_range"] or int(frame.color_range or 0) == 2
    fact["rotation"] = int(frame.rotation)


if __name__ == "__main__":
    try:
        answer = main(json.loads(sys.argv[1]))
    except (av.error.FFmpegError, OSError, ValueError) as problem:
        answer = {"error": f"{type(problem).__name__}: {problem}"[:300]}
    sys.stdout.write(json.dumps(answer))
