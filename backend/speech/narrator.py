"""From a script to one audio file with the time of every word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import soundfile  # type: ignore[import-untyped]

from backend.errors import EngineError, MediaFailed, StorageError
from backend.media.audio import encode_audio
from backend.media.ffmpeg import Ffmpeg
from backend.models import Sentence, Word
from backend.script import Script
from backend.speech.joining import Joining
from backend.speech.plan import NarrationPlan, NarrationSettings, PlannedSentence, plan_narration
from backend.speech.retaking import JudgedTake, Retakes
from backend.speech.speaking import AS_NAMED, OnSentence, Session, Speakers, Voices, tell_nobody
from backend.speech.takes import Take, TakeStore
from backend.timing import (
    ESTIMATED_CONFIDENCE,
    Placement,
    TakenWord,
    estimated_spans,
    in_seconds,
    rescale,
    timed_words,
)
from backend.work import Work


@dataclass(frozen=True)
class Narrated:
    """A script, spoken."""

    audio: Path
    """In the asked format; the same file as ``wave`` when that is WAV."""
    wave: Path
    """WAV, mono, 16 bits."""
    sample_rate: int
    samples: int
    """Of ``wave``."""
    words: tuple[Word, ...]
    """Every word of the script in order."""
    sentences: tuple[Sentence, ...]
    plan: NarrationPlan
    """What was followed; `Narrator.follow` makes the same again."""

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.samples / self.sample_rate


class Narrator:
    """Speaks scripts. Safe to use from several threads at once."""

    def __init__(self, engines: Speakers, takes: TakeStore, ffmpeg: Ffmpeg, voices: Voices = AS_NAMED) -> None:
        self._engines = engines
        self._takes_kept = takes
        self._ffmpeg = ffmpeg
        self._voices = voices

    def narrate(
        self,
        script: Script,
        settings: NarrationSettings,
        folder: Path,
        work: Work,
        on_sentence: OnSentence = tell_nobody,
    ) -> Narrated:
        """Speak ``script``; see `follow`."""
        return self.follow(plan_narration(script, settings), folder, work, on_sentence)

    def missing(self, plan: NarrationPlan) -> tuple[PlannedSentence, ...]:
        """The sentences whose takes are not in the store, each once; starts nothing.

        Raises:
            NotFound: ``voice_not_found``.
        """
        session = Session(self._engines, self._takes_kept, plan.sentences, Work(), tell_nobody, self._voices)
        return tuple(plan.sentences[index] for index in session.missing())

    def follow(self, plan: NarrationPlan, folder: Path, work: Work, on_sentence: OnSentence = tell_nobody) -> Narrated:
        """Speak what ``plan`` says and leave ``audio.<format>`` and ``audio.wav`` in ``folder``.

        Takes that are in the store are not spoken again, so a plan of which one sentence changed is cheap.

        Raises:
            Cancelled: somebody pressed Stop.
            EngineError: a sentence could not be spoken; the takes that were done are kept.
            MediaFailed: the audio could not be encoded.
            NotFound: ``voice_not_found``: a voice was deleted meanwhile, whatever that broke first.
        """
        try:
            narrated = self._follow(plan, folder, work, on_sentence)
        except (EngineError, MediaFailed, StorageError, OSError, soundfile.SoundFileRuntimeError):
            self._refuse_deleted(plan)
            raise
        self._refuse_deleted(plan)
        return narrated

    def _refuse_deleted(self, plan: NarrationPlan) -> None:
        for voice in {planned.sentence.voice for planned in plan.sentences}:
            self._voices.reference(voice)

    def _follow(self, plan: NarrationPlan, folder: Path, work: Work, on_sentence: OnSentence) -> Narrated:
        judged = self._takes(plan, work.part(0.0, 0.94), on_sentence)
        plan = replace(plan, sentences=tuple(one.planned for one in judged))
        work.report(0.94, "Joining the sentences.")
        pauses = [one.sentence.pause_after for one in plan.sentences]
        joining = Joining([one.take for one in judged], pauses, plan.lead, work.cancel)
        wave = folder / "audio.wav"
        joining.write(wave, plan.loudness)
        audio = self._encode(wave, plan, work.part(0.97, 1.0))
        words, sentences = _timed(judged, joining)
        work.report(1.0, "Spoken.")
        return Narrated(audio, wave, joining.sample_rate, joining.samples, words, sentences, plan)

    def _takes(self, plan: NarrationPlan, work: Work, on_sentence: OnSentence) -> list[JudgedTake]:
        """The take of every sentence, heard and judged if the plan says so."""
        speaking, listening = (work.part(0.0, 0.7), work.part(0.7, 1.0)) if plan.verify else (work, work)
        session = Session(self._engines, self._takes_kept, plan.sentences, speaking, on_sentence, self._voices)
        takes, cached = session.run()
        spoken = [JudgedTake(*one) for one in zip(plan.sentences, takes, cached, strict=True)]
        if not plan.verify:
            return spoken
        return Retakes(self._engines, self._takes_kept, self._voices, on_sentence).verified(spoken, listening)

    def _encode(self, wave: Path, plan: NarrationPlan, work: Work) -> Path:
        if plan.audio_format == "wav":
            return wave
        target = wave.with_name(f"audio.{plan.audio_format}")
        encode_audio(self._ffmpeg, wave, target, plan.audio_format, work)
        return target


def _timed(judged: Sequence[JudgedTake], joining: Joining) -> tuple[tuple[Word, ...], tuple[Sentence, ...]]:
    """Words and sentences on the joined clock."""
    words: list[Word] = []
    sentences: list[Sentence] = []
    rate = joining.sample_rate
    for one, placement in zip(judged, joining.placements, strict=True):
        taken = _taken(one.planned, one.take, placement, rate)
        words += timed_words(taken, placement.length, placement.start, rate)
        sentences.append(_sentence(one, placement, rate))
    return tuple(words), tuple(sentences)


def _sentence(judged: JudgedTake, placement: Placement, rate: int) -> Sentence:
    planned = judged.planned
    return Sentence(
        index=planned.sentence.index,
        text=planned.sentence.text,
        start=in_seconds(placement.start, rate),
        end=in_seconds(placement.end, rate),
        voice=planned.sentence.voice,
        seed=judged.take.seed if planned.seed is None else planned.seed,
        from_cache=judged.cached,
        verified=None if judged.verdict is None else not judged.doubtful,
        doubts=() if judged.verdict is None else judged.verdict.doubts,
        tries=planned.tries,
        engine=planned.engine,
    )


def _taken(planned: PlannedSentence, take: Take, placement: Placement, rate: int) -> list[TakenWord]:
    """The sentence's words with their samples in the take, estimated when the engine knows none."""
    sentence = planned.sentence
    if take.words is None:
        lengths = [0 if word.spoken is None else word.spoken[1] - word.spoken[0] for word in sentence.words]
        spans = iter(estimated_spans([length for length in lengths if length], placement.length))
        confidence = ESTIMATED_CONFIDENCE
    else:
        spans = iter([(rescale(a, take.sample_rate, rate), rescale(b, take.sample_rate, rate)) for a, b in take.words])
        confidence = 1.0
    return [TakenWord(word.text, None if word.spoken is None else next(spans), confidence) for word in sentence.words]
