"""Every value that crosses a front or a process: results and what they are made of. (Requests: ``requests/``.)

All are frozen. Times are seconds as floats. A field's bounds stand here once; the page, the API, the command line
and the API reference are all drawn from them. Field names and defaults are a promise to callers.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

AudioFormat = Literal["wav", "mp3", "flac", "opus", "m4a"]
AnimationFormat = Literal["gif", "webp"]
TimingFormat = Literal["srt", "vtt", "csv", "json", "ass"]
WordSource = Literal["engine", "aligned", "recognised", "edited"]
Fit = Literal["cover", "contain", "blur"]
ImageEffect = Literal["none", "ken_burns", "pan"]
Position = Literal["center", "top", "bottom", "left", "right", "top_left", "top_right", "bottom_left", "bottom_right"]
"""Where something smaller lies in a frame."""
Transition = Literal[
    "none",
    "cut",
    "fade",
    "dissolve",
    "slide",
    "slide_right",
    "slide_up",
    "slide_down",
    "wipe",
    "wipe_right",
    "wipe_up",
    "wipe_down",
    "zoom",
    "circle",
]
CaptionPosition = Literal["top", "center", "bottom"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
Gender = Literal["female", "male", "unknown"]
VoiceKind = Literal["built_in", "cloned", "blend"]
ConsentBasis = Literal["own_voice", "permission", "licensed", "synthetic"]
Verdict = Literal["good", "usable", "unusable"]
DoubtKind = Literal[
    "skipped",
    "doubled",
    "invented",
    "leaked",
    "changed",
    "unclear",
    "stretched",
    "long_tail",
    "long_lead",
    "long_pause",
    "pace",
]

MAX_SCRIPT_CHARACTERS = 20_000
"""Characters of one script; above that a job is refused before it is queued."""
MIN_SIDE, MAX_SIDE = 64, 3840
"""Pixels of a frame's shorter and longer side (2160p is the largest that is made)."""


class Value(BaseModel):
    """The base of all values: frozen, and unknown fields are an error."""

    # Most are never used by a process: their validators are built when they first are, not at every start.
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


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


class Doubt(Value):
    """Something a recogniser heard in a take that is not as written."""

    kind: DoubtKind
    """Words ``skipped``, ``doubled``, ``invented``, ``leaked`` (from the voice's reference recording) or ``changed``;
    ``unclear`` altogether; a word ``stretched``, sound before the first or after the last word, a long pause, an odd
    pace."""
    message: str
    """For people."""
    text: str = ""
    """The words it is about, as written or, where they are not written, as heard."""


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
    """Whether a recogniser heard what is written; null when it was not asked or does not know the language."""
    doubts: tuple[Doubt, ...] = ()
    """What it heard otherwise; another take (``regenerate_sentence`` with another seed) may mend it."""
    tries: int = 1
    """How many takes were made and heard to get this one."""
    engine: str = ""
    """The engine that spoke it."""


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
    warnings: tuple[str, ...] = ()
    """Of one that was made again: why it may differ from what was made before."""


class CueWord(Word):
    """A word inside a cue."""

    emphasis: bool | None = None
    """Whether it is drawn emphasised; null leaves it to the style's ``emphasis_words``."""
    speaker: Annotated[str, Field(max_length=200)] = ""
    """Who says it, where several speak."""


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
    speaker: Annotated[str, Field(max_length=200)] = ""
    """Who says it, where several speak: a voice, or a name."""


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
    """Its name; ``custom`` if it was given as data."""
    own_style: dict[str, Any] | None = None
    """A style of your own as it was when these were made; null for those that come with the studio."""
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
    loudness: float | None = None
    """LUFS of its sound (EBU R 128), measured in the finished file; null where nothing is heard."""
    true_peak: float | None = None
    """dBTP, measured likewise."""


class CaptionedVideo(Value):
    """What ``generate_captioned_video`` makes."""

    video_id: str
    videos: tuple[Video, ...]
    """One for each size asked for, in that order."""
    narration: Narration | None
    captions: tuple[Captions, ...]
    """One for each size."""
    warnings: tuple[str, ...] = ()
    """Of videos that were made again: why they may differ from what was made before."""
    media: str = ""
    """The file_id of the recording that is heard in them; empty where a narration is."""
    audio: FileLink | None = None
    """The finished sound alone, where ``options.audio_export`` asked for it."""


class Consent(Value):
    """Why a voice may be cloned, said by whoever saved it. Kept with the voice for as long as the voice is."""

    basis: ConsentBasis
    """``own_voice``, ``permission`` of the speaker, ``licensed`` recording, or ``synthetic``: nobody's voice."""
    speaker: str
    """Who is heard."""
    statement: str
    """What was said or signed, in the words of whoever saved the voice."""
    recorded_at: str
    """When it was given here, ISO 8601 in UTC."""
    sample_sha256: str
    """Hash of the reference recording it is about; of the recipe for a blend."""


