"""How one clip becomes the next: a table of pictures' transitions, and what the sound does meanwhile. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from backend.models import Transition


@dataclass(frozen=True)
class Crossing:
    """A way from one clip to the next, for as long as both are on screen."""

    xfade: str | None
    """ffmpeg's name of it; None goes through black and silence: the first has gone before the second comes."""
    zoom: bool = False
    """Whether the first clip comes nearer meanwhile."""

    @property
    def through_black(self) -> bool:
        return self.xfade is None


CROSSINGS: dict[Transition, Crossing] = {
    "fade": Crossing(None),
    "dissolve": Crossing("fade"),
    "slide": Crossing("slideleft"),
    "slide_right": Crossing("slideright"),
    "slide_up": Crossing("slideup"),
    "slide_down": Crossing("slidedown"),
    "wipe": Crossing("smoothleft"),
    "wipe_right": Crossing("smoothright"),
    "wipe_up": Crossing("smoothup"),
    "wipe_down": Crossing("smoothdown"),
    "zoom": Crossing("fade", zoom=True),
    "circle": Crossing("circleopen"),
}
"""All but ``none`` and ``cut``, where one clip ends and the next begins."""


_ZOOM_INSET = 0.3
"""Share of each side that a clip has lost once it has come nearer: it is two and a half times as large then."""


def crossing_chains(crossing: Crossing, frames: int, fps: int, pads: tuple[str, str], output: str) -> list[str]:
    """Filter chains from two clips of ``frames`` each, at the pads of these names, to the frames between them.

    ``xfade`` goes by the time of its frames and steadily, which looks like a machine; so frames are given the times at
    which a steady move would be where an eased one is. What stands there first is the first clip alone; the next
    clip alone follows what stands there last. ffmpeg's own way through black never is black, and its zoom ends in one
    pixel, so those are done here.
    """
    one, other = pads
    clock = f"settb=1/{fps},setpts=N[{output}]"
    if crossing.xfade is None:
        half = frames // 2
        gone = f"[{one}]trim=end_frame={half},fade=t=out:s=0:n={half}[{one}f]"
        come = f"[{other}]trim=start_frame={half},setpts=N,fade=t=in:s=0:n={frames - half}[{other}f]"
        return [gone, come, f"[{one}f][{other}f]concat=n=2:v=1:a=0,{clock}"]
    eased = f"settb=1/1000000,setpts='1000000*(0.5-0.5*cos(PI*N/{frames}))'"
    nearer = f"{_nearer(frames)}," if crossing.zoom else ""
    meet = f"xfade=transition={crossing.xfade}:duration=1:offset=0"
    return [f"[{one}]{nearer}{eased}[{one}e]", f"[{other}]{eased}[{other}e]", f"[{one}e][{other}e]{meet},{clock}"]


def _nearer(frames: int) -> str:
    """A picture that comes nearer, faster and faster, exact to a fraction of a pixel."""
    inset = f"{_ZOOM_INSET}*pow((on-1)/{frames},1.3)"
    left, top, right, bottom = f"W*{inset}", f"H*{inset}", f"W*(1-{inset})", f"H*(1-{inset})"
    corners = f"x0='{left}':y0='{top}':x1='{right}':y1='{top}':x2='{left}':y2='{bottom}':x3='{right}':y3='{bottom}'"
    return f"perspective={corners}:interpolation=linear:eval=frame"
