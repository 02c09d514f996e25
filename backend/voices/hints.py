"""What else can be told from a recording without a model: its band, its echo, a second voice, music.

Hints, not measurements: each is calibrated on clean speech with defects put on it (tests/voices/test_coach.py).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backend.media.audio import Samples
from backend.voices.activity import FRAME_SECONDS, Activity, frames_of
from backend.voices.recording import HOP, RATE

_WINDOW = 1024
_MOST_FRAMES, _AT_A_TIME = 3000, 512
_FREQUENCIES = np.fft.rfftfreq(_WINDOW, 1 / RATE)
_BAND_HZ = 250.0
_BELOW_LOUDEST = 60.0
"""dB: what is fainter than that, against the loudest band, is no speech (a resampler's or a codec's rest)."""
_ABOVE_NOISE = 6.0
_PITCH_LOW, _PITCH_HIGH = 70.0, 400.0


def bandwidth(samples: Samples, activity: Activity) -> float:
    """The highest frequency in Hz at which there is speech; 0 where nobody speaks."""
    speaking = _bands(samples, np.flatnonzero(activity.active))
    if not len(speaking):
        return 0.0
    loud = np.percentile(speaking, 95, axis=0)
    quiet = _bands(samples, np.flatnonzero(~activity.active))
    noise = np.percentile(quiet, 50, axis=0) if len(quiet) >= 20 else np.full(len(loud), -200.0)
    heard = (loud > loud.max() - _BELOW_LOUDEST) & (loud > noise + _ABOVE_NOISE)
    return float((np.flatnonzero(heard)[-1] + 1) * _BAND_HZ) if heard.any() else 0.0


def _bands(samples: Samples, frames: NDArray[np.int64]) -> NDArray[np.float64]:
    """dB in bands of 250 Hz, of at most 3,000 of these frames, evenly taken, as (frames, bands)."""
    if len(frames) > _MOST_FRAMES:
        frames = frames[np.linspace(0, len(frames) - 1, _MOST_FRAMES).astype(np.int64)]
    width = round(_BAND_HZ / (RATE / _WINDOW))
    count = (len(_FREQUENCIES) - 1) // width
    window = np.hanning(_WINDOW).astype(np.float32)
    power = [np.zeros((0, count), np.float32)]
    for at in range(0, len(frames), _AT_A_TIME):
        some = frames_of(samples, frames[at : at + _AT_A_TIME] * HOP, _WINDOW) * window
        spectra = np.square(np.abs(np.fft.rfft(some, axis=1)[:, : count * width]))
        power.append(spectra.reshape(len(some), count, width).mean(axis=2))
    return np.asarray(10 * np.log10(np.maximum(np.concatenate(power), 1e-20)))


def echo(samples: Samples, activity: Activity) -> float:
    """0 to 1: how slowly sounds die away, or how clearly they come back."""
    return max(_ring(activity), _repeat(samples, activity)) if activity.active.any() else 0.0


_FALL_FRAMES = 8
_NEAR_TOP = 25.0
"""dB under the loud sounds, from where falls are looked at."""
_STEEPEST = 400.0
_STEEPNESS = 7.0
"""dB a second that dry speech falls by at its steepest, for each dB that it is above the noise; `_STEEPEST` at most."""
_DRY, _WET = 0.6, 0.15
"""Shares of that which a dry room and a bathroom leave."""


def _ring(activity: Activity) -> float:
    """From how steeply the level falls after sounds: a room lets nothing fall faster than it dies away itself."""
    levels = np.convolve(activity.levels, np.ones(3) / 3, mode="same")
    before, after = levels[:-_FALL_FRAMES], levels[_FALL_FRAMES:]
    top = float(np.percentile(levels[activity.active], 95))
    height = top - activity.noise_level
    falls = (before - after)[(before > top - _NEAR_TOP) & (after > activity.noise_level + 6.0)]
    if len(falls) < 100 or height < 15.0:
        return 0.0
    steep = float(np.percentile(falls, 98)) / (_FALL_FRAMES * FRAME_SECONDS)
    return float(np.clip((_DRY - steep / min(_STEEPEST, _STEEPNESS * height)) / (_DRY - _WET), 0.0, 1.0))


_REPEAT_SECONDS = (0.04, 0.6)
_REPEAT_WINDOW = 32768
_REPEAT_BINS = 400


def _repeat(samples: Samples, activity: Activity) -> float:
    """From a peak in the autocorrelation of the whitened sound: the same, a moment later, again and again."""
    starts = np.flatnonzero(activity.active)[:: _REPEAT_WINDOW // HOP // 2][:120] * HOP
    if len(starts) < 3:
        return 0.0
    # A few windows at a time: all together they would take a hundred megabytes.
    some = (_flattened(samples, starts[at : at + 8]) for at in range(0, len(starts), 8))
    whitened = np.fft.irfft(np.sum([part.sum(axis=0) for part in some], axis=0) / len(starts))
    first, last = (round(seconds * RATE) for seconds in _REPEAT_SECONDS)
    peak = float(np.max(whitened[first:last]) / whitened[0])
    usual = float(np.std(whitened[first:last]) / whitened[0])
    return float(np.clip((peak - max(0.1, 8 * usual)) / 0.25, 0.0, 1.0))


def _flattened(samples: Samples, starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Power spectra divided by their own envelopes: what speech has in pitch and colour goes, an echo's comb stays."""
    spectra = np.fft.rfft(frames_of(samples, starts, _REPEAT_WINDOW) * np.hanning(_REPEAT_WINDOW), axis=1)
    power = np.square(np.abs(spectra))
    sums = np.cumsum(np.pad(power, ((0, 0), (_REPEAT_BINS // 2, _REPEAT_BINS // 2)), mode="edge"), axis=1)
    envelope = (sums[:, _REPEAT_BINS:] - sums[:, :-_REPEAT_BINS]) / _REPEAT_BINS
    return np.asarray(power[:, : envelope.shape[1]] / np.maximum(envelope, 1e-12))


def periodicity(samples: Samples, frames: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How periodic (0 to 1) each frame is, and its pitch in Hz."""
    window = np.fft.irfft(np.square(np.abs(np.fft.rfft(np.hanning(_WINDOW), 2 * _WINDOW))))
    low, high = round(RATE / _PITCH_HIGH), round(RATE / _PITCH_LOW)
    strengths, delays = [np.zeros(0)], [np.zeros(0)]
    for at in range(0, len(frames), _AT_A_TIME):
        same = np.fft.irfft(_power_of(samples, frames[at : at + _AT_A_TIME]), axis=1)
        normed = same[:, low:high] / np.maximum(same[:, :1], 1e-12) / (window[low:high] / window[0])
        best = np.argmax(normed, axis=1)
        strengths.append(normed[np.arange(len(best)), best].clip(0.0, 1.0))
        delays.append(best + low)
    return np.concatenate(strengths), RATE / np.concatenate(delays)


def _power_of(samples: Samples, frames: NDArray[np.int64]) -> NDArray[np.float64]:
    window = np.hanning(_WINDOW).astype(np.float32)
    spectra = np.fft.rfft(frames_of(samples, frames * HOP, _WINDOW) * window, 2 * _WINDOW, axis=1)
    return np.square(np.abs(spectra))


_PULSE_FRAMES = 100
_QUIET_SHARE = 0.5
_SPEECH_PULSE, _MUSIC_PULSE = 0.18, 0.06
"""Shares of frames with less than half the level of the second around them: of speech 0.25 and more, also in a room
that rings; of music, machines and noise next to none."""
_LEAST_VOICED, _VOICELESS = 0.08, 0.03
_STEADY, _HELD = 0.45, 0.75
"""Shares of voiced frames whose pitch stays the same to a fifteenth of a semitone: of speech 0.1 to 0.4."""


def music(samples: Samples, activity: Activity) -> float:
    """0 (speech) to 1: from what speech has and music and noise have not, a voice that comes and goes and glides."""
    frames = np.flatnonzero(activity.active)
    level = np.power(10.0, activity.band[frames[0] : frames[-1] + 1] / 20.0) if len(frames) else np.zeros(0)
    if len(level) < _PULSE_FRAMES:
        return 0.0
    around = np.convolve(level, np.ones(_PULSE_FRAMES), mode="same")
    around /= np.convolve(np.ones(len(level)), np.ones(_PULSE_FRAMES), mode="same")
    pulse = float(np.mean(level < _QUIET_SHARE * around))
    periodic, pitch = periodicity(samples, frames[: 2 * _MOST_FRAMES : 2])
    voiced = periodic > 0.7
    both = voiced[1:] & voiced[:-1]
    held = float(np.mean(np.abs(np.diff(np.log2(pitch)))[both] < 0.004)) if both.any() else 0.0
    signs = (
        (_SPEECH_PULSE - pulse) / (_SPEECH_PULSE - _MUSIC_PULSE),
        (_LEAST_VOICED - float(np.mean(voiced))) / (_LEAST_VOICED - _VOICELESS),
        (held - _STEADY) / (_HELD - _STEADY),
    )
    return float(np.clip(max(signs), 0.0, 1.0))
