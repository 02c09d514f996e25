"""A small picture of the frame that is being encoded, for whoever watches a render. Pure.

It is a second output of the same ffmpeg: a frame a second, scaled down, written over the one before. Frames that are
encoded are not touched.
"""

from __future__ import annotations

from backend.work import Work

GLIMPSE_FILE = "glimpse.jpg"
"""In the folder of the render, from its first second on."""
WATCHED = "watched"
"""The pad to encode instead of the one that is looked at."""
_SIDE = 240
"""Pixels of its longer side at most."""
_SMALL = f"scale={_SIDE}:{_SIDE}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=area"
GLIMPSE_OUTPUT = (
    *("-map", "[glimpse]", "-c:v", "mjpeg", "-q:v", "4", "-map_metadata", "-1"),
    *("-f", "image2", "-update", "1", "-atomic_writing", "1", "-y", f"file:{GLIMPSE_FILE}"),
)
"""Options of the second output; it may stand before or after the video's."""


def glimpse_graph(pad: str = "picture") -> str:
    """What is added to a graph with the output ``[pad]``, which is then ``[watched]`` and ``[glimpse]``."""
    # Of a video of less than half a second the last frame is passed on: an output without any is a failure.
    look = f"fps=1:round=near:eof_action=pass,{_SMALL}:out_color_matrix=bt601:out_range=pc,format=yuvj420p"
    return f"[{pad}]split=2[{WATCHED}][seen];[seen]{look}[glimpse]"


def pointing_to(picture: str, work: Work) -> Work:
    """The same work, whose reports say where the picture is, as ``glimpse``."""
    return Work(
        lambda fraction, message, **details: work.report(fraction, message, **details, glimpse=picture), work.cancel
    )
