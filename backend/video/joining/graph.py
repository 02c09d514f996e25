"""Several clips as one picture and one sound: filter graphs and inputs. Pure: lists of strings, nothing run.

All names in them are ours and fixed; no user text or path ever gets here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.media.formats import INPUT_GUARD, MediaFormat
from backend.media.info import VideoStream
from backend.models import Fit
from backend.video.joining.plan import Piece
from backend.video.joining.transitions import Crossing, crossing_chains
from backend.video.picture.drawn import BT709
from backend.video.picture.fitting import Size, fitted
from backend.video.sound.graph import BEGINS_AGAIN, SAMPLE_RATE, USUAL_FADES, limiter

_EDGE_SAMPLES = 144
"""3 ms: a sound that is cut anywhere ends and begins within so much, without a click."""
_LIMIT = 0.89


@dataclass(frozen=True)
class JoinedClip:
    """A clip as the graph reads it: a file of a fixed name in the job's folder."""

    name: str
    form: MediaFormat
    video: VideoStream
    sound: bool
    frames: int
    """On screen, at the rate of the result; the end is held where it has fewer."""
    muted: tuple[str, ...] = ()
    """Filters that its sound needs before all else: what mutes samples that are no numbers."""


@dataclass(frozen=True)
class JoinedMusic:
    """Music under all clips."""

    number: int
    """Of its input."""
    gain: float
    loops: bool
    """Whether it begins again, to the sample; it is kept in memory for that."""
    muted: tuple[str, ...] = ()
    """As a clip's."""


@dataclass(frozen=True)
class Joint:
    """How all of it is put together."""

    clips: tuple[JoinedClip, ...]
    size: Size
    fps: int
    fit: Fit = "contain"
    crossing: Crossing | None = None
    crossing_frames: int = 0


def clip_inputs(clips: Sequence[JoinedClip]) -> list[str]:
    """ffmpeg's input options, one input for each."""
    return [option for clip in clips for option in (*INPUT_GUARD, "-f", clip.form.demuxer, "-i", f"file:{clip.name}")]


def run_graph(run: Sequence[Piece], joint: Joint, output: str = "picture") -> str:
    """The graph from the clips of ``run``, as inputs in their order, to yuv420p frames at the pad ``[output]``."""
    numbers = sorted({clip for piece in run for clip in piece.clips})
    chains, pads = [], []
    for input_number, number in enumerate(numbers):
        parts = [(piece, *_part(piece, number)) for piece in run if number in piece.clips]
        names = [f"c{number}p{place}" for place in range(len(parts))]
        split = "".join(f"[{name}in]" for name in names)
        chains.append(f"[{input_number}:v:0]{_clip_filters(joint, number)},split={len(parts)}{split}")
        for name, (_, first, frames) in zip(names, parts, strict=True):
            chains.append(f"[{name}in]trim=start_frame={first}:end_frame={first + frames},setpts=N[{name}]")
    places = dict.fromkeys(numbers, 0)
    for piece in run:
        taken = [f"c{number}p{places[number]}" for number in piece.clips]
        for number in piece.clips:
            places[number] += 1
        if piece.crossing:
            assert joint.crossing  # noqa: S101 - there are pieces that cross only with one
            meeting = f"x{piece.clip}"
            chains += crossing_chains(joint.crossing, piece.frames, joint.fps, (taken[0], taken[1]), meeting)
            taken = [meeting]
        pads.append(f"[{taken[0]}]")
    joined = f"concat=n={len(pads)}:v=1:a=0," if len(pads) > 1 else ""
    finish = f"settb=1/{joint.fps},setpts=N,format=yuv420p"
    return ";".join([*chains, f"{''.join(pads)}{joined}{finish},{BT709}[{output}]"])


def _part(piece: Piece, number: int) -> tuple[int, int]:
    """First frame and frames that ``piece`` takes of the clip ``number``."""
    return (piece.first if number == piece.clip else 0), piece.frames


