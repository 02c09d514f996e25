"""Which words of a script were heard, and as which words: what ties the two together before anything is measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import Indel

from backend.script import SpokenSentence
from backend.speech.comparing import aligned
from backend.speech.units import Unit, units_of_heard, units_of_said

_CERTAIN = 3
"""Words in a row that cannot be the same by chance."""
_COMPARED = 20_000
"""Pairs of words up to which a gap is looked at word by word; a larger one is another text."""


@dataclass(frozen=True)
class Matches:
    """The words of a script beside those that were heard."""

    heard_as: tuple[int | None, ...]
    """For each word of the script the first word that was heard for it; None where none was."""
    certain: tuple[tuple[int, int], ...]
    """Pairs (word of the script, heard word) inside a run of several that agree; rising in both."""
    missing: tuple[tuple[int, int], ...]
    """Runs of words of the script (first, one past the last) for which nothing was heard at all."""
    added: tuple[tuple[int, int], ...]
    """Runs of heard words (first, one past the last) that are not in the script."""

    @property
    def share(self) -> float:
        """Of the script's words, those in runs that agree; 0 to 1. Single words agree in any two texts."""
        return len(self.certain) / max(1, len(self.heard_as))


class _Block(NamedTuple):
    a: int
    """Of the script."""
    b: int
    """Of what was heard."""
    size: int


def match_words(sentences: Sequence[SpokenSentence], heard: Sequence[str], language: str) -> Matches:
    """Compare a script with what was heard, in the time of one comparison of texts even for an hour."""
    written = _written(sentences, language)
    count = sum(len(sentence.words) for sentence in sentences)
    units = units_of_heard(heard, language)
    pairs: list[tuple[int, int]] = []
    certain: list[tuple[int, int]] = []
    missing: list[tuple[int, int]] = []
    added: list[tuple[int, int]] = []
    i = j = 0
    for block in _blocks(written, units):
        gap = written[i : block.a], units[j : block.b]
        if gap[0] and not gap[1]:
            missing.append((gap[0][0].word, gap[0][-1].word + 1))
        elif gap[1] and not gap[0]:
            added.append((gap[1][0].word, gap[1][-1].word + 1))
        else:
            pairs += _alike(*gap)
        same = [(written[block.a + n].word, units[block.b + n].word) for n in range(block.size)]
        pairs += same
        if block.size >= min(_CERTAIN, len(written)):
            certain += same
        i, j = block.a + block.size, block.b + block.size
    first: dict[int, int] = {}
    for word, as_heard in pairs:
        first.setdefault(word, as_heard)
    return Matches(
        tuple(first.get(word) for word in range(count)),
        tuple(_rising(certain)),
        tuple(run for run in missing if run[1] - run[0] >= _CERTAIN),
        tuple(run for run in added if run[1] - run[0] >= _CERTAIN),
    )


def _written(sentences: Sequence[SpokenSentence], language: str) -> list[Unit]:
    units: list[Unit] = []
    before = 0
    for sentence in sentences:
        said = [(n, sentence.spoken[slice(*word.spoken)]) for n, word in enumerate(sentence.words) if word.spoken]
        units += [Unit(unit.text, unit.word + before) for unit in units_of_said(said, language)]
        before += len(sentence.words)
    return units


def _blocks(written: Sequence[Unit], heard: Sequence[Unit]) -> Iterator[_Block]:
    """Runs that agree, as many words of them as there can be in order; and the end of both.

    The longest run first, as difflib has it, would tie a refrain to whichever of its repeats was heard best.
    """
    steps = Indel.opcodes([unit.text for unit in written], [unit.text for unit in heard])
    for step in steps:
        if step.tag == "equal":
            yield _Block(step.src_start, step.dest_start, step.src_end - step.src_start)
    yield _Block(len(written), len(heard), 0)


def _alike(written: Sequence[Unit], heard: Sequence[Unit]) -> list[tuple[int, int]]:
    if not written or not heard or len(written) * len(heard) > _COMPARED:
        return []
    return [(written[pair.written[0]].word, heard[pair.heard[0]].word) for pair in aligned(written, heard) if pair.same]


def _rising(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """One pair for each word of the script, none going back."""
    rising: list[tuple[int, int]] = []
    for word, heard in pairs:
        if not rising or (word > rising[-1][0] and heard > rising[-1][1]):
            rising.append((word, heard))
    return rising
