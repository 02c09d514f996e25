"""What the video tests burn in and render."""

from __future__ import annotations

from backend.media.formats import MP4, PNG
from backend.media.info import VideoStream

SIZE = (270, 480)


def boxes(*spans: tuple[float, float], size: tuple[int, int] = SIZE, colour: str = "0000FF") -> str:
    """Captions that fill the middle third of the frame with a colour (``BBGGRR``) from start to end of each span."""
    width, height = size
    drawing = f"m 0 {height // 3} l {width} {height // 3} {width} {height * 2 // 3} 0 {height * 2 // 3}"
    events = "\n".join(
        f"Dialogue: 0,{_time(start)},{_time(end)},Box,{{\\p1\\pos(0,0)}}{drawing}" for start, end in spans
    )
    return f"""[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
YCbCr Matrix: None

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, BorderStyle, Outline, Shadow, Alignment
Style: Box,Anton,40,&H00{colour},1,0,0,7

[Events]
Format: Layer, Start, End, Style, Text
{events}
"""


def _time(seconds: float) -> str:
    return f"0:00:{seconds:05.2f}"


def clip(width: int = 1920, height: int = 1080, *, frames: int = 90, fps: float = 30.0) -> VideoStream:
    """A clip as the graph sees it."""
    return VideoStream("h264", width, height, fps, frames, frames / fps)


def picture(width: int = 4000, height: int = 3000, **options: object) -> VideoStream:
    """A picture as the graph sees it."""
    return VideoStream("png", width, height, 0.0, 1, 0.0, still=True, matrix=0, **options)  # type: ignore[arg-type]


__all__ = ["MP4", "PNG", "SIZE", "boxes", "clip", "picture"]
