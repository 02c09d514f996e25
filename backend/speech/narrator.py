"""From a script to one audio file with the time of every word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.engines.table import ENGINES
from backend.media.audio import encode_audio
from backend.media.ffmpeg import Ffmpeg
from backend.models import Sentence, Word
from backend.script import Script, SpokenSentence
from backend.speech.joining import Joining
from backend.speech.plan import NarrationPlan, NarrationSettings, PlannedSentence, plan_narration
from backend.speech.speaking import AS_NAMED, OnSentence, Session, Speakers, Voices
from backend.speech.takes import Take, TakeStore
from backend.speech.verifying import heard_as_written
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

RECOGNISER = "whisper"


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


def _ignore(index: int, take: Take) -> None:
    """An `OnSentence` for narrations nobody listens to yet."""


class Narrator:
    """Speaks scripts. Safe to use from several threads at once."""

    def __init__(self, engines: Speakers, takes: TakeStore, ffmpeg: Ffmpeg, voices: Voices = AS_NAMED) -> None:
        self._engines = engines
        self._takes = takes
        self._ffmpeg = ffmpeg
        self._voices = voices

    def narrate(
        self,
        script: Script,
        settings: NarrationSettings,
        folder: Path,
        work: Work,
        on_sentence: OnSentence = _ignore,
    ) -> Narrated:
        """Speak ``script``; see `follow`."""
        return self.follow(plan_narration(script, settings), folder, work, on_sentence)

    def follow(self, plan: NarrationPlan, folder: Path, work: Work, on_sentence: OnSentence = _ignore) -> Narrated:
        """Speak what ``plan`` says and leave ``audio.<format>`` and ``audio.wav`` in ``folder``.

        Takes that are in the store are not spoken again, so a plan of which one sentence changed is cheap.

        Raises:
            Cancelled: somebody pressed Stop.
            EngineError: a sentence could not be spoken; the takes that were done are kept.
            MediaFailed: the audio could not be encoded.
        """
        session = Session(self._engines, self._takes, plan.sentences, work.part(0.0, 0.9), on_sentence, self._voices)
        takes, cached = session.run()
        verified = self._verify(plan, takes, work.part(0.9, 0.94))
        work.report(0.94, "Joining the sentences.")
        joining = Joining(takes, [one.sentence.pause_after for one in plan.sentences], plan.lead, work.cancel)
        wave = folder / "audio.wav"
        joining.write(wave, plan.loudness)
        audio = self._encode(wave, plan, work.part(0.97, 1.0))
        words, sentences = _timed(plan.sentences, takes, joining, cached, verified)
        work.report(1.0, "Spoken.")
        return Narrated(audio, wave, joining.sample_rate, joining.samples, words, sentences, plan)

    def _verify(self, plan: NarrationPlan, takes: Sequence[Take], work: Work) -> list[bool | None]:
        """For each sentence whether it was heard as written; None when nobody asked or nobody can tell."""
        judged: dict[tuple[str, Path], bool | None] = {}
        verdicts: list[bool | None] = []
        for done, (planned, take) in enumerate(zip(plan.sentences, takes, strict=True)):
            key = (planned.sentence.text, take.path)
            if plan.verify and key not in judged:
                work.report(done / len(takes), f"Listening to sentence {done + 1} of {len(takes)}.")
                judged[key] = self._hear(planned.sentence, take, Work(cancel=work.cancel))
            verdicts.append(judged.get(key))
        return verdicts

    def _hear(self, sentence: SpokenSentence, take: Take, work: Work) -> bool | None:
        known = ENGINES[RECOGNISER].languages
        language = sentence.language.split("-")[0]
        if known and language not in known:
            return None
        heard = self._engines.listen(RECOGNISER, take.path, language, work).text
        return heard_as_written(sentence.text, sentence.spoken, heard)

    def _encode(self, wave: Path, plan: NarrationPlan, work: Work) -> Path:
        if plan.audio_format == "wav":
            return wave
        target = wave.with_name(f"audio.{plan.audio_format}")
        encode_audio(self._ffmpeg, wave, target, plan.audio_format, work)
        return target


def _timed(
    planned: Sequence[PlannedSentence],
    takes: Sequence[Take],
    joining: Joining,
    cached: Sequence[bool],
    verified: Sequence[bool | None],
) -> tuple[tuple[Word, ...], tuple[Sentence, ...]]:
    """Words and sentences on the joined clock."""
    words: list[Word] = []
    sentences: list[Sentence] = []
    rate = joining.sample_rate
    for one, take, placement, was_there, heard in zip(
        planned, takes, joining.placements, cached, verified, strict=True
    ):
        words += timed_words(_taken(one, take, placement, rate), placement.length, placement.start, rate)
        sentences.append(
            Sentence(
                index=one.sentence.index,
                text=one.sentence.text,
                start=in_seconds(placement.start, rate),
                end=in_seconds(placement.end, rate),
                voice=one.sentence.voice,
                seed=one.seed,
                from_cache=was_there,
                verified=heard,
            )
        )
    return tuple(words), tuple(sentences)


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
