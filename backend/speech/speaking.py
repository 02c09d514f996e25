"""Speaking sentences at once, each take as soon as its turn comes, and telling how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Protocol

import numpy as np

from backend.engines.values import Reference, SpeakRequest, Spoken
from backend.errors import EngineRequestFailed, NotFound
from backend.speech.hearing import Listeners
from backend.speech.plan import PlannedSentence
from backend.speech.progress import Progress
from backend.speech.takes import Take, TakeStore, take_key
from backend.speech.trimming import trimmed
from backend.work import Cancel, Work

_LOOK_SECONDS = 0.2


class Speakers(Listeners, Protocol):
    """What speech needs of the engines."""

    def revision(self, engine: str) -> str: ...
    def parallelism(self, engine: str, work: Work) -> int: ...
    def ensure(self, engine: str, work: Work) -> None: ...
    def speak(self, engine: str, request: SpeakRequest, work: Work) -> Spoken: ...
    def draws(self, engine: str) -> bool: ...


class Voices(Protocol):
    """What speech needs of the voice library."""

    def spoken_as(self, voice_id: str) -> str: ...
    def reference(self, voice_id: str) -> Reference | None: ...


class _AsNamed:
    """Built-in voices only: engines know them by their ids."""

    def spoken_as(self, voice_id: str) -> str:
        return voice_id

    def reference(self, voice_id: str) -> Reference | None:
        return None


AS_NAMED: Voices = _AsNamed()
OnSentence = Callable[[int, Take], None]
"""Told the index and the take of each sentence that can be heard."""


def tell_nobody(index: int, take: Take) -> None:
    """An `OnSentence` for sentences that nobody listens to yet."""


class Session:
    """The speaking of one plan: which takes are there, and which are being made. Equal sentences are spoken once."""

    def __init__(
        self,
        engines: Speakers,
        store: TakeStore,
        sentences: Sequence[PlannedSentence],
        work: Work,
        on_sentence: OnSentence,
        voices: Voices = AS_NAMED,
    ) -> None:
        self._engines = engines
        self._store = store
        self._sentences = sentences
        self._work = work
        self._on_sentence = on_sentence
        self._voices = voices
        self._requests = [_request(planned, voices) for planned in sentences]
        self._keys = self._all_keys()
        self._progress = Progress(self._keys, [one.sentence.text for one in sentences], work)

    def run(self) -> tuple[list[Take], list[bool]]:
        """The takes of all sentences in order, and whether each was there already.

        Raises:
            Cancelled: somebody pressed Stop; no engine is at work for it any more.
            EngineError: an engine could not speak a sentence; takes that were done are kept.
        """
        first_use = {key: index for index, key in reversed(list(enumerate(self._keys)))}
        there = self._store.find(first_use)
        for key in sorted(there, key=first_use.__getitem__):
            self._finish(key, there[key])
        missing = sorted(index for key, index in first_use.items() if key not in there)
        self._progress.begin()
        for engine in dict.fromkeys(self._sentences[index].engine for index in missing):
            self._speak_with(engine, [index for index in missing if self._sentences[index].engine == engine])
        self._progress.tell()
        spoken_now = set(missing)
        cached = [index not in spoken_now for index in range(len(self._keys))]
        return [self._progress.takes[key] for key in self._keys], cached

    def missing(self) -> list[int]:
        """Indexes of the sentences that would be spoken."""
        first_use = {key: index for index, key in reversed(list(enumerate(self._keys)))}
        return sorted(index for key, index in first_use.items() if self._store.get(key) is None)

    def _all_keys(self) -> list[str]:
        revisions = {engine: self._engines.revision(engine) for engine in {one.engine for one in self._sentences}}
        return [
            take_key(planned.engine, revisions[planned.engine], request)
            for planned, request in zip(self._sentences, self._requests, strict=True)
        ]

    def _speak_with(self, engine: str, indexes: Sequence[int]) -> None:
        """Speak these sentences; the first failure stops the others."""
        preparing = self._work.part(self._progress.fraction, self._progress.fraction)
        self._engines.ensure(engine, preparing)
        threads = max(1, self._engines.parallelism(engine, preparing))
        stop = _Linked(self._work.cancel)
        with ThreadPoolExecutor(max_workers=min(threads, len(indexes)), thread_name_prefix="speak") as pool:
            waiting = {pool.submit(self._speak, index, stop) for index in indexes}
            try:
                while waiting:
                    done, waiting = wait(waiting, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
                    for future in done:
                        self._finish(*future.result())
                    self._work.cancel.check()
                    self._progress.tell_sometimes()
            finally:
                stop.set()
                for future in waiting:
                    future.cancel()

    def _speak(self, index: int, stop: Cancel) -> tuple[str, Take]:
        """One sentence, in a thread of the pool."""
        stop.check()
        request, key = self._requests[index], self._keys[index]
        voice = self._sentences[index].sentence.voice
        self._voices.reference(voice)
        work = Work(self._progress.part(key), stop)
        spoken = self._engines.speak(self._sentences[index].engine, request, work)
        _check(spoken, request)
        take = self._store.put(key, trimmed(spoken))
        try:
            self._voices.reference(voice)
        except NotFound:  # deleted while it spoke: no copy of it may stay
            self._store.forget(key)
            raise
        return key, take

    def _finish(self, key: str, take: Take) -> None:
        for index in self._progress.finish(key, take):
            self._on_sentence(index, take)


class _Linked(Cancel):
    """A flag of its own that is also up when another one is."""

    def __init__(self, other: Cancel) -> None:
        super().__init__()
        self._other = other

    def is_set(self) -> bool:
        return super().is_set() or self._other.is_set()

    def wait(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not self.is_set() and (left := end - time.monotonic()) > 0:
            super().wait(min(left, _LOOK_SECONDS))
        return self.is_set()


def _request(planned: PlannedSentence, voices: Voices) -> SpeakRequest:
    sentence = planned.sentence
    return SpeakRequest(
        text=sentence.spoken,
        words=tuple(word.spoken for word in sentence.words if word.spoken is not None),
        pronunciations=sentence.pronunciations,
        voice=voices.spoken_as(sentence.voice),
        language=sentence.language,
        speed=sentence.speed,
        seed=planned.seed,
        reference=voices.reference(sentence.voice),
        options=planned.options,
    )


def _check(spoken: Spoken, request: SpeakRequest) -> None:
    """Refuse what no engine may answer: nothing, or samples that are not numbers, or too few words."""
    wrong = not len(spoken.samples) or not np.isfinite(spoken.samples).all()
    if wrong or (spoken.words is not None and len(spoken.words) != len(request.words)):
        raise EngineRequestFailed(
            f"The engine made no usable sound for “{request.text[:60]}”.",
            hint="Try again, with another voice, or with other words.",
        )
