"""Joins encoded pieces into one MP4 without decoding: ``stitch_child.py REQUEST``, in the folder of the files.

The request is a file of JSON: a long video has more pieces than a command line takes.

A process of its own, as for everything that reads media. Only files of our own making are handed to it. Pieces are
stretches of encoded frames that begin with a key frame and need nothing before it; their packets are copied as they
are and get the time of their new place. Nothing of ours is imported: it is started as ``python -I`` under limits.
"""

from __future__ import annotations

import heapq
import json
import runpy
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import av.logging

_TICKS = 512
"""Of the finished file's clock in a frame, as ffmpeg itself has it for MP4."""


def main(request: dict[str, Any]) -> dict[str, Any]:
    """Write ``request["target"]`` out of ``pieces`` and ``sound``; answers with the frames, and what ``question`` asks.

    ``pieces``: ``{"name", "first", "frames"}`` each, frames ``first`` to ``first + frames`` of that file, in order.
    ``sound``: name of the file whose sound is copied whole, or null. ``fps``: frames a second of all of them.
    """
    av.logging.set_level(av.logging.PANIC)
    options = {"movflags": "+faststart"}
    with av.open(f"file:{request['target']}", "w", format="mp4", container_options=options) as target:
        with _open(request["pieces"][0]["name"]) as first:
            model = first.streams.video[0]
            kind, head = model.codec_context.name, model.codec_context.extradata
            picture = target.add_stream_from_template(model, opaque=True)  # no encoder is needed, or may be there
        clock = Fraction(1, request["fps"] * _TICKS)
        picture.time_base = clock
        flows = [_pictures(request, picture, (kind, head))]
        if request["sound"]:
            with _open(request["sound"]) as source:
                sound = target.add_stream_from_template(source.streams.audio[0], opaque=True)
            flows.append(_sounds(request["sound"], sound))
        count = 0
        for _, _, packet in heapq.merge(*flows, key=lambda timed: timed[:2]):
            count += packet.stream is picture
            target.mux_one(packet)
    return {"frames": count, "facts": _looked_into(request["question"])}


def _looked_into(question: dict[str, Any]) -> dict[str, Any]:
    """What is in the finished file, read anew by the program that does it for others, without starting that."""
    program = runpy.run_path(str(Path(__file__).with_name("probe_child.py")))
    return dict(program["main"](question))


def _open(name: str) -> Any:
    return av.open(Path(name).open("rb"), format="mov")


def _pictures(request: dict[str, Any], picture: Any, form: tuple[str, bytes]) -> Iterator[tuple[float, int, Any]]:
    """Packets of all pieces with their new times, each with the second at which it is to be decoded."""
    fps, place, clock = request["fps"], 0, picture.time_base
    with ExitStack() as opened:
        known: dict[str, Any] = {}
        for piece in request["pieces"]:
            if piece["name"] not in known:
                known[piece["name"]] = opened.enter_context(_open(piece["name"]))
            container = known[piece["name"]]
            stream = container.streams.video[0]
            context = stream.codec_context
            if (context.name, context.extradata) != form:
                raise ValueError("the pieces were not encoded alike")
            rate, moved = float(stream.time_base * fps), place - piece["first"]
            for packet in _piece(container, stream, piece, rate):
                frame, shown = round(packet.dts * rate) + moved, round(packet.pts * rate) + moved
                packet.stream, packet.time_base = picture, clock
                packet.dts, packet.pts, packet.duration = frame * _TICKS, shown * _TICKS, _TICKS
                yield frame / fps, 0, packet
            place += piece["frames"]


def _piece(container: Any, stream: Any, piece: dict[str, Any], rate: float) -> Iterator[Any]:
    """The packets of one piece: exactly its frames, and a key frame first.

    Args:
        rate: frames in a tick of the stream's clock; a float will do, as all that is rounded lies near a whole number.
    """
    first, frames, left = piece["first"], piece["frames"], piece["frames"]
    container.seek(round(first / rate), stream=stream, backward=True)
    for packet in container.demux(stream):
        if not packet.size or not left:
            break
        number = round(packet.pts * rate)
        if left == frames and number < first and not (packet.is_keyframe and number == first):
            continue  # the seek may have led to an earlier key frame
        if not first <= number < first + frames or (left == frames and not (packet.is_keyframe and number == first)):
            raise ValueError(f"frame {number} is not one that can be cut at {first}")
        left -= 1
        yield packet
    if left:
        raise ValueError(f"{left} frames of a piece are missing")


def _sounds(name: str, sound: Any) -> Iterator[tuple[float, int, Any]]:
    with _open(name) as container:
        stream = container.streams.audio[0]
        tick = float(stream.time_base)
        for packet in container.demux(stream):
            if packet.size:
                packet.stream = sound
                yield packet.dts * tick, 1, packet


if __name__ == "__main__":
    try:
        answer = main(json.loads(Path(sys.argv[1]).read_bytes()))
    except (av.error.FFmpegError, OSError, ValueError, IndexError) as problem:
        answer = {"error": f"{type(problem).__name__}: {problem}"[:300]}
    sys.stdout.write(json.dumps(answer))
