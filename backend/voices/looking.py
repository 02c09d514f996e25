"""Looking over a recording of any length: a short one wholly, a long one where it promises the best voice.

Hours of sound are decoded once, compactly, and read block by block: levels alone tell where somebody speaks without
long pauses. The minutes around the best such parts are then examined as a short recording is, until one is good.
Memory holds a minute or two of sound, however long the recording.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backend.media.decoding import decode_sound
from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import AudioStream, probe
from backend.models import VoiceReport
from backend.voices.activity import FRAME_SECONDS, Activity, find_speech
from backend.voices.choosing import Part, check_part, choose_parts
from backend.voices.coach import Examined, examine, report_on
from backend.voices.preparing import prepare
from backend.voices.recording import mono_blocks, read_recording
from backend.work import Work

WHOLE_SECONDS = 120.0
"""Up to here a recording is examined from beginning to end."""
STRETCH_SECONDS = 60.0
"""Of a longer one, examined at a time."""
_MOST_STRETCHES = 5
_VERDICTS = ("good", "usable", "unusable")


@dataclass(frozen=True)
class Look:
    """What was found out about a recording. All moments are seconds of the whole recording."""

    examined: Examined
    """The stretch that counts, in seconds of its own."""
    start: float
    """Where that stretch begins."""
    duration: float
    activity: Activity
    """Of the whole recording."""
    asked: Part | None
    """The part that a person chose."""

    @property
    def chosen(self) -> Part:
        """The best part; both 0 when there is none."""
        first, last = self.examined.chosen
        return (round(self.start + first, 3), round(self.start + last, 3)) if last > first else (0.0, 0.0)

    def cut(self, target: Path) -> float:
        """Write the part that was asked for, or the best one, as a voice is kept; returns its seconds."""
        first, last = self.asked or self.chosen
        return prepare(self.examined.recording.samples, (first - self.start, last - self.start), target)

    def report(self) -> VoiceReport:
        """What was found, as callers see it."""
        runs, duration = self.activity.runs, self.duration
        lead = runs[0][0] * FRAME_SECONDS if runs else duration
        tail = max(0.0, duration - runs[-1][1] * FRAME_SECONDS) if runs else duration
        return report_on(self.examined).model_copy(
            update={
                "duration": round(duration, 3),
                "speech_seconds": round(self.activity.seconds, 2),
                "lead_silence": round(lead, 2),
                "tail_silence": round(tail, 2),
                "chosen": self.chosen,
                "examined": (
                    round(self.start, 3), round(min(duration, self.start + self.examined.recording.duration), 3)
                ),
            }
        )  # fmt: skip


def look_over(
    ffmpeg: Ffmpeg, path: Path, folder: Path, work: Work, start: float | None = None, end: float | None = None
) -> Look:
    """Decode the sound of any media file and examine it.

    Args:
        folder: for work in progress.
        start: of the part that a person chose, in seconds. The stretch that counts is then the one around it.
        end: of that part.

    Raises:
        InvalidRequest: ``invalid_cut``.
        MediaRejected: not readable, or without sound.
        MediaFailed, Cancelled
    """
    info = probe(path)
    audio = info.require_audio()
    asked = check_part(start, end, audio.duration)
    is_long = audio.duration > WHOLE_SECONDS
    reading = work.part(0.0, 0.7)
    wave = decode_sound(
        ffmpeg, path, info, folder / "decoded.wav", reading, most_seconds=audio.duration + 1.0, compact=is_long
    )
    try:
        work.report(0.7, "Listening for noise, echo and clipping")
        return _look_at_stretches(wave, audio, work, asked) if is_long else _look_at_all(wave, audio, work, asked)
    finally:
        wave.unlink(missing_ok=True)


def _look_at_all(wave: Path, audio: AudioStream, work: Work, asked: Part | None) -> Look:
    examined = examine(read_recording(wave, audio, work))
    return Look(examined, 0.0, examined.recording.duration, examined.activity, asked)


def _look_at_stretches(wave: Path, audio: AudioStream, work: Work, asked: Part | None) -> Look:
    activity = find_speech(mono_blocks(wave, work))
    duration = len(activity.levels) * FRAME_SECONDS
    nothing_clipped = np.zeros(len(activity.active), np.float32)
    parts = (asked,) if asked else choose_parts(activity, nothing_clipped, duration, _MOST_STRETCHES, STRETCH_SECONDS)
    looks: list[Look] = []
    for first, last in parts or ((0.0, 0.0),):
        start = round(max(0.0, min((first + last - STRETCH_SECONDS) / 2, duration - STRETCH_SECONDS)), 1)
        recording = read_recording(wave, audio, work, (start, start + STRETCH_SECONDS))
        looks.append(Look(examine(recording), start, duration, activity, asked))
        if looks[-1].examined.verdict == "good":
            break
    return min(looks, key=lambda look: (_VERDICTS.index(look.examined.verdict), len(look.examined.problems)))
