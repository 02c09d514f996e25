"""Captions: made from a narration, words or subtitles; changed; seen as they will be burned in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from backend import captions as drawing
from backend.errors import InvalidRequest, NotFound
from backend.ids import StoredFile, is_id, new_id
from backend.media.ffmpeg import Ffmpeg
from backend.models import CaptionLayout, Captions, Cue, CueWord, FrameSize, parse_size
from backend.requests import MakeCaptions, PreviewCaptions, UpdateCaptions
from backend.services.backgrounds import Backgrounds
from backend.services.manifests import CaptionsManifest
from backend.services.previews import Document, Previews
from backend.services.results import timings, write_texts
from backend.services.scratch import Scratch
from backend.services.styles import Styles, snapshot_of
from backend.storage.artifacts import Artifacts
from backend.work import Work

_SLACK = 0.0005
"""Seconds by which a sentence's first word may stand before it: both are rounded."""
_REMEMBERED = 4
"""Versions of captions whose cues stay in memory, 2 MB for a thousand."""


@dataclass(frozen=True)
class CaptionDesign:
    """How captions look: everything but the words."""

    style: drawing.CaptionStyle
    size: str
    layout: CaptionLayout

    def frame(self) -> FrameSize:
        """The frame in pixels.

        Raises:
            InvalidRequest: not a size that can be made.
        """
        try:
            return parse_size(self.size)
        except ValueError as error:
            raise InvalidRequest(
                f"{error}.", hint="E.g. 1080x1920, 1080x1080, 1920x1080.", code="invalid_size"
            ) from error


