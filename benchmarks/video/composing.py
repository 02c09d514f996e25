"""A captioned video beside one ffmpeg command written by hand, and beside MoviePy."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from backend.captions import FONTS, STYLES, ass_document, make_cues
from backend.captions.style import CaptionStyle, CueRules
from backend.models import CaptionLayout, Word
from backend.video import Background, Clip, Image, Rendered, RenderRequest, render
from backend.video.picture.graph import CRF, encode_picture, file_output
from backend.video.picture.timeline import frame_count
from backend.video.rendering.stage import place_captions
from backend.video.rendering.verify import verify, verify_sound
from backend.work import Work
from benchmarks.bench import SIZE, Bench
from benchmarks.figures import Figure, Section
from benchmarks.measure import Sample, disturbance, in_turn, middle_cpu, middle_wall
from benchmarks.video.material import FPS, STYLE, Material, material

HOW = """About twenty seconds of narration over a busy moving clip, and over a still picture, in 1080x1920 at 30 frames
a second, with captions that light up each word. By hand: one ffmpeg command that scales, crops, burns in the same
captions and mixes music that a compressor ducks, with the same encoder settings, and looks at nothing before or after;
ours looks into all that goes in and meters what it mixes. MoviePy 2.2.1 draws a line of three words and the lit word
over it, without music; against it our captions are the same: three words of the same font and size in a line, white
with a black edge, the spoken one yellow. What the default style costs, whose words are larger and jump, is told beside
it. The studio then decodes each finished file to its end, which neither of the others does: targets are for the render,
and what it takes with that check is told in the next line. x264 veryfast, CRF 20, one ffmpeg for all. Processor time is
that of all processes."""
_AS_MOVIEPY = CaptionStyle(
    font="Montserrat Black",
    size=84 / 1080,
    highlight="color",
    accent=("#FFFF00",),
    outline=6 / 84,
    rules=CueRules(max_words=3, max_lines=1, max_characters=40),
)
"""What `benchmarks.peers.drawing` draws."""


def measure(bench: Bench) -> Section:
    """Ratios of time."""
    made = material(bench)
    words = [Word(**word) for word in made.narration["words"]]
    captions, alike = (_captions(words, style) for style in (STYLES[STYLE], _AS_MOVIEPY))
    folders = _folders(bench.folder)
    said = [[word.text, word.start, word.end] for word in words]
    clip, still = Clip(made.clip), Image(bench.picture)
    with_music = partial(_ours, bench, made, clip, captions, folders, words)
    video, picture = (partial(_ours, bench, made, behind, alike, folders, None) for behind in (clip, still))
    ways: dict[str, Callable[[], object]] = {
        "video with music": with_music,
        "video with music, check": _check(bench, made, with_music, "music.mp4"),
        "video with music by hand": partial(_by_hand, bench, made, captions, folders),
        "video": video,
        "video, check": _check(bench, made, video, "video.mp4"),
        "video, jumping": partial(_ours, bench, made, clip, captions, folders, None),
        "video by MoviePy": partial(_moviepy, bench, made, said, made.clip, folders),
        "still": picture,
        "still, check": _check(bench, made, picture, "still.mp4"),
        "still, jumping": partial(_ours, bench, made, still, captions, folders, None),
        "still by MoviePy": partial(_moviepy, bench, made, said, bench.picture, folders),
    }
    bench.peer  # noqa: B018 - loaded before the clock starts
    samples = in_turn(ways, bench.rounds(3))
    figures = (
        *_costs(samples["video with music"], samples["video with music, check"], samples["video with music by hand"]),
        *_gains("over a video, faster than MoviePy", samples, "video", least=5.0),
        *_gains("over a still picture, faster than MoviePy", samples, "still", least=9.0),
    )
    pace = made.seconds / middle_wall(samples["still"])
    note = f"{made.seconds:.1f} s of video; over a still picture it renders {pace:.1f}× as fast as it plays."
    return Section("One video", HOW, figures, notes=(note,), others=disturbance(samples))


def _costs(ours: Sequence[Sample], check: Sequence[Sample], by_hand: Sequence[Sample]) -> tuple[Figure, Figure]:
    checked, mine, other = middle_cpu(check), middle_cpu(ours), middle_cpu(by_hand)
    clock = f"{middle_wall(ours):.1f} s to {middle_wall(by_hand):.1f} s on the clock"
    said = f"{other:.2f} CPU s (by hand)"
    rendered = mine - checked
    return (
        Figure(
            "a video with music, dearer than by hand", f"{rendered:.2f} CPU s", said, rendered / other, "×", most=1.05
        ),
        Figure("the same, then decoded to its end", f"{mine:.2f} CPU s", f"{said}, {clock}", mine / other, "×"),
    )


def _captions(words: Sequence[Word], style: CaptionStyle) -> str:
    return ass_document(make_cues(words, style, SIZE, CaptionLayout()), style, SIZE, CaptionLayout())


def _gains(name: str, samples: Mapping[str, Sequence[Sample]], way: str, least: float) -> Iterator[Figure]:
    """The render, with its check, and with that in the default style."""
    mine, check, jumping = (samples[each] for each in (way, f"{way}, check", f"{way}, jumping"))
    peer = samples[f"{way} by MoviePy"]
    other = middle_wall(peer)

    def figure(name: str, wall: float, cpu: float, least: float | None = None) -> Figure:
        said = f"{other:.2f} s (MoviePy; {cpu:.1f} to {middle_cpu(peer):.1f} CPU s)"
        return Figure(name, f"{wall:.2f} s", said, other / wall, "×", least=least)

    yield figure(name, middle_wall(mine) - middle_wall(check), middle_cpu(mine) - middle_cpu(check), least)
    yield figure(f"the same, then decoded to its end ({way})", middle_wall(mine), middle_cpu(mine))
    yield figure(f"that, its words jumping ({way})", middle_wall(jumping), middle_cpu(jumping))


def _folders(inside: Path) -> Iterator[Path]:
    for number in itertools.count():
        folder = inside / f"composing-{number}"
        folder.mkdir()
        yield folder


def _ours(
    bench: Bench,
    made: Material,
    background: Background,
    captions: str,
    folders: Iterator[Path],
    over_music: Sequence[Word] | None,
) -> Rendered:
    request = RenderRequest(
        audio=made.wave,
        duration=made.seconds,
        backgrounds=(background,),
        size=SIZE,
        ass=captions,
        fonts=FONTS,
        fps=FPS,
        music=made.music if over_music else None,
        speech=tuple((word.start, word.end) for word in over_music or ()),
    )
    return render(request, bench.studio.ffmpeg, next(folders), Work())


def _check(bench: Bench, made: Material, ours: Callable[[], Rendered], name: str) -> Callable[[], object]:
    """What comes after a render: the finished file is decoded to its end, and its sound metered."""
    kept, frames = bench.folder / name, frame_count(made.seconds, FPS)
    ours().path.rename(kept)

    def check() -> object:
        with ThreadPoolExecutor(1) as thread:  # both at once, as after every render
            metered = thread.submit(verify_sound, bench.studio.ffmpeg, kept, frames / FPS, Work())
            return verify(kept, frames, FPS, SIZE, sound=True), metered.result()

    return check


def _by_hand(bench: Bench, made: Material, captions: str, folders: Iterator[Path]) -> object:
    folder, (width, height) = next(folders), SIZE
    place_captions(captions, FONTS, folder, bench.studio.ffmpeg)
    picture = (
        f"[0:v]scale={width}:{height}:force_original_aspect_ratio=increase,crop={width}:{height},setsar=1,fps={FPS},"
        "ass=subs.ass:fontsdir=fonts,format=yuv420p[picture]"
    )
    sound = (
        "[1:a]aresample=48000,pan=stereo|c0=c0|c1=c0,asplit[voice][key];[2:a]aresample=48000,pan=stereo|c0=c0|c1=c0,"
        "volume=0.2[music];[music][key]sidechaincompress=threshold=0.02:ratio=8:attack=50:release=600[bed];"
        "[voice][bed]amix=inputs=2:normalize=0:duration=first,alimiter=limit=0.89[sound]"
    )
    inputs = [option for path in (made.clip, made.wave, made.music) for option in ("-i", f"file:{path}")]
    arguments = [
        *inputs,
        *("-filter_complex", f"{picture};{sound}", "-map", "[picture]", "-map", "[sound]"),
        *encode_picture(CRF, FPS),
        *("-c:a", "aac", "-b:a", "192k", "-t", f"{made.seconds:.3f}"),
        *file_output("video.mp4"),
    ]
    return bench.studio.ffmpeg.run(arguments, folder=folder, work=Work(), timeout=300)


def _moviepy(
    bench: Bench, made: Material, words: Sequence[Sequence[object]], background: Path, folders: Iterator[Path]
) -> object:
    video = next(folders) / "video.mp4"
    return bench.peer.ask("draw", words=words, background=str(background), wave=str(made.wave), video=str(video))
