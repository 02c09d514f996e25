"""The sound of a video: the narration as it is, music under it that steps back while someone speaks. Pure.

The gain of the music is worked out from the times of the words and handed to ffmpeg as a sound of its own that the
music is multiplied with. That is exact, needs no detector, and the music is down before the first word begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.media.audio import Samples
from backend.video.sound.levels import STEP_SECONDS, Curve

SAMPLE_RATE = 48_000
GAIN_RATE = 250
"""Samples a second of the gain curve; nothing in it moves faster than in a quarter of a second."""
CEILING = 10 ** (-2.0 / 20)
"""Peak that nothing goes over before it is encoded: what AAC adds to peaks then stays under -1.5 dB."""

_LOOK_AHEAD = 0.3
"""Seconds before a word in which the music goes down; it is down when the word begins."""
_RELEASE = 0.6
_JOIN = 1.2
"""Pauses in speech that are shorter leave the music down: coming up for so little is heard as pumping."""
_AT_ONCE = 60 * GAIN_RATE
BEGINS_AGAIN = f"aloop=loop=-1:size={2**31 - 1}"
"""The filter that plays a sound for ever; as many samples are repeated as there are, which are kept in memory."""
_MONO_TO_STEREO = "pan=stereo|c0=0.70710678*c0|c1=0.70710678*c0"
_OVERSAMPLED = 4 * SAMPLE_RATE


@dataclass(frozen=True)
class Fades:
    """Seconds in which music comes in and goes out."""

    into: float = 0.6
    out: float = 1.6


USUAL_FADES = Fades()


@dataclass(frozen=True)
class Sound:
    """What is heard, by number of ffmpeg input."""

    narration: int
    narration_channels: int
    seconds: float
    """Length of the video."""
    music: int | None = None
    music_loops: bool = False
    """Whether the music is shorter than the video and begins again, to the sample, so that no seam is heard."""
    gain: int | None = None
    """The gain curve; there whenever music is."""
    volume: float = 1.0
    """Gain of all of it together."""
    limited: bool = False
    """Whether peaks are kept under `CEILING`."""
    narration_first: tuple[str, ...] = ()
    """Filters that the narration needs before all else: what mutes samples that are no numbers."""
    music_first: tuple[str, ...] = ()


def sound_graph(sound: Sound, output: str = "sound") -> str:
    """The filter graph to stereo at 48 kHz, exactly as long as the video, at the pad ``[output]``."""
    voice = f"[{sound.narration}:a:0]{voice_filters(sound)},{_length(sound.seconds)}"
    finish = _finish(sound)
    if sound.music is None:
        return f"{','.join([voice, *finish])}[{output}]"
    again = f",{BEGINS_AGAIN}" if sound.music_loops else ""
    return (
        f"{voice}[voice];"
        f"[{sound.music}:a:0]{music_filters(sound)}{again}[music];"
        f"[{sound.gain}:a:0]aresample={SAMPLE_RATE},aformat=sample_fmts=fltp,pan=stereo|c0=c0|c1=c0[gain];"
        f"[music][gain]amultiply[bed];"
        f"{','.join(['[voice][bed]amix=inputs=2:normalize=0:duration=first', *finish])}[{output}]"
    )


def voice_filters(sound: Sound) -> str:
    """Narration as stereo at 48 kHz. Mono goes to both sides 3 dB down, which leaves its loudness as it was."""
    sides = _MONO_TO_STEREO if sound.narration_channels == 1 else "aformat=channel_layouts=stereo"
    return ",".join([*sound.narration_first, f"aresample={SAMPLE_RATE}", sides])


def music_filters(sound: Sound) -> str:
    """Music as stereo at 48 kHz."""
    return ",".join([*sound.music_first, f"aresample={SAMPLE_RATE}", "aformat=sample_fmts=fltp:channel_layouts=stereo"])


def _length(seconds: float) -> str:
    return f"apad=whole_dur={seconds:.6f},atrim=end={seconds:.6f}"


def _finish(sound: Sound) -> list[str]:
    """What is done to the mix: its gain, and a limiter that looks between the samples, too."""
    filters = [f"volume={sound.volume:.6f}:precision=float"] if sound.volume != 1.0 else []
    if sound.limited:
        filters += [
            f"aresample={_OVERSAMPLED}",
            limiter(CEILING),
            f"aresample={SAMPLE_RATE}",
            _length(sound.seconds),
        ]
    return filters


def limiter(peak: float) -> str:
    """The filter that lets no sample over ``peak``; it adds no delay."""
    return f"alimiter=limit={peak:.6f}:attack=5:release=80:level=0:latency=1"


def music_gain(
    seconds: float,
    volume: float,
    speech: Sequence[tuple[float, float]],
    depth: Curve | float,
    fades: Fades = USUAL_FADES,
) -> Samples:
    """The gain of the music (0 to 1) over ``seconds``, at `GAIN_RATE`.

    Args:
        volume: gain where nobody speaks.
        speech: start and end of words in seconds, in order.
        depth: decibels by which it steps back for them: always the same, or one for each tenth of a second.
    """
    longest, stretches = seconds / 3, _join(speech)
    into, out = (max(1e-3, min(fade, longest)) for fade in (fades.into, fades.out))
    gain: Samples = np.empty(int(np.ceil((seconds + 1) * GAIN_RATE)), np.float32)
    for first in range(0, len(gain), _AT_ONCE):  # of hours, in one piece, it would take a hundred megabytes
        times = np.arange(first, min(first + _AT_ONCE, len(gain))) / GAIN_RATE
        lower = _smooth(_stepping_back(first, times, stretches)) * _over(times, depth)
        fading = _smooth(np.clip(np.minimum(times / into, (seconds - times) / out), 0, 1))
        gain[first : first + len(times)] = volume * fading * 10 ** (-lower / 20)
    return gain


def _stepping_back(number: int, times: Curve, stretches: Sequence[tuple[float, float]]) -> Curve:
    """How far the music has stepped back at each of ``times``, of which the first is sample ``number``; 0 to 1."""
    amount = np.zeros_like(times)
    for start, end in stretches:
        edges = (start - _LOOK_AHEAD, end + _RELEASE)
        first, last = (max(0, int(edge * GAIN_RATE)) - number for edge in edges)
        if last < 0 or first >= len(times):
            continue
        first = max(0, first)
        stretch = times[first : last + 1]
        rise, fall = (stretch - start + _LOOK_AHEAD) / _LOOK_AHEAD, (end + _RELEASE - stretch) / _RELEASE
        amount[first : last + 1] = np.maximum(amount[first : last + 1], np.clip(np.minimum(rise, fall), 0, 1))
    return amount


def _over(times: Curve, depth: Curve | float) -> Curve | float:
    if isinstance(depth, float | int):
        return depth
    return np.interp(times, np.arange(len(depth)) * STEP_SECONDS, depth) if len(depth) else 0.0


def _join(speech: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Words as stretches of speech; between words that are close the music does not come up."""
    joined: list[tuple[float, float]] = []
    for start, end in speech:
        if joined and start - joined[-1][1] < _JOIN:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _smooth(amount: NDArray[np.float64]) -> NDArray[np.float64]:
    return 0.5 - 0.5 * np.cos(np.pi * amount)
