"""Captioned videos: backgrounds, captions and sound into one MP4, and previews of the very same picture."""

from backend.video.backgrounds.kinds import (
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
from backend.video.encoding.trying import Encoders
from backend.video.picture.overlays import Overlay
from backend.video.picture.timeline import frame_count
from backend.video.picture.volume import check_volume
from backend.video.rendering.patching import Earlier, Find, Prints
from backend.video.rendering.preview import Look, paint, preview_clip, preview_still, video_clip, video_still
from backend.video.rendering.render import Rendered, render, render_sizes
from backend.video.rendering.request import RenderRequest
from backend.video.rendering.room import check_room
from backend.video.rendering.showing import check_trim
from backend.video.sound.graph import Fades
from backend.video.sound.metering import Metered, hear
from backend.video.sound.mixing import export_mix
from backend.video.stills.animation import Excerpt, animation
from backend.video.stills.contact_sheet import Sheet, contact_sheet
from backend.video.stills.frames import extract_frame, frame_at, thumbnail

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
    "video_clip",
    "video_still",
]
