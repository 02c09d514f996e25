"""The whole picture as one ffmpeg filter graph, and the inputs it reads. Pure: lists of strings, nothing run.

Rendering, the still preview and the preview clip all take their picture from `picture_graph`, so what is seen in a
preview is what is burned in. All names in it are ours and fixed; no user text or path ever gets here.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from backend.media.formats import INPUT_GUARD, MediaFormat
from backend.media.info import VideoStream
from backend.models import Fit, ImageEffect
from backend.video.picture.drawn import BT709, Drawn, raw_input, repeated
from backend.video.picture.fitting import Motion, Size, fitted, moving
from backend.video.picture.overlays import Box, laid_over

CAPTIONS_FILE = "subs.ass"
FONTS_FOLDER = "fonts"
CAPTIONS_FILTER = f"ass={CAPTIONS_FILE}:fontsdir={FONTS_FOLDER}"
TAGS = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv")
_SHORT_CLIP_FRAMES = 2
CRF = 20
"""x264's quality: no loss that is seen on a phone."""
KEY_SECONDS = 2
"""Key frames stand at every multiple of it, whatever is seen, and nothing refers across them."""


@dataclass(frozen=True)
class Source:
    """A background as the graph reads it: a file of a fixed name in the job's folder."""

    name: str
    form: MediaFormat | None
    """None for what the studio painted: a raw frame, or what ``drawn`` says."""
    video: VideoStream | None = None
    drawn: Drawn | None = None
    """What changes from frame to frame and is painted by the studio."""

    @property
    def still(self) -> bool:
        """Whether it is one picture, to be shown for as long as needed."""
        if self.form is None:
            return self.drawn is None
        return self.form.still or (self.video is not None and self.video.frames < _SHORT_CLIP_FRAMES)

    @property
    def inputs(self) -> int:
        """How many inputs of ffmpeg it takes."""
        return self.drawn.inputs if self.drawn else 1


@dataclass(frozen=True)
class Segment:
    """A source on screen: ``frames`` of it, beginning at its frame ``first`` of ``total``."""

    source: Source
    frames: int
    first: int
    total: int
    turn: int = 0
    """Its place among the backgrounds of the whole video, which decides which way it moves."""
    fit: Fit | None = None
    """Its own, where it is not the scene's; the same for the next."""
    effect: ImageEffect | None = None
    start: float = 0.0
    """Second of a clip at which its frame 0 is."""
    length: float | None = None
    """Seconds of a clip that are shown, the last picture being held after them; None begins it again at its end."""


@dataclass(frozen=True)
class Layer:
    """A picture over the background, on screen from frame ``start`` to before ``end`` of the whole video."""

    source: Source
    place: Box
    opacity: float
    start: int
    end: int


@dataclass(frozen=True)
class Scene:
    """Everything the picture depends on."""

    size: Size
    fps: int
    segments: tuple[Segment, ...]
    fit: Fit = "cover"
    effect: ImageEffect = "none"
    captions: bool = False
    """Whether `CAPTIONS_FILE` and `FONTS_FOLDER` are there to be burned in."""
    first_frame: int = 0
    """Number of the first frame in the whole video: captions are drawn for its time."""
    layers: tuple[Layer, ...] = ()
    """What lies over the background, the lowest first."""

    @property
    def frames(self) -> int:
        return sum(segment.frames for segment in self.segments)

    @property
    def inputs(self) -> int:
        """How many inputs of ffmpeg `picture_inputs` names."""
        return sum(segment.source.inputs for segment in self.segments) + len(self.seen)

    @property
    def seen(self) -> tuple[Layer, ...]:
        """The layers that are on screen at some time."""
        last = self.first_frame + self.frames
        return tuple(layer for layer in self.layers if layer.start < last and layer.end > self.first_frame)


def picture_inputs(scene: Scene) -> list[str]:
    """ffmpeg's input options: `Scene.inputs` inputs, those of the segments in order, then the layers'."""
    behind = [option for segment in scene.segments for option in _input(segment, scene)]
    return behind + [option for layer in scene.seen for option in _picture_input(layer.source, scene.fps)]


