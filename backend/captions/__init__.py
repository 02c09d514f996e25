"""Words into captions: cues, styles, fonts and files. Pure: nothing here knows of video or starts a process."""

from backend.captions.ass import ass_document
from backend.captions.bringing import BROUGHT_FORMATS, BroughtFormat, read_captions
from backend.captions.cards import TEMPLATES, Card, Progress, Title, put_beneath
from backend.captions.catalogue import STYLES, find_style, list_styles, read_style
from backend.captions.checks import glyph_warnings, missing_glyphs, warnings
from backend.captions.cues import broken_into_lines, make_cues
from backend.captions.files import caption_files, timing_files
from backend.captions.fonts import FONTS, describe_font, is_own_font, list_fonts
from backend.captions.safe_zones import SAFE_ZONES, SafeZone, list_safe_zones
from backend.captions.samples import StyleSample, style_sample
from backend.captions.spoken import words_of
from backend.captions.style import CUSTOM, CaptionStyle
from backend.captions.subtitles import parse_subtitles
from backend.captions.text import decode_text, one_line

__all__ = [
    "BROUGHT_FORMATS",
    "CUSTOM",
    "FONTS",
    "SAFE_ZONES",
    "STYLES",
    "TEMPLATES",
    "BroughtFormat",
    "CaptionStyle",
    "Card",
    "Progress",
    "SafeZone",
    "StyleSample",
    "Title",
    "ass_document",
    "broken_into_lines",
    "caption_files",
    "decode_text",
    "describe_font",
    "find_style",
    "glyph_warnings",
    "is_own_font",
    "list_fonts",
    "list_safe_zones",
    "list_styles",
    "make_cues",
    "missing_glyphs",
    "one_line",
    "parse_subtitles",
    "put_beneath",
    "read_captions",
    "read_style",
    "style_sample",
    "timing_files",
    "warnings",
    "words_of",
]
