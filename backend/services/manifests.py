"""What manifests say of how a result was made, read as input that nobody vouches for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from backend.captions import CaptionStyle
from backend.errors import InvalidRequest
from backend.models import CaptionLayout, Cue, Word
from backend.requests import (
    AddColorkeyOverlay,
    AlignScript,
    ConvertVoice,
    GenerateCaptionedVideo,
    GenerateSpeech,
    MergeVideos,
    Transcribe,
)
from backend.services.json_files import read_object
from backend.speech import NarrationPlan
from backend.speech.foreign import read_plan

MAX_MANIFEST_BYTES = 12_000_000
"""Of the longest script a narration's has about 5 MB."""
_HINT = (
    "Use the manifest.json of a narration, captions, a video, merged or overlaid videos, a transcript, an aligned "
    "script or a converted recording, as it is."
)


class _Written(BaseModel):
    """What else stands in a manifest does not matter."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class _Seeded(_Written):
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


class NarrationManifest(_Written):
    """A narration."""

    request: GenerateSpeech
    plan: Annotated[NarrationPlan, BeforeValidator(read_plan)]
    engine_revisions: dict[str, str] = {}
    voices: dict[str, str] = {}
    """What each voice after a recording was made of, as a hash."""
    sentences: tuple[_Seeded, ...] = ()

    def same_plan(self) -> NarrationPlan:
        """The plan with the seeds that were drawn when it was first spoken."""
        drawn = [one.seed for one in self.sentences]
        if len(drawn) != len(self.plan.sentences):
            return self.plan
        pairs = zip(self.plan.sentences, drawn, strict=True)
        seeded = tuple(replace(one, seed=seed if one.seed is None else one.seed) for one, seed in pairs)
        return replace(self.plan, sentences=seeded)


class CaptionsManifest(_Written):
    """Captions."""

    cues: Annotated[tuple[Cue, ...], Field(max_length=20_000)]
    style: str
    size: str
    layout: CaptionLayout = CaptionLayout()
    narration_id: str | None = None
    own_style: CaptionStyle | None = None
    """The style, where it is not one that every studio has."""


class VideoManifest(_Written):
    """Videos, one for each size."""

    request: GenerateCaptionedVideo
    narration: NarrationManifest | None = None
    """What was spoken for it, or the narration it was given."""
    words: Annotated[tuple[Word, ...], Field(max_length=40_000)] = ()
    """What was heard in a recording."""
    captions: Annotated[tuple[CaptionsManifest, ...], Field(max_length=6)] = ()
    """Captions it was given."""
    inputs: dict[str, str] = {}
    ffmpeg: str = ""


class TranscriptManifest(_Written):
    """A recording written down."""

    request: Transcribe
    recogniser_revision: str | None = None
    inputs: dict[str, str] = {}


class AlignmentManifest(_Written):
    """A script put onto a recording."""

    request: AlignScript
    language: Annotated[str, Field(validation_alias="heard_language", max_length=20)] = "en"
    """What was heard."""
    revisions: dict[str, str] = {}
    """Of engines that had a part in it."""
    inputs: dict[str, str] = {}


class ConversionManifest(_Written):
    """A recording said in another voice."""

    request: ConvertVoice
    engine_revision: str = ""
    voice_hash: str = ""
    inputs: dict[str, str] = {}


class MergeManifest(_Written):
    """Videos that were put behind each other."""

    request: MergeVideos
    ffmpeg: str = ""
    inputs: dict[str, str] = {}


class OverlayManifest(_Written):
    """A video over another one, its screen taken out."""

    request: AddColorkeyOverlay
    screen: str = ""
    """The screen's colour, where it was found in the overlay."""
    ffmpeg: str = ""
    inputs: dict[str, str] = {}


Manifest = (
    NarrationManifest
    | CaptionsManifest
    | VideoManifest
    | TranscriptManifest
    | AlignmentManifest
    | ConversionManifest
    | MergeManifest
    | OverlayManifest
)


def read_manifest_file(path: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        InvalidRequest: ``invalid_manifest``.
    """
    return read_object(path, MAX_MANIFEST_BYTES, _refused)


def read_manifest(given: Mapping[str, Any]) -> Manifest:
    """What a manifest says, by its shape.

    Raises:
        InvalidRequest: ``invalid_manifest``; ``not_made_here`` for a file that somebody brought.
    """
    try:
        json.dumps(given, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:  # half characters among them
        raise _refused("it holds what JSON cannot") from error
    kind, fields = _kind(given)
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])[:120]
        raise _refused(f"{place}: {first['msg'].removeprefix('Value error, ')}"[:300]) from error


def _kind(given: Mapping[str, Any]) -> tuple[type[Manifest], dict[str, Any]]:
    made_by = given.get("made_by")
    if isinstance(made_by, Mapping):
        return _made_by(made_by)
    if "videos" in given and "request" in given:
        return VideoManifest, dict(given)
    if "plan" in given:
        return NarrationManifest, dict(given)
    if "cues" in given:
        return CaptionsManifest, dict(given)
    raise InvalidRequest(
        "This says nothing of how something was made: it was brought here, or is no manifest.",
        hint=_HINT,
        code="not_made_here",
    )


def _made_by(made_by: Mapping[str, Any]) -> tuple[type[Manifest], dict[str, Any]]:
    kinds: dict[Any, tuple[type[Manifest], type[BaseModel]]] = {
        "transcribe": (TranscriptManifest, Transcribe),
        "align_script": (AlignmentManifest, AlignScript),
        "convert_voice": (ConversionManifest, ConvertVoice),
        "merge_videos": (MergeManifest, MergeVideos),
        "add_colorkey_overlay": (OverlayManifest, AddColorkeyOverlay),
    }
    found = kinds.get(made_by.get("operation"))
    if found is None:
        raise _refused(f"nothing is known of {str(made_by.get('operation'))[:80]!r}")
    kind, request = found
    asked = {name: made_by[name] for name in request.model_fields if name in made_by}
    return kind, {**made_by, "request": asked}


def _refused(problem: str) -> InvalidRequest:
    return InvalidRequest(f"This is not a manifest of ours: {problem}.", hint=_HINT, code="invalid_manifest")