def picture_graph(scene: Scene, output: str = "picture") -> str:
    """The filter graph from the inputs to finished yuv420p frames at the pad ``[output]``."""
    firsts = itertools.accumulate((segment.source.inputs for segment in scene.segments), initial=0)
    chains = [
        f"{_segment_chain(number, first, segment, scene)}[s{number}]"
        for number, (first, segment) in enumerate(zip(firsts, scene.segments, strict=False))
    ]
    pads = "".join(f"[s{number}]" for number in range(len(chains)))
    joined = f"concat=n={len(chains)}:v=1:a=0," if len(chains) > 1 else ""
    layers = _layer_chains(scene)
    if layers:
        chains += [f"{pads}{joined}settb=1/{scene.fps},setpts=N[under0]", *layers]
        pads, joined = f"[under{len(scene.seen)}]", ""
    finish = [f"settb=1/{scene.fps}", f"setpts=N+{scene.first_frame}"]
    if scene.captions:
        finish.append(CAPTIONS_FILTER)
    if scene.first_frame:
        finish.append("setpts=N")
    finish += ["format=yuv420p", BT709]
    return ";".join([*chains, f"{pads}{joined}{','.join(finish)}[{output}]"])


def _input(segment: Segment, scene: Scene) -> list[str]:
    source = segment.source
    if source.drawn:
        return source.drawn.options(source.name, scene.fps)
    if source.form is None:
        return raw_input(source.name, scene.size, "yuv420p", scene.fps)
    if source.form.still:
        return _picture_input(source, scene.fps)
    window = [] if source.still else _clip_window(segment, scene.fps)
    return [*INPUT_GUARD, "-f", source.form.demuxer, *window, "-i", f"file:{source.name}"]


def _picture_input(source: Source, fps: int) -> list[str]:
    assert source.form  # noqa: S101 - it is a picture that somebody brought
    alone = ["-noautorotate", "-threads", "1", "-framerate", str(fps)]
    return [*INPUT_GUARD, "-f", source.form.demuxer, *alone, "-i", f"file:{source.name}"]


def _clip_window(segment: Segment, fps: int) -> list[str]:
    """Where a clip is read from, and how far or how often."""
    if segment.length is not None:
        begin = (segment.first - _lead(segment, fps)) / fps
        start = segment.start + begin
        return [*(["-ss", f"{start:.6f}"] if start else []), "-t", f"{segment.length - begin:.6f}"]
    start, repeats = _clip_start(segment, fps)
    if repeats:
        return ["-stream_loop", str(repeats)]
    # From the key frame before on, all are decoded: what is seen at the start may have come long before it.
    return ["-noaccurate_seek", "-ss", f"{start:.6f}"] if start else []


def _clip_start(segment: Segment, fps: int) -> tuple[float, int]:
    """Seconds of a clip that is repeated that are over when its segment begins, and how often it begins again."""
    assert segment.source.video  # noqa: S101 - only sources with pictures are clips
    length = max(segment.source.video.duration, 1 / fps)
    begin = segment.first / fps
    start = max(0.0, begin - int(begin / length + 1e-6) * length)
    return start, int((start + segment.frames / fps) / length)


