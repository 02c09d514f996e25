"""Studio: the operations. The one thing that every front calls.

Each public method named in the operations table takes that operation's request and returns its result. ``call`` is the
way in for fronts: it finds the operation, checks the arguments, and runs it, as a recorded job if it is a long one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from functools import cache, cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import Any

from pydantic import BaseModel

from backend import captions as drawing
from backend import models, requests
from backend.engines.weights import WEIGHTS, Weights
from backend.errors import InvalidRequest, NotAllowed, NotFound, NotUnderstood
from backend.ids import is_id
from backend.jobs import JobContext
from backend.jobs.telling import Told, Webhook
from backend.machine import Machine
from backend.media.ffmpeg import Ffmpeg
from backend.media.streaming import StreamFormat
from backend.operations import Operation, Queue, find_operation, read_queues, validate
from backend.services import older_names
from backend.services.again import Again
from backend.services.alignments import Alignments
from backend.services.backgrounds import Backgrounds
from backend.services.captioning import Captioning
from backend.services.conversions import Conversions
from backend.services.estimates import Estimates
from backend.services.library import Library
from backend.services.measures import Measures, measure
from backend.services.media_info import describe_audio, describe_video
from backend.services.narrations import Narrations
from backend.services.placing import wants_card
from backend.services.quotas import Quota
from backend.services.samples import Samples
from backend.services.scratch import Scratch
from backend.services.shares import Shares
from backend.services.sharing import open_shelf, open_takes
from backend.services.speech_streams import SpeechStream, SpokenJob
from backend.services.status import describe_system
from backend.services.transcriptions import Transcriptions
from backend.services.uploads import Uploads
from backend.services.videos import Videos
from backend.services.voice_recordings import VoiceRecordings
from backend.services.voices import Voices
from backend.settings import Settings
from backend.storage.artifacts import Artifacts
from backend.storage.links import LinkSigner
from backend.storage.outbox import OutboxStore
from backend.storage.tenancy import store_of
from backend.tenants import MAIN
from backend.video import extract_frame
from backend.voices import VoiceLibrary
from backend.work import Work

Watch = Callable[[float, str], None]
"""Is told how far a long operation is: fraction and message."""

PREVIEW_SECONDS = 7 * 24 * 3600.0
"""Previews, single sentences and transcripts are made again when they are asked for; older ones are deleted at the
start."""


class Studio:
    """The operations as one tenant has them. Cheap to make: nothing is started or loaded until it is needed."""

    def __init__(
        self,
        settings: Settings,
        weights: Mapping[str, Weights] = WEIGHTS,
        *,
        tenant: str = MAIN,
        machine: Machine | None = None,
    ) -> None:
        """Args:
        settings: what the environment says.
        weights: the model files of each engine.
        tenant: whose voices, results and jobs these are.
        machine: what is shared with other tenants; a new one if not given.
        """
        self.settings = settings
        self.tenant = tenant
        self._machine = machine or Machine(settings, weights, self._run, self._deliver)
        self._tenants: dict[str, Studio] = {tenant: self}
        self._letting = threading.Lock()
        self.engines, self.jobs = self._machine.engines, self._machine.jobs
        signer = LinkSigner(settings.home, settings.base_url, tenant, settings.shared_secret)
        self.artifacts = Artifacts(store_of(self._machine.store, tenant), signer)
        self._quota = Quota(self.artifacts, 0 if tenant == MAIN else settings.max_kept_bytes_per_key)
        self.uploads = Uploads(self.artifacts, settings.max_upload_bytes)
        shelf = open_shelf(settings, self._machine.store, tenant)
        self.voices = VoiceLibrary(shelf, self.engines.installed, self.engines.suits)
        self._takes = open_takes(settings, self._machine.store, tenant, shelf)
        self._machine.sharing.add(shelf, self._takes, self.artifacts.delete)

    def of(self, tenant: str) -> Studio:
        """The same studio for another tenant, who sees nothing of what this one made, nor the other way round.

        Args:
            tenant: a name that `is_tenant` knows.
        """
        with self._letting:
            if tenant not in self._tenants:
                self._tenants[tenant] = Studio(self.settings, tenant=tenant, machine=self._machine)
            return self._tenants[tenant]

    # ------------------------------------------------------------ parts that need ffmpeg

    @property
    def ffmpeg(self) -> Ffmpeg:
        """The ffmpeg that was found."""
        return self._machine.ffmpeg

    @property
    def _scratch(self) -> Scratch:
        return self._machine.scratch

    @cached_property
    def backgrounds(self) -> Backgrounds:
        return Backgrounds(self.artifacts)

    @cached_property
    def narrations(self) -> Narrations:
        return Narrations(
            self.artifacts, self.engines, self.ffmpeg, self._scratch, self._takes, self.voices, self._machine.paces
        )

    @cached_property
    def own_voices(self) -> Voices:
        erase_jobs = partial(self.jobs.erase, tenant=self.tenant)
        return Voices(self.artifacts, self._scratch, self.uploads, self.voices, self._takes, erase_jobs)

    @cached_property
    def voice_recordings(self) -> VoiceRecordings:
        return VoiceRecordings(self.engines, self.ffmpeg, self._scratch, self.uploads, self.voices)

    @cached_property
    def captioning(self) -> Captioning:
        return Captioning(self.artifacts, self.ffmpeg, self.backgrounds, self._scratch)

    @cached_property
    def videos(self) -> Videos:
        return Videos(
            self.artifacts,
            self.ffmpeg,
            self.engines,
            self.narrations,
            self.captioning,
            self.backgrounds,
            self._scratch,
            self._machine.paces,
        )

    @cached_property
    def _conversions(self) -> Conversions:
        return Conversions(self.artifacts, self.engines, self.voices, self.ffmpeg, self._scratch, self._machine.paces)

    @cached_property
    def _alignments(self) -> Alignments:
        return Alignments(self.artifacts, self.engines, self.narrations, self.ffmpeg, self._scratch)

    @cached_property
    def _transcriptions(self) -> Transcriptions:
        return Transcriptions(self.artifacts, self.engines, self.ffmpeg, self._scratch, self._machine.paces)

    @cached_property
    def _library(self) -> Library:
        return Library(self.artifacts, self.narrations, self.videos)

    @cached_property
    def _again(self) -> Again:
        return Again(
            self.artifacts,
            self._scratch,
            self.narrations,
            self.captioning,
            self.videos,
            self._transcriptions,
            self._conversions,
        )

    @cached_property
    def _estimates(self) -> Estimates:
        return Estimates(
            self._machine.paces,
            self.artifacts,
            self.engines,
            self.narrations,
            self.videos,
            self._again,
            self.settings.home,
        )

    @cached_property
    def shares(self) -> Shares:
        # Written down where all tenants' are.
        register = Artifacts(
            self._machine.store,
            LinkSigner(self.settings.home, self.settings.base_url, MAIN, self.settings.shared_secret),
        )
        return Shares(self.artifacts, register, self.settings, self.tenant)

    @cached_property
    def _samples(self) -> Samples:
        return Samples(self.artifacts, self.narrations, self.ffmpeg, self._scratch, self.voices)

    # ------------------------------------------------------------ life

    def start(self, work: bool = True, queues: str = "") -> None:
        """Open the jobs database; with ``work``, also look after what is kept here and take jobs from the queues.

        Args:
            queues: as in `Settings`, and before what stands there.

        Raises:
            InvalidRequest: ``unknown_queue``.
        """
        self.jobs.start(work=work, queues=self._queues(queues or self.settings.queues))
        if work:
            self._scratch.sweep(self.jobs.has_ended)
            for tenant in self.settings.known_tenants:
                self.of(tenant)
            self._machine.sharing.start()
            self._tidy()

    def _queues(self, named: str) -> tuple[str, ...]:
        """The queues to serve."""
        usual = ("gpu", "cpu", "render") if self.engines.has_card else ("cpu", "render")
        chosen = read_queues(named)
        return usual if chosen is None else chosen

    def _tidy(self) -> None:
        """Delete what is outdated: at once in a folder of ours, beside the work where it takes many requests."""
        if isinstance(self._machine.store, OutboxStore):
            self._machine.store.start(self._delete_outdated)
        else:
            self._delete_outdated()

    def _delete_outdated(self) -> None:
        for tenant in self.settings.known_tenants:
            for kind in ("made", "tra", "ali"):
                self.of(tenant).artifacts.delete_outdated(kind, PREVIEW_SECONDS)
        self.shares.sweep()

    def ready(self) -> bool:
        """Whether jobs are taken: done here, or left to the workers."""
        return self.jobs.started

    def close(self) -> None:
        """Stop taking jobs and end the engines; running jobs go on at the next start."""
        self._machine.close()

    def __enter__(self) -> Studio:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ------------------------------------------------------------ the way in

    def call(self, name: str, arguments: Mapping[str, Any], watch: Watch | None = None) -> Any:
        """Run an operation and return its result as JSON values; a long one is a job that is waited for.

        Raises:
            StudioError: what went wrong, with what to do about it.
        """
        operation = find_operation(name)
        request = validate(operation, arguments)
        if operation.queue is None:
            return _json(getattr(self, name)(self._fetched(operation, request, None)))
        job_id = self._submit(operation, request)
        try:
            work = Work(lambda fraction, message, **_: watch(fraction, message) if watch else None)
            self.jobs.wait(job_id, work, self.tenant)
        except KeyboardInterrupt:
            self.jobs.cancel(job_id, self.tenant)
            raise
        return self.job_result(requests.JobRequest(job_id=job_id))

    def _submit(self, operation: Operation, request: BaseModel, submitted: requests.SubmitJob | None = None) -> str:
        self._quota.refuse_more()
        key, url = (submitted.idempotency_key, submitted.webhook) if submitted else (None, None)
        webhook = (url, self._machine.webhooks.check(url)) if url else None
        request = self._fetched(operation, request, key)
        check = getattr(self, f"_check_{operation.name}")
        check(request)
        at_most = None if self.tenant == MAIN else self.settings.max_jobs_per_key
        return self.jobs.submit(
            operation.name,
            request.model_dump(mode="json"),
            key,
            tenant=self.tenant,
            at_most=at_most,
            queue=self._queue_for(request),
            webhook=webhook,
            wants_card=wants_card(request, self.narrations, self.voices),
        )

    def _fetched(self, operation: Operation, request: BaseModel, key: str | None) -> BaseModel:
        """The request with files of ours where it names addresses; the same ones whenever it is sent with this key."""
        source = cache(lambda: self.jobs.id_for(key, self.tenant))
        inputs, quota = self._machine.url_inputs, self._quota.refuse_more
        return inputs.take(
            request, operation.media, lambda url: inputs.keep(url, source(), self._scratch, self.uploads, quota)
        )

    def _queue_for(self, request: BaseModel) -> Queue | None:
        """The queue of what is made again; None for the operation's own."""
        return "render" if isinstance(request, requests.MakeAgain) and self._again.renders(request) else None

    def _run(self, name: str, arguments: dict[str, Any], context: JobContext) -> dict[str, Any]:
        """What a worker does with a job: the operation itself."""
        try:
            request = validate(find_operation(name), arguments)
        except InvalidRequest as error:  # whoever accepted it understood it
            raise NotUnderstood(
                f"No worker understands this job, which another version of the studio accepted: {error.message}",
                hint="Upgrade the workers, then start it again.",
            ) from error
        begun = time.monotonic()
        made: dict[str, Any] = getattr(self.of(context.tenant), f"_do_{name}")(request, context)
        self._machine.paces.note("operation", name, 1, time.monotonic() - begun)
        return made

    def _deliver(self, webhook: Webhook) -> Told:
        """What a worker does when a job has ended of which somebody is to be told: one attempt."""
        body = self.of(webhook.tenant)._announcement(webhook.job_id)
        return self._machine.webhooks.deliver(webhook.url, webhook.tenant, webhook.job_id, body)

    def _announcement(self, job_id: str) -> dict[str, Any]:
        status = self.jobs.status(job_id, self.tenant)
        result, error = None, status.error
        if status.state == "done":
            try:
                result = self.job_result(requests.JobRequest(job_id=job_id))
            except NotFound as gone:  # it was deleted meanwhile
                error = gone.to_dict()
        return {
            "type": f"job.{status.state}",
            "timestamp": status.finished_at,
            "job_id": job_id,
            "operation": status.operation,
            "state": status.state,
            "result": _json(result),
            "error": error,
        }

    def webhook_secret(self) -> str:
        """What whoever receives this tenant's webhooks verifies them with."""
        return self._machine.webhooks.secret_of(self.tenant)

    def upload(self, path: Path, name: str) -> dict[str, Any]:
        """Keep a file that a front received, under the name a person gave it; returns its link.

        The only way a path gets in: requests name files by id, so no caller can point at this machine's disk.
        """
        self._quota.refuse_more(path.stat().st_size if path.is_file() else 0)
        link: dict[str, Any] = _json(self.uploads.add(path, name))
        return link

    def local_file(self, file_id: str) -> Path:
        """A kept file on this machine's disk."""
        return self.uploads.local(file_id, self.settings.work_folder)

    # ------------------------------------------------------------ what only a page asks for

    def voice_preview(self, voice_id: str) -> dict[str, Any]:
        """Link to a few seconds of this voice."""
        return self._samples.voice(voice_id).model_dump(mode="json")

    def style_preview(self, style: str) -> dict[str, Any]:
        """Link to a picture of this caption style."""
        return self._samples.style(style).model_dump(mode="json")

    def library(self, limit: int) -> list[dict[str, Any]]:
        """Everything made, newest first."""
        return self._library.list(limit)

    def open_item(self, kind: str, item_id: str) -> dict[str, Any]:
        """A narration, or finished videos, with fresh links."""
        return self._library.open(kind, item_id)

    def delete_item(self, kind: str, item_id: str) -> dict[str, Any]:
        """Delete a narration or videos for good."""
        return {"deleted": self._library.delete(kind, item_id)}

    def shared(self, file_id: str) -> dict[str, Any]:
        """The page of this file that is open longest: ``share_id``, ``url``, ``ends_at``; empty when there is none."""
        return self.shares.of(file_id)

    def get_captions(self, captions_id: str) -> dict[str, Any]:
        """Captions in their newest version, with fresh links."""
        return self.captioning.get(captions_id).model_dump(mode="json")

    def measures(self, since: float) -> Measures:
        """The studio now, and jobs that ended since this moment (Unix seconds), for whoever watches over it."""
        return measure(self.settings, self._machine.store, self.engines, self.jobs, since)

    def uninstall_engine(self, engine: str) -> dict[str, Any]:
        """Remove an engine's weights, and its packages unless another engine uses them."""
        self._refuse_tenants()
        return self.engines.uninstall(engine, Work())

    # ------------------------------------------------------------ what only OpenAI's clients ask for

    def speech_stream(self, arguments: Mapping[str, Any], form: StreamFormat) -> SpeechStream:
        """``generate_speech`` as a job whose sound can be read while it is spoken; to be closed.

        Raises:
            InvalidRequest, NotFound: nothing was queued.
        """
        operation = find_operation("generate_speech")
        request = validate(operation, arguments)
        assert isinstance(request, requests.GenerateSpeech)  # noqa: S101 - the table says so
        return SpeechStream(
            SpokenJob(self._submit(operation, request, None), self.jobs, self.tenant),
            self.narrations.script(request),
            request.loudness,
            form,
            artifacts=self.artifacts,
            ffmpeg=self.ffmpeg,
            scratch=self._scratch,
        )

    # ------------------------------------------------------------ speech

    def _check_generate_speech(self, request: requests.GenerateSpeech) -> None:
        self.narrations.check(request)

    def _do_generate_speech(self, request: requests.GenerateSpeech, context: JobContext) -> dict[str, Any]:
        return self.narrations.generate(request, context, context.work)

    def _check_convert_voice(self, request: requests.ConvertVoice) -> None:
        self._conversions.check(request)

    def _do_convert_voice(self, request: requests.ConvertVoice, context: JobContext) -> dict[str, Any]:
        return self._conversions.convert(request, context)

    def _check_regenerate_sentence(self, request: requests.RegenerateSentence) -> None:
        self.narrations.check_sentence(request)

    def _do_regenerate_sentence(self, request: requests.RegenerateSentence, context: JobContext) -> dict[str, Any]:
        return self.narrations.regenerate(request, context)

    def _check_align_script(self, request: requests.AlignScript) -> None:
        self._alignments.check(request)

    def _do_align_script(self, request: requests.AlignScript, context: JobContext) -> dict[str, Any]:
        return self._alignments.align(request, context)

    def _check_transcribe(self, request: requests.Transcribe) -> None:
        self._transcriptions.check(request)

    def _do_transcribe(self, request: requests.Transcribe, context: JobContext) -> dict[str, Any]:
        return self._transcriptions.transcribe(request, context)

    def get_narration(self, request: requests.GetNarration) -> models.Narration:
        return self.narrations.get(request.narration_id, request.version)

    def list_narrations(self, request: requests.ListNarrations) -> dict[str, Any]:
        return {"narrations": self.narrations.list(request.limit)}

    def delete_narration(self, request: requests.DeleteNarration) -> dict[str, Any]:
        return {"deleted": self.narrations.delete(request.narration_id)}

    def list_voices(self, request: requests.ListVoices) -> dict[str, Any]:
        return {"voices": self.own_voices.find(request.engine, request.language, request.query)}

    # ------------------------------------------------------------ voices of people's own

    def _check_check_voice(self, request: requests.CheckVoice) -> None:
        self.voice_recordings.check_check(request)

    def _do_check_voice(self, request: requests.CheckVoice, context: JobContext) -> dict[str, Any]:
        report: dict[str, Any] = _json(self.voice_recordings.report(request, context.work))
        return report

    def _check_upload_voice(self, request: requests.UploadVoice) -> None:
        self.voice_recordings.check_upload(request)

    def _do_upload_voice(self, request: requests.UploadVoice, context: JobContext) -> dict[str, Any]:
        return self.voice_recordings.upload(request, context)

    def update_voice(self, request: requests.UpdateVoice) -> models.Voice:
        return self.own_voices.update(request)

    def delete_voice(self, request: requests.DeleteVoice) -> dict[str, Any]:
        return self.own_voices.delete(request.voice_id)

    def _check_blend_voices(self, request: requests.BlendVoices) -> None:
        self.own_voices.check_blend(request)

    def _do_blend_voices(self, request: requests.BlendVoices, context: JobContext) -> dict[str, Any]:
        return self.own_voices.blend(request, context)

    def export_voice(self, request: requests.ExportVoice) -> models.FileLink:
        return self.own_voices.export(request.voice_id)

    def import_voice(self, request: requests.ImportVoice) -> models.Voice:
        return self.own_voices.import_(request.file)

    def convert_transcript(self, request: requests.ConvertTranscript) -> dict[str, str]:
        return self.own_voices.transcript(request.file)

    # ------------------------------------------------------------ captions

    def make_captions(self, request: requests.MakeCaptions) -> models.Captions:
        return self.captioning.make(request)

    def update_captions(self, request: requests.UpdateCaptions) -> models.Captions:
        return self.captioning.update(request)

    def preview_captions(self, request: requests.PreviewCaptions) -> dict[str, Any]:
        return self.captioning.preview(request, Work())

    def list_caption_styles(self, _: requests.ListCaptionStyles) -> dict[str, Any]:
        return {"styles": drawing.list_styles()}

    def list_fonts(self, _: requests.ListFonts) -> dict[str, Any]:
        return {"fonts": drawing.list_fonts()}

    # ------------------------------------------------------------ video

    def _check_generate_captioned_video(self, request: requests.GenerateCaptionedVideo) -> None:
        self.videos.check(request)

    def _do_generate_captioned_video(
        self, request: requests.GenerateCaptionedVideo, context: JobContext
    ) -> dict[str, Any]:
        return self.videos.generate(request, context)

    def extract_frame(self, request: requests.ExtractFrame) -> models.FileLink:
        with self._scratch.folder() as folder:
            video = self.uploads.local(request.video, folder)
            picture = extract_frame(self.ffmpeg, video, request.timestamp, folder / "frame.jpg")
            return self.uploads.add(picture, "frame.jpg")

    def get_video_info(self, request: requests.Media) -> dict[str, Any]:
        with self._scratch.folder() as folder:
            return describe_video(self.uploads.info(request.video, folder))

    def get_audio_info(self, request: requests.AudioMedia) -> dict[str, Any]:
        with self._scratch.folder() as folder:
            return describe_audio(self.uploads.info(request.audio, folder))

    # ------------------------------------------------------------ files

    def upload_file(self, request: requests.UploadFile) -> models.FileLink:
        return self.uploads.link(request.file)

    def download_file(self, request: requests.FileRequest) -> models.FileLink:
        return self.uploads.link(request.file_id)

    def delete_file(self, request: requests.FileRequest) -> dict[str, bool]:
        return self.uploads.delete(request.file_id)

    def file_status(self, request: requests.FileRequest) -> dict[str, str]:
        return self.uploads.status(request.file_id)

    def list_files(self, request: requests.ListFiles) -> dict[str, Any]:
        return {"files": self.uploads.list(request.prefix, request.limit)}

    def share(self, request: requests.Share) -> dict[str, str]:
        return self.shares.share(request)

    def unshare(self, request: requests.Unshare) -> dict[str, bool]:
        return self.shares.unshare(request.share_id)

    def _check_make_again(self, request: requests.MakeAgain) -> None:
        self._again.check(request)

    def _do_make_again(self, request: requests.MakeAgain, context: JobContext) -> dict[str, Any]:
        return self._again.make(request, context)

    # ------------------------------------------------------------ before something is started

    def estimate(self, request: requests.Estimate) -> dict[str, Any]:
        operation = find_operation(request.operation)
        asked = self._in_todays_terms(validate(operation, request.arguments))
        if operation.queue is None:  # answers at once
            return {"seconds": 0.0, "disk_bytes": 0, "cost": None, "warnings": []}
        return self._estimates.of(operation.name, asked)

    def _in_todays_terms(self, request: BaseModel) -> BaseModel:
        """The request of an older name for speaking as that of ``generate_speech``."""
        if isinstance(request, requests.GenerateKokoroTts):
            return older_names.with_kokoro(request)
        if isinstance(request, requests.GenerateF5Tts):
            return older_names.with_f5(request, self.voices.own())
        if isinstance(request, requests.GenerateChatterboxTts):
            return older_names.with_chatterbox(request, self.voices.own())
        return request

    # ------------------------------------------------------------ jobs

    def submit_job(self, request: requests.SubmitJob) -> dict[str, str]:
        operation = find_operation(request.operation)
        if operation.queue is None:
            raise InvalidRequest(
                f"{operation.name} answers at once and needs no job.",
                hint="Call it directly.",
                code="not_a_long_operation",
            )
        return {"job_id": self._submit(operation, validate(operation, request.arguments), request)}

    def job_status(self, request: requests.JobRequest) -> models.JobStatus:
        return self.jobs.status(request.job_id, self.tenant)

    def job_result(self, request: requests.JobRequest) -> Any:
        made = self.jobs.result(request.job_id, self.tenant)
        if "video_id" in made:
            return _json(self.videos.get(made["video_id"]))
        if made.keys() == {"file_id"}:
            return _json(self.uploads.link(made["file_id"]))
        if made.keys() == {"file_id", "warnings"}:
            return {**_json(self.uploads.link(made["file_id"])), "warnings": made["warnings"]}
        if "captions_id" in made:
            return self.get_captions(made["captions_id"])
        if "narration_id" in made:
            narration = _json(self.narrations.get(made["narration_id"], made["version"]))
            return older_names.in_older_words(narration, request.job_id) if "older" in made else narration
        if "alignment_id" in made:
            return _json(self._alignments.get(made["alignment_id"]))
        if "transcript_id" in made:
            return _json(self._transcriptions.get(made["transcript_id"]))
        if "voice_id" in made:
            return _json(self.own_voices.get(made["voice_id"]))
        return made

    def cancel_job(self, request: requests.JobRequest) -> dict[str, Any]:
        status = self.jobs.cancel(request.job_id, self.tenant)
        return {"job_id": status.job_id, "state": status.state}

    def list_jobs(self, request: requests.ListJobs) -> dict[str, Any]:
        return {"jobs": self.jobs.list(request.state, request.limit, self.tenant)}

    # ------------------------------------------------------------ what callers of the earlier workers ask for

    def _check_generate_kokoro_tts(self, request: requests.GenerateKokoroTts) -> None:
        self.narrations.check(older_names.with_kokoro(request))

    def _do_generate_kokoro_tts(self, request: requests.GenerateKokoroTts, context: JobContext) -> dict[str, Any]:
        return self._speak_as_before(older_names.with_kokoro(request), context)

    def _check_generate_f5_tts(self, request: requests.GenerateF5Tts) -> None:
        self.narrations.check(older_names.with_f5(request, self.voices.own()))

    def _do_generate_f5_tts(self, request: requests.GenerateF5Tts, context: JobContext) -> dict[str, Any]:
        return self._speak_as_before(older_names.with_f5(request, self.voices.own()), context)

    def _check_generate_chatterbox_tts(self, request: requests.GenerateChatterboxTts) -> None:
        self.narrations.check(older_names.with_chatterbox(request, self.voices.own()))

    def _do_generate_chatterbox_tts(
        self, request: requests.GenerateChatterboxTts, context: JobContext
    ) -> dict[str, Any]:
        return self._speak_as_before(older_names.with_chatterbox(request, self.voices.own()), context)

    def _speak_as_before(self, request: requests.GenerateSpeech, context: JobContext) -> dict[str, Any]:
        return {**self.narrations.generate(request, context, context.work), "older": True}

    def get_kokoro_voices(self, request: requests.GetKokoroVoices) -> dict[str, Any]:
        voices = self.own_voices.find("kokoro", older_names.language_of(request.lang_code), "")
        return {"voices": voices, "total_count": len(voices)}

    def _check_upload(self, request: requests.Upload) -> None:
        if request.voice_name is not None:
            self.voice_recordings.check_upload(older_names.as_voice(request))
        self.uploads.link(request.file)

    def _do_upload(self, request: requests.Upload, context: JobContext) -> dict[str, Any]:
        if request.voice_name is not None:
            return self.voice_recordings.upload(older_names.as_voice(request), context)
        return {"file_id": request.file}

    def download(self, request: requests.Download) -> models.FileLink:
        if older_names.one_of(request) == "file_id":
            return self.uploads.link(str(request.file_id))
        return self.uploads.link(older_names.file_of(self._made_by(str(request.job_id)), request))

    def _made_by(self, job_id: str) -> dict[str, Any]:
        if is_id(job_id, "nar"):
            return dict(_json(self.narrations.get(job_id)))
        return dict(self.job_result(requests.JobRequest(job_id=job_id)))

    def delete(self, request: requests.Delete) -> dict[str, bool]:
        return self.uploads.delete(request.file_id)

    def status(self, request: requests.Status) -> dict[str, Any]:
        if older_names.one_of(request) == "file_id":
            return self.uploads.status(str(request.file_id))
        return older_names.older_status(_json(self.jobs.status(str(request.job_id), self.tenant)))

    def result(self, request: requests.Result) -> Any:
        return self.job_result(request)

    # ------------------------------------------------------------ the machine

    def _check_install_engine(self, request: requests.InstallEngine) -> None:
        self._refuse_tenants()
        self.engines.installed(request.engine)

    def _do_install_engine(self, request: requests.InstallEngine, context: JobContext) -> dict[str, Any]:
        made: dict[str, Any] = context.steps("install", lambda: self.engines.install(request.engine, context.work))
        return made

    def system_status(self, _: requests.SystemStatus) -> dict[str, Any]:
        return describe_system(self.settings, self._machine.store, self.engines, self.ffmpeg, self.jobs)

    def _refuse_tenants(self) -> None:
        """Engines are everybody's; whoever runs the studio decides about them."""
        if self.tenant != MAIN:
            raise NotAllowed("Only whoever runs this studio can install or remove engines.", hint="Ask them to do it.")


def _json(value: Any) -> Any:
    """A result as JSON values."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(item) for item in value]
    return value
