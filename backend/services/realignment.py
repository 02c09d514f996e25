"""Captions whose words are put anew to where they are said: a range of them, after edits or where times are off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Indel

from backend.captions.cue_table import Cues, cue_at, first_sound, last_sound
from backend.captions.retiming import put_words
from backend.captions.rewording import words_in
from backend.captions.text import one_line
from backend.errors import InvalidRequest
from backend.jobs import JobContext
from backend.media.decoding import decode_sound
from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import probe_sound
from backend.models import Captions, Word
from backend.requests import RealignCaptions, UpdateCaptions
from backend.services.alignments import MOST_SECONDS, Alignments, clock_script
from backend.services.caption_sounds import sound_of
from backend.services.captioning import Captioning
from backend.services.narrations import Narrations
from backend.services.scratch import Scratch
from backend.storage.artifacts import Artifacts
from backend.timing import RATE
from backend.voices.languages import check_language
from backend.work import Work

_REACH_SECONDS = 15.0
"""By which the words of a range may lie outside of it, where no other captions are."""
_NOT_FOUND = 0.1
"""Confidence in a word of which nothing was found."""
_MARKUP = str.maketrans(dict.fromkeys("[]*_`#|~>", " "))
"""What a script would take for more than text."""


@dataclass(frozen=True)
class _Range:
    """What is to be put anew, of captions as they were when it was asked."""

    captions: Captions
    first: int
    last: int
    start: float
    """Seconds: no earlier are the words looked for."""
    end: float
    """No later; infinite where no caption follows nearby."""

    @property
    def words(self) -> list[str]:
        cues = self.captions.cues[self.first : self.last + 1]
        return [word.text for cue in cues for word in words_in(cue)]

    @property
    def script(self) -> str:
        return one_line(" ".join(self.words).translate(_MARKUP))


class Realignment:
    """Puts the words of captions onto their sound again."""

    def __init__(
        self,
        captioning: Captioning,
        narrations: Narrations,
        alignments: Alignments,
        artifacts: Artifacts,
        ffmpeg: Ffmpeg,
        scratch: Scratch,
    ) -> None:
        self._captioning = captioning
        self._narrations = narrations
        self._alignments = alignments
        self._artifacts = artifacts
        self._ffmpeg = ffmpeg
        self._scratch = scratch

    def check(self, request: RealignCaptions) -> None:
        """Refuse what cannot be done, before anything is queued.

        Raises:
            InvalidRequest: ``no_such_caption``, ``bad_range``, ``no_sound``, a language or text that cannot be aligned.
            NotFound: no such captions, or recording.
            MediaRejected: no sound, too long, or damaged.
        """
        asked = self._range(request)
        language = self._language(request, asked.captions)
        clock_script(asked.script, "en" if language == "auto" else check_language(language))
        with self._scratch.folder() as folder:
            probe_sound(self._artifacts.local(self._sound_of(request, asked.captions), folder), MOST_SECONDS)

    def realign(self, request: RealignCaptions, context: JobContext) -> dict[str, Any]:
        """Put the words anew; returns the captions' id.

        Raises:
            InvalidRequest: ``captions_changed`` meanwhile.
        """

        # Written down first: run again after a crash, it makes the same version and not one more.
        base = int(context.steps("look", lambda: self._captioning.get(request.captions_id).version))

        def realign() -> dict[str, Any]:
            if self._captioning.is_made_by(request.captions_id, base + 1, context.job_id):
                return {"captions_id": request.captions_id}
            with self._scratch.folder() as folder:
                asked = self._range(request, base)
                words = self._heard_at(asked, request, folder, context.work)
                return self._keep(asked, times_of(asked.words, words), context.job_id)

        made: dict[str, Any] = context.steps("realign", realign)
        return made

    def _heard_at(self, asked: _Range, request: RealignCaptions, folder: Path, work: Work) -> list[Word]:
        media = self._artifacts.local(self._sound_of(request, asked.captions), folder)
        info = probe_sound(media, MOST_SECONDS)
        sound = decode_sound(
            self._ffmpeg, media, info, folder / "sound.wav", work.part(0.0, 0.05),
            start=asked.start, most_seconds=min(asked.end, info.duration) - asked.start, coarse_rate=RATE,
        )  # fmt: skip
        language = self._language(request, asked.captions)
        put = self._alignments.put(asked.script, sound, language, folder, work.part(0.05, 1.0), refuse_other_text=False)
        later = asked.start
        return [word.model_copy(update={"start": word.start + later, "end": word.end + later}) for word in put.words]

    def _keep(self, asked: _Range, times: Sequence[Word], job_id: str) -> dict[str, Any]:
        newest = self._captioning.get(asked.captions.captions_id)
        if newest.version != asked.captions.version:
            raise InvalidRequest(
                "These captions were changed while their words were looked for.",
                hint="Re-align them again.",
                code="captions_changed",
            )
        cues: Cues = put_words(newest.cues, asked.first, asked.last, times)
        changed = self._captioning.update(UpdateCaptions(captions_id=newest.captions_id, cues=cues), made_by=job_id)
        return {"captions_id": changed.captions_id}

    def _range(self, request: RealignCaptions, version: int | None = None) -> _Range:
        captions = self._captioning.get(request.captions_id, version)
        cues = captions.cues
        last = len(cues) - 1 if request.last is None else request.last
        start, end = cue_at(cues, request.first), cue_at(cues, last)
        if last < request.first:
            raise InvalidRequest(
                "The range ends before it begins.", hint="From the first to the last.", code="bad_range"
            )
        before = last_sound(cues[request.first - 1]) if request.first else 0.0
        after = first_sound(cues[last + 1]) if last + 1 < len(cues) else float("inf")
        earliest, latest = start.start - _REACH_SECONDS, end.end + _REACH_SECONDS
        return _Range(captions, request.first, last, max(0.0, before, earliest), min(after, latest))

    def _language(self, request: RealignCaptions, captions: Captions) -> str:
        if request.language == "auto" and captions.narration_id is not None:
            return self._narrations.get(captions.narration_id).language
        return request.language

    def _sound_of(self, request: RealignCaptions, captions: Captions) -> str:
        return sound_of(captions, request.media, self._narrations, self._artifacts)


def times_of(texts: Sequence[str], words: Sequence[Word]) -> list[Word]:
    """For each text the time of its letters, however the two are cut: the letters of a word share its time evenly.

    A text none of whose letters are there stands where the one before it ends.
    """
    wanted, found = _letters(texts), _letters([word.text for word in words])
    own: list[list[tuple[float, float, float]]] = [[] for _ in texts]
    for step in Indel.opcodes([letter for letter, *_ in wanted], [letter for letter, *_ in found]):
        if step.tag == "equal":
            for ours, theirs in zip(wanted[step.src_start : step.src_end], found[step.dest_start :], strict=False):
                word = words[theirs[1]]
                length = word.end - word.start
                first, last = (word.start + length * share for share in theirs[2:])
                own[ours[1]].append((first, last, word.confidence))
    at, timed = words[0].start, []
    for text, letters in zip(texts, own, strict=True):
        start, end = (max(at, letters[0][0]), max(at, letters[-1][1])) if letters else (at, at)
        sure = min((letter[2] for letter in letters), default=_NOT_FOUND)
        timed.append(Word(text=text, start=start, end=end, confidence=sure, source="aligned"))
        at = end
    return timed


def _letters(texts: Sequence[str]) -> list[tuple[str, int, float, float]]:
    """All letters and digits of the texts, which text each is of, and from and up to which share of it."""
    found = []
    for number, text in enumerate(texts):
        letters = [letter for letter in text.casefold() if letter.isalnum()]
        count = len(letters)
        found += [(letter, number, n / count, (n + 1) / count) for n, letter in enumerate(letters)]
    return found
