"""Captioned videos: backgrounds, captions and sound into one MP4, and previews of the very same picture."""

from backend.video.animation import Excerpt, animation
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
from backend.video.contact_sheet import Sheet, contact_sheet
from backend.video.frames import extract_frame, frame_at, thumbnail
from backend.video.metering import Metered, hear
from backend.video.mixing import export_mix
from backend.video.overlays import Overlay
from backend.video.patching import Earlier, Find, Prints
from backend.video.preview import Look, paint, preview_clip, preview_still, video_still
from backend.video.render import Rendered, RenderRequest, render, render_sizes
from backend.video.room import check_room
from backend.video.showing import check_trim
from backend.video.sound import Fades
from backend.video.timeline import frame_count
from backend.video.trying import Encoders
from backend.video.volume import check_volume

__all__ = [
    "BACKGROUND_WORDS",
    "Background",
    "Clip",
    "Colour",
    "Earlier",
    "Encoders",
    "Excerpt",
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
    "Sheet",
    "Waveform",
    "animation",
    "check_room",
    "check_trim",
    "check_volume",
    "contact_sheet",
    "export_mix",
    "extract_frame",
    "frame_at",
    "frame_count",
    "hear",
    "open_background",
    "paint",
    "parse_colour",
    "preview_clip",
    "preview_still",
    "render",
    "render_sizes",
    "thumbnail",
    "video_still",
]
