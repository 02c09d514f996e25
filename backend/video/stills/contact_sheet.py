"""Many moments of a video on one picture."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import probe
from backend.video.picture.drawn import BT709
from backend.video.picture.fitting import Size, even
from backend.video.picture.graph import CAPTIONS_FILTER
from backend.video.rendering.stage import place_captions
from backend.video.stills.frames import JPEG_FILTERS, frame_at
from backend.work import Work

_PAPER = "0x16130F"
_GAP = 160
"""Part of the sheet's width that is between two pictures."""
_HIGHEST = 8192
"""Pixels of a sheet; pictures get smaller instead."""
_LEAST_HEIGHT = 64
"""Pixels of a picture that has room for its time."""
_TIMEOUT = 120.0
_SHARE_OF_READING = 0.95
_SCRIPT = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 2
YCbCr Matrix: None

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BackColour, BorderStyle, Outline, Shadow, Alignment
Style: Time,Inter SemiBold,{size},&H00FFFFFF,&H00101014,&H00101014,1,{outline},0,1

[Events]
Format: Layer, Start, End, Style, Text
{events}
"""


@dataclass(frozen=True)
class Sheet:
    """How the pictures lie."""

    columns: int = 4
    rows: int = 3
    width: int = 1280
    """Pixels of the whole."""
    times: bool = True
    """Whether each says when it is."""


@dataclass(frozen=True)
class _Places:
    """Where everything lies, in pixels."""

    tile: Size
    gap: int
    whole: Size


def contact_sheet(ffmpeg: Ffmpeg, path: Path, sheet: Sheet, fonts: Path, target: Path, work: Work) -> Path:
    """Moments that are evenly spread over a video, in the order they are read in, as a JPEG at ``target``.

    Raises:
        MediaRejected: as `probe` says, or ``no_video``.
        MediaFailed, Cancelled: as `Ffmpeg.run`.
    """
    info = probe(path, cancel=work.cancel)
    video = info.require_video()
    places = _places(video.display_size, sheet)
    count = sheet.columns * sheet.rows
    moments = [(number + 0.5) / count * video.duration for number in range(count)]
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="sheet-") as name:
        folder = Path(name)
        with (folder / "tiles").open("wb") as tiles:
            for number, moment in enumerate(moments):
                tiles.write(frame_at(ffmpeg, path, info, moment, places.tile, folder, Work(cancel=work.cancel)).frame)
                work.report((number + 1) / count * _SHARE_OF_READING, f"Reading picture {number + 1} of {count}")
        times = _times(moments, places, sheet) if sheet.times and places.tile[1] >= _LEAST_HEIGHT else None
        written = place_captions(times, fonts, folder, ffmpeg)
        ffmpeg.run(
            [*_arguments(places, sheet, written), "-y", "file:out.jpg"], folder=folder, work=work, timeout=_TIMEOUT
        )
        return (folder / "out.jpg").replace(target)


def _places(shown: Size, sheet: Sheet) -> _Places:
    gap = even(sheet.width / _GAP)
    width = even((sheet.width - gap * (sheet.columns + 1)) / sheet.columns - 1)
    height = even(width * shown[1] / shown[0])
    if height * sheet.rows > _HIGHEST:
        height = even(_HIGHEST / sheet.rows - 1)
        width = even(height * shown[0] / shown[1])
    whole = (
        width * sheet.columns + gap * (sheet.columns + 1),
        height * sheet.rows + gap * (sheet.rows + 1),
    )
    return _Places((width, height), gap, whole)


def _arguments(places: _Places, sheet: Sheet, written: bool) -> list[str]:
    width, height = places.tile
    source = ["-f", "rawvideo", "-pixel_format", "yuv420p", "-video_size", f"{width}x{height}", "-framerate", "1"]
    tile = f"tile={sheet.columns}x{sheet.rows}:margin={places.gap}:padding={places.gap}:color={_PAPER}"
    filters = [BT709, tile, *([CAPTIONS_FILTER] if written else []), JPEG_FILTERS]
    output = ["-frames:v", "1", "-q:v", "3", "-f", "image2", "-update", "1"]
    return [*source, "-i", "file:tiles", "-vf", ",".join(filters), *output]


def _times(moments: list[float], places: _Places, sheet: Sheet) -> str:
    """An ASS document with the time of each picture in its lower left corner."""
    size = max(12, min(places.tile) / 9)
    close = len(moments) > 1 and moments[1] - moments[0] < 1
    events = []
    for number, moment in enumerate(moments):
        row, column = divmod(number, sheet.columns)
        x = places.gap + column * (places.tile[0] + places.gap) + size * 0.4
        y = places.gap + row * (places.tile[1] + places.gap) + places.tile[1] - size * 0.3
        text = clock(moment, tenths=close)
        events.append(f"Dialogue: 0,0:00:00.00,9:00:00.00,Time,{{\\pos({x:.0f},{y:.0f})}}{text}")
    width, height = places.whole
    return _SCRIPT.format(
        width=width, height=height, size=f"{size:.0f}", outline=f"{size / 9:.1f}", events="\n".join(events)
    )


def clock(seconds: float, *, tenths: bool = False) -> str:
    """``1:02:03`` or ``2:03``, with tenths of a second if asked."""
    whole = int(seconds)
    minutes, rest = divmod(whole, 60)
    text = f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
    return f"{text}.{int(seconds * 10) % 10}" if tenths else text
