"""From a script to a captioned video, beside the chain most tools use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from statistics import median
from typing import Any

from backend.settings import PROJECT
from backend.studio import Studio
from benchmarks.bench import VOICE, Bench
from benchmarks.figures import Figure, Section
from benchmarks.measure import Sample, disturbance, in_turn, middle_cpu, middle_wall

HOW = """The one-minute script to a captioned 1080x1920 MP4 at 30 frames a second over the same still picture, with
the word that is spoken lit up. Ours: `generate_captioned_video`, no takes there beforehand. The chain: kokoro-onnx
`create()`, then faster-whisper (tiny.en, int8) for the words, then MoviePy 2.2.1 draws a line of three words and the
lit word over it and encodes. Same model files, font, ffmpeg, x264 preset and quality (veryfast, CRF 20). Models are
loaded outside the clock on both sides; cold is the command line with an empty home, from starting Python to the
finished file, against the chain with its models loaded."""


def measure(bench: Bench) -> Section:
    """The chain's time over ours."""
    script = bench.script("one_minute")
    picture = bench.studio.upload(bench.picture, "picture.png")["file_id"]

    def ours() -> float:
        bench.forget_takes()
        return _make(bench.studio, script, picture)

    def chain() -> dict[str, float]:
        stages: dict[str, float] = bench.peer.ask(
            "chain", text=script, voice=VOICE, picture=str(bench.picture), folder=str(bench.folder)
        )
        return stages

    bench.peer  # noqa: B018 - loaded before the clock starts
    samples = in_turn({"ours": ours, "chain": chain}, bench.rounds(2))
    cold = _cold(bench, script)
    return Section(
        "Script to captioned video", HOW, _figures(samples, cold), notes=_notes(samples), others=disturbance(samples)
    )


def _make(studio: Studio, script: str, picture: str) -> float:
    """Seconds of the video that was made."""
    request = {"script": script, "voice": VOICE, "background": picture, "sizes": ["1080x1920"]}
    made: dict[str, Any] = studio.call("generate_captioned_video", request)
    return float(made["videos"][0]["duration"])


def _cold(bench: Bench, script: str) -> float:
    """Seconds of the same from the command line: Python starts, the studio, the engine, then the work."""
    request = json.dumps({"script": script, "voice": VOICE, "background": str(bench.picture)})
    environment = {**os.environ, "STUDIO_HOME": str(bench.new_home("cold")), "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-m", "backend", "call", "generate_captioned_video", request]
    start = time.perf_counter()
    subprocess.run(
        command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return time.perf_counter() - start


def _figures(samples: dict[str, list[Sample]], cold: float) -> tuple[Figure, ...]:
    ours, chain = samples["ours"], samples["chain"]
    return (
        Figure(
            "script to video, faster by",
            f"{middle_wall(ours):.1f} s",
            f"{middle_wall(chain):.1f} s (chain)",
            middle_wall(chain) / middle_wall(ours),
            "×",
            least=5.0,
        ),
        Figure(
            "script to video, cold studio",
            f"{cold:.1f} s",
            f"{middle_wall(chain):.1f} s (chain, warm)",
            middle_wall(chain) / cold,
            "×",
        ),
        Figure(
            "script to video, less processor time by",
            f"{middle_cpu(ours):.1f} CPU s",
            f"{middle_cpu(chain):.1f} CPU s (chain)",
            middle_cpu(chain) / middle_cpu(ours),
            "×",
        ),
    )


def _notes(samples: dict[str, list[Sample]]) -> tuple[str, ...]:
    parts = {
        name: median(sample.answer[stage] for sample in samples["chain"])
        for name, stage in (("kokoro-onnx", "speak"), ("faster-whisper", "listen"), ("MoviePy", "draw"))
    }
    told = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in parts.items())
    ours, theirs = samples["ours"][0].answer, samples["chain"][0].answer["seconds"]
    return (f"The chain's parts: {told}. Our video lasts {ours:.1f} s, theirs {theirs:.1f} s.",)
