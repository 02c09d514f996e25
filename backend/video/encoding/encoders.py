"""Encoders of pictures: what each is told for a codec and a quality. Pure; `trying.py` says which ones work.

The software ones come with ffmpeg. Those of graphics cards are faster, make larger files of the same looks, and a list
of them says nothing of what works: servers' cards have none, containers lack the driver.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backend.compositions import Codec, Quality
from backend.video.picture.graph import CRF, KEY_SECONDS, TAGS, encode_picture

_NAMES: dict[Codec, str] = {"h264": "h264", "h265": "hevc", "av1": "av1"}
READ_AS: dict[Codec, tuple[str, ...]] = {"h264": ("h264",), "h265": ("hevc",), "av1": ("av1", "libdav1d")}
"""What a finished file's codec is called when it is read back."""
CALLED: dict[Codec, str] = {"h264": "H.264", "h265": "H.265", "av1": "AV1"}
_X264: dict[Quality, tuple[str, int]] = {
    "draft": ("superfast", 27),
    "standard": ("veryfast", CRF),
    "best": ("slow", 17),
}
"""Preset and CRF: a draft takes two thirds of the time, the best five times as long."""
_X265: dict[Quality, tuple[str, int]] = {
    "draft": ("ultrafast", 30),
    "standard": ("superfast", 24),
    "best": ("medium", 20),
}
_SVT: dict[Quality, tuple[str, int]] = {"draft": ("12", 45), "standard": ("10", 33), "best": ("6", 26)}
_STEPS: dict[Quality, int] = {"draft": 29, "standard": 23, "best": 18}
"""Quantiser of encoders in hardware."""
_RENDER_NODE = "/dev/dri/renderD128"
Kind = Literal["software", "nvenc", "qsv", "vaapi", "videotoolbox", "amf"]
HARDWARE: tuple[Kind, ...] = ("nvenc", "qsv", "vaapi", "videotoolbox", "amf")
"""In the order in which they are tried."""


@dataclass(frozen=True)
class Encoder:
    """One way to write pictures."""

    name: str
    """ffmpeg's."""
    codec: Codec
    options: tuple[str, ...]
    """What it is told, but for key frames and colours, which all are told."""
    device: tuple[str, ...] = ()
    """ffmpeg's options that open the hardware; they stand before all inputs."""
    upload: str = ""
    """Filters that bring a finished frame into the hardware."""

    @property
    def hardware(self) -> bool:
        return not self.name.startswith("lib")

    def arguments(self, fps: int) -> list[str]:
        """ffmpeg's output options for pictures at ``fps`` frames a second."""
        if self.name == "libx264":
            preset, crf = self.options
            return encode_picture(int(crf), fps, preset)
        keys = ["-g", str(fps * KEY_SECONDS), "-force_key_frames", f"expr:gte(t,n_forced*{KEY_SECONDS})"]
        return ["-c:v", self.name, *self.options, *keys, "-r", str(fps), *_tag(self.codec), *TAGS]

    @property
    def depends_on(self) -> list[str]:
        """All that the bits depend on, but the frame rate."""
        return [*self.arguments(1), *self.device, self.upload]

    def taken_from(self, pad: str) -> tuple[str, str]:
        """What is added to a graph that ends at ``pad``, and the pad that is then encoded."""
        return (f";[{pad}]{self.upload}[{pad}up]", f"[{pad}up]") if self.upload else ("", f"[{pad}]")


def x264(preset: str, crf: int = CRF) -> Encoder:
    """The usual one; its options are preset and CRF, which `backend.video.picture.graph.encode_picture` takes."""
    return Encoder("libx264", "h264", (preset, str(crf)))


def software(codec: Codec, quality: Quality) -> Encoder:
    """The encoder that runs on any processor."""
    if codec == "h264":
        preset, crf = _X264[quality]
        return x264(preset, crf)
    if codec == "h265":
        preset, crf = _X265[quality]
        alike = ("-forced-idr", "1", "-x265-params", "open-gop=0:log-level=error")
        return Encoder("libx265", codec, ("-preset", preset, "-crf", str(crf), "-pix_fmt", "yuv420p", *alike))
    preset, crf = _SVT[quality]
    return Encoder("libsvtav1", codec, ("-preset", preset, "-crf", str(crf), "-pix_fmt", "yuv420p"))


USUAL = software("h264", "standard")
"""What a video is encoded by where nothing else is asked for."""


def in_hardware(kind: Kind, codec: Codec, quality: Quality) -> Encoder | None:
    """The encoder of a graphics card; None where that kind never writes this codec."""
    step = str(_STEPS[quality])
    name = f"{_NAMES[codec]}_{kind}"
    if kind == "nvenc":
        effort = {"draft": "p2", "standard": "p4", "best": "p6"}[quality]
        rate = ("-rc", "vbr", "-cq", step, "-b:v", "0")
        return Encoder(name, codec, ("-preset", effort, *rate, "-forced-idr", "1", "-pix_fmt", "yuv420p"))
    if kind == "qsv":
        effort = {"draft": "veryfast", "standard": "medium", "best": "slow"}[quality]
        keys = () if codec == "av1" else ("-forced_idr", "1")
        return Encoder(name, codec, ("-preset", effort, "-global_quality", step, *keys, "-pix_fmt", "nv12"))
    if kind == "vaapi":
        device = ("-vaapi_device", _RENDER_NODE)
        return Encoder(name, codec, ("-rc_mode", "CQP", "-qp", step), device, "format=nv12,hwupload")
    if kind == "videotoolbox":
        if codec == "av1":
            return None
        share = {"draft": "45", "standard": "60", "best": "75"}[quality]
        return Encoder(name, codec, ("-q:v", share, "-realtime", "0", "-pix_fmt", "yuv420p"))
    effort = {"draft": "speed", "standard": "balanced", "best": "quality"}[quality]
    rate = ("-rc", "cqp", "-qp_i", step, "-qp_p", step)
    return Encoder(name, codec, ("-quality", effort, *rate, "-pix_fmt", "nv12"))


def _tag(codec: Codec) -> tuple[str, ...]:
    """H.265 as players of Apple's know it."""
    return ("-tag:v", "hvc1") if codec == "h265" else ()
