"""A video with another one over it whose screen is taken out: filter graphs and inputs. Pure: lists of strings.

All names in them are ours and fixed; no user text or path ever gets here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backend.media.decoding import muted
from backend.media.formats import INPUT_GUARD
from backend.media.info import MediaInfo
from backend.models import Position
from backend.video.picture.drawn import BT709
from backend.video.picture.fitting import Size, contain_size, fitted, source_matrix, toned, upright
from backend.video.picture.footage import frames_of
from backend.video.sound.graph import SAMPLE_RATE

BASE, OVERLAY, OPACITY_CUBE, COLOUR_CUBE = "base", "overlay", "opacity.cube", "colour.cube"
"""Files in the job's folder."""
_RGB = "flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"
_PLACES: dict[Position, tuple[float, float]] = {
    "center": (0.5, 0.5),
    "top": (0.5, 0),
    "bottom": (0.5, 1),
    "left": (0, 0.5),
    "right": (1, 0.5),
    "top_left": (0, 0),
    "top_right": (1, 0),
    "bottom_left": (0, 1),
    "bottom_right": (1, 1),
}
"""Share of the room beside the overlay that lies left of it and above it."""
View = Literal["result", "matte"]


@dataclass(frozen=True)
class Overlaid:
    """Everything the picture depends on, but the tables of colours."""

    base: MediaInfo
    overlay: MediaInfo
    size: Size
    fps: int
    frames: int
    """Of the result."""
    first: int
    """Frame at which the overlay comes."""
    last: int
    """Frame at which it has gone."""
    position: Position = "center"
    scale: float = 1.0
    loop: bool = True

    @property
    def inner_size(self) -> Size:
        """Of the overlay: at a scale of 1 as large as fits into the frame."""
        most = (max(2, round(self.size[0] * self.scale)), max(2, round(self.size[1] * self.scale)))
        return contain_size(self.overlay.require_video().display_size, most)

    @property
    def corner(self) -> tuple[int, int]:
        """Where the overlay's upper left corner lies; even, as its colours are stored for pairs of pixels."""
        across, down = _PLACES[self.position]
        inner = self.inner_size
        return tuple(
            round((self.size[side] - inner[side]) * share / 2) * 2 for side, share in enumerate((across, down))
        )  # type: ignore[return-value]

    @property
    def is_still(self) -> bool:
        """Whether the overlay is one picture."""
        video = self.overlay.require_video()
        return video.still or video.frames < 2

    @property
    def shown(self) -> int:
        """Frames of the overlay that are on screen."""
        room = self.last - self.first
        return room if self.loop or self.is_still else min(room, frames_of(self.overlay, self.fps))


def overlay_inputs(overlaid: Overlaid, at: float = 0.0) -> list[str]:
    """ffmpeg's input options: the video, then the overlay; from ``at`` (seconds of the result) on."""
    begin = ["-ss", f"{at:.6f}"] if at else []
    inside = at - overlaid.first / overlaid.fps
    length = max(overlaid.overlay.require_video().duration, 1 / overlaid.fps)
    if overlaid.is_still:
        again = ["-noautorotate"] if overlaid.overlay.form.still else []
    else:
        repeats = int((overlaid.last - overlaid.first) / overlaid.fps / length) if overlaid.loop else 0
        again = ["-stream_loop", str(repeats)] if repeats and not at else []
        again += ["-ss", f"{inside % length:.6f}"] if at and inside > 0 else []
    base = [*INPUT_GUARD, *begin, "-f", overlaid.base.form.demuxer, "-i", f"file:{BASE}"]
    return [*base, *INPUT_GUARD, *again, "-f", overlaid.overlay.form.demuxer, "-i", f"file:{OVERLAY}"]


