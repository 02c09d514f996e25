"""What callers send about captions, their styles and fonts."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from backend.models import CaptionLayout, Cue, CueWord, Value


class ConvertTranscript(Value):
    """The words alone out of a subtitle file, a table or a text."""

    file: str
    """SRT, VTT, CSV (columns in any order) or TXT."""


GivenStyle = str | dict[str, Any]
"""A name from ``list_caption_styles``, the id of a style of your own, or a whole style as data."""


class MakeCaptions(Value):
    """Turn words into captions."""

    source: str | tuple[CueWord, ...]
    """A narration_id, a list of words, or the file_id of an SRT, VTT, ASS, CSV or JSON file."""
    style: GivenStyle = "bold_pop"
    """A name from ``list_caption_styles``, or a whole style as data."""
    size: str = "1080x1920"
    """Frame ``WIDTHxHEIGHT`` in pixels."""
    layout: CaptionLayout = CaptionLayout()
    """How cues are cut and placed; null fields take the style's own value."""
    keep_cues: bool = False
    """Of a file: keep its captions as they are, instead of cutting its words anew for the style."""


class UpdateCaptions(Value):
    """Change captions; the result is their next version."""

    captions_id: str
    """What ``make_captions`` called them."""
    cues: tuple[Cue, ...] | None = None
    """All cues, edited; null leaves them."""
    style: GivenStyle | None = None
    """Another style (its name, or the whole of it as data); the words are cut anew for it."""
    layout: CaptionLayout | None = None
    """Another layout; the words are cut anew for it."""


class RealignCaptions(Value):
    """Put the words of captions anew to where they are said; the result is their next version."""

    captions_id: str
    """What ``make_captions`` called them."""
    first: Annotated[int, Field(ge=0)] = 0
    """The first cue, from 0."""
    last: Annotated[int, Field(ge=0)] | None = None
    """The last one; null is the last of all."""
    media: str | None = None
    """file_id of the recording; not needed for captions of a narration."""
    language: str = "auto"
    """A tag such as ``en``; ``auto`` is the narration's own, or recognised."""


class PreviewCaptions(Value):
    """See captions exactly as they will be burned in."""

    captions_id: str
    """What ``make_captions`` called them."""
    time: Annotated[float, Field(ge=0, le=86_400)]
    """Seconds."""
    background: str | None = None
    """A file_id of an image or video, or a colour; null is a quiet gradient."""
    seconds: Annotated[float, Field(ge=0, le=10)] = 0.0
    """0 gives an image, more a short silent clip of that length."""


class ListCaptionStyles(Value):
    """All caption styles: those that come with the studio, and your own."""


class SaveCaptionStyle(Value):
    """Keep a caption style of your own."""

    style: str | dict[str, Any]
    """The whole style as data, such as an entry of ``list_caption_styles`` with changes, or the file_id of a JSON file
    with it."""
    title: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    """What people call it; null is the title it brings."""
    style_id: str | None = None
    """Change this style of your own; null makes a new one."""


class DeleteCaptionStyle(Value):
    """Delete a caption style of your own; what was made with it stays as it is."""

    style_id: str
    """What ``save_caption_style`` called it (its ``name``)."""


class ListFonts(Value):
    """All fonts that captions can use: those that come with the studio, and your own."""


class UploadFont(Value):
    """Check a font of your own and keep it for captions."""

    file: str
    """A TTF, OTF, WOFF or WOFF2 file of one font."""
    title: Annotated[str, Field(max_length=60)] = ""
    """What people call it; empty is the name it brings."""
    weight: Annotated[float, Field(ge=1, le=1000)] | None = None
    """Weight that a variable font is set to, 400 for regular, 700 for bold; null is its own default."""


class DeleteFont(Value):
    """Delete a font of your own; captions in it are drawn in a bundled one from then on."""

    font_id: str
    """What ``upload_font`` called it."""
