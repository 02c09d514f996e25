"""A part of a video's picture, drawn alone. Pure."""

from __future__ import annotations

from dataclasses import replace

from backend.video.picture.graph import Scene, Segment


def window(scene: Scene, first: int, frames: int) -> Scene:
    """The scene that draws frames ``first`` to ``first + frames`` of ``scene``, and reads nothing else.

    Each frame is the one of the whole: a background goes on where it was, captions are drawn for the video's own time.
    """
    kept: list[Segment] = []
    begin = 0
    for segment in scene.segments:
        start, end = max(first, begin), min(first + frames, begin + segment.frames)
        if start < end:
            kept.append(replace(segment, frames=end - start, first=segment.first + start - begin))
        begin += segment.frames
    return replace(scene, segments=tuple(kept), first_frame=scene.first_frame + first)
