"""What callers of earlier programs send: names and fields as they were."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from backend.models import TimingFormat, Value
from backend.requests.fields import Script, Seed, Speed
from backend.requests.files import FileRequest
from backend.requests.jobs import JobRequest
from backend.requests.voices import GivenConsent


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


class Result(JobRequest):
    """What a job made (the older name of ``job_result``)."""
