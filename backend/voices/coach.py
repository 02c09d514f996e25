"""The voice coach: whether a recording makes a good voice, and if not, the one thing to do about it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from backend.errors import MediaRejected
from backend.models import Verdict, VoiceProblem, VoiceReport
from backend.voices import hints, speakers
from backend.voices.activity import QUIETEST, Activity, find_speech
from backend.voices.choosing import SHORTEST, Part, choose_part
from backend.voices.recording import HOP, RATE, Recording

WAVEFORM_PAIRS = 400
MOST_SNR = 90.0
_ENOUGH_SPEECH = 6.0
"""Seconds from which a voice is like its speaker."""
_CLIPPED, _RUINED = 0.001, 0.05
"""Shares of clipped samples in speech from which it is heard, and from which nothing helps."""
_SILENT = 1e-3
_QUIET, _TOO_QUIET = -38.0, -58.0
_NOISY, _DROWNED = 20.0, 6.0
"""dB of speech over noise."""
_ECHO, _SECOND, _MUSIC = 0.5, 0.5, 0.5
_DULL, _DULLEST = 5_500.0, 2_500.0
"""Hz: below the first a voice sounds like a telephone, below the second like a wall."""


@dataclass(frozen=True)
class Examined:
    """Everything that was found out about a recording."""

    recording: Recording
    activity: Activity
    chosen: Part
    clipped_share: float
    bandwidth: float
    echo: float
    second_speaker: float
    music: float
    problems: tuple[VoiceProblem, ...]
    verdict: Verdict


def examine(recording: Recording) -> Examined:
    """Look over a recording; takes about a hundredth of its length."""
    activity = find_speech(recording.samples)
    clipped = recording.clipped[: len(activity.active)]
    share = float(np.mean(clipped[activity.active])) if activity.active.any() else 0.0
    found = Examined(
        recording=recording,
        activity=activity,
        chosen=choose_part(activity, clipped, recording.duration),
        clipped_share=share,
        bandwidth=hints.bandwidth(recording.samples, activity),
        echo=hints.echo(recording.samples, activity),
        second_speaker=speakers.second_speaker(recording.samples, activity),
        music=hints.music(recording.samples, activity),
        problems=(),
        verdict="good",
    )
    fatal = _fatal(found)
    problems = fatal or _mendable(found)
    verdict: Verdict = "unusable" if fatal else "usable" if problems else "good"
    return replace(found, problems=problems, verdict=verdict)


def refuse_unusable(examined: Examined) -> None:
    """Refuse a recording that no voice can be made from.

    Raises:
        MediaRejected: with the code, message and advice of the gravest problem.
    """
    if examined.verdict == "unusable":
        worst = examined.problems[0]
        raise MediaRejected(worst.message, hint=worst.advice, code=worst.code)


def report_on(examined: Examined) -> VoiceReport:
    """What was found, as callers see it."""
    recording, activity = examined.recording, examined.activity
    lead, tail = _silences(examined)
    return VoiceReport(
        duration=round(recording.duration, 3),
        speech_seconds=round(activity.seconds, 2),
        level_dbfs=round(activity.speech_level, 1),
        peak_dbfs=round(float(20 * np.log10(max(recording.peak, 1e-5))), 1),
        clipped_share=round(examined.clipped_share, 5),
        noise_dbfs=round(activity.noise_level, 1),
        snr_db=round(_snr(activity), 1),
        echo=round(examined.echo, 2),
        bandwidth_hz=examined.bandwidth,
        sample_rate=recording.sample_rate,
        channels=recording.channels,
        second_speaker=round(examined.second_speaker, 2),
        lead_silence=round(lead, 2),
        tail_silence=round(tail, 2),
        chosen=examined.chosen,
        examined=(0.0, round(recording.duration, 3)),
        waveform=_waveform(recording),
        verdict=examined.verdict,
        problems=examined.problems,
    )


# ------------------------------------------------------------ what is wrong


def _fatal(found: Examined) -> tuple[VoiceProblem, ...]:
    """What makes a recording useless; only the first that applies, as it explains the others."""
    activity = found.activity
    seconds, snr = activity.seconds, _snr(activity)
    silent = found.recording.peak < _SILENT or not activity.active.any() or activity.speech_level < _TOO_QUIET
    checks = (
        (
            silent,
            "silence",
            "There is nothing to hear in the recording.",
            "Check that the right microphone is chosen and not muted, and record again.",
        ),
        (
            found.music >= _MUSIC,
            "no_speech",
            "This sounds like music or noise, not like somebody speaking.",
            "Record a voice alone: no music, no machine, no film in the background.",
        ),
        (
            seconds < SHORTEST,
            "too_short",
            f"There is {seconds:.1f} s of speech; at least {SHORTEST:.0f} s is needed, 10 s is good.",
            "Read two or three sentences aloud.",
        ),
        (
            found.clipped_share >= _RUINED,
            "clipped",
            f"{found.clipped_share:.0%} of the speech is cut off at the top.",
            "Turn the microphone's level down or move back, and record again; clipping cannot be mended.",
        ),
        (
            snr < _DROWNED,
            "noisy",
            f"The speech is only {snr:.0f} dB above the noise.",
            "Record in a quiet room, a hand's width from the microphone.",
        ),
    )
    return _that_apply(checks)[:1]


def _mendable(found: Examined) -> tuple[VoiceProblem, ...]:
    """What a better recording would not have, the gravest first."""
    activity, recording = found.activity, found.recording
    snr, level = _snr(activity), activity.speech_level
    checks = (
        (
            found.second_speaker >= _SECOND,
            "second_speaker",
            "There seem to be two different voices.",
            "Keep one person only, or move the cut to where one speaks; the result would be a mixture.",
        ),
        (
            found.clipped_share >= _CLIPPED,
            "clipped",
            f"{found.clipped_share:.1%} of the speech is cut off at the top.",
            "Turn the microphone's level down a little and record again.",
        ),
        (
            snr < _NOISY,
            "noisy",
            f"There is noise {snr:.0f} dB under the speech.",
            "Switch off fans, close the window, and speak closer to the microphone.",
        ),
        (
            found.echo >= _ECHO,
            "echo",
            "The room can be heard.",
            "Record under a blanket, among clothes or cushions, closer to the microphone.",
        ),
        (
            found.bandwidth < _DULL,
            "phone_band",
            f"There is nothing above {found.bandwidth / 1000:.1f} kHz: it sounds like a telephone.",
            "Record with the microphone itself, not over a call or a Bluetooth headset.",
        ),
        (
            activity.seconds < _ENOUGH_SPEECH,
            "short",
            f"There is only {activity.seconds:.1f} s of speech.",
            "Read 10 to 20 seconds; more of the voice makes the likeness better.",
        ),
        (
            level < _QUIET,
            "quiet",
            f"The speech is very quiet ({level:.0f} dB).",
            "Turn the microphone's level up or come closer.",
        ),
        (
            recording.invalid > 0,
            "invalid_samples",
            f"{recording.invalid:,} samples are no numbers; they were muted.",
            "Export the recording again from the program it was made with.",
        ),
    )
    return _that_apply(checks)


def _that_apply(checks: tuple[tuple[bool, str, str, str], ...]) -> tuple[VoiceProblem, ...]:
    return tuple(VoiceProblem(code=code, message=text, advice=advice) for wrong, code, text, advice in checks if wrong)


def _snr(activity: Activity) -> float:
    if not activity.active.any():
        return 0.0
    return float(np.clip(activity.speech_level - max(activity.noise_level, QUIETEST), -20.0, MOST_SNR))


def _silences(found: Examined) -> tuple[float, float]:
    """Seconds before the first and after the last sound of speech."""
    runs = found.activity.runs
    if not runs:
        return found.recording.duration, found.recording.duration
    return runs[0][0] * HOP / RATE, max(0.0, found.recording.duration - runs[-1][1] * HOP / RATE)


def _waveform(recording: Recording) -> tuple[tuple[float, float], ...]:
    """Lowest and highest sample of equal stretches."""
    samples = recording.samples.clip(-1.0, 1.0)
    if not len(samples):
        return ((0.0, 0.0),) * WAVEFORM_PAIRS
    edges = np.linspace(0, len(samples), WAVEFORM_PAIRS + 1).astype(np.int64)
    parts = (samples[a : max(a + 1, b)] for a, b in zip(edges[:-1].clip(max=len(samples) - 1), edges[1:], strict=True))
    return tuple((round(float(part.min()), 3), round(float(part.max()), 3)) for part in parts)
