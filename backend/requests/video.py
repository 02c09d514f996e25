"""What callers send to make videos, join them, lay one over another, and take pictures out of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from backend.models import AnimationFormat, CaptionLayout, Fit, ImageEffect, Position, Transition, Value, parse_size
from backend.requests.captions import GivenStyle
from backend.requests.fields import Script


class GenerateCaptionedVideo(Value):
    """From a script (or a narration, or a recording's narration_id) to finished videos."""

    script: Script = ""
    narration_id: str | None = None
    """Use this narration instead of a script."""
    audio: str | None = None
    """file_id of a recording to use instead; its words are recognised, unless ``captions_id`` has them."""
    voice: str = "af_heart"
    """A voice_id from ``list_voices``."""
    background: str | tuple[str, ...] | None = None
    """A colour (``#102030`` or a CSS name), ``gradient``, ``moving_gradient``, ``waveform`` (of the voice), the
    file_id of a picture or a video, or several of these; null is the gradient."""
    captions_style: GivenStyle = "bold_pop"
    """A name from ``list_caption_styles``, or a whole style as data."""
    sizes: Annotated[tuple[str, ...], Field(min_length=1, max_length=6)] = ("1080x1920",)
    """Frame sizes ``WIDTHxHEIGHT``; one video each."""
    fit: Fit = "cover"
    """How a background of another shape fills the frame."""
    image_effect: ImageEffect = "none"
    """Motion of still pictures."""
    music: str | None = None
    """file_id of the music."""
    music_volume: Annotated[float, Field(ge=0, le=1)] = 0.2
    """Beside the voice: 0 is silent, 1 as loud as it is."""
    duck: bool = True
    """Music steps back while someone speaks."""
    options: dict[str, Any] = Field(default_factory=dict)
    """``speed``, ``seed``, ``loudness``, ``engine``, ``language``, ``verify``, ``options`` as in ``generate_speech``,
    ``layout`` as in ``make_captions``; of the picture ``shots`` and ``layers``; of the sound ``video_loudness``,
    ``duck_distance``, ``music_start``, ``music_fade_in``, ``music_fade_out`` and ``audio_export``. See
    docs/video.md."""
    captions_id: str | Annotated[tuple[str, ...], Field(min_length=1, max_length=6)] | None = None
    """Captions of this narration or recording, to be burned in as they are, e.g. edited ones: one captions_id, or one
    for each size. They keep their own style and layout; a size that has none gets the words of the first."""


class PreviewVideo(GenerateCaptionedVideo):
    """See one moment of a video exactly as it will be rendered, before it is; takes what ``generate_captioned_video``
    takes."""

    time: Annotated[float, Field(ge=0, le=86_400)] = 0.0
    """Seconds; past the end means the last frame. Of a script that was not spoken yet, by a guess of its length."""
    size: str | None = None
    """The frame to draw, ``WIDTHxHEIGHT``; null is the first of ``sizes``."""
    width: Annotated[int, Field(ge=64, le=3840)] | None = None
    """Pixels across of a small JPEG that is quick to send; null is the frame as it is, a PNG."""
    seconds: Annotated[float, Field(ge=0, le=10)] = 0.0
    """0 gives a ``picture``, more instead a short silent ``clip`` of that length, or to the video's end."""


class MergeVideos(Value):
    """Put videos behind each other, of any codec, size and rate; what needs no change is copied bit for bit."""

    videos: Annotated[tuple[str, ...], Field(min_length=1, max_length=100)]
    """file_ids, in order."""
    background_music: str | None = None
    """file_id of music under all of it; it begins again where it is shorter."""
    background_music_volume: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Beside the sound of the videos: 0 is silent, 1 as loud as it is."""
    transition: Transition = "none"
    """How one becomes the next. ``none`` (or ``cut``) lasts no time; ``fade`` goes through black, ``dissolve`` lets one
    shine through the other, ``slide``, ``wipe`` (both also ``_right``, ``_up``, ``_down``), ``zoom`` and ``circle``
    move. The sounds cross as well."""
    transition_seconds: Annotated[float, Field(ge=0.1, le=5)] = 0.5
    """For so long both videos are on screen; the result is shorter by it."""
    size: str | None = None
    """Frame ``WIDTHxHEIGHT`` in pixels; null takes the first video's."""
    fit: Fit = "contain"
    """How a video of another shape fills the frame: with bars (``contain``), cut (``cover``), or over its own blurred
    picture (``blur``)."""

    @field_validator("size")
    @classmethod
    def _is_a_size(cls, size: str | None) -> str | None:
        if size is not None:
            parse_size(size)
        return size


class AddColorkeyOverlay(Value):
    """Lay a video with a coloured screen over another one, the screen taken out."""

    video: str
    """file_id of the video below, whose length, size and sound the result has."""
    overlay: str
    """file_id of the video (or picture) above."""
    color: str = "green"
    """Of the screen: ``green`` or ``blue`` find its very shade in the overlay; else a CSS name or ``#rrggbb``."""
    similarity: Annotated[float, Field(ge=0.01, le=1)] = 0.1
    """How much else is taken for the screen: 0.01 only its very colour, 1 everything."""
    blend: Annotated[float, Field(ge=0, le=1)] = 0.1
    """How gradually it goes over into what stays: 0 is a hard edge."""
    spill: Annotated[float, Field(ge=0, le=1)] = 1.0
    """How much of the screen's shine is taken off hair, skin and edges."""
    position: Position = "center"
    """Where the overlay lies, where it leaves room."""
    scale: Annotated[float, Field(ge=0.05, le=4)] = 1.0
    """1 is as large as fits into the frame; more is cut off at its edges."""
    loop: bool = True
    """Begin again until the end; else once through."""
    start: Annotated[float, Field(ge=0, le=86_400)] = 0.0
    """Seconds of the video at which the overlay comes."""
    end: Annotated[float, Field(gt=0, le=86_400)] | None = None
    """Seconds at which it goes; null lasts to the end."""


class PreviewColorkeyOverlay(AddColorkeyOverlay):
    """See one moment of ``add_colorkey_overlay`` at once, to tune it; takes what that takes."""

    time: Annotated[float, Field(ge=0, le=86_400)] = 1.0
    """Seconds; past the end means the last frame."""
    view: Literal["result", "matte"] = "result"
    """``matte`` shows what stays of the overlay as white, what goes as black."""
    height: Annotated[int, Field(ge=64, le=2160)] = 720
    """Pixels of the picture, at most."""


class Media(Value):
    """One recording or video."""

    video: str
    """file_id"""


class VideoInfo(Media):
    """What a video is: how long, how large, how it is written."""


class AudioMedia(Value):
    """What a recording is, or the sound of a video: how long, how many channels, how it is written."""

    audio: str
    """file_id"""
    measure: bool = False
    """Also play it to its end and say how loud it is; of recordings of up to a quarter of an hour."""


class ExtractFrame(Value):
    """One picture out of a video."""

    video: str
    """file_id"""
    timestamp: Annotated[float, Field(ge=0, le=86_400)] = 1.0
    """Seconds; past the end means the last frame."""


class MakeThumbnail(Value):
    """One picture out of a video with words on it, as people put before their videos."""

    video: str
    """file_id of a video or a picture."""
    text: Annotated[str, Field(max_length=200)] = ""
    """What is written on it; a new line where you break one."""
    timestamp: Annotated[float, Field(ge=0, le=86_400)] = 1.0
    """Seconds; past the end means the last frame."""
    style: GivenStyle = "bold_pop"
    """A name from ``list_caption_styles``, or a whole style as data."""
    size: str | None = None
    """``WIDTHxHEIGHT`` in pixels; null is the video's own, at most 1920 a side."""
    fit: Fit = "cover"
    """How a video of another shape fills the picture."""
    layout: CaptionLayout = CaptionLayout()
    """Where and how large the words are, as in ``make_captions``."""


class MakeContactSheet(Value):
    """Moments of a video, evenly spread, on one picture."""

    video: str
    """file_id"""
    columns: Annotated[int, Field(ge=1, le=8)] = 4
    """Pictures beside each other."""
    rows: Annotated[int, Field(ge=1, le=8)] = 3
    """Pictures below each other."""
    width: Annotated[int, Field(ge=320, le=4096)] = 1280
    """Pixels of the whole."""
    times: bool = True
    """Whether each picture says when it is."""


class MakeAnimation(Value):
    """A few seconds of a video as a GIF or WebP that plays by itself."""

    video: str
    """file_id"""
    start: Annotated[float, Field(ge=0, le=86_400)] = 0.0
    """Seconds."""
    seconds: Annotated[float, Field(ge=0.2, le=15)] = 3.0
    """How long it plays before it begins again."""
    width: Annotated[int, Field(ge=64, le=1080)] = 480
    """Pixels; never more than the video has."""
    fps: Annotated[int, Field(ge=1, le=30)] = 12
    """Pictures a second."""
    animation_format: AnimationFormat = "gif"
    """``gif`` plays everywhere; ``webp`` has a third of the bytes and all colours."""
