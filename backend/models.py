"""Every value that crosses a front or a process: requests, results, and what they are made of.

All are frozen. Times are seconds as floats. A field's bounds stand here once; the page, the API, the command line
and the API reference are all drawn from them. Field names and defaults are a promise to callers.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

AudioFormat = Literal["wav", "mp3", "flac", "opus", "m4a"]
TimingFormat = Literal["srt", "vtt", "csv", "json", "ass"]
WordSource = Literal["engine", "aligned", "recognised", "edited"]
Fit = Literal["cover", "contain", "blur"]
ImageEffect = Literal["none", "ken_burns", "pan"]
CaptionPosition = Literal["top", "center", "bottom"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
Gender = Literal["female", "male", "unknown"]

MAX_SCRIPT_CHARACTERS = 20_000
"""Characters of one script; above that a job is refused before it is queued."""
MIN_SIDE, MAX_SIDE = 64, 3840
"""Pixels of a frame's shorter and longer side (2160p is the largest that is made)."""




class Value(BaseModel):
    """The base of all values: frozen, and unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


# ---------------------------------------------------------------- what results are made of


class FileLink(Value):
    """A file anyone can open until the link ends."""

    file_id: str
    """What other operations take to use the file again."""
    url: str
    """Needs no credentials."""
    expires_at: str
    """When the link ends, ISO 8601 in UTC; ``download_file`` makes a fresh one."""
    bytes: int
    """Size."""
    media_type: str
    """E.g. ``audio/wav``."""
    name: str
    """What a browser saves it as."""


class Word(Value):
    """One word of the script, as written, and when it is spoken."""

    text: str
    """The written word with the punctuation that clings to it, e.g. ``$100,``."""
    start: float
    """Seconds from the start of the audio."""
    end: float
    """Seconds; never before ``start``."""
    confidence: float = 1.0
    """0 to 1: how sure the times are."""
    source: WordSource = "engine"
    """Where the times come from."""


class Sentence(Value):
    """One sentence of a narration."""

    index: int
    """Place in the narration, from 0."""
    text: str
    """As written in the script, without markup."""
    start: float
    """Seconds: first sample of its take in the joined audio."""
    end: float
    """Seconds: after the last sample of its take; the pause that follows is outside."""
    voice: str
    """Voice that speaks it."""
    seed: int | None = None
    """Seed of its take, where the engine has one."""
    from_cache: bool = False
    """Whether the take was there already."""
    verified: bool | None = None
    """Whether a recogniser heard what is written; null when it was not asked."""


class Timings(Value):
    """The five word timing files; always all of them."""

    srt: FileLink
    vtt: FileLink
    csv: FileLink
    json_: FileLink = Field(alias="json")
    ass: FileLink

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)


class Narration(Value):
    """A script spoken."""

    narration_id: str
    version: int
    """From 1; each change makes the next."""
    script: str
    """As given."""
    voice: str
    engine: str
    language: str
    """BCP 47, e.g. ``en-us``."""
    duration: float
    """Seconds: samples of the joined audio over its rate."""
    sample_rate: int
    """Hz."""
    audio: FileLink
    timings: Timings
    words: tuple[Word, ...]
    sentences: tuple[Sentence, ...]


class CueWord(Value):
    """A word inside a cue."""

    text: str
    start: float
    end: float
    confidence: float = 1.0
    source: WordSource = "engine"


class Cue(Value):
    """One caption on screen."""

    index: int
    """From 0, in order of time."""
    start: float
    end: float
    text: str
    """Lines separated by a newline."""
    words: tuple[CueWord, ...] = ()
    """The words of the text in order; empty when their times are not known."""


class CaptionLayout(Value):
    """How cues are cut and placed. A null field takes the style's own value."""

    max_characters: Annotated[int, Field(ge=4, le=80)] | None = None
    """Characters a line."""
    max_lines: Annotated[int, Field(ge=1, le=4)] | None = None
    """Lines a cue."""
    max_words: Annotated[int, Field(ge=1, le=20)] | None = None
    """Words a cue."""
    position: CaptionPosition | None = None
    """Which third of the frame."""
    font_scale: Annotated[float, Field(ge=0.4, le=2.5)] | None = None
    """Multiplies the style's font size."""
    uppercase: bool | None = None
    """Whether captions are drawn in capitals; the text in files stays as written."""


