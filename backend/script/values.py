"""What a script becomes: sentences made of words, each with what is written and what is said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ScriptWord:
    """One word of the script."""

    text: str
    """As written, with the punctuation that clings to it."""
    spoken: tuple[int, int] | None
    """Where it is said: start and end in `SpokenSentence.spoken`. None: not said (an emoji, a lone dash)."""


@dataclass(frozen=True)
class SpokenSentence:
    """A stretch of the script that is spoken in one go."""

    index: int
    """From 0, in the order of the script."""
    text: str
    """As written, without markup, white space collapsed."""
    words: tuple[ScriptWord, ...]
    spoken: str
    """What the engine gets; never blank."""
    pronunciations: tuple[tuple[int, int, str], ...]
    """Start and end in ``spoken``, and how that is pronounced, in IPA. In order, never overlapping."""
    voice: str
    speed: float
    pause_after: float
    """Seconds of silence after its last sample."""
    language: str
    """BCP 47 tag of the voice."""


@dataclass(frozen=True)
class Script:
    """A script, ready to be spoken."""

    text: str
    """As given."""
    sentences: tuple[SpokenSentence, ...]
    """At least one."""
    lead: float = 0.0
    """Seconds of silence before the first sentence: a ``[pause]`` at the very start."""
