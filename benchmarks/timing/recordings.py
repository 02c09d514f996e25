"""Recordings whose word times are known, in the conditions that voice-overs come in."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]
import soxr  # type: ignore[import-untyped]
from numpy.typing import NDArray

from backend.timing import RATE
from backend.voices.catalogue import find_voices
from benchmarks.bench import VOICE, Bench
from benchmarks.timing.espeak import Espeak

Samples = NDArray[np.float32]
Span = tuple[float, float]
SPEEDS = (1.0, 0.8, 1.2, 0.9, 1.3)
ESPEAK_VOICES = (("en-us", 160), ("en-gb", 175), ("en-us+f3", 150), ("en-gb+m3", 185), ("en-us+f2", 165))
"""With words a minute."""
CLEAN, NOISE, MUSIC, PAUSES, OTHER = "clean", "10 dB noise", "10 dB music", "long pauses", "another synthesiser"
READER = "a human reader"
READING = Path(__file__).with_name("reading")
"""25 s of Jane Austen read for LibriVox, and where CMU PocketSphinx's aligner (hidden Markov models, steps of 10 ms)
put its words: another program's opinion and not the truth."""
_SPOKEN_OUT = ("$45", "45 dollars")
"""eSpeak NG reads the first as "dollar forty-five", which is another script."""
_UNDER = 10 ** (-10 / 20)
"""10 dB below the voice."""


@dataclass(frozen=True)
class Recording:
    """A recording and its truth."""

    name: str
    condition: str
    path: Path
    script: str
    words: tuple[str, ...]
    truth: tuple[Span, ...]
    """Start and end of each word in seconds; NaN where it is not known."""


def recordings(bench: Bench) -> Iterator[Recording]:
    """Every other English voice of Kokoro but the clock's, at five speeds, made harder as well; eSpeak NG; a reader."""
    script = bench.script("voice_over")
    folder = bench.folder / "recordings"
    folder.mkdir(exist_ok=True)
    voices = [voice.voice_id for voice in find_voices("kokoro", "en", "") if voice.voice_id != VOICE][::2]
    for number, voice in enumerate(voices[:2] if bench.quick else voices):
        speed = SPEEDS[number % len(SPEEDS)]
        words, samples, truth = _spoken(bench, script, voice, speed)
        yield _kept(folder, f"{voice} at {speed:g}", CLEAN, script, words, samples, truth)
        harder = (NOISE, MUSIC, PAUSES)[number % 3]
        yield _kept(folder, f"{voice} at {speed:g}", harder, script, words, *_made_harder(harder, samples, truth))
    espeak, script = Espeak(), script.replace(*_SPOKEN_OUT)
    for voice, pace in ESPEAK_VOICES[: 1 if bench.quick else None]:
        samples, truth = espeak.say(script, voice, pace)
        at_rate = soxr.resample(samples, espeak.rate, RATE)
        yield _kept(folder, f"{voice} at {pace} words a minute", OTHER, script, script.split(), at_rate, truth)
    yield reading()


def reading() -> Recording:
    """A human being."""
    with (READING / "words.csv").open(encoding="utf-8", newline="") as file:
        words = [(row["word"], (float(row["start"]), float(row["end"]))) for row in csv.DictReader(file)]
    texts, times = zip(*words, strict=True)
    return Recording("LibriVox", READER, READING / "reading.flac", " ".join(texts), texts, times)


def _spoken(bench: Bench, script: str, voice: str, speed: float) -> tuple[list[str], Samples, list[Span]]:
    made = bench.studio.call("generate_speech", {"script": script, "voice": voice, "speed": speed})
    samples, _ = soundfile.read(bench.studio.local_file(made["audio"]["file_id"]), dtype="float32")
    words = [word["text"] for word in made["words"]]
    return words, samples, [(word["start"], word["end"]) for word in made["words"]]


def _kept(
    folder: Path, name: str, condition: str, script: str, words: Sequence[str], samples: Samples, truth: Sequence[Span]
) -> Recording:
    path = folder / (re.sub(r"\W+", "_", f"{name} {condition}") + ".wav")
    soundfile.write(path, samples * min(1.0, 0.95 / float(np.abs(samples).max())), RATE)
    return Recording(name, condition, path, script, tuple(words), tuple(truth))


def _made_harder(condition: str, samples: Samples, truth: list[Span]) -> tuple[Samples, list[Span]]:
    if condition == PAUSES:
        return _with_pauses(samples, truth)
    added = _noise(len(samples)) if condition == NOISE else _music(len(samples))
    voice = samples[np.abs(samples) > 0.01].std()
    return (samples + added * (_UNDER * voice / added.std())).astype(np.float32), truth


def _noise(count: int) -> Samples:
    """White."""
    return np.random.default_rng(1).standard_normal(count).astype(np.float32)


def _music(count: int) -> Samples:
    """A chord whose notes swell one after another, and two soft beats a second."""
    time = np.arange(count) / RATE
    notes = (220, 277, 330, 440, 554)
    chord = sum(np.sin(2 * np.pi * note * time) * (0.6 + 0.4 * np.sin(0.6 * time + n)) for n, note in enumerate(notes))
    beat = (np.sin(4 * np.pi * time) > 0.95) * _noise(count)
    return (chord / 3 + beat).astype(np.float32)


def _with_pauses(samples: Samples, truth: list[Span]) -> tuple[Samples, list[Span]]:
    """Two to six seconds of silence more wherever there is a pause between sentences."""
    random = np.random.default_rng(2)
    parts, moved, cut, later = [], [], 0, 0.0
    for (start, end), (following, _) in zip(truth, [*truth[1:], (truth[-1][1], 0.0)], strict=True):
        moved.append((start + later, end + later))
        if following - end > 0.25:
            at, silence = round((end + following) / 2 * RATE), round(random.uniform(2, 6) * RATE)
            parts += [samples[cut:at], np.zeros(silence, np.float32)]
            cut, later = at, later + silence / RATE
    return np.concatenate([*parts, samples[cut:]]), moved