class Voice(Value):
    """Something that can speak."""

    voice_id: str
    name: str
    """For people, e.g. ``Emma``."""
    kind: VoiceKind = "built_in"
    """Comes with an engine, made from a recording, or mixed from built-in voices."""
    engine: str
    """The engine that ``auto`` takes."""
    engines: tuple[str, ...] = ()
    """All engines that can speak it."""
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
    tags: tuple[str, ...] = ()
    """Words of the owner's, to find it by."""
    transcript: str = ""
    """What is said in the reference, word for word."""
    recipe: str = ""
    """Of a blend, e.g. ``af_heart(2)+am_puck(1)``."""
    reference: FileLink | None = None
    """The recording it is cloned from, prepared: mono WAV, 24 kHz, 16 bits."""
    seconds: float | None = None
    """Length of the reference."""
    created_at: str = ""
    """ISO 8601, UTC; empty for built-in voices."""
    watermarked: bool = False
    """Whether what it says carries an inaudible mark that tells it was made by a machine."""
    consent: Consent | None = None
    """Of a voice that somebody made here."""


class VoiceProblem(Value):
    """Something that keeps a recording from making a good voice."""

    code: str
    """E.g. ``clipped``."""
    message: str
    """What is wrong, with its figure."""
    advice: str
    """The one thing to do about it."""


class VoiceReport(Value):
    """What the voice coach says about a recording. Levels are in dB relative to full scale."""

    duration: float
    """Seconds of the recording."""
    speech_seconds: float
    """Seconds in which somebody speaks."""
    level_dbfs: float
    """Root mean square of the speech."""
    peak_dbfs: float
    """The loudest sample."""
    clipped_share: float
    """Share of the speech's samples that are cut off at the top, 0 to 1."""
    noise_dbfs: float
    """Level between the words."""
    snr_db: float
    """How far the speech is above the noise."""
    echo: float
    """0 (a dry room) to 1 (a bathroom); a hint."""
    bandwidth_hz: float
    """Highest frequency at which there is speech; a telephone has 3,400."""
    sample_rate: int
    """Hz of the recording."""
    channels: int
    second_speaker: float
    """0 (one voice) to 1 (two); a hint."""
    lead_silence: float
    """Seconds before the first word."""
    tail_silence: float
    """Seconds after the last word."""
    chosen: tuple[float, float]
    """Seconds: start and end of the part a voice would be made from; both 0 when there is none."""
    examined: tuple[float, float]
    """Seconds: the stretch that all the rest is about. A recording of up to two minutes wholly; of a longer one the
    minute around the best part, or around the one that was asked for."""
    waveform: tuple[tuple[float, float], ...]
    """Lowest and highest sample (-1 to 1) of 400 equal parts of the examined stretch, for a plot."""
    verdict: Verdict
    problems: tuple[VoiceProblem, ...] = ()
    """The gravest first."""
    heard: str = ""
    """What was heard in the chosen part; empty when no transcript was asked for."""
    language: str = ""
    """The language of what was heard."""
    transcript_problem: VoiceProblem | None = None
    """Why a voice could not be saved with this transcript; null when it fits, or none was asked for."""


class Segment(Value):
    """A stretch of what is said: a sentence, or less where somebody pauses."""

    start: float
    """Seconds from the start of the recording."""
    end: float
    """Seconds."""
    text: str


class Transcript(Value):
    """What is said in a recording. Kept for a week."""

    transcript_id: str
    text: str
    language: str
    """BCP 47; ``und`` where nothing was said."""
    duration: float
    """Seconds of the recording."""
    words: tuple[Word, ...]
    """As they were heard, in order; empty where nothing was said."""
    segments: tuple[Segment, ...]
    timings: Timings
    """The words as five files; any of them can be the source of captions."""
    warnings: tuple[str, ...] = ()
    """Of one that was made again: why it may differ from what was made before."""
    media: str = ""
    """The file_id of the recording."""


class ScriptDifference(Value):
    """Several words in a row that only the script or only the recording has."""

    kind: Literal["missing", "added"]
    """``missing``: nobody says them. ``added``: said, and not in the script."""
    text: str
    start: float
    """Seconds in the recording; where missing words would be."""
    end: float


class Alignment(Value):
    """A script on a recording of it. Kept for a week."""

    alignment_id: str
    language: str
    """BCP 47."""
    duration: float
    """Seconds of the recording."""
    words: tuple[Word, ...]
    """Every word of the script, once, in order."""
    differences: tuple[ScriptDifference, ...]
    timings: Timings
    """The words as five files; any of them can be the source of captions."""
    warnings: tuple[str, ...] = ()
    """Of one that was made again: why it may differ from what was made before."""
    media: str = ""
    """The file_id of the recording."""


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


FrameSize = tuple[int, int]


def parse_size(size: str) -> FrameSize:
    """``"1080x1920"`` as (1080, 1920).

    Raises:
        ValueError: not two even whole numbers joined by an x, or outside `MIN_SIDE` to `MAX_SIDE`.
    """
    width_text, separator, height_text = size.lower().partition("x")
    if not (
        separator and width_text.isascii() and width_text.isdigit() and height_text.isascii() and height_text.isdigit()
    ):
        raise ValueError(f"{size[:40]!r} is not a size such as 1080x1920")
    if len(width_text) > 5 or len(height_text) > 5:
        raise ValueError(f"{size!r}: each side must be {MIN_SIDE} to {MAX_SIDE} pixels")
    width, height = int(width_text), int(height_text)
    if not (MIN_SIDE <= width <= MAX_SIDE and MIN_SIDE <= height <= MAX_SIDE):
        raise ValueError(f"{size!r}: each side must be {MIN_SIDE} to {MAX_SIDE} pixels")
    if width % 2 or height % 2:
        raise ValueError(f"{size!r}: both sides must be even (H.264 with 4:2:0 colour)")
    return width, height
