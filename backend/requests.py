"""What callers send: one frozen type an operation, in the order of the contract.

A field's default and bounds stand here once; the page, the API, the command line and the API reference are drawn from
them. Names and defaults are a promise to callers.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from backend.models import (
    AnimationFormat,
    AudioFormat,
    CaptionLayout,
    ConsentBasis,
    Cue,
    CueWord,
    Fit,
    ImageEffect,
    JobState,
    Position,
    TimingFormat,
    Transition,
    Value,
    parse_size,
)

Script = Annotated[str, Field(description="What is to be said, with optional markup.")]
Speed = Annotated[float, Field(ge=0.5, le=2.0, description="1 is the voice's own pace.")]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
Limit = Annotated[int, Field(ge=1, le=1000)]


class GenerateSpeech(Value):
    """Speak a script."""

    script: Script
    voice: str = "af_heart"
    """A voice_id from ``list_voices``, or a blend such as ``af_heart(2)+am_puck(1)``."""
    engine: str = "auto"
    """``auto`` takes the voice's own engine."""
    language: str = "auto"
    """``auto`` takes the voice's own language."""
    speed: Speed = 1.0
    """0.5 to 2; 1 is the voice's own pace."""
    seed: Seed | None = None
    """For engines that draw; the same seed and input give the same audio."""
    audio_format: AudioFormat = "wav"
    """File format of the audio."""
    loudness: Annotated[float, Field(ge=-40, le=-6)] | None = -16.0
    """Integrated loudness in LUFS (EBU R 128); null leaves it as spoken."""
    verify: bool = False
    """Hear each sentence with Whisper; what differs from the script is said again where another seed can help, and
    marked in ``doubts`` where not."""
    options: dict[str, Any] = Field(default_factory=dict)
    """Engine parameters; see ``system_status``."""


class GenerateKokoroTts(Value):
    """Speak a text in one of Kokoro's voices (the older name of ``generate_speech``)."""

    text: Script
    voice: str = "af_heart"
    """A voice_id from ``get_kokoro_voices``, or a blend."""
    speed: Speed = 1.0
    """0.5 to 2; 1 is the voice's own pace."""


class GetKokoroVoices(Value):
    """Kokoro's voices (the older name of ``list_voices`` with engine kokoro)."""

    lang_code: str | None = None
    """Start of a language tag such as ``en-us``, or Kokoro's own letter for one, such as ``a``; null for all."""


class GenerateF5Tts(Value):
    """Speak a text with F5-TTS in a voice of your own (the older name of ``generate_speech`` with engine f5)."""

    text: Script
    voice: str
    """The voice_id of a saved voice, or its name, also as a file name such as ``anna.wav``."""
    speed: Speed = 1.0
    """0.5 to 2; 1 is the voice's own pace."""
    nfe_step: Annotated[int, Field(ge=4, le=64)] = 32
    """Model steps a sentence: 7 is fast, 16 balanced, 32 best."""
    cfg_strength: Annotated[float, Field(ge=0, le=5)] = 2.0
    """How closely the voice and the text are followed."""
    seed: Seed | None = None
    """The same seed and input give the same audio."""
    return_word_timings: bool = True
    """Taken for the sake of older callers: the result always has them."""
    timing_format: TimingFormat = "srt"
    """Taken for the sake of older callers: the result always has all formats."""


class GenerateChatterboxTts(Value):
    """Speak a text with Chatterbox in a voice of your own (the older name of ``generate_speech`` with its engine)."""

    text: Script
    voice: str = ""
    """The voice_id or the name of a saved voice; ``upload_voice`` makes one of a sample, with the speaker's consent."""
    exaggeration: Annotated[float, Field(ge=0.25, le=2)] = 0.5
    """How strongly feeling is shown."""
    cfg_weight: Annotated[float, Field(ge=0, le=1)] = 0.5
    """How closely the recording's manner is kept."""
    temperature: Annotated[float, Field(ge=0.05, le=2)] = 0.8
    """How freely it speaks."""
    sample_audio: str | None = None
    """Not spoken with: a recording becomes a voice by ``upload_voice`` or ``upload``, which ask for consent."""


class ConvertVoice(Value):
    """Say a recording again in another voice, at the same times and with the same expression."""

    media: str
    """file_id of a recording, or of a video with sound, of at most 15 minutes."""
    voice: str
    """The voice_id of a voice that was made from a recording."""
    engine: str = "auto"
    """``auto`` takes the first installed engine that converts."""
    options: dict[str, Any] = Field(default_factory=dict)
    """Nothing yet: the recording says how everything is said."""


