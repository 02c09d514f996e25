"""The reference that a voice is kept as: one short clip, ready for any engine."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from backend.media.audio import Samples, faded, write_wave
from backend.speech.loudness import integrated_loudness
from backend.voices.activity import FRAME_SECONDS, find_speech
from backend.voices.choosing import LEAD, TAIL, Part
from backend.voices.recording import RATE

LOUDNESS = -20.0
"""LUFS of every reference: about the level that cloning engines were trained on."""
CEILING = 0.89
"""The loudest sample (-1 dBFS): where the loudness would need more, the clip stays quieter."""
MOST_GAIN = 100.0
"""Forty decibels: what would need more is noise."""
_FADE_SECONDS = 0.01


def prepare(samples: Samples, part: Part, target: Path) -> float:
    """Cut the part out, trim the silence at its ends, set the loudness, write WAV: mono, 24 kHz, 16 bits.

    The same samples and part give the same bytes on every machine, as a voice's id is made from them.

    Args:
        samples: mono at 24 kHz.
        part: start and end in seconds.

    Returns:
        Seconds of the clip.
    """
    first, last = (round(seconds * RATE) for seconds in part)
    clip = faded(_levelled(_trimmed(samples[max(0, first) : last])), round(_FADE_SECONDS * RATE))
    return write_wave(target, clip, RATE) / RATE


def _trimmed(clip: Samples) -> Samples:
    """Without the silence around the speech, but for a little of the room."""
    runs = find_speech(clip).runs
    if not runs:
        return clip
    first = round((runs[0][0] * FRAME_SECONDS - LEAD) * RATE)
    last = round((runs[-1][1] * FRAME_SECONDS + TAIL) * RATE)
    return clip[max(0, first) : last]


def _levelled(clip: Samples) -> Samples:
    clip = clip - np.float32(np.mean(clip)) if len(clip) else clip
    loudness = integrated_loudness([clip], RATE)
    peak = float(np.max(np.abs(clip), initial=0.0))
    if not np.isfinite(loudness) or peak <= 0.0:
        return clip
    gain = min(10 ** ((LOUDNESS - loudness) / 20), CEILING / peak, MOST_GAIN)
    return np.asarray(clip * np.float32(gain), dtype=np.float32)