class Captioning:
    """Makes, changes and shows captions."""

    def __init__(
        self, artifacts: Artifacts, ffmpeg: Ffmpeg, backgrounds: Backgrounds, scratch: Scratch, styles: Styles
    ) -> None:
        self._artifacts = artifacts
        self._scratch = scratch
        self._styles = styles
        self._previews = Previews(artifacts, ffmpeg, backgrounds, scratch, styles.fonts)
        self._recent: dict[tuple[str, int], tuple[Cue, ...]] = {}

    def make(self, request: MakeCaptions, owner: str | None = None) -> Captions:
        """Captions of a source, kept under ``owner`` (a new id if none is given)."""
        design = CaptionDesign(self._styles.find(request.style), request.size, request.layout)
        frame = design.frame()
        narration_id = request.source if isinstance(request.source, str) and is_id(request.source, "nar") else None
        cues = self._cues(request, design.style, frame)
        return self._keep(owner or new_id("cap"), 1, cues, design, narration_id)

    def _cues(self, request: MakeCaptions, style: drawing.CaptionStyle, frame: FrameSize) -> tuple[Cue, ...]:
        if not isinstance(request.source, str):
            return drawing.make_cues(request.source, style, frame, request.layout)
        if is_id(request.source, "nar"):
            return drawing.make_cues(self.narration_words(request.source), style, frame, request.layout)
        brought = self._parse(request.source)
        if request.keep_cues:
            return drawing.broken_into_lines(brought, style, frame, request.layout)
        return drawing.make_cues(drawing.words_of(brought), style, frame, request.layout)

    def narration_words(self, narration_id: str) -> tuple[CueWord, ...]:
        """The words of the newest version of a narration; where voices change, each with its own."""
        manifest = self._artifacts.manifest(narration_id)
        starts = [sentence["start"] for sentence in manifest["sentences"]]
        voices = [str(sentence["voice"]) for sentence in manifest["sentences"]]
        if len(set(voices)) < 2:
            return tuple(CueWord(**word) for word in manifest["words"])
        at = [max(0, bisect_right(starts, word["start"] + _SLACK) - 1) for word in manifest["words"]]
        return tuple(CueWord(**word, speaker=voices[place]) for word, place in zip(manifest["words"], at, strict=True))

    def _parse(self, file_id: str) -> tuple[Cue, ...]:
        suffix = _subtitle_format(file_id)
        if suffix is None:
            raise InvalidRequest(
                "Captions are made from a narration, from words, or from an SRT, VTT, ASS, CSV or JSON file.",
                hint="Give a narration_id, a list of words, or the file_id of an uploaded file.",
                code="invalid_source",
            )
        with self._scratch.folder() as folder:
            data = self._artifacts.local(file_id, folder).read_bytes()
        return drawing.read_captions(data, suffix)

    def update(self, request: UpdateCaptions, made_by: str = "") -> Captions:
        """The next version, with what the request changes; ``made_by`` is the job that makes it."""
        manifest = self._manifest(request.captions_id)
        design = self._design(manifest)
        if request.style is not None:
            design = replace(design, style=self._styles.find(request.style))
        if request.layout is not None:
            design = replace(design, layout=request.layout)
        cues = request.cues if request.cues is not None else self._cues_of(manifest)
        if request.cues is None and (request.style or request.layout):
            cues = drawing.make_cues(drawing.words_of(cues), design.style, design.frame(), design.layout)
        following, narration_id = int(manifest["version"]) + 1, manifest.get("narration_id")
        return self._keep(request.captions_id, following, cues, design, narration_id, made_by)

    def is_made_by(self, captions_id: str, version: int, job_id: str) -> bool:
        """Whether there is this version, and this job made it."""
        try:
            return bool(self._manifest(captions_id, version).get("made_by") == job_id)
        except NotFound:
            return False

    def restore(self, captions_id: str, source_id: str, version: int) -> Captions:
        """The next version, in words and look as a version of these (or of other) captions was.

        Raises:
            NotFound: no such captions, or no such version.
        """
        manifest, wanted = self._manifest(captions_id), self._manifest(source_id, version)
        design = replace(self._design(wanted), size=manifest["size"])
        following = int(manifest["version"]) + 1
        return self._keep(captions_id, following, self._cues_of(wanted), design, manifest.get("narration_id"))

    def check_again(self, manifest: CaptionsManifest) -> None:
        """Refuse captions that cannot be drawn: an unknown style, a size that is none."""
        self._same(manifest).frame()

    def newest(self, captions_id: str) -> tuple[Captions, CaptionDesign]:
        """Captions with fresh links, and how they look.

        Raises:
            NotFound: no such captions.
        """
        manifest = self._manifest(captions_id)
        return self._linked(manifest), self._design(manifest)

    def _same(self, manifest: CaptionsManifest) -> CaptionDesign:
        own = manifest.own_style.model_dump() if manifest.own_style else None
        return CaptionDesign(self._style(manifest.style, own), manifest.size, manifest.layout)

    def _design(self, manifest: Mapping[str, Any]) -> CaptionDesign:
        """How captions of ours look."""
        style = self._style(manifest["style"], manifest.get("own_style"))
        return CaptionDesign(style, manifest["size"], CaptionLayout(**manifest["layout"]))

    def _style(self, name: str, own: Mapping[str, Any] | None) -> drawing.CaptionStyle:
        """A style that every studio has, or somebody's own as it was when captions were made in it."""
        return self._styles.read(own) if own else self._styles.find(name)

    def again(self, manifest: CaptionsManifest, owner: str) -> str:
        """The same captions once more, under ``owner``."""
        design = self._same(manifest)
        narration_id = manifest.narration_id
        known = narration_id and is_id(narration_id, "nar") and self._artifacts.exists(narration_id)
        return self._keep(owner, 1, manifest.cues, design, narration_id if known else None).captions_id

    def kept(self, captions_id: str, version: int | None = None) -> CaptionsManifest:
        """What captions are made of, to be made elsewhere as they are.

        Raises:
            NotFound: no such captions.
        """
        return CaptionsManifest.model_validate(self._manifest(captions_id, version))

    def for_frame(self, given: Sequence[CaptionsManifest], size: str, owner: str) -> str:
        """These captions in a frame, under ``owner``: as they are where some are of its size, else the words of the
        first cut anew for it."""
        same = _of_size(given, size)
        if same is not None:
            return self.again(same, owner)
        design = replace(self._same(given[0]), size=size)
        return self._keep(owner, 1, self._cut_anew(given[0], design), design, None).captions_id

    def drawn(self, given: Sequence[CaptionsManifest], wanted: MakeCaptions, during: tuple[float, float]) -> Document:
        """What is burned in ``during`` a time (seconds from and to) of captions that are not kept: as `for_frame` has
        them where some are given, else as `make` would make them."""
        if not given:
            design = CaptionDesign(self._styles.find(wanted.style), wanted.size, wanted.layout)
            cues = self._cues(wanted, design.style, design.frame())
        else:
            first = replace(self._same(given[0]), size=wanted.size)
            first.frame()
            same = _of_size(given, wanted.size)
            design = self._same(same) if same else first
            cues = same.cues if same else self._cut_anew(given[0], design)
        document = drawing.ass_document(cues, design.style, design.frame(), design.layout, during=during)
        return Document(document, design.style)

    def _cut_anew(self, captions: CaptionsManifest, design: CaptionDesign) -> tuple[Cue, ...]:
        return drawing.make_cues(drawing.words_of(captions.cues), design.style, design.frame(), design.layout)

    def _keep(
        self,
        owner: str,
        version: int,
        cues: tuple[Cue, ...],
        design: CaptionDesign,
        narration_id: str | None,
        made_by: str = "",
    ) -> Captions:
        style, frame = design.style, design.frame()
        manifest = {
            "captions_id": owner,
            "version": version,
            "cues": [cue.model_dump(mode="json") for cue in cues],
            "style": style.name,
            "own_style": snapshot_of(style),
            "size": design.size,
            "layout": design.layout.model_dump(mode="json"),
            "narration_id": narration_id,
            "warnings": list(drawing.warnings(cues, style)),
            **({"made_by": made_by} if made_by else {}),
        }
        with self._scratch.folder() as folder:
            files = write_texts(folder, "captions", drawing.caption_files(cues, style, frame, design.layout))
            self._artifacts.publish(owner, version, files, manifest)
        self._remember(owner, version, cues)
        return self._linked(manifest)

    def texts(self, manifest: Mapping[str, Any]) -> dict[str, str]:
        """The files that follow from the manifest of captions, by name."""
        design = self._design(manifest)
        cues = tuple(Cue(**cue) for cue in manifest["cues"])
        files = drawing.caption_files(cues, design.style, design.frame(), design.layout)
        return {f"captions.{suffix}": text for suffix, text in files.items()}

    def _remember(self, captions_id: str, version: int, cues: tuple[Cue, ...]) -> None:
        """Whoever edits captions asks for the same ones again and again."""
        self._recent[captions_id, version] = cues
        for outdated in list(self._recent)[:-_REMEMBERED]:
            self._recent.pop(outdated, None)

    def _linked(self, manifest: dict[str, Any]) -> Captions:
        captions_id, version = str(manifest["captions_id"]), int(manifest["version"])
        files = timings(self._artifacts, captions_id, version, "captions", "captions")
        known = {name: value for name, value in manifest.items() if name in Captions.model_fields}
        return Captions(**{**known, "cues": self._cues_of(manifest)}, files=files)

    def _cues_of(self, manifest: dict[str, Any]) -> tuple[Cue, ...]:
        captions_id, version = str(manifest["captions_id"]), int(manifest["version"])
        cues = self._recent.get((captions_id, version))
        if cues is None:
            cues = tuple(Cue(**cue) for cue in manifest["cues"])
            self._remember(captions_id, version, cues)
        return cues

    def _manifest(self, captions_id: str, version: int | None = None) -> dict[str, Any]:
        if not is_id(captions_id, "cap"):
            raise NotFound(
                "There are no such captions.", hint="Use a captions_id from make_captions.", code="captions_not_found"
            )
        return self._artifacts.manifest(captions_id, version)

    def get(self, captions_id: str, version: int | None = None) -> Captions:
        """Captions with fresh links.

        Raises:
            NotFound: no such captions.
        """
        return self._linked(self._manifest(captions_id, version))

    def document(self, captions_id: str, version: int | None = None) -> Document:
        """What is burned in."""
        return self._document(self._manifest(captions_id, version))

    def _document(self, manifest: dict[str, Any], during: tuple[float, float] | None = None) -> Document:
        design = self._design(manifest)
        cues = self._cues_of(manifest)
        ass = drawing.ass_document(cues, design.style, design.frame(), design.layout, during=during)
        return Document(ass, design.style)

    def preview(self, request: PreviewCaptions, work: Work) -> dict[str, Any]:
        """A still, or a clip if ``seconds`` is over 0, drawn by the render's own path."""
        manifest = self._manifest(request.captions_id)
        document = self._document(manifest, during=(request.time, request.time + request.seconds))
        return self._previews.draw(document, parse_size(manifest["size"]), request, work)


def _of_size(given: Sequence[CaptionsManifest], size: str) -> CaptionsManifest | None:
    return next((one for one in given if parse_size(one.size) == parse_size(size)), None)


def _subtitle_format(file_id: str) -> drawing.BroughtFormat | None:
    try:
        suffix = StoredFile.parse(file_id).name.rpartition(".")[2]
    except NotFound:
        return None
    return next((known for known in drawing.BROUGHT_FORMATS if known == suffix), None)