class Transcribe(Value):
    """Write down what is said in a recording, with the time of every word."""

    media: str
    """file_id of a recording, or of a video with sound, of at most an hour."""
    language: str = "auto"
    """A tag such as ``en`` or ``pt-br``; ``auto`` to have it recognised."""
    recogniser: Literal["whisper", "google"] = "whisper"
    """Who listens: ``whisper``, the best size that is there and fits the machine; or ``google``, Cloud Speech-to-Text,
    which costs money and needs credentials (docs/google.md)."""


class AlignScript(Value):
    """Find every word of a known script in a recording of it, exactly when it is said."""

    media: str
    """file_id of a recording, or of a video with sound, of at most an hour."""
    script: Script
    language: str = "auto"
    """A tag such as ``en`` or ``pt-br``; ``auto`` to have it recognised."""


class RegenerateSentence(Value):
    """Speak one sentence of a narration again; the others stay as they are."""

    narration_id: str
    """What ``generate_speech`` called it."""
    index: Annotated[int, Field(ge=0)]
    """Which sentence, from 0."""
    text: str | None = None
    """New text; null says the same again."""
    voice: str | None = None
    """Another voice; null keeps it."""
    seed: Seed | None = None
    """Another seed, for engines that draw."""
    options: dict[str, Any] = Field(default_factory=dict)
    """Engine parameters."""
    engine: str | None = None
    """Another engine that speaks its voice; null keeps the one that spoke it."""
    from_version: Annotated[int, Field(ge=1)] | None = None
    """Take the sentence as it is in this version of the narration, and nothing else; its take is there already."""


class GetNarration(Value):
    """One narration, with fresh links."""

    narration_id: str
    """What ``generate_speech`` called it."""
    version: Annotated[int, Field(ge=1)] | None = None
    """An earlier version; null is the newest."""


class ListNarrations(Value):
    """The newest narrations."""

    limit: Limit = 50
    """At most so many."""


class DeleteNarration(Value):
    """Delete a narration in all versions."""

    narration_id: str
    """What ``generate_speech`` called it."""


class ListVoices(Value):
    """Voices that match."""

    engine: str = "any"
    """``any``, or an engine's name."""
    language: str = "any"
    """``any``, or the start of a language tag: ``en`` matches ``en-us`` and ``en-gb``."""
    query: str = ""
    """Words looked for in name, description, language and id."""


class CheckVoice(Value):
    """Say how good a voice a recording would make, before it is saved."""

    audio: str
    """The recording, or a video with sound."""
    transcript: str | None = None
    """What is said in the chosen part, to be compared with it; empty has it written down, null looks at the sound
    alone."""
    language: str = "auto"
    """A tag such as ``en`` or ``pt-br``; ``auto`` to have it recognised."""
    start: Annotated[float, Field(ge=0, le=7210)] | None = None
    """Seconds where the part starts; null leaves the choice to the studio."""
    end: Annotated[float, Field(ge=0, le=7210)] | None = None
    """Seconds where it ends, at most 12 after its start."""


class GivenConsent(Value):
    """Why a voice may be cloned; the time and the hash of the recording are added when it is saved."""

    basis: ConsentBasis
    """``own_voice``, ``permission``, ``licensed`` or ``synthetic``."""
    speaker: str
    """Who is heard."""
    statement: str
    """What was said or signed."""


class UploadVoice(Value):
    """Save a voice to speak with: the best twelve seconds of a recording, with what is said in them."""

    audio: str
    """The recording, or a video with sound; at most two hours, of which the best part is found."""
    name: str
    """For people, at most 80 characters."""
    consent: GivenConsent
    """``{"basis": "own_voice|permission|licensed|synthetic", "speaker": …, "statement": …}``; no voice without it."""
    transcript: str = ""
    """Exactly what is said in the part that is kept; empty to have it recognised."""
    language: str = "auto"
    """A tag such as ``en`` or ``pt-br``; ``auto`` to have it recognised."""
    tags: tuple[str, ...] = ()
    """Words to find it by."""
    start: Annotated[float, Field(ge=0, le=7210)] | None = None
    """Seconds where the kept part starts; null leaves the choice to the studio."""
    end: Annotated[float, Field(ge=0, le=7210)] | None = None
    """Seconds where it ends, at most 12 after its start."""


class UpdateVoice(Value):
    """Change what is written about a voice; null leaves a field as it is."""

    voice_id: str
    """What ``upload_voice`` called it."""
    name: str | None = None
    """Another name."""
    transcript: str | None = None
    """What is really said in the reference; it must be what is heard there."""
    language: str | None = None
    """The language it speaks."""
    tags: tuple[str, ...] | None = None
    """All its tags."""


class VoiceRequest(Value):
    """One voice that was made here."""

    voice_id: str
    """What ``upload_voice``, ``blend_voices`` or ``import_voice`` called it."""


class DeleteVoice(VoiceRequest):
    """Delete a voice and every copy of its recording; the answer says what is gone."""


