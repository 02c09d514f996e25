"""Whether a take says its sentence: what a recogniser hears, compared with what is written."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from backend.engines.values import Heard, HeardWord
from backend.models import Doubt, DoubtKind
from backend.script import SpokenSentence
from backend.script.sentences import is_cjk
from backend.speech.comparing import ALIKE, Difference, alike, differences
from backend.speech.pacing import doubts_about_time
from backend.speech.units import Unit, letters_of, units_of_heard, units_of_said

SMALL = 4
"""Letters: less than this is no doubt when it is missed or added, for recognisers do that to small words."""
_WEIGHTY = ("not", "no")
"""Small words that turn a sentence round."""
_CLEAR = 0.6
"""Probability from which a recogniser is sure of a word."""
_GUESSED = 0.5
"""Share of a sentence that may be heard otherwise in words the recogniser is not sure of."""
_OF_REFERENCE = 0.6
"""Share of the words heard that must be the reference's."""
_PENALTIES = {
    "unclear": 3.0,
    "skipped": 2.0,
    "leaked": 2.0,
    "stretched": 0.5,
    "long_tail": 0.5,
    "long_pause": 0.5,
    "pace": 0.5,
}
_PENALTY = 0.5
"""Of what the clock alone tells."""
_SHOWN = 60
"""Characters of what was heard in a message."""
_LEAKED = "Heard, though it belongs to the voice's reference recording: {}"


@dataclass(frozen=True)
class Verdict:
    """What to think of a take."""

    doubts: tuple[Doubt, ...]
    penalty: float
    """0 when all is well; the less, the better."""


def judge(sentence: SpokenSentence, heard: Heard, seconds: float, reference: str = "") -> Verdict:
    """Compare a take with its sentence.

    Args:
        sentence: what it should say.
        heard: what was recognised in the take.
        seconds: length of the take.
        reference: what the voice's reference recording says, which must not be heard here.
    """
    comparison = _Comparison(sentence, heard, reference)
    doubts = comparison.doubts()
    doubts += doubts_about_time(heard, seconds, None if doubts else comparison.letters, sentence)
    letters = sum(max(len(doubt.text), SMALL) for doubt in doubts) / max(comparison.letters, 1)
    return Verdict(tuple(doubts), sum(_PENALTIES.get(doubt.kind, _PENALTY) for doubt in doubts) + letters)


