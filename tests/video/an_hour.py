"""A long captioned video of a recording with music, made by a studio in a process of its own, which tells its memory.

``python -m tests.video.an_hour HOME SECONDS`` prints JSON: megabytes ``before`` and at the ``peak``, and ``seconds``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from backend.media.audio import Samples, write_wave
from backend.settings import Settings
from backend.studio import Studio
from tests.end_to_end.conftest import make_home

RATE = 8000
WORDS_A_SECOND = 2.5
SIZE = "180x320"


def megabytes(name: str) -> float:
    """A line of this process's own status: ``VmRSS`` now, ``VmHWM`` the most since it was forgotten."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return float(next(line for line in status.splitlines() if line.startswith(name)).split()[1]) / 1024


def forget_the_most() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def speaking(seconds: float) -> Iterator[Samples]:
    """Noise that comes and goes with each word."""
    noise = np.random.default_rng(5).uniform(-0.2, 0.2, RATE).astype(np.float32)
    rhythm = np.sin(np.pi * WORDS_A_SECOND * np.arange(RATE) / RATE).astype(np.float32) ** 2
    for _ in range(int(seconds)):
        yield noise * rhythm


def words(seconds: float) -> list[dict[str, Any]]:
    return [
        {
            "text": f"word{number % 100}." if number % 12 == 11 else f"word{number % 100}",
            "start": number / WORDS_A_SECOND,
            "end": (number + 0.9) / WORDS_A_SECOND,
            "confidence": 1.0,
            "source": "engine",
        }
        for number in range(int(seconds * WORDS_A_SECOND))
    ]


def make(studio: Studio, folder: Path, seconds: float, music: str) -> tuple[float, float]:
    """Megabytes once all is there that the video is made of, and seconds of the video."""
    write_wave(folder / "recording.wav", speaking(seconds), RATE)
    recording = studio.upload(folder / "recording.wav", "recording.wav")["file_id"]
    captions = studio.call("make_captions", {"source": words(seconds), "size": SIZE})["captions_id"]
    forget_the_most()
    before = megabytes("VmRSS")
    video = {"audio": recording, "captions_id": captions, "sizes": [SIZE], "music": music}
    return before, float(studio.call("generate_captioned_video", video)["videos"][0]["duration"])


def main(home: Path, seconds: float) -> dict[str, float]:
    with Studio(Settings(home=make_home(home))) as studio:
        studio.start()
        write_wave(home / "music.wav", speaking(60), RATE)
        music = studio.upload(home / "music.wav", "music.wav")["file_id"]
        make(studio, home, 2.0, music)  # what is needed once, whatever is made
        before, made = make(studio, home, seconds, music)
        return {"before": before, "peak": megabytes("VmHWM"), "seconds": made}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), float(sys.argv[2]))))
