"""What will be spoken, as a plan that can be written down and followed again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from backend.errors import InvalidRequest
from backend.models import AudioFormat
from backend.script import Script, ScriptWord, SpokenSentence, parse_script


@dataclass(frozen=True)
class NarrationSettings:
    """How a script is spoken, besides what its sentences say themselves."""

    engine: Callable[[str], str]
    """The engine that speaks a voice."""
    seed: int | None = None
    options: dict[str, Any] = field(default_factory=dict)
    """Engine parameters."""
    loudness: float | None = -16.0
    """Integrated loudness in LUFS; None leaves it as spoken."""
    audio_format: AudioFormat = "wav"
    verify: bool = False
    """Listen to each sentence and compare."""


@dataclass(frozen=True)
class PlannedSentence:
    """A sentence with all that decides how it sounds."""

    sentence: SpokenSentence
    engine: str
    seed: int | None
    options: dict[str, Any]
    tries: int = 1
    """Seeds that were spoken and heard to find this one; above 1 it is not looked for again."""


@dataclass(frozen=True)
class NarrationPlan:
    """A whole narration: enough to make it again, sentence by sentence."""

    sentences: tuple[PlannedSentence, ...]
    lead: float
    """Seconds of silence before the first."""
    loudness: float | None
    audio_format: AudioFormat
    verify: bool

    def to_dict(self) -> dict[str, Any]:
        """The plan as JSON; `from_dict` reads it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plan: dict[str, Any]) -> NarrationPlan:
        """The plan that `to_dict` wrote, also after a trip through JSON."""
        sentences = tuple(_planned(planned) for planned in plan["sentences"])
        return cls(**{**plan, "sentences": sentences})


def _planned(planned: dict[str, Any]) -> PlannedSentence:
    sentence = dict(planned["sentence"])
    sentence["words"] = tuple(
        ScriptWord(word["text"], None if word["spoken"] is None else (word["spoken"][0], word["spoken"][1]))
        for word in sentence["words"]
    )
    sentence["pronunciations"] = tuple((start, end, ipa) for start, end, ipa in sentence["pronunciations"])
    return PlannedSentence(**{**planned, "sentence": SpokenSentence(**sentence)})


def plan_narration(script: Script, settings: NarrationSettings) -> NarrationPlan:
    """How ``script`` will be spoken."""
    return NarrationPlan(
        sentences=tuple(
            PlannedSentence(sentence, settings.engine(sentence.voice), settings.seed, dict(settings.options))
            for sentence in script.sentences
        ),
        lead=script.lead,
        loudness=settings.loudness,
        audio_format=settings.audio_format,
        verify=settings.verify,
    )


def replace_sentence(
    plan: NarrationPlan,
    index: int,
    *,
    engine: Callable[[str], str],
    language: Callable[[str], str],
    check_voice: Callable[[str], str] = str,
    text: str | None = None,
    voice: str | None = None,
    seed: int | None = None,
    options: dict[str, Any] | None = None,
) -> NarrationPlan:
    """``plan`` with the sentence at ``index`` said differently; all others stay as they are.

    What is None stays as it was; options of another engine than the one that speaks now are left behind. New text may
    hold markup and become several sentences; the silence before the first and after the last of them stays the old
    one's.

    Raises:
        InvalidRequest: ``sentence_index``, or what `parse_script` refuses in the new text.
    """
    old = sentence_at(plan, index)
    speaker = old.sentence.voice if voice is None else check_voice(voice)
    said = _said_again(old.sentence, text, speaker, language, check_voice)
    chosen_seed = old.seed if seed is None else seed
    fresh = [PlannedSentence(sentence, engine(sentence.voice), chosen_seed, {}) for sentence in said]
    fresh = [replace(one, options={**_kept_options(old, one.engine), **(options or {})}) for one in fresh]
    return _with_instead(plan, index, fresh)


def take_from(plan: NarrationPlan, index: int, earlier: NarrationPlan) -> NarrationPlan:
    """``plan`` with the sentence at ``index`` exactly as it is in ``earlier``.

    Raises:
        InvalidRequest: ``sentence_index``: one of the two has no such sentence.
    """
    sentence_at(plan, index)
    return _with_instead(plan, index, [sentence_at(earlier, index)])


def sentence_at(plan: NarrationPlan, index: int) -> PlannedSentence:
    """The sentence at ``index``.

    Raises:
        InvalidRequest: ``sentence_index``.
    """
    if not 0 <= index < len(plan.sentences):
        raise InvalidRequest(
            f"There is no sentence {index}; this narration has {len(plan.sentences)}, counted from 0.",
            hint=f"Use an index from 0 to {len(plan.sentences) - 1}.",
            code="sentence_index",
        )
    return plan.sentences[index]


def _kept_options(old: PlannedSentence, engine: str) -> dict[str, Any]:
    return old.options if engine == old.engine else {}


def _with_instead(plan: NarrationPlan, index: int, fresh: Sequence[PlannedSentence]) -> NarrationPlan:
    return replace(plan, sentences=_renumbered([*plan.sentences[:index], *fresh, *plan.sentences[index + 1 :]]))


def _said_again(
    old: SpokenSentence,
    text: str | None,
    voice: str,
    language: Callable[[str], str],
    check_voice: Callable[[str], str],
) -> list[SpokenSentence]:
    if text is None and language(voice) == old.language:
        return [replace(old, voice=voice)]
    script = parse_script(
        old.text if text is None else text, voice=voice, speed=old.speed, language=language, check_voice=check_voice
    )
    *before, last = script.sentences
    return [*before, replace(last, pause_after=old.pause_after)]


def _renumbered(sentences: list[PlannedSentence]) -> tuple[PlannedSentence, ...]:
    return tuple(
        replace(planned, sentence=replace(planned.sentence, index=index)) for index, planned in enumerate(sentences)
    )
