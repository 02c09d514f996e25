"""An hour of speech: whether times drift, and what memory it takes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

import psutil
import soundfile  # type: ignore[import-untyped]

from backend.timing import RATE
from benchmarks.bench import Bench
from benchmarks.figures import Figure, Section
from benchmarks.timing.recordings import Recording
from benchmarks.timing.systems import Errors, Found, align_with_studio

HOW = """The one-minute script and the voice-over's in turn until an hour is full, spoken in another voice than the
clock's, with a number said before each so that no two parts are the same. Memory: the most that the studio's process
(the engines have their own) held while it aligned, over what it held before."""
_SECONDS = 3600.0
_VOICE = "bf_emma"
_PARTS = 12
"""Of an hour, to see drift in."""
Result = TypeVar("Result")


def measure(bench: Bench) -> Section:
    """Errors in the first and the last minutes, and memory."""
    recording = _hour(bench)
    found, memory = _watched(lambda: align_with_studio(bench, recording.path, recording.script))
    parts = [_errors(recording, found, part) for part in range(_PARTS)]
    every = Errors()
    every.add(recording, found)
    first, last = (parts[place].start_milliseconds for place in (0, -1))
    figures = (
        Figure("script words found", f"{every.kept_percent:.1f} %", "", every.kept_percent, "%", least=100.0),
        Figure(
            "start, whole hour", f"{every.start_milliseconds:.1f} ms", "", every.start_milliseconds, "ms", most=20.0
        ),
        Figure(
            "drift: last five minutes over the first",
            f"{last:.1f} ms",
            f"{first:.1f} ms (first)",
            last - first,
            "ms",
            most=5.0,
        ),
        Figure("memory", f"{memory:.0f} MB", "", memory, "MB", most=1000.0),
    )
    seconds = soundfile.info(recording.path).duration
    return Section("An hour", HOW, figures, notes=(f"{seconds / 60:.0f} minutes, {every.words:,} words.",))


def _hour(bench: Bench) -> Recording:
    """Spoken a part at a time and joined as a file, so that no script is longer than the voice takes."""
    texts = [bench.script("one_minute"), bench.script("voice_over")]
    path = bench.folder / "hour.wav"
    words: list[str] = []
    truth: list[tuple[float, float]] = []
    scripts: list[str] = []
    written = 0
    with soundfile.SoundFile(path, "w", RATE, 1) as file:
        while written < _SECONDS * RATE / (30 if bench.quick else 1):
            script = f"Part {len(scripts) + 1}. {texts[len(scripts) % len(texts)]}"
            made = bench.studio.call("generate_speech", {"script": script, "voice": _VOICE})
            samples, _ = soundfile.read(bench.studio.local_file(made["audio"]["file_id"]), dtype="float32")
            words += [word["text"] for word in made["words"]]
            truth += [(word["start"] + written / RATE, word["end"] + written / RATE) for word in made["words"]]
            file.write(samples)
            written += len(samples)
            scripts.append(script)
    return Recording("an hour", "hour", path, "\n\n".join(scripts), tuple(words), tuple(truth))


def _watched(work: Callable[[], Result]) -> tuple[Result, float]:
    """What work returns, and by how many MB this process grew meanwhile at the most."""
    this, done = psutil.Process(), threading.Event()
    before = most = this.memory_info().rss

    def watch() -> None:
        nonlocal most
        while not done.wait(0.05):
            most = max(most, this.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        return work(), (most - before) / 1e6
    finally:
        done.set()
        watcher.join()


def _errors(recording: Recording, found: Found, part: int) -> Errors:
    """Starts of one part of the hour, by the place of the words."""
    first, last = (len(recording.words) * edge // _PARTS for edge in (part, part + 1))
    errors = Errors()
    for (start, _), (_, at, _) in zip(recording.truth[first:last], found[first:last], strict=True):
        errors.starts.append(at - start)
    return errors
