"""The sound of a video: the narration as it is, music under it that steps back while someone speaks. Pure.

The gain of the music is worked out from the times of the words and handed to ffmpeg as a sound of its own that the
music is multiplied with. That is exact, needs no detector, and begins to step back just before the first word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.media.audio import Samples

SAMPLE_RATE = 48_000
GAIN_RATE = 1000
"""Samples a second of the gain curve."""

_DUCK_DECIBELS = -12.0
_ATTACK = 0.18
_RELEASE = 0.6
_JOIN = 0.7
_FADE_IN = 0.6
_FADE_OUT = 1.6
_LIMIT = 0.89
_WHOLE = 2**31 - 1
"""Samples to repeat: as many as there are."""
_MONO_TO_STEREO = "pan=stereo|c0=0.70710678*c0|c1=0.70710678*c0"


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


def sound_graph(sound: Sound, output: str = "sound") -> str:
    """The filter graph to stereo at 48 kHz, exactly as long as the video, at the pad ``[output]``.

    A mono narration goes to both sides 3 dB down, which leaves its loudness (EBU R 128) as it was.
    """
    sides = _MONO_TO_STEREO if sound.narration_channels == 1 else "aformat=channel_layouts=stereo"
    length = f"apad=whole_dur={sound.seconds:.6f},atrim=end={sound.seconds:.6f}"
    voice = f"[{sound.narration}:a:0]aresample={SAMPLE_RATE},{sides},{length}"
    if sound.music is None:
        return f"{voice}[{output}]"
    again = f",aloop=loop=-1:size={_WHOLE}" if sound.music_loops else ""
    return (
        f"{voice}[voice];"
        f"[{sound.music}:a:0]aresample={SAMPLE_RATE},aformat=sample_fmts=fltp:channel_layouts=stereo{again}[music];"
        f"[{sound.gain}:a:0]aresample={SAMPLE_RATE},aformat=sample_fmts=fltp,pan=stereo|c0=c0|c1=c0[gain];"
        f"[music][gain]amultiply[bed];"
        f"[voice][bed]amix=inputs=2:normalize=0:duration=first,"
        f"alimiter=limit={_LIMIT}:attack=5:release=80:level=0:latency=1,"
        f"atrim=end={sound.seconds:.6f}[{output}]"
    )


def music_gain(seconds: float, volume: float, speech: Sequence[tuple[float, float]], duck: bool) -> Samples:
    """The gain of the music (0 to 1) over ``seconds``, at `GAIN_RATE`.

    Args:
        volume: gain where nobody speaks.
        speech: start and end of words in seconds, in order.
        duck: whether to step back by 12 dB for them.
    """
    times = np.arange(int(np.ceil(seconds * GAIN_RATE)) + GAIN_RATE) / GAIN_RATE
    amount = np.zeros_like(times)
    for start, end in _join(speech) if duck else ():
        first, last = (max(0, int(edge * GAIN_RATE)) for edge in (start - _ATTACK, end + _RELEASE))
        stretch = times[first : last + 1]
        rise, fall = (stretch - start + _ATTACK) / _ATTACK, (end + _RELEASE - stretch) / _RELEASE
        amount[first : last + 1] = np.maximum(amount[first : last + 1], np.clip(np.minimum(rise, fall), 0, 1))
    fades = np.clip(times / _FADE_IN, 0, 1) * np.clip((seconds - times) / min(_FADE_OUT, seconds / 3), 0, 1)
    gain: Samples = (volume * _smooth(fades) * 10 ** (_DUCK_DECIBELS * _smooth(amount) / 20)).astype(np.float32)
    return gain


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
