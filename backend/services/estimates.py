"""What an operation would take: seconds by this machine's own history, bytes by plan and sizes. Starts nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from backend import captions as drawing
from backend.engines import ENGINES, Engines
from backend.errors import InvalidRequest, StudioError
from backend.media.probe import probe
from backend.models import AudioFormat
from backend.requests import (
    AddColorkeyOverlay,
    AlignScript,
    ConvertVoice,
    GenerateCaptionedVideo,
    GenerateSpeech,
    MakeAgain,
    MakeAnimation,
    MakeContactSheet,
    MergeVideos,
    RegenerateSentence,
    Transcribe,
)
from backend.services.again import Again
from backend.services.alignments import CLOCK
from backend.services.captioning import CaptionDesign
from backend.services.layers import title_warnings
from backend.services.manifests import AlignmentManifest, NarrationManifest, TranscriptManifest, VideoManifest
from backend.services.merging import Merging
from backend.services.narrations import Narrations, characters, speaking
from backend.services.overlays import Overlays
from backend.services.paces import CHARACTERS_A_SECOND, RENDERED_BYTES, Paces, Piece
from backend.services.pictures import Pictures
from backend.services.recognisers import Recogniser, Recognisers
from backend.services.rendering import megapixel_seconds, pace_name
from backend.services.styles import Styles
from backend.services.video_requests import check_source, options_of, speech_request
from backend.services.videos import Videos
from backend.speech import NarrationPlan
from backend.storage.artifacts import Artifacts

WAVE_BYTES = 48_000.0
"""A second of sound at 24 kHz, 16 bits."""
_ENCODED_BYTES: dict[AudioFormat, float] = {"wav": 0, "mp3": 16_000, "flac": 26_000, "opus": 9_000, "m4a": 16_000}
_WRITTEN_BYTES = 120.0
"""A spoken character in the manifest and the five timing files."""


@dataclass(frozen=True)
class Estimate:
    """What a piece of work takes."""

    seconds: float | None = 0.0
    """None: not known."""
    disk_bytes: float = 0.0
    warnings: tuple[str, ...] = ()
    cost: dict[str, Any] | None = None
    """``amount``, ``currency``, ``service``, ``source``; None where no paid service is used."""

    def __add__(self, other: Estimate) -> Estimate:
        known = None if self.seconds is None or other.seconds is None else self.seconds + other.seconds
        cost = self.cost or other.cost
        return Estimate(known, self.disk_bytes + other.disk_bytes, self.warnings + other.warnings, cost)

    def to_dict(self, free_bytes: int) -> dict[str, Any]:
        """As callers see it."""
        warnings = list(dict.fromkeys(self.warnings))
        if self.disk_bytes > free_bytes:
            warnings.append(f"It needs about {self.disk_bytes / 1e9:.1f} GB; {free_bytes / 1e9:.1f} GB are free.")
        seconds = None if self.seconds is None else round(self.seconds, 1)
        return {"seconds": seconds, "disk_bytes": round(self.disk_bytes), "cost": self.cost, "warnings": warnings}


class Estimates:
    """Says beforehand what operations take."""

    def __init__(
        self,
        paces: Paces,
        artifacts: Artifacts,
        engines: Engines,
        recognisers: Recognisers,
        narrations: Narrations,
        videos: Videos,
        styles: Styles,
        again: Again,
        pictures: Pictures,
        merging: Merging,
        overlays: Overlays,
        home: Path,
    ) -> None:
        self._paces = paces
        self._artifacts = artifacts
        self._engines = engines
        self._recognisers = recognisers
        self._narrations = narrations
        self._videos = videos
        self._styles = styles
        self._again = again
        self._pictures = pictures
        self._merging = merging
        self._overlays = overlays
        self._home = home

    def of(self, operation: str, request: BaseModel) -> dict[str, Any]:
        """The estimate of a long operation; what keeps it from being done is among its warnings."""
        try:
            estimate = self._of(operation, request)
        except StudioError as error:
            estimate = Estimate(None, 0.0, (str(error),))
        return estimate.to_dict(shutil.disk_usage(self._home).free)

    def _of(self, operation: str, request: BaseModel) -> Estimate:
        kinds: dict[type[BaseModel], Callable[[Any], Estimate]] = {
            GenerateSpeech: self._speech,
            RegenerateSentence: self._sentence,
            GenerateCaptionedVideo: self._video,
            Transcribe: self._transcription,
            AlignScript: self._alignment,
            ConvertVoice: self._conversion,
            MakeAgain: self._made_again,
            MakeContactSheet: lambda asked: self._picture("make_contact_sheet", asked),
            MakeAnimation: lambda asked: self._picture("make_animation", asked),
            MergeVideos: self._merged,
            AddColorkeyOverlay: self._overlaid,
        }
        known = kinds.get(type(request))
        return known(request) if known else self._by_history(operation)

    # ------------------------------------------------------------ speech

    def _speech(self, request: GenerateSpeech) -> Estimate:
        return self._plan(self._narrations.plans.checked(request))

    def _sentence(self, request: RegenerateSentence) -> Estimate:
        self._narrations.check_sentence(request)
        return self._plan(self._narrations.changed(request))

    def _plan(self, plan: NarrationPlan) -> Estimate:
        """Speaking what is not there yet, and keeping all of it."""
        missing = self._narrations.missing(plan)
        by_engine = {planned.engine: 0 for planned in plan.sentences}
        for planned in missing:
            by_engine[planned.engine] += characters(planned)
        spoken = [self._speaking(engine, many, plan.verify) for engine, many in by_engine.items()]
        sound = self.length(plan)
        fresh = sum(self._seconds_of(planned.engine, characters(planned)) for planned in missing)
        kept = sound * (WAVE_BYTES + _ENCODED_BYTES[plan.audio_format])
        written = sum(characters(planned) for planned in plan.sentences) * _WRITTEN_BYTES
        # Each new sentence is kept as a take, and once more for whoever wants to hear it before the others are done.
        return sum(spoken, Estimate(0.1, kept + written + 2 * fresh * WAVE_BYTES))

    def length(self, plan: NarrationPlan) -> float:
        """About so many seconds of sound."""
        said = sum(
            self._seconds_of(one.engine, characters(one)) / one.sentence.speed + one.sentence.pause_after
            for one in plan.sentences
        )
        return plan.lead + said

    def _seconds_of(self, engine: str, many: int) -> float:
        pace = self._paces.of("sound", engine)
        return many * (pace.seconds if pace else 1 / CHARACTERS_A_SECOND)

    def _speaking(self, engine: str, many: int, verify: bool) -> Estimate:
        fetched = () if self._engines.ready(engine) else (_fetched(engine),)
        if not many:
            return Estimate()
        pace = self._paces.of(speaking(verify), engine)
        if pace is None:
            return Estimate(None, 0.0, (*fetched, _unknown(f"{ENGINES[engine].title} has not spoken")))
        return Estimate(pace.seconds * many, 0.0, fetched)

    # ------------------------------------------------------------ recordings

    def _transcription(self, request: Transcribe) -> Estimate:
        try:
            self._recognisers.check(request.recogniser, request.language)
        except StudioError as error:
            return replace(self._listening(request.media, request.recogniser), seconds=None, warnings=(str(error),))
        return self._listening(request.media, request.recogniser)

    def _listening(self, media: str, by: Recogniser = "whisper") -> Estimate:
        length = self._length_of(media)
        if length is None:
            return Estimate(None, 0.0, (_NOT_AT_HAND,))
        pace, cost = self._paces.of("listen", by), self._recognisers.cost(by, length)
        written = length * CHARACTERS_A_SECOND * _WRITTEN_BYTES
        if pace is None:
            return Estimate(None, written, (_unknown("Nothing has been written down"),), cost)
        return Estimate(pace.seconds * length, written, (), cost)

    def _alignment(self, request: AlignScript) -> Estimate:
        length = self._length_of(request.media)
        if length is None:
            return Estimate(None, 0.0, (_NOT_AT_HAND,))
        pace, written = self._paces.of("align", CLOCK), len(request.script) * _WRITTEN_BYTES
        if pace is None:
            return Estimate(None, written, (_unknown("No script has been put onto a recording"),))
        return Estimate(pace.seconds * length, written)

    def _conversion(self, request: ConvertVoice) -> Estimate:
        length = self._length_of(request.media)
        engine = next((name for name, spec in ENGINES.items() if spec.converts and self._engines.installed(name)), "")
        if request.engine != "auto":
            engine = request.engine
        if engine not in ENGINES or not self._engines.installed(engine):
            raise InvalidRequest(
                "No engine that converts recordings is installed.", hint="Install Chatterbox in the System tab."
            )
        if length is None:
            return Estimate(None, 0.0, (_NOT_AT_HAND,))
        pace = self._paces.of("convert", engine)
        if pace is None:
            return Estimate(None, length * WAVE_BYTES, (_unknown(f"{ENGINES[engine].title} has converted nothing"),))
        return Estimate(pace.seconds * length, length * WAVE_BYTES)

    def _length_of(self, file_id: str) -> float | None:
        """Seconds of a recording; None where it would have to be fetched first.

        Raises:
            NotFound: no such file.
        """
        path = self._artifacts.at_disk(self._artifacts.resolve(file_id))
        return None if path is None else probe(path).duration

    # ------------------------------------------------------------ video

    def _video(self, request: GenerateCaptionedVideo) -> Estimate:
        check_source(request)
        if request.audio is not None:
            length = self._length_of(request.audio)
            if length is None:
                return Estimate(None, 0.0, (_NOT_AT_HAND,))
            heard = Estimate() if request.captions_id else self._listening(request.audio)
            return heard + self._rendering(request, length, "")
        if request.narration_id is not None:
            narration = self._narrations.get(request.narration_id)
            text = " ".join(word.text for word in narration.words)
            return self._rendering(request, narration.duration, text)
        return self._spoken_video(request, self._narrations.plans.checked(speech_request(request)))

    def _spoken_video(self, request: GenerateCaptionedVideo, plan: NarrationPlan) -> Estimate:
        text = " ".join(planned.sentence.text for planned in plan.sentences)
        return self._plan(plan) + self._rendering(request, self.length(plan), text)

    def _rendering(self, request: GenerateCaptionedVideo, length: float, text: str) -> Estimate:
        style, layout = self._styles.find(request.captions_style), options_of(request).layout
        designs = [CaptionDesign(style, size, layout) for size in request.sizes]
        for design in designs:
            design.frame()
        units = sum(megapixel_seconds(design.size, length) for design in designs)
        warnings = (*drawing.glyph_warnings(text, style), *title_warnings(options_of(request).layers))
        pace = self._paces.of("render", pace_name(options_of(request))) or self._paces.of("render", "ffmpeg")
        if pace is None:
            return Estimate(None, units * RENDERED_BYTES, (*warnings, _unknown("No video has been rendered")))
        return Estimate(pace.seconds * units, pace.bytes * units, warnings)

    def _merged(self, request: MergeVideos) -> Estimate:
        music = () if request.background_music is None else (request.background_music,)
        if not self._at_hand(*request.videos, *music):
            return Estimate(None, 0.0, (_NOT_AT_HAND,))
        return self._piece(self._merging.piece(request), "No videos have been joined like this")

    def _overlaid(self, request: AddColorkeyOverlay) -> Estimate:
        if not self._at_hand(request.video, request.overlay):
            return Estimate(None, 0.0, (_NOT_AT_HAND,))
        return self._piece(self._overlays.piece(request), "No overlay has been rendered")

    def _piece(self, piece: Piece, unknown: str) -> Estimate:
        pace = self._paces.of(piece.work, piece.by)
        if pace is None:
            return Estimate(None, piece.bytes, (_unknown(unknown),))
        return Estimate(pace.seconds * piece.units, pace.bytes * piece.units)

    def _at_hand(self, *file_ids: str) -> bool:
        """Whether these files lie on this machine's disk.

        Raises:
            NotFound: no such file.
        """
        return all(self._artifacts.at_disk(self._artifacts.resolve(name)) is not None for name in file_ids)

    def _picture(self, operation: str, request: MakeContactSheet | MakeAnimation) -> Estimate:
        self._pictures.check(request)
        return self._by_history(operation)

    # ------------------------------------------------------------ all else

    def _made_again(self, request: MakeAgain) -> Estimate:
        self._again.check(request)
        manifest = self._again.read(request)
        if isinstance(manifest, NarrationManifest):
            return self._plan(manifest.same_plan())
        if isinstance(manifest, VideoManifest) and manifest.narration is not None:
            return self._spoken_video(manifest.request, manifest.narration.same_plan())
        if isinstance(manifest, TranscriptManifest):
            return self._transcription(self._again.transcript(manifest))
        if isinstance(manifest, AlignmentManifest):
            return self._alignment(self._again.alignment(manifest))
        return self._by_history("make_again")

    def _by_history(self, operation: str) -> Estimate:
        """As long as this operation usually took."""
        pace = self._paces.of("operation", operation)
        if pace is None:
            return Estimate(None, 0.0, (_unknown(f"{operation} was not called"),))
        return Estimate(pace.seconds)


_NOT_AT_HAND = "How long the recording is, is only known once it is fetched from the store."


def _unknown(what: str) -> str:
    return f"{what} on this machine yet, so nobody knows how long it takes."


def _fetched(engine: str) -> str:
    return f"{ENGINES[engine].title} is fetched first, which takes a while longer."