def _lead(segment: Segment, fps: int) -> int:
    """Frames of a cut clip that are read before the first one shown, which is then chosen among the same pictures.

    Seeking drops pictures that begin earlier, also the one on screen. Of a clip that is over, its end is read.
    """
    video = segment.source.video
    assert video  # noqa: S101 - only sources with pictures are clips
    if segment.length is None:
        return 0
    first = min(segment.first, max(0, math.floor(segment.length * fps) - 1))
    longest = max(math.ceil(fps / max(video.fps, 1.0)) + 1, fps // 2)  # phones skip some when nothing moves
    return segment.first - max(0, first - longest)


def _segment_chain(number: int, first_input: int, segment: Segment, scene: Scene) -> str:
    """One source as exactly ``segment.frames`` frames, without a pad at the end."""
    if segment.source.drawn:
        return segment.source.drawn.chain(first_input, segment.frames, segment.first, scene.fps, f"p{number}")
    if not segment.source.still:
        return f"[{first_input}:v:0]{_clip_filters(number, segment, scene)}"
    once, each = _still_filters(number, segment, scene)
    filters = [part for part in (once, repeated(segment.frames, scene.fps), each) if part]
    return f"[{first_input}:v:0]{','.join(filters)}"


def _layer_chains(scene: Scene) -> list[str]:
    """Each layer over what is under it, from ``[under0]`` on."""
    first_input = scene.inputs - len(scene.seen)
    chains = []
    for number, layer in enumerate(scene.seen):
        video = layer.source.video
        assert video  # noqa: S101 - layers are pictures
        begin, end = layer.start - scene.first_frame, layer.end - scene.first_frame
        whole = begin <= 0 and end >= scene.frames
        when = "" if whole else f":enable='between(n,{begin},{end - 1})'"
        place = f"{layer.place.left}:{layer.place.top}:format=yuv420{when}"
        chains.append(f"[{first_input + number}:v:0]{laid_over(video, layer.place, layer.opacity)}[l{number}]")
        chains.append(f"[under{number}][l{number}]overlay={place}[under{number + 1}]")
    return chains


def _still_filters(number: int, segment: Segment, scene: Scene) -> tuple[str, str]:
    """Filters done once and filters done for every frame."""
    video = segment.source.video
    if video is None:
        return f"setsar=1,{BT709}", ""
    fit, effect = segment.fit or scene.fit, segment.effect or scene.effect
    if effect != "none" and video.still:
        motion = Motion(effect, segment.first, segment.total, scene.fps, segment.turn)
        return moving(video, scene.size, fit, motion, f"p{number}")
    return fitted(video, scene.size, fit, f"p{number}"), ""


def _clip_filters(number: int, segment: Segment, scene: Scene) -> str:
    """Even frame rate first when that drops frames, last when it adds some; the end is held if the clip falls short."""
    video = segment.source.video
    assert video  # noqa: S101 - only sources with pictures are clips
    rate = f"fps={scene.fps}:start_time=0"
    fit = fitted(video, scene.size, segment.fit or scene.fit, f"p{number}")
    start, repeats = (0.0, 0) if segment.length is not None else _clip_start(segment, scene.fps)
    if repeats and start:  # ffmpeg cannot both begin inside a clip and repeat it: what is over is passed by
        rate = f"setpts=round(PTS-{start:.6f}/TB),{rate}"
    order = (rate, fit) if video.fps > scene.fps else (fit, rate)
    lead = _lead(segment, scene.fps)
    shown = f"start_frame={lead}:end_frame={lead + segment.frames}" if lead else f"end_frame={segment.frames}"
    hold = f"tpad=stop=-1:stop_mode=clone,trim={shown}"
    return ",".join([*order, hold, f"settb=1/{scene.fps}", "setpts=N"])


def encode_picture(crf: int, fps: int, preset: str = "veryfast") -> list[str]:
    """Output options for H.264 that plays everywhere, seeks in two seconds' steps and can be cut there."""
    keys = ["-force_key_frames", f"expr:gte(t,n_forced*{KEY_SECONDS})", "-forced-idr", "1"]
    alike = ["-x264-params", "open-gop=0:stitchable=1"]
    return [
        "-c:v",
        "libx264",
        "-preset",
        preset,
        "-crf",
        str(crf),
        "-profile:v",
        "high",
        "-pix_fmt",
        "yuv420p",
        *("-g", str(fps * KEY_SECONDS), *keys, "-r", str(fps), *alike),
        *TAGS,
    ]


def file_output(name: str) -> Sequence[str]:
    """Output options for an MP4 that plays while it loads and says nothing about its inputs."""
    return (
        "-map_metadata",
        "-1",
        "-map_chapters",
        "-1",
        "-movflags",
        "+faststart",
        "-f",
        "mp4",
        "-y",
        f"file:{name}",
    )
