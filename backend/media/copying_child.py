"""Puts clips of one kind behind each other without decoding: ``copying_child.py REQUEST``, in the folder of the files.

A process of its own, so that a crash inside a demuxer ends this and not the studio. Files are opened by exactly the
demuxer they were seen to need, as plain file objects, so there is no protocol through which one could open another.
Nothing of ours is imported: it is started as ``python -I`` under limits.

Packets of sound have a length of their own (1024 samples of AAC), so clips seldom end where one does. All packets of
the result lie on one grid of that length; each clip's go to the places nearest to their time, so sound is off by half
a packet at most (11 ms at 48 kHz) and never by more later on.
"""

from __future__ import annotations

import heapq
import itertools
import json
import math
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import av.logging

_COMMON_CLOCK = Fraction(1, 90_000)
"""Ticks of the result where clips have different ones."""


class NotAlike(Exception):
    """These cannot be put together as they are: ``stream`` (``picture`` or ``sound``) and why."""

    def __init__(self, stream: str, why: str) -> None:
        super().__init__(why)
        self.stream = stream


def main(request: dict[str, Any]) -> dict[str, Any]:
    """Write ``request["target"]``.

    ``clips``: ``{"name", "demuxer"}`` of files in this folder. ``sound``: ``clips`` for theirs, null for none, or the
    name of an MP4 of our own whose sound is taken whole. ``options``: for the demuxers.
    """
    av.logging.set_level(av.logging.PANIC)
    pictures, sounds = _survey(request)
    flows = []
    with av.open(
        f"file:{request['target']}", "w", format="mp4", container_options={"movflags": "+faststart"}
    ) as target:
        first = request["clips"][0]
        with _open(first, request) as container:
            picture = _like(target, container.streams.video[0])
        picture.time_base = _clock(pictures)
        flows.append(_pictures(request, pictures, picture))
        if request["sound"] == "clips":
            with _open(first, request) as container:
                sound = _like(target, container.streams.audio[0])
            flows.append(_sounds(request, pictures, sounds, sound))
        elif request["sound"]:
            whole = {"name": request["sound"], "demuxer": "mov"}
            with _open(whole, request) as container:
                sound = _like(target, container.streams.audio[0])
            flows.append(_whole_sound(whole, request, sound))
        count = 0
        for _, _, packet in heapq.merge(*flows, key=lambda timed: timed[:2]):
            count += packet.stream is picture
            target.mux_one(packet)
    return {"frames": count, "seconds": float(sum(facts["length"] for facts in pictures))}


def _open(clip: dict[str, str], request: dict[str, Any]) -> Any:
    return av.open(Path(clip["name"]).open("rb"), format=clip["demuxer"], options=request["options"])


def _like(target: Any, model: Any) -> Any:
    stream = target.add_stream_from_template(model)
    if model.codec_context.name == "hevc":
        stream.codec_context.codec_tag = "hvc1"  # what Apple's players look for
    return stream


def _clock(pictures: list[dict[str, Any]]) -> Fraction:
    clocks = {facts["clock"] for facts in pictures}
    return clocks.pop() if len(clocks) == 1 else _COMMON_CLOCK


# ---------------------------------------------------------------- what is there


