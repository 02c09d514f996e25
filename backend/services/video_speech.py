"""What is heard in a video: a script spoken for it, a narration that is there, or somebody's recording."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend import captions as drawing
from backend.engines import Engines
from backend.jobs import JobContext
from backend.media.decoding import decode_sound, notices
from backend.media.ffmpeg import Ffmpeg
from backend.media.info import DEFAULT_LIMITS
from backend.media.probe import probe
from backend.models import Word
from backend.requests import GenerateCaptionedVideo
from backend.services.manifests import CaptionsManifest
from backend.services.narrations import Narrations
from backend.services.results import title_of
from backend.services.scratch import Scratch
from backend.services.video_requests import speech_request
from backend.storage.artifacts import Artifacts

SPEAKING_SHARE = 0.55
"""Share of the progress bar that speaking takes; measured on two cores, where rendering is a little faster."""
HEARD_RATE = 16_000
"""Hz of what the recogniser is given; it hears no more."""


@dataclass(frozen=True)
class Speech:
    """What is heard, and when."""

    audio: Path
    duration: float
    """Seconds."""
    words: tuple[Word, ...]
    cuts: tuple[float, ...]
    """Seconds at which sentences end: where one picture may give way to the next."""
    narration_id: str | None
    title: str
    recipe: dict[str, Any]
    """What a manifest says of it, to have it again."""
    warnings: tuple[str, ...] = ()
    """What was not right in it."""


_WORD = set(Word.model_fields)
Given = tuple[CaptionsManifest, ...]
"""Captions to be burned in as they are; none where they are made of what is said."""


def words_in(given: Given) -> tuple[Word, ...]:
    """What the first of these captions say, and when."""
    said = drawing.words_of(given[0].cues) if given else ()
    return tuple(Word(**word.model_dump(include=_WORD)) for word in said)


class VideoSpeech:
    """Gets what videos are of."""

    def __init__(
        self, artifacts: Artifacts, ffmpeg: Ffmpeg, engines: Engines, narrations: Narrations, scratch: Scratch
    ) -> None:
        self._artifacts = artifacts
        self._ffmpeg = ffmpeg
        self._engines = engines
        self._narrations = narrations
        self._scratch = scratch

    def of(self, request: GenerateCaptionedVideo, context: JobContext, folder: Path, given: Given) -> Speech:
        """What a request has said: its script, a narration, or a recording, whose words are recognised."""
        if request.audio is not None and given:
            return self.heard(request, folder, words_in(given))
        if request.audio is not None:
            return self._recording(request, context, folder)
        narration_id = request.narration_id
        if narration_id is None:
            spoken = self._narrations.generate(speech_request(request), context, context.work.part(0, SPEAKING_SHARE))
            narration_id = str(spoken["narration_id"])
            if not self._artifacts.exists(narration_id):
                # Spoken on another machine, which died while the store was away, with the only copy.
                self._narrations.speak(speech_request(request), narration_id, context.work.part(0, SPEAKING_SHARE))
        return self.spoken(narration_id, folder)

    def spoken(self, narration_id: str, folder: Path, *, heard: bool = True) -> Speech:
        """A narration as it is now; its sound is fetched only where it is ``heard``."""
        narration = self._narrations.get(narration_id)
        wave = Path()
        if heard:
            wave = self._artifacts.local(self._narrations.wave(narration_id, narration.version).file_id, folder)
        cuts = tuple(sentence.end for sentence in narration.sentences)
        recipe = {"narration": self._narrations.recipe(narration_id, narration.version)}
        title = title_of([sentence.model_dump() for sentence in narration.sentences])
        return Speech(wave, narration.duration, narration.words, cuts, narration_id, title, recipe)

    def _recording(self, request: GenerateCaptionedVideo, context: JobContext, folder: Path) -> Speech:
        audio = self._artifacts.local(str(request.audio), folder)

        def listen() -> list[dict[str, Any]]:
            with self._scratch.folder() as inner:
                # Never the file itself: the recogniser would open it by whatever it looks like, without a guard.
                sound = decode_sound(
                    self._ffmpeg,
                    audio,
                    probe(audio, cancel=context.work.cancel),
                    inner / "sound.wav",
                    context.work.part(0.0, 0.03),
                    most_seconds=DEFAULT_LIMITS.seconds,
                    coarse_rate=HEARD_RATE,
                )
                heard = self._engines.listen("whisper", sound, "auto", context.work.part(0.03, 0.3))
            return [
                Word(
                    text=word.text.strip(),
                    start=word.start,
                    end=max(word.start, word.end),
                    confidence=word.probability,
                    source="recognised",
                ).model_dump(mode="json")
                for word in heard.words
            ]

        return self.heard(request, folder, tuple(Word(**word) for word in context.steps("listen", listen)))

    def heard(self, request: GenerateCaptionedVideo, folder: Path, words: tuple[Word, ...]) -> Speech:
        """A recording whose words are known."""
        audio = self._artifacts.local(str(request.audio), folder)
        recipe = {"words": [word.model_dump(mode="json") for word in words]}
        cuts = tuple(word.end for word in words if word.text[-1:] in ".!?")
        title = " ".join(word.text for word in words)[:80] or "Recording"
        info = probe(audio)
        return Speech(audio, info.duration, words, cuts, None, title, recipe, notices(info.require_audio()))