def overlay_graph(overlaid: Overlaid, output: str = "picture") -> str:
    """The graph from both inputs to finished yuv420p frames at the pad ``[output]``."""
    base = f"[0:v:0]{_base(overlaid)},tpad=stop=-1:stop_mode=clone,trim=end_frame={overlaid.frames}"
    clock = f"settb=1/{overlaid.fps},setpts=N"
    x, y = overlaid.corner
    return ";".join(
        [
            f"{base},{clock}[base]",
            *_keyed(overlaid, "result"),
            f"[keyed]{_timed(overlaid)}[timed]",
            f"[base][timed]overlay={x}:{y}:format=yuv420:eof_action=pass,{clock},format=yuv420p,{BT709}[{output}]",
        ]
    )


def look_graph(overlaid: Overlaid, view: View, visible: bool, height: int, output: str = "picture") -> str:
    """The graph for one frame, at most ``height`` pixels high and ready for a JPEG, at the pad ``[output]``.

    Args:
        view: the result, or what of the overlay is opaque (white) and what is not (black).
        visible: whether the overlay is on screen then.
    """
    shrink = f"scale=-2:'min({height},ih)':flags=area:in_color_matrix=bt709:in_range=tv"
    show = f"{shrink}:out_color_matrix=bt601:out_range=pc,format=yuvj420p,setsar=1[{output}]"
    base = f"[0:v:0]trim=end_frame=1,{_base(overlaid)},setpts=0"
    if view == "matte":
        base += ",drawbox=t=fill:color=black"
    if not visible:
        return f"{base},{show}"
    x, y = overlaid.corner
    over = f"[base][keyed]overlay={x}:{y}:format=yuv420,format=yuv420p"
    return ";".join([f"{base}[base]", *_keyed(overlaid, view, "trim=end_frame=1,setpts=0,"), f"{over},{show}"])


def sound_filters(overlaid: Overlaid) -> str:
    """The video's own sound as it was, as long as its picture to the sample."""
    samples = round(overlaid.frames * SAMPLE_RATE / overlaid.fps)
    same = f"aresample={SAMPLE_RATE}:async=1:first_pts=0,aformat=sample_fmts=fltp:channel_layouts=stereo"
    first = "".join(f"{each}," for each in muted(overlaid.base.require_audio()))
    return f"[0:a:0]{first}{same},apad=whole_len={samples},atrim=end_sample={samples}"


def _base(overlaid: Overlaid) -> str:
    video = overlaid.base.require_video()
    fit = fitted(video, overlaid.size, "cover", "base")
    rate = f"fps={overlaid.fps}:start_time=0"
    return f"{rate},{fit}" if video.fps > overlaid.fps else f"{fit},{rate}"


def _keyed(overlaid: Overlaid, view: View, first: str = "") -> list[str]:
    """Chains that make the overlay, at its size, with its screen taken out: to the pad ``[keyed]``."""
    video = overlaid.overlay.require_video()
    width, height = overlaid.inner_size
    rate = "" if overlaid.is_still or first else f"fps={overlaid.fps}:start_time=0,"
    seen = [*upright(video), *toned(video, (width, height))]
    whole = [*seen, f"scale={width}:{height}:{source_matrix(video)}{_RGB}", "format=gbrp,setsar=1"]
    colours = f"lut3d=file={COLOUR_CUBE}" if view == "result" else "lutrgb=r=255:g=255:b=255"
    back = f"scale={_RGB}:out_color_matrix=bt709:out_range=tv,format=yuva420p"
    return [
        f"[1:v:0]{first}{rate}{','.join(whole)},split=2[c][o]",
        f"[c]{colours},format=gbrap[colours]",
        f"[o]lut3d=file={OPACITY_CUBE},extractplanes=g[opacity]",
        f"[colours][opacity]alphamerge,{back}[keyed]",
    ]


def _timed(overlaid: Overlaid) -> str:
    """The overlay's frames at their places among those of the video."""
    still = "trim=end_frame=1,loop=loop=-1:size=1:start=0," if overlaid.is_still else ""
    clock = f"settb=1/{overlaid.fps},setpts=N+{overlaid.first}"
    return f"{still}trim=end_frame={overlaid.shown},{clock}"