def _survey(request: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Facts about the pictures and the sounds of all clips; refused unless they fit together."""
    pictures: list[dict[str, Any]] = []
    sounds: list[dict[str, Any]] = []
    begin, decoded = Fraction(0), None
    for clip in request["clips"]:
        with _open(clip, request) as container:
            picture, sound = _look(container, request["sound"] == "clips")
        picture["begin"] = begin
        if pictures and picture["form"] != pictures[0]["form"]:
            raise NotAlike("picture", "they were encoded in different ways")
        if decoded is not None and begin + picture["first_decoded"] <= decoded:
            raise NotAlike("picture", "their frames are stored in different orders")
        decoded = begin + picture["last_decoded"]
        begin += picture["length"]
        pictures.append(picture)
        sounds.append(sound)
    if request["sound"] == "clips":
        _place_sounds(pictures, sounds, begin)
    return pictures, sounds


def _look(container: Any, with_sound: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    video = container.streams.video[0]
    audio = container.streams.audio[0] if with_sound else None
    shown: list[tuple[int, int, int]] = []
    heard: list[int] = []
    spacing = 0
    for packet in container.demux([stream for stream in (video, audio) if stream is not None]):
        if not packet.size:
            continue
        if packet.pts is None or packet.dts is None:
            raise NotAlike("picture" if packet.stream is video else "sound", "packets have no times")
        if packet.stream is not video:
            heard.append(packet.pts)
            spacing = spacing or packet.duration
            continue
        if packet.is_discard or (not shown and not packet.is_keyframe):
            raise NotAlike("picture", "one begins between two key frames")
        if not packet.duration:
            raise NotAlike("picture", "frames have no length")
        shown.append((packet.pts, packet.dts, packet.duration))
    if not shown:
        raise NotAlike("picture", "one has no frames")
    return _picture(video, shown), _sound(audio, heard, spacing, min(shown)[0] * video.time_base) if audio else {}


def _picture(video: Any, shown: list[tuple[int, int, int]]) -> dict[str, Any]:
    """When it is shown and decoded, in seconds from its first frame on."""
    context, clock = video.codec_context, video.time_base
    start = min(pts for pts, _, _ in shown)
    return {
        "form": (context.name, context.extradata, context.width, context.height, str(video.sample_aspect_ratio)),
        "clock": clock,
        "start": start,
        "length": (max(pts + duration for pts, _, duration in shown) - start) * clock,
        "first_decoded": (shown[0][1] - start) * clock,
        "last_decoded": (shown[-1][1] - start) * clock,
    }


def _sound(audio: Any, heard: list[int], spacing: int, picture_start: Fraction) -> dict[str, Any]:
    """Where its packets lie, in packets from the first frame of its picture on."""
    context = audio.codec_context
    if not heard or not spacing:
        raise NotAlike("sound", "one is silent")
    if any(later - earlier != spacing for earlier, later in itertools.pairwise(heard)):
        raise NotAlike("sound", "one has gaps")
    length = spacing * audio.time_base
    return {
        "form": (context.name, context.extradata, context.sample_rate, context.layout.name, length),
        "length": length,
        "first": (heard[0] * audio.time_base - picture_start) / length,
        "packets": len(heard),
    }


def _place_sounds(pictures: list[dict[str, Any]], sounds: list[dict[str, Any]], end: Fraction) -> None:
    """Which packets of each clip are taken: from ``skip`` on ``take`` of them, to begin at place ``place``."""
    if len({sound["form"] for sound in sounds}) > 1:
        raise NotAlike("sound", "they were encoded in different ways")
    length, phase = sounds[0]["length"], sounds[0]["first"]
    edges = [
        0,
        *(round(picture["begin"] / length - phase) for picture in pictures[1:]),
        math.ceil(end / length - phase),
    ]
    for number, (picture, sound) in enumerate(zip(pictures, sounds, strict=True)):
        first = round(picture["begin"] / length + sound["first"] - phase)
        skip, take = edges[number] - first, edges[number + 1] - edges[number]
        last = number == len(sounds) - 1
        if skip < 0 or (skip + take > sound["packets"] and not last):
            raise NotAlike("sound", "one is shorter than its picture")
        sound.update(skip=skip, take=min(take, sound["packets"] - skip), place=edges[number], phase=phase)


# ---------------------------------------------------------------- what is written


def _pictures(request: dict[str, Any], pictures: list[dict[str, Any]], stream: Any) -> Iterator[tuple[float, int, Any]]:
    """Packets with their new times, each with the second at which it is decoded."""
    clock = stream.time_base
    for clip, facts in zip(request["clips"], pictures, strict=True):
        begin = facts["begin"] - facts["start"] * facts["clock"]
        with _open(clip, request) as container:
            for packet in container.demux(container.streams.video[0]):
                if not packet.size:
                    continue
                decoded = begin + packet.dts * facts["clock"]
                packet.pts = round((begin + packet.pts * facts["clock"]) / clock)
                packet.dts = round(decoded / clock)
                packet.duration = round(packet.duration * facts["clock"] / clock)
                packet.stream, packet.time_base = stream, clock
                yield float(decoded), 0, packet


def _sounds(
    request: dict[str, Any], pictures: list[dict[str, Any]], sounds: list[dict[str, Any]], stream: Any
) -> Iterator[tuple[float, int, Any]]:
    clock = stream.time_base
    for clip, facts in zip(request["clips"], sounds, strict=True):
        with _open(clip, request) as container:
            packets = (packet for packet in container.demux(container.streams.audio[0]) if packet.size)
            for number, packet in enumerate(packets):
                if not facts["skip"] <= number < facts["skip"] + facts["take"]:
                    continue
                place = facts["place"] + number - facts["skip"] + facts["phase"]
                packet.pts = packet.dts = round(place * facts["length"] / clock)
                packet.duration = round(facts["length"] / clock)
                packet.stream, packet.time_base = stream, clock
                yield float(place * facts["length"]), 1, packet


def _whole_sound(clip: dict[str, str], request: dict[str, Any], stream: Any) -> Iterator[tuple[float, int, Any]]:
    with _open(clip, request) as container:
        for packet in container.demux(container.streams.audio[0]):
            if packet.size:
                packet.stream = stream
                yield float(packet.dts * packet.time_base), 1, packet


if __name__ == "__main__":
    try:
        answer = main(json.loads(Path(sys.argv[1]).read_bytes()))
    except NotAlike as problem:
        answer = {"not_alike": problem.stream, "why": str(problem)}
    except (av.error.FFmpegError, OSError, ValueError, IndexError) as problem:
        answer = {"error": f"{type(problem).__name__}: {problem}"[:300]}
    sys.stdout.write(json.dumps(answer))
