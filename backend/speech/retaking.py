"""Takes that are heard, judged, and spoken again with another seed where that can help."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from backend.speech.hearing import Ear
from backend.speech.plan import PlannedSentence
from backend.speech.speaking import OnSentence, Session, Speakers, Voices, tell_nobody
from backend.speech.takes import Take, TakeStore
from backend.speech.verifying import Verdict, judge
from backend.work import Work

MOST_RETAKES = 3
"""Other seeds tried for one sentence before the best of its takes is kept."""
_LISTENING_SHARE = 0.4
"""Of the work, for the first hearing of all takes; the rest is for speaking again."""
_LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class JudgedTake:
    """The take that was kept for a sentence, and what is thought of it."""

    planned: PlannedSentence
    """With the seed of this take."""
    take: Take
    cached: bool
    """Whether it was there already."""
    verdict: Verdict | None = None
    """None when nobody asked, or the recogniser does not know the language."""

    @property
    def doubtful(self) -> bool:
        return self.verdict is not None and bool(self.verdict.doubts)

    def better_than(self, other: JudgedTake) -> bool:
        """Whether fewer or smaller doubts are left."""
        return self.verdict is not None and other.verdict is not None and self.verdict.penalty < other.verdict.penalty


class Retakes:
    """Hears takes and has the doubtful ones spoken again."""

    def __init__(self, engines: Speakers, store: TakeStore, voices: Voices, on_sentence: OnSentence) -> None:
        self._engines = engines
        self._store = store
        self._voices = voices
        self._ear = Ear(engines)
        self._on_sentence = on_sentence

    def verified(self, first: Sequence[JudgedTake], work: Work) -> list[JudgedTake]:
        """The best take of each sentence.

        A sentence whose plan says that other seeds were tried before is heard but not tried again.

        Raises:
            Cancelled, EngineError
        """
        kept = self._heard(first, work.part(0.0, _LISTENING_SHARE))
        trying = [i for i, one in enumerate(kept) if one.doubtful and self._may_try(one.planned)]
        for attempt in range(1, MOST_RETAKES + 1):
            trying = [i for i in trying if kept[i].doubtful]
            if not trying:
                break
            done = _LISTENING_SHARE + (1 - _LISTENING_SHARE) * (attempt - 1) / MOST_RETAKES
            part = work.part(done, done + (1 - _LISTENING_SHARE) / MOST_RETAKES)
            again = self._spoken_again([first[i].planned for i in trying], attempt, part)
            for i, one in zip(trying, again, strict=True):
                if one.better_than(kept[i]):
                    self._on_sentence(i, one.take)
                best = one if one.better_than(kept[i]) else kept[i]
                kept[i] = replace(best, planned=replace(best.planned, tries=attempt + 1))
        return kept

    def _may_try(self, planned: PlannedSentence) -> bool:
        return planned.tries == 1 and self._engines.draws(planned.engine)

    def _spoken_again(self, sentences: Sequence[PlannedSentence], attempt: int, work: Work) -> list[JudgedTake]:
        planned = [replace(one, seed=_other_seed(one, attempt)) for one in sentences]
        work.report(0.0, f"Saying {len(planned)} doubtful {'sentence' if len(planned) == 1 else 'sentences'} again.")
        # Its own list of sentences would take the place of the whole narration's.
        quiet = Work(cancel=work.cancel)
        takes, cached = Session(self._engines, self._store, planned, quiet, tell_nobody, self._voices).run()
        fresh = [JudgedTake(*one) for one in zip(planned, takes, cached, strict=True)]
        return self._heard(fresh, work.part(0.5, 1.0))

    def _heard(self, takes: Sequence[JudgedTake], work: Work) -> list[JudgedTake]:
        judged = []
        for done, one in enumerate(takes):
            work.report(done / len(takes), f"Listening to sentence {done + 1} of {len(takes)}.")
            judged.append(replace(one, verdict=self._verdict(one, Work(cancel=work.cancel))))
        return judged

    def _verdict(self, one: JudgedTake, work: Work) -> Verdict | None:
        work.cancel.check()
        sentence, take = one.planned.sentence, one.take
        heard = self._ear.hear(take, sentence.language, work)
        if heard is None:
            return None
        reference = self._voices.reference(sentence.voice)
        return judge(sentence, heard, take.length / take.sample_rate, reference.text if reference else "")


def _other_seed(planned: PlannedSentence, attempt: int) -> int:
    """The same each time, so that takes made once are found again."""
    text = f"{planned.seed} {attempt} {planned.sentence.spoken}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") & _LARGEST_SEED
