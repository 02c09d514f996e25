"""Speaking a script: planning, takes and their cache, joining, loudness, and checking by ear."""

from backend.speech.far_takes import FarTakes
from backend.speech.narrator import Narrated, Narrator
from backend.speech.plan import (
    NarrationPlan,
    NarrationSettings,
    PlannedSentence,
    plan_narration,
    replace_sentence,
    sentence_at,
    take_from,
)
from backend.speech.speaking import OnSentence, Speakers
from backend.speech.takes import Take, TakeStore, take_key

__all__ = [
    "FarTakes",
    "Narrated",
    "NarrationPlan",
    "NarrationSettings",
    "Narrator",
    "OnSentence",
    "PlannedSentence",
    "Speakers",
    "Take",
    "TakeStore",
    "plan_narration",
    "replace_sentence",
    "sentence_at",
    "take_from",
    "take_key",
]
