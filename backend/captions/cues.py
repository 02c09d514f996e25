"""Cutting words into cues.

The cheapest cut of all is found, where a cut costs for every cue, and more for one that is hard to read: a cue that
ends in mid phrase or on a small word, holds the end of one sentence and the start of the next, stands alone with one
word, is over too soon, or is too full for its time. Some things are never done: a cue over a long pause, of two
speakers, with too many words, or with lines that do not fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from math import inf

from backend.captions.fits import Fits, sums
from backend.captions.frame import Frame, make_frame
from backend.captions.lines import (
    PARTED,
    Measured,
    break_lines,
    fewest_lines,
    measure,
    reads_on,
    starts_phrase,
)
from backend.captions.phrases import Joint, joints, split_words
from backend.captions.spoken import share_time
from backend.captions.style import CaptionStyle, CueRules
from backend.captions.text import (
    MAX_CUE_CHARACTERS,
    clean,
    clip,
    ends_phrase,
    ends_sentence,
    is_spaceless,
    one_line,
    side_by_side,
)
from backend.errors import InvalidRequest
from backend.models import CaptionLayout, Cue, CueWord, FrameSize, Word

MAX_CUES = 12_000
"""Cues of one set of captions: an hour and more of one word at a time."""
MAX_SECONDS = 86_400.0
"""Latest time of a caption."""
SHORTEST_GAP = 0.2
"""Seconds between two cues, where there is a gap at all."""
_SENTENCE_INSIDE, _PHRASE_INSIDE = 6.0, 1.4
"""What the end of a sentence, or of a phrase, in the middle of a cue costs."""


def make_cues(words: Sequence[Word], style: CaptionStyle, size: FrameSize, layout: CaptionLayout) -> tuple[Cue, ...]:
    """``words`` as captions for this style and frame, every word in exactly one cue, in order.

    Raises:
        InvalidRequest: more than `MAX_CUES` cues would be needed (code ``too_many_cues``), or a time is before 0 or
            after `MAX_SECONDS` (code ``invalid_time``).
    """
    _check_times(words)
    frame = make_frame(style, size, layout, words)
    spoken = [part for word in _glued(_in_order(words)) for part in _parted(word, frame)]
    cuts = _Cutter(spoken, frame).cuts()
    _check_count(len(cuts))
    groups = [spoken[start:end] for start, end in cuts]
    following = [group[0].start for group in groups[1:]]
    return tuple(
        _cue(index, group, frame, after) for index, (group, after) in enumerate(zip_longest(groups, following))
    )


def check_cues(cues: Sequence[Cue]) -> None:
    """Make sure that cues can be drawn, whoever made them.

    Raises:
        InvalidRequest: too many, or at impossible times; codes as in `make_cues`.
    """
    _check_count(len(cues))
    _check_times([*cues, *(word for cue in cues for word in cue.words)])


def _check_count(count: int) -> None:
    if count > MAX_CUES:
        raise InvalidRequest(
            f"That makes {count:,} captions; {MAX_CUES:,} is the most.",
            hint="Choose a style with more words a caption, or split the script.",
            code="too_many_cues",
        )


def _check_times(timed: Sequence[Word | Cue | CueWord]) -> None:
    for each in timed:
        if not (0 <= each.start <= MAX_SECONDS and 0 <= each.end <= MAX_SECONDS):
            raise InvalidRequest(
                f"{clip(clean(each.text), 40)!r} is from {each.start:g} to {each.end:g} seconds; captions lie between "
                f"0 and {MAX_SECONDS:,.0f}.",
                hint="Give times in seconds from the start of the audio.",
                code="invalid_time",
            )


def _in_order(words: Sequence[Word]) -> list[CueWord]:
    """The words that can be seen, cleaned, with times that never run backwards."""
    kept: list[CueWord] = []
    now = 0.0
    for word in words:
        text = clip(one_line(word.text))
        start = max(word.start, now)
        end = max(word.end, start)
        if text:
            kept.append(
                CueWord(
                    text=text,
                    start=round(start, 3),
                    end=round(end, 3),
                    confidence=word.confidence,
                    source=word.source,
                    emphasis=word.emphasis if isinstance(word, CueWord) else None,
                    speaker=word.speaker if isinstance(word, CueWord) else "",
                )
            )
            now = start
    return kept


def _glued(words: Sequence[CueWord]) -> list[CueWord]:
    """Words with what no line may start with, or what none may end with, joined to their neighbour."""
    glued: list[CueWord] = []
    before: Joint = "free"
    for word, joint in zip(words, joints([word.text for word in words]), strict=True):
        if before == "never":
            last = glued.pop()
            word = last.model_copy(update={"text": last.text + word.text, "end": word.end})
        glued.append(word)
        before = joint
    return glued


def _parted(word: CueWord, frame: Frame) -> list[CueWord]:
    """A word as it is; where the script writes no spaces and it fits in no line, its phrases, each with a share of its
    time."""
    text = word.text
    if not any(map(is_spaceless, text)) or (
        len(text) <= frame.limits.characters and frame.width(text) <= frame.limits.width
    ):
        return [word]
    return [
        word.model_copy(update={"text": part.text, "start": round(part.start, 3), "end": round(part.end, 3)})
        for part in share_time(split_words(text), word.start, word.end)
    ]


@dataclass
class _Cutter:
    """Finds the cheapest cut of the words into cues."""

    words: list[CueWord]
    frame: Frame

    def __post_init__(self) -> None:
        self.rules: CueRules = self.frame.style.rules
        self.fits = Fits(_measured(self.words, self.frame), self.frame.limits)
        texts = [word.text for word in self.words]
        sentences = [ends_sentence(text, after) for text, after in zip(texts, [*texts[1:], ""], strict=False)]
        self.inside = sums(
            _SENTENCE_INSIDE * sentence + _PHRASE_INSIDE * ends_phrase(text)
            for text, sentence in zip(texts, sentences, strict=True)
        )
        parts = joints(texts)
        self.phrases = sums(float(joint == "free") for joint in ["free", *parts[:-1]])
        self.parted = [PARTED[joint] for joint in parts]
        self.ends = [self._end_cost(index, sentence) for index, sentence in enumerate(sentences)]

    def cuts(self) -> list[tuple[int, int]]:
        """(start, end) of every cue, as indices of words."""
        count = len(self.words)
        cost, came_from = [0.0] + [inf] * count, [0] * (count + 1)
        for end in range(1, count + 1):
            for start in range(end - 1, -1, -1):
                if self._count(start, end) > self.frame.max_words or not self._can_be_one(start, end):
                    break
                total = cost[start] + self._cost(start, end)
                if total < cost[end]:
                    cost[end], came_from[end] = total, start
        return _walk_back(came_from, count)

    def _count(self, start: int, end: int) -> int:
        """Words, or phrases where the script writes no spaces between words."""
        return 1 + round(self.phrases[end] - self.phrases[start + 1])

    def _can_be_one(self, start: int, end: int) -> bool:
        if end - start == 1:
            return True
        first, second, last = self.words[start], self.words[start + 1], self.words[end - 1]
        return (
            first.speaker == second.speaker
            and second.start - first.end < self.rules.pause_seconds
            and last.end - first.start <= self.rules.max_seconds
            and self.fits.characters(start, end) <= MAX_CUE_CHARACTERS
            and self.fits.in_lines(start, end, self.frame.max_lines)
        )

    def _cost(self, start: int, end: int) -> float:
        inside = self.inside[end - 1] - self.inside[start]
        return (
            1.5 + self.ends[end - 1] + inside + self._size_cost(self._count(start, end)) + self._time_cost(start, end)
        )

    def _end_cost(self, index: int, is_sentence_end: bool) -> float:
        """A cue best ends with a sentence or a pause, else with a phrase; worst on a word that leans on the next."""
        word, following = self.words[index], self.words[index + 1] if index + 1 < len(self.words) else None
        if following is None or is_sentence_end or following.start - word.end >= 0.25:
            return 0.0
        if ends_phrase(word.text):
            return 0.2
        if self.parted[index]:
            return 10 * self.parted[index]
        if reads_on(word.text):
            return 4.0
        return 0.5 if starts_phrase(following.text) else 1.0

    def _size_cost(self, count: int) -> float:
        """Even cues: the emptier, the dearer, by the square; a word alone is an orphan."""
        most = min(self.frame.max_words, 8)
        empty = max(0.0, 1 - count / most)
        orphan = 1.5 if count == 1 and self.frame.max_words > 2 else 0.0
        return empty * empty + orphan

    def _time_cost(self, start: int, end: int) -> float:
        following = self.words[end].start if end < len(self.words) else inf
        last = self.words[end - 1].end
        shown = min(following, last + self.rules.linger_seconds) - self.words[start].start
        missing = max(0.0, 1 - shown / self.rules.min_seconds) if self.rules.min_seconds else 0.0
        hurry = self.fits.characters(start, end) / max(shown, 0.05) / self.rules.characters_per_second
        return 4.0 * missing + min(3.0, max(0.0, hurry - 1))


def _walk_back(came_from: list[int], count: int) -> list[tuple[int, int]]:
    cuts = []
    end = count
    while end > 0:
        cuts.append((came_from[end], end))
        end = came_from[end]
    return cuts[::-1]


def _cue(index: int, words: Sequence[CueWord], frame: Frame, following: float | None) -> Cue:
    text = "\n".join(_lines(words, frame))
    return Cue(
        index=index,
        start=words[0].start,
        end=_end(words, text, frame.style.rules, following),
        text=text,
        words=tuple(words),
        speaker=words[0].speaker,
    )


def _end(words: Sequence[CueWord], text: str, rules: CueRules, following: float | None) -> float:
    """A cue stays until the next if that comes soon; else it lingers a little, and long enough to be read.

    Between two cues there is no gap at all or one of `SHORTEST_GAP`: less would flash.
    """
    first, last = words[0].start, words[-1].end
    if following is not None and following - last <= rules.hold_seconds:
        return following
    reading = min(len(text) / rules.characters_per_second, rules.max_seconds)
    wanted = max(last + rules.linger_seconds, first + max(rules.min_seconds, reading))
    if following is not None and wanted > following - SHORTEST_GAP:
        return following
    return round(wanted, 3)


def _lines(words: Sequence[CueWord], frame: Frame) -> list[str]:
    measured = _measured(words, frame)
    lines = break_lines(measured, frame.limits, fewest_lines(measured, frame.limits))
    return ["".join(_spaced(line)) for line in lines]


def _measured(words: Sequence[CueWord], frame: Frame) -> list[Measured]:
    measured = measure([word.text for word in words], frame.width, frame.space)
    return [replace(one, width=one.width * frame.scale(word)) for one, word in zip(measured, words, strict=True)]


def broken_into_lines(
    cues: Sequence[Cue], style: CaptionStyle, size: FrameSize, layout: CaptionLayout
) -> tuple[Cue, ...]:
    """The same cues; those whose text is on one line broken as the style breaks them, where it does not fit."""
    frame = make_frame(style, size, layout, cues)
    return tuple(_broken(cue, frame) for cue in cues)


def _broken(cue: Cue, frame: Frame) -> Cue:
    if "\n" in cue.text or len(cue.words) < 2 or joined(cue.words) != cue.text:
        return cue
    return cue.model_copy(update={"text": "\n".join(_lines(cue.words, frame))})


def joined(words: Sequence[CueWord]) -> str:
    """The words as a line of text."""
    return side_by_side(word.text for word in words)


def _spaced(line: Sequence[Measured]) -> list[str]:
    return [(" " if place and word.gap else "") + word.text for place, word in enumerate(line)]
