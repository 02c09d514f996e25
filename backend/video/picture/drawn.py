"""Backgrounds that the studio draws frame by frame: what each of them is to the graph."""

from __future__ import annotations

from typing import Protocol

from backend.video.picture.fitting import Size

BT709 = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
"""Said of painted frames, too: beside clips, ffmpeg 9 takes raw ones for BT.601 and converts each of them."""


class Drawn(Protocol):
    """A background made of small raw files that the studio painted. Every frame depends on its number alone."""

    @property
    def inputs(self) -> int:
        """How many inputs of ffmpeg it takes."""
        ...

    def options(self, name: str, fps: int) -> list[str]:
        """ffmpeg's options for its inputs; its files' names begin with ``name``."""
        ...

    def chain(self, number: int, frames: int, first: int, fps: int, label: str) -> str:
        """Filters from its inputs, the first of which is ``number``, to ``frames`` frames from its frame ``first`` on.

        They end without a pad. ``label`` makes the names of inner pads unique.
        """
        ...


def raw_input(name: str, size: Size, pixels: str, fps: int) -> list[str]:
    """ffmpeg's options for raw frames of our own, e.g. of the pixel format ``yuv420p``."""
    shape = ["-f", "rawvideo", "-pixel_format", pixels, "-video_size", f"{size[0]}x{size[1]}"]
    return [*shape, "-framerate", str(fps), "-i", f"file:{name}"]


def repeated(frames: int, fps: int) -> str:
    """Filters that show one picture for so many frames, numbered from 0."""
    again = f"loop=loop={frames - 1}:size=1:start=0," if frames > 1 else ""
    return f"trim=end_frame=1,{again}settb=1/{fps},setpts=N"
