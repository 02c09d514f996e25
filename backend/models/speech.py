"""Words, sentences and narrations."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from backend.models.value import FileLink, Value
from backend.models.vocabulary import DoubtKind, WordSource


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
