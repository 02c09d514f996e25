"""Captioned videos: backgrounds, captions and sound into one MP4, and previews of the very same picture."""

from backend.video.backgrounds import (
    BACKGROUND_WORDS,
    Background,
    Clip,
    Colour,
    Gradient,
    Image,
    MovingGradient,
    Painted,
    Waveform,
    open_background,
    parse_colour,
)
from backend.video.frames import extract_frame, thumbnail
from backend.video.metering import Metered
from backend.video.mixing import export_mix
from backend.video.overlays import Overlay
from backend.video.patching import Earlier, Find, Prints
from backend.video.preview import Look, paint, preview_clip, preview_still, video_still
from backend.video.render import Rendered, RenderRequest, render
from backend.video.showing import check_trim
from backend.video.sound import Fades
from backend.video.timeline import frame_count
from backend.video.volume import check_volume

__all__ = [
    "BACKGROUND_WORDS",
    "Background",
    "Clip",
    "Colour",
    "Earlier",
    "Fades",
    "Find",
    "Gradient",
    "Image",
    "Look",
    "Metered",
    "MovingGradient",
    "Overlay",
    "Painted",
    "Prints",
    "RenderRequest",
    "Rendered",
    "Waveform",
    "check_trim",
    "check_volume",
    "export_mix",
    "extract_frame",
    "frame_count",
    "open_background",
    "paint",
    "parse_colour",
    "preview_clip",
    "preview_still",
    "render",
    "thumbnail",
    "video_still",
]
