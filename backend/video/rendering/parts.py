"""A video in parts of two seconds that can be kept while others change. Pure but for reading what is to be drawn.

Each part begins with a key frame and needs no other part. Its hash is of everything its frames depend on: the very
command that draws and encodes it alone, the content of the files this reads, and the captions on screen meanwhile. So
whatever a scene may hold, a part with the same hash has the same frames.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from backend.storage.disk import sha256_of
from backend.video.picture.graph import FONTS_FOLDER, KEY_SECONDS, Scene, picture_graph, picture_inputs
from backend.video.picture.window import window

_HASH_DIGITS = 16
"""Of 64: two of a million parts are mistaken for each other once in ten million times."""
_TIMED = re.compile(r"Dialogue: *[^,]*,(\d+):(\d\d):(\d\d(?:\.\d+)?),(\d+):(\d\d):(\d\d(?:\.\d+)?),.*")
_STYLE = re.compile(r"Style: *([^,]*),.*")
_CAPTIONS = ".ass"


@dataclass(frozen=True)
class Run:
    """Parts that follow each other, as frames of the video."""

    first: int
    frames: int
    new: bool
    """Whether they are to be encoded; else they are copied."""


def part_frames(fps: int) -> int:
    """Frames of a part; the last one may have fewer."""
    return fps * KEY_SECONDS


def part_hashes(scene: Scene, encoder: Sequence[str], folder: Path) -> tuple[str, ...]:
    """A hash for each part of ``scene``, whose files are in ``folder``.

    Args:
        encoder: everything else that the encoded frames depend on: the program and its settings.
    """
    files = _Files(folder, scene.fps)
    length = part_frames(scene.fps)
    return tuple(
        _hash(window(scene, first, min(length, scene.frames - first)), encoder, files)
        for first in range(0, scene.frames, length)
    )


def runs(wanted: Sequence[str], kept: Sequence[str], frames: int, fps: int) -> tuple[Run, ...]:
    """What is to be encoded and what copied, so that parts ``kept`` of an earlier video become those ``wanted``."""
    length = part_frames(fps)
    old = [*kept, *("" for _ in wanted)]
    places = [(place, wanted[place] != old[place]) for place in range(len(wanted))]
    found = []
    for new, group in itertools.groupby(places, key=lambda place: place[1]):
        numbers = [number for number, _ in group]
        end = min((numbers[-1] + 1) * length, frames)
        found.append(Run(numbers[0] * length, end - numbers[0] * length, new))
    return tuple(found)


def same(wanted: Sequence[str], kept: Sequence[str]) -> int:
    """How many parts are in both at the same place."""
    return sum(one == other for one, other in zip(wanted, kept, strict=False))


def _span(line: str) -> tuple[float, float] | None:
    match = _TIMED.fullmatch(line)
    if match is None:
        return None
    begin, end = match.groups()[:3], match.groups()[3:]
    return _seconds(*begin), _seconds(*end)


def _seconds(hours: str, minutes: str, seconds: str) -> float:
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _hash(part: Scene, encoder: Sequence[str], files: _Files) -> str:
    command = [*picture_inputs(part), picture_graph(part)]
    start, end = part.first_frame / part.fps, (part.first_frame + part.frames) / part.fps
    return hash_of([*encoder, *command, *files.read_by(" ".join(command), start, end)])


def hash_of(everything: object) -> str:
    """A short hash of JSON values."""
    return hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()[:_HASH_DIGITS]


class _Files:
    """The files that a scene may read, each as a hash of its content."""

    def __init__(self, folder: Path, fps: int) -> None:
        plain = [path for path in sorted(folder.iterdir()) if path.is_file()]
        self._captions = {
            path.name: _Captions(path.read_text("utf-8"), fps) for path in plain if path.suffix == _CAPTIONS
        }
        self._digests = {path.name: digest_of(path) for path in plain if path.suffix != _CAPTIONS}
        fonts = folder / FONTS_FOLDER
        self._fonts = [f"{font.name} {digest_of(font)}" for font in sorted(fonts.iterdir())] if fonts.is_dir() else []

    def read_by(self, command: str, start: float, end: float) -> Iterator[str]:
        """What ``command`` reads of them between these seconds."""
        named = set(re.findall(r"[\w.-]+", command))
        for name, digest in self._digests.items():
            if name in named:
                yield f"{name} {digest}"
        for name, captions in self._captions.items():
            if name in named:
                yield captions.during(start, end)
                yield from self._fonts


class _Captions:
    """An ASS document whose events are looked up by time."""

    def __init__(self, document: str, fps: int) -> None:
        self._lines = document.split("\n")
        self._spans = {number: span for number, line in enumerate(self._lines) if (span := _span(line)) is not None}
        self._looks = {match[1].strip(): match[0] for line in self._lines if (match := _STYLE.fullmatch(line))}
        looks = set(self._looks.values())
        self._head = [
            line for number, line in enumerate(self._lines) if number not in self._spans and line not in looks
        ]
        self._seconds = part_frames(fps) / fps
        self._near: dict[int, list[int]] = {}
        for number, span in self._spans.items():
            for stretch in self._stretches(*span):
                self._near.setdefault(stretch, []).append(number)

    def during(self, start: float, end: float) -> str:
        """Everything but the events that are not on screen then, and the styles that only those are in."""
        near = {number for stretch in self._stretches(start, end) for number in self._near.get(stretch, ())}
        spans = self._spans
        shown = [self._lines[each] for each in sorted(near) if spans[each][0] < end and spans[each][1] > start]
        return "\n".join([*self._head, *self._looks_of(shown), *shown])

    def _looks_of(self, shown: Sequence[str]) -> list[str]:
        """The styles of these events; all of them where a tag goes back to one, or where one is not there."""
        names = {line.split(",", 4)[3] for line in shown}
        if not names <= self._looks.keys() or any(r"\r" in line for line in shown):
            return list(self._looks.values())
        return [line for name, line in self._looks.items() if name in names]

    def _stretches(self, start: float, end: float) -> range:
        return range(int(start / self._seconds), int(end / self._seconds) + 1)


def digest_of(path: Path) -> str:
    """SHA-256 of a file; of one that did not change since, it is known."""
    state = path.stat()
    return _digest(path.resolve(), state.st_ino, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=512)
def _digest(path: Path, inode: int, size: int, changed: int) -> str:
    return sha256_of(path)
