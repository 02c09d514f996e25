"""Words into captions: cues, styles, fonts and files. Pure: nothing here knows of video or starts a process."""

from backend.captions.ass import ass_document
from backend.captions.cues import make_cues
from backend.captions.files import caption_files, timing_files
from backend.captions.fonts import FONTS, list_fonts
from backend.captions.spoken import words_of
from backend.captions.style import STYLES, CaptionStyle, find_style, list_styles

__all__ = [
    "FONTS",
    "STYLES",
    "CaptionStyle",
    "ass_document",
    "caption_files",
    "find_style",
    "list_fonts",
    "list_styles",
    "make_cues",
    "timing_files",
    "words_of",
]
