"""From a script (or a narration, or a recording) to finished captioned videos."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from backend.engines import Engines
from backend.errors import InvalidRequest, ManifestDamaged
from backend.ids import StoredFile, derived_id, is_file_id, is_id
from backend.jobs import JobContext
from backend.layers import with_layer_files
from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import probe
from backend.models import CaptionedVideo, CueWord, FileLink, Video, Word, parse_size
from backend.requests import GenerateCaptionedVideo, MakeCaptions
from backend.services.backgrounds import Backgrounds
from backend.services.captioning import CaptionDesign, Captioning
from backend.services.inputs import Inputs
from backend.services.latest_frames import LatestFrames
from backend.services.layers import Layers, kept_out, never_seen, title_warnings
from backend.services.made_videos import ffmpeg_changes
from backend.services.manifests import CaptionsManifest, VideoManifest
from backend.services.narrations import Narrations
from backend.services.paces import CHARACTERS_A_SECOND
from backend.services.previews import Document
from backend.services.rendering import Rendering
from backend.services.scratch import Scratch
from backend.services.styles import Styles
from backend.services.video_requests import (
    captions_of,
    check_source,
    files_of,
    options_of,
    speech_request,
)
from backend.services.video_speech import SPEAKING_SHARE, Given, Speech, VideoSpeech
from backend.storage.artifacts import Artifacts
from backend.storage.disk import sha256_of
from backend.video import (
    Fades,
    Metered,
    Prints,
    Rendered,
    RenderRequest,
    check_room,
    check_volume,
    export_mix,
    frame_count,
    thumbnail,
)
from backend.work import Cancel, Work

_ROOM = 3
"""Times the bytes a video is expected to have, for which the disk must have room."""


class Videos:
    """Makes captioned videos."""

    def __init__(
        self,
        artifacts: Artifacts,
        ffmpeg: Ffmpeg,
        engines: Engines,
        narrations: Narrations,
        captioning: Captioning,
        styles: Styles,
        backgrounds: Backgrounds,
        scratch: Scratch,
        rendering: Rendering,
    ) -> None:
        self._artifacts = artifacts
        self._ffmpeg = ffmpeg
        self._narrations = narrations
        self._captioning = captioning
        self._styles = styles
        self._backgrounds = backgrounds
        self._scratch = scratch
        self._rendering = rendering
        self._inputs = Inputs(artifacts)
        self.speech = VideoSpeech(artifacts, ffmpeg, engines, narrations, scratch)
        """What is heard in them."""
        self._layers = Layers(artifacts)

    def check(self, request: GenerateCaptionedVideo) -> None:
        """Refuse what cannot be done, before anything is queued.

        Raises:
            InvalidRequest, MediaRejected, NotFound: what is wrong and what to do.
        """
        check_source(request)
        for captions_id in captions_of(request):
            self._captioning.kept(captions_id)
        self._check_looks(request, self._sentences(request))
        if request.script:
            self._check_room(request, len(request.script) / CHARACTERS_A_SECOND)
        elif request.narration_id is not None:
            self._check_length(request, self._narrations.get(request.narration_id).duration)

    def _sentences(self, request: GenerateCaptionedVideo) -> int | None:
        """How many sentences are said, where that is known before anything is made; refuses what cannot be spoken."""
        if request.narration_id is not None:
            return len(self._narrations.get(request.narration_id).sentences)
        return len(self._narrations.plans.checked(speech_request(request)).sentences) if request.script else None

    def _check_looks(self, request: GenerateCaptionedVideo, sentences: int | None = None) -> None:
        style, layout = self._styles.find(request.captions_style), options_of(request).layout
        for size in request.sizes:
            CaptionDesign(style, size, layout).frame()
        with self._scratch.folder() as folder:
            self._backgrounds.check(request.background, options_of(request).shots, sentences, folder)
            self._layers.check(options_of(request).layers, folder)
            self._check_media(request, folder)

    def _check_media(self, request: GenerateCaptionedVideo, folder: Path) -> None:
        if request.music is not None:
            probe(self._artifacts.local(request.music, folder)).require_audio()
        if request.audio is not None:
            self._check_length(request, probe(self._artifacts.local(request.audio, folder)).require_audio().duration)

    def _check_length(self, request: GenerateCaptionedVideo, seconds: float) -> None:
        for size in request.sizes:
            check_volume(frame_count(seconds, RenderRequest.fps), parse_size(size))
        self._check_room(request, seconds)

    def _check_room(self, request: GenerateCaptionedVideo, seconds: float) -> None:
        """Refuse videos for which the disk has no room: by this machine's own history, three times over, since videos
        differ and others are made at the same time."""
        with self._scratch.folder() as folder:
            check_room(folder, _ROOM * self._rendering.expected_bytes(request.sizes, seconds, options_of(request)))

    def generate(self, request: GenerateCaptionedVideo, context: JobContext) -> dict[str, Any]:
        """Make the videos; returns the ids of what was made."""
        return self._make(request, context, self.speech.of, self._given(request, context))

    def _given(self, request: GenerateCaptionedVideo, context: JobContext) -> tuple[CaptionsManifest, ...]:
        """The captions that are to be burned in, as they were when the job began."""

        def versions() -> list[tuple[str, int]]:
            return [(name, self._captioning.get(name).version) for name in captions_of(request)]

        return tuple(self._captioning.kept(name, version) for name, version in context.steps("captions", versions))

    def check_again(self, manifest: VideoManifest) -> None:
        """Refuse videos that cannot be made again here: as `check`, and what was spoken or heard must be known.

        Raises:
            InvalidRequest, MediaRejected, NotFound: what is wrong and what to do.
        """
        request = self._same(manifest)
        for captions in manifest.captions:
            self._captioning.check_again(captions)
        if manifest.narration is not None:
            self._narrations.plans.check_again(manifest.narration)
        elif not (request.audio and manifest.words):
            raise InvalidRequest(
                "This manifest does not say what is spoken in the video.",
                hint="It was written before such things were kept. Make the video from its script.",
                code="invalid_manifest",
            )
        self._check_looks(request)

    def again(self, manifest: VideoManifest, context: JobContext) -> dict[str, Any]:
        """Make the same videos once more, with a narration of their own; returns the ids of what was made."""

        def speak(request: GenerateCaptionedVideo, context: JobContext, folder: Path, _: Given) -> Speech:
            if manifest.narration is None:
                return self.speech.heard(request, folder, manifest.words)
            work = context.work.part(0, SPEAKING_SHARE)
            made = self._narrations.again(manifest.narration, context, work)
            return self.speech.spoken(str(made["narration_id"]), folder)

        return self._make(self._same(manifest), context, speak, manifest.captions, self._changes(manifest))

    def _same(self, manifest: VideoManifest) -> GenerateCaptionedVideo:
        """The request again, with its files as they are called here.

        Raises:
            NotFound: ``input_missing``.
        """

        def here(name: str | None) -> str | None:
            return self._inputs.find(name, manifest.inputs) if name is not None and is_file_id(name) else name

        request = manifest.request
        background = request.background
        several = tuple(str(here(one)) for one in background) if isinstance(background, tuple) else here(background)
        options_of(request)  # what a manifest says may be anything
        options = with_layer_files(request.options, here)
        found = {"background": several, "music": here(request.music), "audio": here(request.audio), "options": options}
        return request.model_copy(update=found)

    def _changes(self, manifest: VideoManifest) -> tuple[str, ...]:
        changed = self._narrations.plans.changes(manifest.narration) if manifest.narration else ()
        return (*changed, *ffmpeg_changes(manifest.ffmpeg, self._ffmpeg.version))

    def _make(
        self,
        request: GenerateCaptionedVideo,
        context: JobContext,
        speak: Callable[[GenerateCaptionedVideo, JobContext, Path, Given], Speech],
        given: Given,
        warnings: Sequence[str] = (),
    ) -> dict[str, Any]:
        owner = derived_id("vid", context.job_id)
        if self._artifacts.exists(owner):  # all was done when the process died
            return {"video_id": owner}
        with self._scratch.job_folder(context.job_id) as folder:
            speech = speak(request, context, folder, given)
            rendering = context.work.part(SPEAKING_SHARE if request.script else 0.0, 0.99)
            made = self._render_all(request, context, speech, given, folder, rendering)
            sounds = self._export(request, context, speech, folder)
            names = [*(name for entry in made for name in (entry["file"], entry["thumbnail"])), *sounds]
            wanted = {name: folder / name for name in names}
            notices = dict.fromkeys(entry["notice"] for entry in made if entry.get("notice"))
            layers = options_of(request).layers
            unseen = (*never_seen(layers, speech.duration), *title_warnings(layers))
            manifest = {
                "request": request.model_dump(mode="json"),
                "title": speech.title,
                "narration_id": speech.narration_id,
                "videos": made,
                "audio": sounds[0] if sounds else None,
                **speech.recipe,
                "captions": [captions.model_dump(mode="json") for captions in given],
                "inputs": self._inputs.hashes(files_of(request), folder),
                "ffmpeg": self._ffmpeg.version,
                "warnings": [*warnings, *speech.warnings, *unseen, *notices],
            }
            context.work.cancel.check()
            with ThreadPoolExecutor(1) as thread:  # reads them while they are written
                hashes = thread.submit(lambda: {name: sha256_of(path) for name, path in wanted.items()})
                self._artifacts.publish(owner, 1, wanted, manifest)
                self._remember(owner, made, hashes.result())
        return {"video_id": owner}

    def _remember(self, owner: str, made: Sequence[dict[str, Any]], hashes: dict[str, str]) -> None:
        """For the next videos that have parts of these."""
        for entry in made:
            if "parts" in entry:  # not so where the job began before such things were written down
                prints = Prints(tuple(entry["parts"]), entry["sound"])
                metered = Metered(entry["loudness"], entry["true_peak"])
                video, picture = (
                    (StoredFile(owner, 1, name).file_id, hashes[name]) for name in (entry["file"], entry["thumbnail"])
                )
                self._rendering.renders.keep(entry["size"], video, picture, prints, metered, whole=not entry["copied"])

    def settled(self, request: GenerateCaptionedVideo) -> GenerateCaptionedVideo:
        """The request with an own style as it is now: whoever changes or deletes it later breaks no job that waits."""
        given = request.captions_style
        if not (isinstance(given, str) and is_id(given, "sty")):
            return request
        return request.model_copy(update={"captions_style": self._styles.find(given).model_dump(mode="json")})

    def _render_all(
        self,
        request: GenerateCaptionedVideo,
        context: JobContext,
        speech: Speech,
        given: Given,
        folder: Path,
        work: Work,
    ) -> list[dict[str, Any]]:
        """All sizes, by one render; what the manifest says of each."""
        sizes = tuple(dict.fromkeys(request.sizes))
        render_them = partial(self._render_sizes, request, context, speech, given, sizes, folder, work)
        made: list[dict[str, Any]] = context.steps(f"render {' '.join(sizes)}", render_them)
        if not all((folder / entry[file]).is_file() for entry in made for file in ("file", "thumbnail")):
            return render_them()  # they were rendered on another machine, which died before all was published
        return made

    def _captions(
        self, request: GenerateCaptionedVideo, context: JobContext, speech: Speech, given: Given, size: str
    ) -> str:
        owner = derived_id("cap", context.job_id, size)
        if given:
            return self._captioning.for_frame(given, size, owner)
        heard = tuple(CueWord(**word.model_dump()) for word in speech.words)
        source: str | tuple[CueWord, ...] = speech.narration_id or heard
        wanted = MakeCaptions(source=source, style=request.captions_style, size=size, layout=options_of(request).layout)
        return self._captioning.make(wanted, owner).captions_id

    def _render_sizes(
        self,
        request: GenerateCaptionedVideo,
        context: JobContext,
        speech: Speech,
        given: Given,
        sizes: tuple[str, ...],
        folder: Path,
        work: Work,
    ) -> list[dict[str, Any]]:
        captions = {size: self._captions(request, context, speech, given, size) for size in sizes}
        said = f"Rendering {', '.join(sizes)}"
        watched = LatestFrames(self._artifacts, context.job_id, said).watch(
            Work(lambda fraction, message, **details: work.report(fraction, said, **details), work.cancel)
        )
        work.report(0.0, said)
        made = []
        with self._scratch.folder() as inner:
            documents = [self._captioning.document(captions_id) for captions_id in captions.values()]
            rendered, notice = self._rendering.make(
                self.render_requests(request, speech, dict(zip(sizes, documents, strict=True)), inner, work.cancel),
                options_of(request),
                inner,
                watched,
            )
            for (size, captions_id), one in zip(captions.items(), rendered, strict=True):
                one.path.replace(folder / f"video-{size}.mp4")
                video, picture = folder / f"video-{size}.mp4", folder / f"thumbnail-{size}.jpg"
                if one.thumbnail is None:
                    thumbnail(self._ffmpeg, video, picture, work, info=one.info)
                else:
                    shutil.copyfile(one.thumbnail, picture)
                made.append({**_entry(size, one, captions_id), "notice": notice})
        return made

    def render_requests(
        self,
        request: GenerateCaptionedVideo,
        speech: Speech,
        documents: Mapping[str, Document],
        folder: Path,
        cancel: Cancel,
    ) -> tuple[RenderRequest, ...]:
        """What is rendered, in each size. Files are fetched into ``folder`` where they are not on this machine, once.

        Args:
            documents: the captions of each size.
        """
        options = options_of(request)
        whole = replace(
            self._heard_alone(request, speech, folder),
            backgrounds=self._backgrounds.resolve(request.background, folder, cancel),
            fit=request.fit,
            effect=request.image_effect,
            cuts=speech.cuts,
            shots=options.shots,
        )
        pictures = self._layers.pictures(options.layers, folder, cancel)
        return tuple(
            replace(
                whole,
                size=parse_size(size),
                ass=self._layers.beneath(document.ass, options.layers, parse_size(size), speech.duration),
                fonts=self._styles.fonts.folder(document.style, _place(folder, document, size)),
                overlays=kept_out(pictures, parse_size(size)),
            )
            for size, document in documents.items()
        )

    def _heard_alone(self, request: GenerateCaptionedVideo, speech: Speech, folder: Path) -> RenderRequest:
        """The sound of the videos, which is the same in all sizes."""
        options = options_of(request)
        return RenderRequest(
            audio=speech.audio,
            duration=speech.duration,
            music=None if request.music is None else self._artifacts.local(request.music, folder),
            music_volume=request.music_volume,
            speech=_stretches(speech.words),
            duck=request.duck,
            duck_distance=options.duck_distance,
            music_start=options.music_start,
            fades=Fades(options.music_fade_in, options.music_fade_out),
            loudness=options.video_loudness,
        )

    def _export(self, request: GenerateCaptionedVideo, context: JobContext, speech: Speech, folder: Path) -> list[str]:
        """The sound alone, if it was asked for; names of its files."""
        kind = options_of(request).audio_export
        if kind is None:
            return []
        mix = self._heard_alone(request, speech, folder).mix
        export_mix(mix, self._ffmpeg, folder / f"audio.{kind}", kind, Work(cancel=context.work.cancel))
        return [f"audio.{kind}"]

    def get(self, video_id: str) -> CaptionedVideo:
        """Finished videos with fresh links.

        Raises:
            NotFound: no such videos.
        """
        manifest = self._artifacts.manifest(video_id)
        videos = tuple(
            Video(
                size=entry["size"],
                duration=entry["duration"],
                fps=entry["fps"],
                file=self._artifacts.link(StoredFile(video_id, 1, entry["file"]), f"voicereel-{entry['size']}.mp4"),
                thumbnail=self._artifacts.link(StoredFile(video_id, 1, entry["thumbnail"]), entry["thumbnail"]),
                loudness=entry.get("loudness"),
                true_peak=entry.get("true_peak"),
            )
            for entry in manifest["videos"]
        )
        narration_id = manifest["narration_id"]
        narration = (
            self._narrations.get(narration_id) if narration_id and self._artifacts.exists(narration_id) else None
        )
        captions = [entry["captions_id"] for entry in manifest["videos"]]
        there = tuple(
            self._captioning.get(captions_id) for captions_id in captions if self._artifacts.exists(captions_id)
        )
        return CaptionedVideo(
            video_id=video_id,
            videos=videos,
            narration=narration,
            captions=there,
            warnings=manifest.get("warnings", ()),
            media=manifest["request"].get("audio") or "",
            audio=self._sound(video_id, manifest.get("audio")),
        )

    def _sound(self, video_id: str, name: str | None) -> FileLink | None:
        return None if name is None else self._artifacts.link(StoredFile(video_id, 1, name), f"voicereel-{name}")

    def delete(self, video_id: str) -> list[str]:
        """Delete videos with their captions; returns the keys that are gone.

        Raises:
            NotFound: no such videos.
        """
        captions = []
        with suppress(ManifestDamaged):  # then nobody knows which were its captions
            captions = [entry["captions_id"] for entry in self._artifacts.manifest(video_id)["videos"]]
        return [key for owner in (video_id, *captions) for key in self._artifacts.delete(owner)]


def _place(folder: Path, document: Document, size: str) -> Path:
    """Where the fonts of one size go: into a folder of their own, if its style has a font of its own."""
    if document.style.font_file is None:
        return folder
    own = folder / f"of-{size}"
    own.mkdir(exist_ok=True)
    return own


def _entry(size: str, rendered: Rendered, captions_id: str) -> dict[str, Any]:
    """What a manifest says of one video."""
    return {
        "size": size,
        "duration": rendered.info.duration,
        "fps": rendered.info.require_video().fps,
        "file": f"video-{size}.mp4",
        "thumbnail": f"thumbnail-{size}.jpg",
        "captions_id": captions_id,
        "loudness": rendered.metered.loudness,
        "true_peak": rendered.metered.true_peak,
        "parts": list(rendered.prints.parts),
        "sound": rendered.prints.sound,
        "copied": rendered.copied,
    }


def _stretches(words: Sequence[Word], gap: float = 0.5) -> tuple[tuple[float, float], ...]:
    """Start and end (seconds) of each stretch of speech: words closer than ``gap`` seconds belong together."""
    stretches: list[tuple[float, float]] = []
    for word in words:
        if stretches and word.start - stretches[-1][1] < gap:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], word.end))
        else:
            stretches.append((word.start, word.end))
    return tuple(stretches)