class _Comparison:
    """The words of one take beside those of its sentence."""

    def __init__(self, sentence: SpokenSentence, heard: Heard, reference: str) -> None:
        self._sentence = sentence
        self._said = [(word.text, word.spoken) for word in sentence.words]
        self._heard_words = heard.words
        spoken = [(i, sentence.spoken[span[0] : span[1]]) for i, (_, span) in enumerate(self._said) if span]
        self._written = units_of_said(spoken, sentence.language)
        self._heard = units_of_heard([word.text for word in heard.words], sentence.language)
        self._reference = [unit.text for unit in units_of_heard(reference.split(), sentence.language)]
        self.letters = letters_of(self._written, sentence.language)

    def doubts(self) -> list[Doubt]:
        found = differences(self._written, self._heard)
        if self._hardly_any(found):
            return [_doubt("unclear", "Hardly understood: {}", self._as_heard((0, len(self._heard))))]
        return [doubt for difference in found if (doubt := self._doubt(difference))]

    def _hardly_any(self, found: Sequence[Difference]) -> bool:
        """Whether so much differs that single words tell nothing."""
        apart = sum(self._size(self._written[slice(*difference.written)]) for difference in found)
        whole = self._size(self._written)
        if any(is_cjk(unit.text[0]) for unit in self._written):
            return _likeness(self._written, self._heard) < ALIKE  # one sound has many characters
        return whole > SMALL and apart > _GUESSED * whole

    def _doubt(self, difference: Difference) -> Doubt | None:
        missed, extra = self._written[slice(*difference.written)], self._heard[slice(*difference.heard)]
        if any(is_cjk(unit.text[0]) for unit in (*missed, *extra)) or self._is_given(missed):
            return None
        if not missed or self._size(missed) < SMALL < self._size(extra):
            return self._added(difference.heard)
        text = self._as_written(difference.written)
        if not extra:
            return _doubt("skipped", "Not heard: {}", text) if self._weighs(missed) else None
        if not self._weighs(missed) and not self._weighs(extra):
            return None
        if "".join(unit.text for unit in extra) == 2 * "".join(unit.text for unit in missed):
            return _doubt("doubled", "Heard twice: {}", text)
        if _likeness(missed, extra) >= ALIKE:
            return None
        if len(extra) > 1 and self._is_of_reference(difference.heard):
            return _doubt("leaked", _LEAKED, self._as_heard(difference.heard))
        if self._probability(difference.heard) >= _CLEAR:
            return _doubt("changed", f"“{self._as_heard(difference.heard)}” is heard instead of {{}}", text)
        return _doubt("skipped", "Not heard: {}", text) if self._size(extra) <= 0.5 * self._size(missed) else None

    def _added(self, span: tuple[int, int]) -> Doubt | None:
        text = self._as_heard(span)
        if self._is_repeated(span):
            return _doubt("doubled", "Heard twice: {}", text)
        if not self._weighs(self._heard[slice(*span)]):
            return None
        if self._is_of_reference(span):
            return _doubt("leaked", _LEAKED, text)
        return _doubt("invented", "Heard, but not written: {}", text)

    def _is_repeated(self, span: tuple[int, int]) -> bool:
        """Whether the same was said right before or right after."""
        start, end = span
        added, length = self._heard[start:end], end - start
        neighbours = (self._heard[max(0, start - length) : start], self._heard[end : end + length])
        return any(len(near) == length and _likeness(added, near) >= 0.8 for near in neighbours)

    def _is_of_reference(self, span: tuple[int, int]) -> bool:
        """Whether most of these words are said in this order in the reference too."""
        words = [unit.text for unit in self._heard[slice(*span)]]
        blocks = difflib.SequenceMatcher(None, words, self._reference, autojunk=False).get_matching_blocks()
        shared = [block.size for block in blocks]
        return max(shared) > 1 and sum(shared) >= _OF_REFERENCE * len(words)

    def _is_given(self, units: Sequence[Unit]) -> bool:
        """Whether these words are said as the script tells in IPA: nobody knows how that is spelled."""
        spans = [self._said[unit.word][1] for unit in units]
        given = [(start, end) for start, end, _ in self._sentence.pronunciations]
        return bool(units) and all(
            span and any(start < span[1] and span[0] < end for start, end in given) for span in spans
        )

    def _weighs(self, units: Sequence[Unit]) -> bool:
        return self._size(units) >= SMALL or any(unit.text in _WEIGHTY for unit in units)

    def _size(self, units: Sequence[Unit]) -> int:
        return letters_of(units, self._sentence.language)

    def _probability(self, span: tuple[int, int]) -> float:
        words = self._words(span)
        return sum(word.probability for word in words) / max(1, len(words))

    def _words(self, span: tuple[int, int]) -> list[HeardWord]:
        return [self._heard_words[i] for i in dict.fromkeys(unit.word for unit in self._heard[slice(*span)])]

    def _as_heard(self, span: tuple[int, int]) -> str:
        return _short(" ".join(word.text for word in self._words(span)))

    def _as_written(self, span: tuple[int, int]) -> str:
        return _short(" ".join(self._said[i][0] for i in dict.fromkeys(u.word for u in self._written[slice(*span)])))


def _likeness(one: Sequence[Unit], other: Sequence[Unit]) -> float:
    return alike("".join(unit.text for unit in one), "".join(unit.text for unit in other))


def _short(text: str) -> str:
    plain = text.strip(" .,;:!?…")
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"


def _doubt(kind: DoubtKind, message: str, text: str) -> Doubt:
    return Doubt(kind=kind, message=message.replace("{}", f"“{text}”" if text else "nothing is heard") + ".", text=text)