def _clip_filters(joint: Joint, number: int) -> str:
    """A clip as exactly its frames: the rate first when that drops some, last when it adds some."""
    clip = joint.clips[number]
    rate = f"fps={joint.fps}:start_time=0"
    fit = fitted(clip.video, joint.size, joint.fit, f"j{number}")
    order = (rate, fit) if clip.video.fps > joint.fps else (fit, rate)
    hold = f"tpad=stop=-1:stop_mode=clone,trim=end_frame={clip.frames}"
    return ",".join([*order, hold, f"settb=1/{joint.fps}", "setpts=N"])


def sound_graph(joint: Joint, total: int, music: JoinedMusic | None, output: str = "sound") -> str:
    """The graph from all clips, as inputs in their order, to stereo at 48 kHz at the pad ``[output]``.

    Args:
        total: frames of the whole video, which the sound lasts to the sample.
        music: None for none.
    """
    samples = round(total * SAMPLE_RATE / joint.fps)
    crossing = round(joint.crossing_frames * SAMPLE_RATE / joint.fps)
    chains = [f"{_clip_sound(joint, number, crossing)}[a{number}]" for number in range(len(joint.clips))]
    before = "a0"
    if crossing:
        curve = "nofade" if joint.crossing and joint.crossing.through_black else "qsin"
        for number in range(1, len(joint.clips)):
            chains.append(f"[{before}][a{number}]acrossfade=ns={crossing}:c1={curve}:c2={curve}[b{number}]")
            before = f"b{number}"
    elif len(joint.clips) > 1:
        chains.append(f"{''.join(f'[a{n}]' for n in range(len(joint.clips)))}concat=n={len(joint.clips)}:v=0:a=1[b]")
        before = "b"
    length = f"apad=whole_len={samples},atrim=end_sample={samples}"
    limit = f"{limiter(_LIMIT)},atrim=end_sample={samples}"
    if music is None:
        return ";".join([*chains, f"[{before}]{length},{limit}[{output}]"])
    chains += [f"[{before}]{length}[voices]", f"{_music(music, samples)}[bed]"]
    return ";".join([*chains, f"[voices][bed]amix=inputs=2:normalize=0:duration=first,{limit}[{output}]"])


def _clip_sound(joint: Joint, number: int, crossing: int) -> str:
    """A clip's sound, or silence, as long as its picture to the sample."""
    clip, last = joint.clips[number], len(joint.clips) - 1
    samples = round(clip.frames * SAMPLE_RATE / joint.fps)
    stereo = "aformat=sample_fmts=fltp:channel_layouts=stereo"
    if not clip.sound:
        return f"anullsrc=r={SAMPLE_RATE}:cl=stereo,{stereo},atrim=end_sample={samples}"
    first = "".join(f"{each}," for each in clip.muted)
    chain = f"[{number}:a:0]{first}aresample={SAMPLE_RATE}:async=1:first_pts=0,{stereo}"
    chain += f",apad=whole_len={samples},atrim=end_sample={samples},asetpts=N/SR/TB"
    edge, start = (crossing // 2, crossing // 2) if crossing else (_EDGE_SAMPLES, 0)
    if crossing and not (joint.crossing and joint.crossing.through_black):
        return chain
    if number > 0:
        chain += f",afade=t=in:ss={start}:ns={edge}"
    if number < last:
        chain += f",afade=t=out:ss={max(0, samples - edge - start)}:ns={edge}"
    return chain


def _music(music: JoinedMusic, samples: int) -> str:
    first = "".join(f"{each}," for each in music.muted)
    seconds = samples / SAMPLE_RATE
    again = f",{BEGINS_AGAIN}" if music.loops else ""
    into, out = (min(fade, seconds / 3) for fade in (USUAL_FADES.into, USUAL_FADES.out))
    fades = f"afade=t=in:d={into:.3f},afade=t=out:st={seconds - out:.3f}:d={out:.3f}"
    return (
        f"[{music.number}:a:0]{first}aresample={SAMPLE_RATE},aformat=sample_fmts=fltp:channel_layouts=stereo{again},"
        f"atrim=end_sample={samples},asetpts=N/SR/TB,volume={music.gain:.4f},{fades}"
    )