class Captions(Value):
    """Cues in a style for a frame size."""

    captions_id: str
    version: int
    cues: tuple[Cue, ...]
    style: str
    size: str
    layout: CaptionLayout = CaptionLayout()
    narration_id: str | None = None
    """The narration they were made from, if any."""
    files: Timings
    warnings: tuple[str, ...] = ()
    """What to look at before rendering, e.g. characters that no bundled font can draw."""


class Video(Value):
    """One finished video."""

    size: str
    """``WIDTHxHEIGHT`` in pixels."""
    duration: float
    fps: float
    file: FileLink
    thumbnail: FileLink


class CaptionedVideo(Value):
    """What ``generate_captioned_video`` makes."""

    video_id: str
    videos: tuple[Video, ...]
    """One for each size asked for, in that order."""
    narration: Narration | None
    captions: tuple[Captions, ...]
    """One for each size."""


class Voice(Value):
    """Something that can speak."""

    voice_id: str
    name: str
    """For people, e.g. ``Emma``."""
    engine: str
    language: str
    """BCP 47, e.g. ``en-gb``."""
    language_name: str
    """E.g. ``British English``."""
    gender: Gender
    description: str = ""
    """A few words for people."""
    preview_text: str = ""
    """What its preview says."""
    available: bool = True
    """False when this machine cannot speak with it."""
    unavailable_reason: str = ""
    """Why not, and what to do."""


class JobStatus(Value):
    """A recorded run of an operation."""

    job_id: str
    operation: str
    state: JobState
    progress: float = Field(ge=0, le=1)
    message: str = ""
    """What is going on, for people."""
    seconds_left: float | None = None
    """Estimate while running; null when unknown."""
    queue_position: int | None = None
    """Jobs before this one; null when not queued."""
    details: dict[str, Any] = Field(default_factory=dict)
    """What the operation shows while it runs, e.g. ``sentences`` that can be heard already."""
    created_at: str
    """ISO 8601, UTC."""
    started_at: str | None = None
    finished_at: str | None = None
    error: dict[str, str] | None = None
    """``code``, ``message``, ``hint`` when failed."""


# ---------------------------------------------------------------- requests

Script = Annotated[str, Field(description="What is to be said, with optional markup.")]
Speed = Annotated[float, Field(ge=0.5, le=2.0, description="1 is the voice's own pace.")]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
Limit = Annotated[int, Field(ge=1, le=1000)]


class GenerateSpeech(Value):
    """Speak a script."""

    script: Script
    voice: str = "af_heart"
    """A voice_id from ``list_voices``."""
    engine: str = "auto"
    """``auto`` takes the voice's own engine."""
    language: str = "auto"
    """``auto`` takes the voice's own language."""
    speed: Speed = 1.0
    """0.5 to 2; 1 is the voice's own pace."""
    seed: Seed | None = None
    """For engines that draw; the same seed and input give the same audio."""
    audio_format: AudioFormat = "wav"
    loudness: Annotated[float, Field(ge=-40, le=-6)] | None = -16.0
    """Integrated loudness in LUFS (EBU R 128); null leaves it as spoken."""
    verify: bool = False
    """Listen to each sentence with Whisper and say whether it was heard as written."""
    options: dict[str, Any] = Field(default_factory=dict)
    """Engine parameters; see ``system_status``."""


class RegenerateSentence(Value):
    """Speak one sentence of a narration again; the others stay as they are."""

    narration_id: str
    index: Annotated[int, Field(ge=0)]
    text: str | None = None
    """New text; null says the same again."""
    voice: str | None = None
    seed: Seed | None = None
    options: dict[str, Any] = Field(default_factory=dict)


class GetNarration(Value):
    """One narration, with fresh links."""

    narration_id: str


class ListNarrations(Value):
    """The newest narrations."""

    limit: Limit = 50


class DeleteNarration(Value):
    """Delete a narration in all versions."""

    narration_id: str


class ListVoices(Value):
    """Voices that match."""

    engine: str = "any"
    language: str = "any"
    """``any``, or the start of a language tag: ``en`` matches ``en-us`` and ``en-gb``."""
    query: str = ""
    """Words looked for in name, description, language and id."""


class MakeCaptions(Value):
    """Turn words into captions."""

    source: str | tuple[Word, ...]
    """A narration_id, a list of words, or the file_id of an SRT, VTT or ASS file."""
    style: str = "bold_pop"
    size: str = "1080x1920"
    layout: CaptionLayout = CaptionLayout()


