"""Every value that crosses a front or a process: results and what they are made of. (Requests: ``requests/``.)

All are frozen. Times are seconds as floats. A field's bounds stand here once; the page, the API, the command line
and the API reference are all drawn from them. Field names and defaults are a promise to callers.
"""

from backend.models.captions import CaptionLayout, Captions, Cue, CueWord
from backend.models.jobs import JobStatus
from backend.models.listening import Alignment, ScriptDifference, Segment, Transcript
from backend.models.speech import Doubt, Narration, Sentence, Timings, Word
from backend.models.value import FileLink, Value
from backend.models.video import CaptionedVideo, Video
from backend.models.vocabulary import (
    MAX_SCRIPT_CHARACTERS,
    MAX_SIDE,
    MIN_SIDE,
    AnimationFormat,
    AudioFormat,
    CaptionPosition,
    ConsentBasis,
    DoubtKind,
    Fit,
    FrameSize,
    Gender,
    ImageEffect,
    JobState,
    Position,
    TimingFormat,
    Transition,
    Verdict,
    VoiceKind,
    WordSource,
    parse_size,
)
from backend.models.voices import Consent, Voice, VoiceProblem, VoiceReport

__all__ = [
    "MAX_SCRIPT_CHARACTERS",
    "MAX_SIDE",
    "MIN_SIDE",
    "Alignment",
    "AnimationFormat",
    "AudioFormat",
    "CaptionLayout",
    "CaptionPosition",
    "CaptionedVideo",
    "Captions",
    "Consent",
    "ConsentBasis",
    "Cue",
    "CueWord",
    "Doubt",
    "DoubtKind",
    "FileLink",
    "Fit",
    "FrameSize",
    "Gender",
    "ImageEffect",
    "JobState",
    "JobStatus",
    "Narration",
    "Position",
    "ScriptDifference",
    "Segment",
    "Sentence",
    "TimingFormat",
    "Timings",
    "Transcript",
    "Transition",
    "Value",
    "Verdict",
    "Video",
    "Voice",
    "VoiceKind",
    "VoiceProblem",
    "VoiceReport",
    "Word",
    "WordSource",
    "parse_size",
]
