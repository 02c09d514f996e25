"""What is rendered: a narration, its captions, a moving clip, music."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile  # type: ignore[import-untyped]

from backend.video.picture.graph import CRF, encode_picture, file_output
from backend.work import Work
from benchmarks.bench import SIZE, Bench, speak

FPS = 30
RATE = 48_000
STYLE = "bold_pop"


@dataclass(frozen=True)
class Material:
    """Files on this machine, and what the studio calls them."""

    narration: dict[str, Any]
    wave: Path
    clip: Path
    clip_id: str
    music: Path

    @property
    def seconds(self) -> float:
        return float(self.narration["duration"])


def material(bench: Bench, *, whole: bool = False) -> Material:
    """Twenty seconds of narration (``whole``: a minute) with a clip and music as long."""
    script = bench.script("one_minute")
    narration = speak(bench.studio, script if whole else " ".join(script.split("\n\n")[:2]))
    seconds = float(narration["duration"])
    clip = moving_clip(bench, f"clip-{seconds:.0f}.mp4", seconds)
    return Material(
        narration,
        bench.studio.local_file(narration["audio"]["file_id"]),
        clip,
        str(bench.studio.upload(clip, clip.name)["file_id"]),
        _music(bench.folder / f"music-{seconds:.0f}.wav", seconds),
    )


def moving_clip(bench: Bench, name: str, seconds: float, *, sound: bool = False) -> Path:
    """A clip in which much moves, in the size of the video."""
    source = ["-f", "lavfi", "-i", f"testsrc2=size={SIZE[0]}x{SIZE[1]}:rate={FPS}:duration={seconds:.2f}"]
    heard = ["-f", "lavfi", "-i", f"sine=frequency=220:sample_rate={RATE}:duration={seconds:.2f}"] if sound else []
    coded = ["-c:a", "aac", "-b:a", "128k"] if sound else []
    arguments = [*source, *heard, *encode_picture(CRF, FPS), *coded, *file_output(name)]
    bench.studio.ffmpeg.run(arguments, folder=bench.folder, work=Work(), timeout=600)
    return bench.folder / name


def _music(path: Path, seconds: float) -> Path:
    """A chord that swells."""
    time = np.arange(round(seconds * RATE)) / RATE
    chord = sum(np.sin(2 * np.pi * note * time) for note in (220.0, 277.2, 329.6)) * (0.7 + 0.3 * np.sin(0.7 * time))
    soundfile.write(path, (0.2 * chord).astype(np.float32), RATE)
    return path
