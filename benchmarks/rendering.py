"""What captions and a still background cost a render."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from backend.captions import FONTS, STYLES, ass_document, make_cues
from backend.models import CaptionLayout, Word
from backend.video import Background, Clip, Image, RenderRequest, render
from backend.video.picture.graph import CRF, encode_picture, file_output
from backend.video.rendering.stage import place_captions
from backend.work import Work
from benchmarks.bench import SIZE, Bench, speak
from benchmarks.figures import Figure, Section
from benchmarks.measure import Sample, disturbance, in_turn, middle_cpu, middle_wall

STYLE = "bold_pop"
FPS = 30
HOW = """About twenty seconds of narration in 1080x1920 at 30 frames a second, x264 veryfast, CRF 20; processor time of
all processes, our checks of what goes in and comes out included. Captions: the same render with and without them, over
a busy moving clip and over a still picture. Still: our render of a still picture with captions against plain ffmpeg
with `-loop 1` on the same PNG, same captions and encoder settings, without any checks."""


@dataclass(frozen=True)
class Material:
    """What is rendered."""

    wave: Path
    seconds: float
    captions: str
    clip: Path
    picture: Path


def measure(bench: Bench) -> Section:
    """Ratios of processor time."""
    material = _material(bench)
    folders = _folders(bench.folder)
    clip, still = Clip(material.clip), Image(material.picture)
    ways: dict[str, Callable[[], object]] = {
        "clip, captions": partial(_render, bench, material, clip, material.captions, folders),
        "clip": partial(_render, bench, material, clip, None, folders),
        "still, captions": partial(_render, bench, material, still, material.captions, folders),
        "still": partial(_render, bench, material, still, None, folders),
        "loop, captions": partial(_loop, bench, material, folders),
    }
    for way in ways.values() if not bench.quick else ():
        way()
    samples = in_turn(ways, bench.rounds(5))
    figures = (
        _cost("captions over a moving clip", samples["clip, captions"], samples["clip"], most=1.10),
        _cost("captions over a still picture", samples["still, captions"], samples["still"], most=None),
        _gain("still picture, cheaper than -loop 1 by", samples["still, captions"], samples["loop, captions"]),
    )
    speed = material.seconds / middle_wall(samples["still, captions"])
    return Section(
        "Rendering",
        HOW,
        figures,
        notes=(f"A still with captions renders {speed:.1f}× as fast as it plays.",),
        others=disturbance(samples),
    )


def _cost(name: str, with_captions: Sequence[Sample], without: Sequence[Sample], most: float | None) -> Figure:
    ours, other = middle_cpu(with_captions), middle_cpu(without)
    return Figure(name, f"{ours:.2f} CPU s", f"{other:.2f} CPU s (without)", ours / other, "×", most=most)


def _gain(name: str, still: Sequence[Sample], loop: Sequence[Sample]) -> Figure:
    ours, other = middle_cpu(still), middle_cpu(loop)
    return Figure(name, f"{ours:.2f} CPU s", f"{other:.2f} CPU s (-loop 1)", other / ours, "×", least=2.0)


def _folders(inside: Path) -> Iterator[Path]:
    for number in itertools.count():
        folder = inside / f"render-{number}"
        folder.mkdir()
        yield folder


def _material(bench: Bench) -> Material:
    narration = speak(bench.studio, " ".join(bench.script("one_minute").split("\n\n")[:2]))
    wave = bench.studio.local_file(narration["audio"]["file_id"])
    words = [Word(**word) for word in narration["words"]]
    cues = make_cues(words, STYLES[STYLE], SIZE, CaptionLayout())
    document = ass_document(cues, STYLES[STYLE], SIZE, CaptionLayout())
    seconds = float(narration["duration"])
    return Material(wave, seconds, document, _clip(bench, seconds), bench.picture)


def _clip(bench: Bench, seconds: float) -> Path:
    """A clip in which much moves."""
    source = ["-f", "lavfi", "-i", f"testsrc2=size={SIZE[0]}x{SIZE[1]}:rate={FPS}:duration={seconds:.2f}"]
    arguments = [*source, *encode_picture(CRF, FPS), *file_output("clip.mp4")]
    bench.studio.ffmpeg.run(arguments, folder=bench.folder, work=Work(), timeout=300)
    return bench.folder / "clip.mp4"


def _render(
    bench: Bench, material: Material, background: Background, captions: str | None, folders: Iterator[Path]
) -> object:
    request = RenderRequest(
        audio=material.wave,
        duration=material.seconds,
        backgrounds=(background,),
        size=SIZE,
        ass=captions,
        fonts=FONTS,
        fps=FPS,
    )
    return render(request, bench.studio.ffmpeg, next(folders), Work())


def _loop(bench: Bench, material: Material, folders: Iterator[Path]) -> object:
    """What is usually written for a still picture: it is decoded and converted again for each frame."""
    folder = next(folders)
    place_captions(material.captions, FONTS, folder, bench.studio.ffmpeg)
    arguments = [
        *("-loop", "1", "-framerate", str(FPS), "-i", f"file:{material.picture}", "-i", f"file:{material.wave}"),
        *("-vf", f"scale={SIZE[0]}:{SIZE[1]},ass=subs.ass:fontsdir=fonts,format=yuv420p"),
        *encode_picture(CRF, FPS),
        *("-c:a", "aac", "-b:a", "192k", "-t", f"{material.seconds:.3f}"),
        *file_output("video.mp4"),
    ]
    return bench.studio.ffmpeg.run(arguments, folder=folder, work=Work(), timeout=300)