class ExportVoice(VoiceRequest):
    """A voice as one zip file: recording, transcript, consent and hashes."""


class ImportVoice(Value):
    """Take in a voice that ``export_voice`` made, here or elsewhere."""

    file: str
    """The zip file."""


class BlendVoices(Value):
    """Mix Kokoro's voices into a new one."""

    recipe: str
    """Voices with their weights, like ``af_heart(2)+am_puck(1)``."""
    name: str
    """For people, at most 80 characters."""


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


class UploadFile(Value):
    """Keep a file so that other operations can use it."""

    file: str
    """The uploaded file (the front keeps it and puts its file_id here); on the command line a path."""


class FileRequest(Value):
    """One file."""

    file_id: str
    """The file."""


class DownloadFile(FileRequest):
    """A fresh link to a file, for another hour."""


class DeleteFile(FileRequest):
    """Delete an uploaded file for good."""


class FileStatus(FileRequest):
    """Whether a file is there."""


class Upload(Value):
    """Keep a file, or with ``voice_name`` save a voice (the older name of ``upload_file`` and ``upload_voice``)."""

    file: str
    """The file; with ``voice_name`` a recording."""
    voice_name: str | None = None
    """Saves a voice of this name; ``anna.wav`` is called anna."""
    reference_text: str = ""
    """With ``voice_name``: exactly what is said in the part that is kept; empty to have it recognised."""
    consent: GivenConsent | None = None
    """With ``voice_name``: as in ``upload_voice``; no voice without it."""
    language: str = "auto"
    """With ``voice_name``: what is spoken; ``auto`` to have it recognised."""
    media_type: Literal["image", "video", "audio", "document"] | None = None
    """Taken for the sake of older callers: what the file is, is seen from the file."""


class Download(Value):
    """A fresh link to what a job made, or to a file (the older name of ``download_file``)."""

    job_id: str | None = None
    """A job that spoke or made a video; its narration_id will do, too."""
    type: Literal["audio", "timing"] = "audio"
    """Which of its files."""
    format: TimingFormat = "srt"
    """Which timing file."""
    file_id: str | None = None
    """A file, instead of a job."""


class Delete(FileRequest):
    """Delete an uploaded file (the older name of ``delete_file``)."""


class Status(Value):
    """How a job or a file is (the older name of ``job_status`` and ``file_status``)."""

    job_id: str | None = None
    """What ``submit_job`` answered."""
    file_id: str | None = None
    """A file, instead of a job."""


class Share(Value):
    """Make a page that plays a file for whoever has its link, until it ends or is taken back."""

    file_id: str
    """Audio, a video or a picture: of a result, or uploaded."""
    days: Annotated[int, Field(ge=1, le=365)] = 7
    """After so many days the page ends."""


class Unshare(Value):
    """Take a shared page back, at once."""

    share_id: str
    """What ``share`` called it."""


class MakeAgain(Value):
    """Make a result once more, from its manifest: the same plan, seeds and inputs."""

    manifest: str | dict[str, Any]
    """The manifest itself, the file_id of a manifest that was uploaded, or the id or a file_id of the result."""


class Estimate(Value):
    """Say what an operation would take, without starting anything."""

    operation: str
    """Its name."""
    arguments: dict[str, Any] = Field(default_factory=dict)
    """Its arguments."""


class ListFiles(Value):
    """The newest uploaded files."""

    prefix: str = ""
    """Start of the file's original name."""
    limit: Limit = 100
    """At most so many."""


class SubmitJob(Value):
    """Start an operation and come back for its result."""

    operation: str
    """Name of a long operation."""
    arguments: dict[str, Any] = Field(default_factory=dict)
    """Its arguments."""
    idempotency_key: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """The same key is the same job, however often it is sent."""
    webhook: Annotated[str, Field(min_length=1, max_length=2048)] | None = None
    """An https:// address that is told when the job has ended; what comes is signed, see docs/webhooks.md."""


class JobRequest(Value):
    """One job."""

    job_id: str
    """What ``submit_job`` answered."""


class AskJob(JobRequest):
    """How far a job is."""


class FetchJob(JobRequest):
    """What a finished job made, with fresh links."""


class CancelJob(JobRequest):
    """Stop a job that waits or runs; one that has ended stays as it is."""


class Result(JobRequest):
    """What a job made (the older name of ``job_result``)."""


class ListJobs(Value):
    """The newest jobs."""

    state: JobState | Literal["any"] = "any"
    """Only jobs in this state."""
    limit: Limit = 50
    """At most so many."""


class InstallEngine(Value):
    """Install an engine's packages in an environment of their own and fetch its weights; what is there is kept."""

    engine: str
    """A name from ``system_status``."""


class SystemStatus(Value):
    """How the studio and its machine are."""
