"""A long captioned video of a recording with music, made by a studio in a process of its own, which tells its memory.

``python -m tests.video.an_hour HOME SECONDS SIZE`` prints JSON: megabytes ``before`` and at the ``peak``, those of the
largest ``child``, and ``seconds``.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from backend.media.audio import Samples, write_wave
from backend.settings import Settings
from backend.studio import Studio
from tests.end_to_end.conftest import make_home

RATE = 8000
WORDS_A_SECOND = 2.5
LOOK_SECONDS = 0.2


def megabytes(name: str, process: str = "self") -> float:
    """A line of a process's status: ``VmRSS`` now, ``VmHWM`` the most since it was forgotten; 0 of one that is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return max((float(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(name)), default=0.0)


class Children:
    """Watches the processes that this one starts."""

    def __init__(self) -> None:
        self.peak = 0.0
        """Megabytes that the largest of them held."""
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch)

    def __enter__(self) -> Children:
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            for child in psutil.Process().children(recursive=True):
                self.peak = max(self.peak, megabytes("VmHWM", str(child.pid)))


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


def make(studio: Studio, folder: Path, seconds: float, size: str, music: str) -> tuple[float, float]:
    """Megabytes once all is there that the video is made of, and seconds of the video."""
    write_wave(folder / "recording.wav", speaking(seconds), RATE)
    recording = studio.upload(folder / "recording.wav", "recording.wav")["file_id"]
    captions = studio.call("make_captions", {"source": words(seconds), "size": size})["captions_id"]
    forget_the_most()
    before = megabytes("VmRSS")
    video = {"audio": recording, "captions_id": captions, "sizes": [size], "music": music}
    return before, float(studio.call("generate_captioned_video", video)["videos"][0]["duration"])


def main(home: Path, seconds: float, size: str) -> dict[str, float]:
    with Studio(Settings(home=make_home(home))) as studio:
        studio.start()
        write_wave(home / "music.wav", speaking(60), RATE)
        music = studio.upload(home / "music.wav", "music.wav")["file_id"]
        make(studio, home, 2.0, size, music)  # what is needed once, whatever is made
        with Children() as children:
            before, made = make(studio, home, seconds, size, music)
        return {"before": before, "peak": megabytes("VmHWM"), "child": children.peak, "seconds": made}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3])))