class UpdateCaptions(Value):
    """Change captions; the result is their next version."""

    captions_id: str
    cues: tuple[Cue, ...] | None = None
    style: str | None = None
    layout: CaptionLayout | None = None


class PreviewCaptions(Value):
    """See captions exactly as they will be burned in."""

    captions_id: str
    time: Annotated[float, Field(ge=0, le=86_400)]
    """Seconds."""
    background: str | None = None
    """A file_id of an image or video, or a colour; null is a quiet gradient."""
    seconds: Annotated[float, Field(ge=0, le=10)] = 0.0
    """0 gives an image, more a short silent clip of that length."""


class ListCaptionStyles(Value):
    """All caption styles."""


class ListFonts(Value):
    """All fonts that captions can use."""


class GenerateCaptionedVideo(Value):
    """From a script (or a narration, or a recording's narration_id) to finished videos."""

    script: Script = ""
    narration_id: str | None = None
    audio: str | None = None
    voice: str = "af_heart"
    background: str | tuple[str, ...] | None = None
    """A colour (``#102030`` or a CSS name), one file_id, or several; null is a designed gradient."""
    captions_style: str = "bold_pop"
    sizes: Annotated[tuple[str, ...], Field(min_length=1, max_length=6)] = ("1080x1920",)
    """Frame sizes ``WIDTHxHEIGHT``; one video each."""
    fit: Fit = "cover"
    image_effect: ImageEffect = "none"
    music: str | None = None
    """file_id of the music."""
    music_volume: Annotated[float, Field(ge=0, le=1)] = 0.2
    duck: bool = True
    """Music steps back while someone speaks."""
    options: dict[str, Any] = Field(default_factory=dict)
    """``speed``, ``seed``, ``loudness``, ``layout`` as in the other operations."""


class Media(Value):
    """One recording or video."""

    video: str
    """file_id"""


class AudioMedia(Value):
    """One recording."""

    audio: str
    """file_id"""


class ExtractFrame(Value):
    """One picture out of a video."""

    video: str
    """file_id"""
    timestamp: Annotated[float, Field(ge=0, le=86_400)] = 1.0
    """Seconds; past the end means the last frame."""


class UploadFile(Value):
    """Keep a file so that other operations can use it."""

    file: str
    """The uploaded file (the front keeps it and puts its file_id here); on the command line a path."""


class FileRequest(Value):
    """One file."""

    file_id: str


class ListFiles(Value):
    """The newest uploaded files."""

    prefix: str = ""
    """Start of the file's original name."""
    limit: Limit = 100


class Estimate(Value):
    """What an operation would take, without starting it."""

    operation: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class SubmitJob(Value):
    """Start an operation and come back for its result."""

    operation: str
    arguments: dict[str, Any] = Field(default_factory=dict)
    idempotency_key: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """The same key is the same job, however often it is sent."""


class JobRequest(Value):
    """One job."""

    job_id: str


class ListJobs(Value):
    """The newest jobs."""

    state: JobState | Literal["any"] = "any"
    limit: Limit = 50


class SystemStatus(Value):
    """How the studio and its machine are."""


FrameSize = tuple[int, int]


def parse_size(size: str) -> FrameSize:
    """``"1080x1920"`` as (1080, 1920).

    Raises:
        ValueError: not two even whole numbers joined by an x, or outside `MIN_SIDE` to `MAX_SIDE`.
    """
    width_text, separator, height_text = size.lower().partition("x")
    if not (separator and width_text.isascii() and width_text.isdigit() and height_text.isascii() and height_text.isdigit()):
        raise ValueError(f"{size!r} is not a size such as 1080x1920")
    if len(width_text) > 5 or len(height_text) > 5:
        raise ValueError(f"{size!r}: each side must be {MIN_SIDE} to {MAX_SIDE} pixels")
    width, height = int(width_text), int(height_text)
    if not (MIN_SIDE <= width <= MAX_SIDE and MIN_SIDE <= height <= MAX_SIDE):
        raise ValueError(f"{size!r}: each side must be {MIN_SIDE} to {MAX_SIDE} pixels")
    if width % 2 or height % 2:
        raise ValueError(f"{size!r}: both sides must be even (H.264 with 4:2:0 colour)")
    return width, height
