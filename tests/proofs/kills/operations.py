"""Work for studios that are killed: right arguments of each long operation, with small real media."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import soundfile  # type: ignore[import-untyped]
import soxr  # type: ignore[import-untyped]

from backend.media.audio import Samples, write_wave
from backend.settings import PROJECT
from backend.studio import Studio
from tests.end_to_end.own_voices import CONSENT
from tests.media.makers import Maker
from tests.proofs.kills.engine.engine import HEARD

READING = PROJECT / "benchmarks" / "timing" / "reading" / "reading.flac"
"""A person, reading."""
RATE = 24_000
SIZE = "64x96"


class Bench:
    """What is there to be worked on, each thing made when it is first needed, by a studio that somebody works for."""

    def __init__(self, studio: Studio, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._studio, self._folder = studio, folder
        self._maker = Maker(folder, studio.ffmpeg)

    def bring(self, path: Path) -> str:
        return str(self._studio.upload(path, path.name)["file_id"])

    def recording_of(self, number: int) -> str:
        """Eight seconds of a reader, in pieces whose order makes it a recording like no other."""
        chance = np.random.default_rng(number)
        starts = chance.integers(0, len(self._reading) - RATE, 8)
        fade = np.minimum(1.0, np.minimum(np.arange(18_000), np.arange(18_000)[::-1]) / 240)
        pieces = [self._reading[start : start + 18_000] * fade for start in starts]
        path = self._folder / f"voice-{number}.wav"
        write_wave(path, np.concatenate([np.pad(piece, (0, 6_000)) for piece in pieces]).astype(np.float32), RATE)
        return self.bring(path)

    @cached_property
    def _reading(self) -> Samples:
        samples, rate = soundfile.read(READING, dtype="float32")
        return np.asarray(soxr.resample(samples, rate, RATE), dtype=np.float32)

    @cached_property
    def recording(self) -> str:
        return self.recording_of(0)

    @cached_property
    def clip(self) -> str:
        return self.bring(self._maker.clip("clip.mp4", size="96x64", seconds=0.6))

    @cached_property
    def other_clip(self) -> str:
        return self.bring(self._maker.clip("other.mp4", size="64x64", seconds=0.6, fps=25))

    @cached_property
    def voice(self) -> str:
        given = {"audio": self.recording_of(999), "name": "Anna", "consent": CONSENT, "transcript": HEARD}
        return str(self._studio.call("upload_voice", given)["voice_id"])

    @cached_property
    def narration(self) -> str:
        return str(self._studio.call("generate_speech", speech(999))["narration_id"])

    def captions_of(self, number: int) -> str:
        """Captions of its own for each number, as they may not change while their words are looked for."""
        return str(self._studio.call("make_captions", {"source": self.narration, "size": SIZE})["captions_id"])


def speech(number: int) -> dict[str, Any]:
    return {"script": f"Number {number} is said once. {HEARD}", "engine": "silence"}


def _video(number: int) -> dict[str, Any]:
    return {"script": f"Number {number} is seen.", "sizes": [SIZE, "96x64"], "options": {"engine": "silence"}}


def _voice(bench: Bench, number: int) -> dict[str, Any]:
    return {"audio": bench.recording_of(number), "name": f"Voice {number}", "consent": CONSENT, "transcript": HEARD}


def _older_voice(bench: Bench, number: int) -> dict[str, Any]:
    name = f"Voice {number}"
    return {
        "file": bench.recording_of(10_000 + number),
        "voice_name": name,
        "reference_text": HEARD,
        "consent": CONSENT,
    }


WORK: dict[str, Callable[[Bench, int], dict[str, Any]]] = {
    "generate_speech": lambda bench, number: speech(number),
    "convert_voice": lambda bench, number: {"media": bench.recording, "voice": bench.voice},
    "transcribe": lambda bench, number: {"media": bench.recording},
    "align_script": lambda bench, number: {"media": bench.recording, "script": HEARD},
    "regenerate_sentence": lambda bench, number: {
        "narration_id": bench.narration,
        "index": 0,
        "text": f"Now number {number}.",
    },
    "check_voice": lambda bench, number: {"audio": bench.recording},
    "upload_voice": _voice,
    "blend_voices": lambda bench, number: {"recipe": f"af_heart({number + 2})+am_puck(1)", "name": f"Blend {number}"},
    "realign_captions": lambda bench, number: {"captions_id": bench.captions_of(number)},
    "generate_captioned_video": lambda bench, number: _video(number),
    "merge_videos": lambda bench, number: {"videos": [bench.clip, bench.other_clip], "transition": "fade"},
    "add_colorkey_overlay": lambda bench, number: {"video": bench.clip, "overlay": bench.other_clip},
    "make_contact_sheet": lambda bench, number: {"video": bench.clip, "columns": 2, "rows": 1, "width": 320},
    "make_animation": lambda bench, number: {"video": bench.clip, "seconds": 0.3, "width": 64},
    "make_again": lambda bench, number: {"manifest": bench.narration},
    "check_library": lambda bench, number: {"repair": True},
    "install_engine": lambda bench, number: {"engine": "kokoro"},
    "generate_kokoro_tts": lambda bench, number: {"text": f"Number {number}."},
    "upload": _older_voice,
}
"""How each long operation is called for the so-and-so-manieth time."""
ALIKE = {"generate_f5_tts": "generate_kokoro_tts", "generate_chatterbox_tts": "generate_kokoro_tts"}
"""Operations whose jobs do what those of another do."""
