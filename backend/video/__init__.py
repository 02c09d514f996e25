"""Captioned videos: backgrounds, captions and sound into one MP4, and previews of the very same picture."""

from backend.video.backgrounds import Background, Clip, Colour, Gradient, Image, open_background, parse_colour
from backend.video.render import Rendered, RenderRequest, render

__all__ = [
    "Background",
    "Clip",
    "Colour",
    "Gradient",
    "Image",
    "RenderRequest",
    "Rendered",
    "open_background",
    "parse_colour",
    "render",
]
