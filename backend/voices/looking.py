"""Looking over a recording of any length: a short one wholly, a long one where it promises the best voice.

Hours of sound are decoded coarsely and read block by block: levels alone tell where somebody speaks without long
pauses. The minutes around the best such parts are then decoded as they are and examined as a short recording is, until
one is good. Memory holds a minute or two of sound, however long the recording.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backend.media.decoding import decode_sound
from backend.media.ffmpeg import Ffmpeg
from backend.media.info import MediaInfo
from backend.media.probe import probe
from backend.models import VoiceReport
from backend.voices.activity import FRAME_SECONDS, find_speech
from backend.voices.choosing import Part, check_part, choose_parts
from backend.voices.coach import Examined, examine, report_on
from backend.voices.preparing import prepare
from backend.voices.recording import RATE, mono_blocks, read_recording
from backend.work import Work

WHOLE_SECONDS = 120.0
"""Up to here a recording is examined from beginning to end."""
STRETCH_SECONDS = 60.0
"""Of a longer one, examined at a time."""
_MOST_STRETCHES = 5
_VERDICTS = ("good", "usable", "unusable")


@dataclass(frozen=True)
class Look:
    """What was found out about a recording."""

    examined: Examined
    """The stretch that counts, in seconds of its own."""
    start: float
    """Second of the recording at which that stretch begins."""
    duration: float
    """Seconds of the recording."""
    asked: Part | None
    """The part that a person chose, in seconds of the recording."""

    @property
    def part(self) -> Part:
        """What a voice is made from: the part that was asked for, or the best one; both 0 when there is none."""
        first, last = self.examined.chosen
        best = (round(self.start + first, 3), round(self.start + last, 3)) if last > first else (0.0, 0.0)
        return self.asked or best

    def cut(self, target: Path) -> float:
        """Write that part as a voice is kept; returns its seconds."""
        first, last = self.part
        return prepare(self.examined.recording.samples, (first - self.start, last - self.start), target)

    def report(self) -> VoiceReport:
        """What was found, as callers see it."""
        end = min(self.duration, self.start + self.examined.recording.duration)
        places = {"chosen": self.part, "examined": (round(self.start, 3), round(end, 3))}
        return report_on(self.examined).model_copy(update={"duration": round(self.duration, 3), **places})


def look_over(
    ffmpeg: Ffmpeg, path: Path, folder: Path, work: Work, start: float | None = None, end: float | None = None
) -> Look:
    """Decode the sound of any media file and examine it.

    Args:
        folder: for work in progress.
        start: of the part that a person chose, in seconds. Of a long recording the minute around it is examined.
        end: of that part.

    Raises:
        InvalidRequest: ``invalid_cut``.
        MediaRejected: not readable, or without sound.
        MediaFailed, Cancelled
    """
    looker = _Looker(ffmpeg, path, folder, probe(path, cancel=work.cancel))
    asked = check_part(start, end, looker.duration)
    if looker.duration <= WHOLE_SECONDS:
        examined = looker.examine(0.0, looker.duration + 1.0, work)
        return Look(examined, 0.0, examined.recording.duration, asked)
    parts = (asked,) if asked else looker.promising(work.part(0.0, 0.7))
    return looker.best(parts or ((0.0, 0.0),), work.part(0.7, 1.0), asked)


@dataclass(frozen=True)
class _Looker:
    ffmpeg: Ffmpeg
    path: Path
    folder: Path
    info: MediaInfo

    @property
    def duration(self) -> float:
        """Seconds of its sound."""
        return self.info.require_audio().duration

    def promising(self, work: Work) -> tuple[Part, ...]:
        """Parts of a long recording that sound good by their levels, the best first, from as many minutes of it."""
        wave = self.folder / "coarse.wav"
        decoding, reading = work.part(0.0, 0.5), work.part(0.5, 1.0)
        most = self.duration + 1.0
        decode_sound(self.ffmpeg, self.path, self.info, wave, decoding, most_seconds=most, coarse_rate=RATE)
        try:
            reading.report(0.0, "Looking for the best minute")
            activity = find_speech(mono_blocks(wave, work))
        finally:
            wave.unlink(missing_ok=True)
        unclipped = np.zeros(len(activity.active), np.float32)
        seconds = len(activity.levels) * FRAME_SECONDS
        return choose_parts(activity, unclipped, seconds, _MOST_STRETCHES, apart=STRETCH_SECONDS)

    def best(self, parts: tuple[Part, ...], work: Work, asked: Part | None) -> Look:
        """The minute around the first of these parts that is good, or the one with the least wrong."""
        looks: list[Look] = []
        for first, last in parts:
            start = round(max(0.0, min((first + last - STRETCH_SECONDS) / 2, self.duration - STRETCH_SECONDS)), 1)
            looks.append(Look(self.examine(start, STRETCH_SECONDS, work), start, self.duration, asked))
            if looks[-1].examined.verdict == "good":
                break
        return min(looks, key=lambda look: (_VERDICTS.index(look.examined.verdict), len(look.examined.problems)))

    def examine(self, start: float, seconds: float, work: Work) -> Examined:
        """What the coach finds in a stretch, decoded as it is."""
        wave = self.folder / "decoded.wav"
        decode_sound(
            self.ffmpeg, self.path, self.info, wave, work.part(0.0, 0.7), most_seconds=seconds, start=start, as_is=True
        )  # fmt: skip
        try:
            work.report(0.7, "Listening for noise, echo and clipping")
            return examine(read_recording(wave, self.info.require_audio(), work))
        finally:
            wave.unlink(missing_ok=True)
