"""Who finds the words: the studio and its peers, asked the same and judged alike."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.bench import Bench
from benchmarks.timing.recordings import Recording, Span

OURS, STABLE, RECOGNISER = "studio", "stable-ts", "faster-whisper"
Found = Sequence[tuple[str, float, float]]
"""Text, start and end in seconds."""
WITHIN = 0.05
"""Seconds."""


@dataclass
class Errors:
    """Of one system over some recordings, in seconds."""

    words: int = 0
    """Of the scripts."""
    kept: int = 0
    """Of them, those that were found."""
    starts: list[float] = field(default_factory=list)
    """How much later than it does a word starts by what was found."""
    ends: list[float] = field(default_factory=list)

    def add(self, recording: Recording, found: Found) -> None:
        """Compare with the truth."""
        texts = [_plain(text) for text in recording.words], [_plain(text) for text, _, _ in found]
        self.words += len(recording.words)
        for block in difflib.SequenceMatcher(None, *texts, autojunk=False).get_matching_blocks():
            self.kept += block.size
            for n in range(block.size):
                self._compare(recording.truth[block.a + n], found[block.b + n][1:])

    def _compare(self, truth: Span, found: Span) -> None:
        if not np.isnan(truth[0]):
            self.starts.append(found[0] - truth[0])
        if not np.isnan(truth[1]):
            self.ends.append(found[1] - truth[1])

    @property
    def kept_percent(self) -> float:
        return 100 * self.kept / max(1, self.words)

    @property
    def within_percent(self) -> float:
        """Starts within 50 ms."""
        return 100 * float(np.mean(np.abs(self.starts) <= WITHIN))

    @property
    def start_milliseconds(self) -> float:
        return 1000 * float(np.mean(np.abs(self.starts)))

    @property
    def end_milliseconds(self) -> float:
        return 1000 * float(np.mean(np.abs(self.ends)))

    @property
    def offset_milliseconds(self) -> float:
        """By which all starts are late, in the middle."""
        return 1000 * float(np.median(self.starts))

    @property
    def scatter_milliseconds(self) -> float:
        """The starts' mean error with that taken off: what nobody could mend by moving all words."""
        return 1000 * float(np.mean(np.abs(np.array(self.starts) - np.median(self.starts))))


def _plain(text: str) -> str:
    return re.sub(r"[^\w$]", "", text.lower())


def ways(bench: Bench) -> dict[str, Callable[[Recording], Found]]:
    """Each system by its name."""

    def align(recording: Recording) -> Found:
        return align_with_studio(bench, recording.path, recording.script)

    return {
        OURS: align,
        STABLE: lambda one: bench.aligners.ask("align", path=str(one.path), script=one.script),
        RECOGNISER: lambda one: bench.aligners.ask("recognise", path=str(one.path)),
    }


def align_with_studio(bench: Bench, path: Path, script: str) -> Found:
    """The script's words by ``align_script``."""
    media = bench.studio.upload(path, path.name)["file_id"]
    aligned = bench.studio.call("align_script", {"media": media, "script": script, "language": "en"})
    return [(word["text"], word["start"], word["end"]) for word in aligned["words"]]
