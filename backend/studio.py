"""Studio: the operations. The one thing that every front calls.

Each public method named in the operations table takes that operation's request and returns its result. ``call`` is the
way in for fronts: it finds the operation, checks the arguments, and runs it, as a recorded job if it is a long one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from backend import requests
from backend.engines.weights import WEIGHTS, Weights
from backend.errors import InvalidRequest, NotFound, NotUnderstood
from backend.jobs import JobContext
from backend.jobs.telling import Told, Webhook
from backend.jobs.waiting import Waiting
from backend.machine import Machine
from backend.media.streaming import StreamFormat
from backend.operating.engines import EngineOperations
from backend.operating.files import FileOperations
from backend.operating.older import OlderOperations
from backend.operating.services import as_json
from backend.operating.speech import SpeechOperations
from backend.operating.upkeep import UpkeepOperations
from backend.operating.video import VideoOperations
from backend.operating.voices import VoiceOperations
from backend.operations import find_operation, read_queues, validate
from backend.services.measures import Measures, measure
from backend.services.speech_streams import SpeechStream, SpokenJob
from backend.services.upkeep.backup import Backup
from backend.services.upkeep.restoring import Restore
from backend.settings import Settings
from backend.storage import disk
from backend.storage.disk import full_disk_told
from backend.storage.outbox import OutboxStore
from backend.tenants import MAIN
from backend.work import Report, Work

Watch = Callable[[float, str], None]
"""Is told how far a long operation is: fraction and message."""

PREVIEW_SECONDS = 7 * 24 * 3600.0
"""Previews, single sentences and transcripts are made again when they are asked for; older ones are deleted at the
start."""


class Studio(
    SpeechOperations,
    VoiceOperations,
    VideoOperations,
    FileOperations,
    OlderOperations,
    EngineOperations,
    UpkeepOperations,
):
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
        super().__init__(machine or Machine(settings, weights, self._run, self._deliver), tenant)
        self._tenants: dict[str, Studio] = {tenant: self}
        self._letting = threading.Lock()

    def of(self, tenant: str) -> Studio:
        """The same studio for another tenant, who sees nothing of what this one made, nor the other way round.

        Args:
            tenant: a name that `is_tenant` knows.
        """
        with self._letting:
            if tenant not in self._tenants:
                self._tenants[tenant] = Studio(self.settings, tenant=tenant, machine=self._machine)
            return self._tenants[tenant]

    # ------------------------------------------------------------ life

    @full_disk_told()
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
            self._sweep_drafts()
            self._tidy()

    def _queues(self, named: str) -> tuple[str, ...]:
        """The queues to serve."""
        usual = ("gpu", "cpu", "render") if self.engines.has_card else ("cpu", "render")
        chosen = read_queues(named)
        return usual if chosen is None else chosen

    def _sweep_drafts(self) -> None:
        """Remove what killed processes were writing."""
        settings = self.settings
        shared = (settings.store_folder, settings.outbox_folder, settings.paces_folder)
        own = (where(tenant) for tenant in settings.known_tenants for where in (settings.takes_of, settings.renders_of))
        for folder in (*shared, *own):
            disk.sweep(folder)

    def _tidy(self) -> None:
        """Delete what is outdated, now and daily: at once in a folder of ours, beside the work where it takes many
        requests."""
        if isinstance(self._machine.store, OutboxStore):
            self._machine.store.start(self._delete_outdated)
        else:
            self._delete_outdated()
            self._machine.daily.start(self._delete_outdated)

    def _delete_outdated(self) -> None:
        for tenant in self.settings.known_tenants:
            for kind in ("made", "tra", "ali"):
                self.of(tenant).artifacts.delete_outdated(kind, PREVIEW_SECONDS)
            self.of(tenant)._room.expire()
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

    @full_disk_told()
    def call(self, name: str, arguments: Mapping[str, Any], watch: Watch | None = None) -> Any:
        """Run an operation and return its result as JSON values; a long one is a job that is waited for.

        Raises:
            StudioError: what went wrong, with what to do about it.
        """
        operation = find_operation(name)
        request = validate(operation, arguments)
        if operation.queue is None:
            return as_json(getattr(self, name)(self._fetched(operation, request, None)))
        job_id = self._submit(operation, request)
        try:
            work = Work(lambda fraction, message, **_: watch(fraction, message) if watch else None)
            self.jobs.wait(job_id, work, self.tenant)
        except KeyboardInterrupt:
            self.jobs.cancel(job_id, self.tenant)
            raise
        return self.job_result(requests.JobRequest(job_id=job_id))

    def waiting(self, job_id: str, report: Report) -> Waiting:
        """The looks of one who waits for a job, for fronts in an event loop; ``report`` hears how far it is."""
        return self.jobs.waiting(job_id, Work(report), self.tenant)

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
            "result": as_json(result),
            "error": error,
        }

    def webhook_secret(self) -> str:
        """What whoever receives this tenant's webhooks verifies them with."""
        return self._machine.webhooks.secret_of(self.tenant)

    @full_disk_told()
    def upload(self, path: Path, name: str) -> dict[str, Any]:
        """Keep a file that a front received, under the name a person gave it; returns its link.

        The only way a path gets in: requests name files by id, so no caller can point at this machine's disk.
        """
        self._quota.refuse_more(path.stat().st_size if path.is_file() else 0)
        link: dict[str, Any] = as_json(self.uploads.add(path, name))
        return link

    @full_disk_told()
    def local_file(self, file_id: str) -> Path:
        """A kept file on this machine's disk."""
        return self.uploads.local(file_id, self.settings.work_folder)

    # ------------------------------------------------------------ what only the command line asks for

    def back_up(self, target: Path, with_takes: bool, work: Work) -> dict[str, Any]:
        """Everybody's work as one file; see `Backup.write`."""
        return Backup(self.settings, self._machine.store, self._scratch, with_takes).write(target, work)

    def restore(self, source: Path, merge: bool, work: Work) -> dict[str, Any]:
        """Everybody's work out of such a file, before this studio is started; see `Restore.run`."""
        return Restore(self.settings, self._machine.store, self._scratch).run(source, merge, work)

    # ------------------------------------------------------------ what only a page asks for

    @full_disk_told()
    def voice_preview(self, voice_id: str) -> dict[str, Any]:
        """Link to a few seconds of this voice."""
        return self._samples.voice(voice_id).model_dump(mode="json")

    @full_disk_told()
    def style_preview(self, style: str | dict[str, Any]) -> dict[str, Any]:
        """Link to a picture of this caption style, given by name or as data."""
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

    @full_disk_told()
    def edit_captions(self, captions_id: str, version: int, edit: Mapping[str, Any], media: str = "") -> dict[str, Any]:
        """Make one edit of captions, by ``update_captions``; what changed, see `CaptionEdits.edit`."""
        return self._caption_edits.edit(captions_id, version, edit, media)

    @full_disk_told()
    def restore_captions(self, captions_id: str, source_id: str, version: int) -> dict[str, Any]:
        """The captions as an earlier version of them, or of others, was, as their next one; what changed."""
        return self._caption_edits.restore(captions_id, source_id, version)

    def measures(self, since: float) -> Measures:
        """The studio now, and jobs that ended since this moment (Unix seconds), for whoever watches over it."""
        return measure(self.settings, self._machine.store, self.engines, self.jobs, since)

    def uninstall_engine(self, engine: str) -> dict[str, Any]:
        """Remove an engine's weights, and its packages unless another engine uses them."""
        self._refuse_tenants()
        return self.engines.uninstall(engine, Work())

    # ------------------------------------------------------------ what only OpenAI's clients ask for

    @full_disk_told()
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
            self.narrations.plans.script(request),
            request.loudness,
            form,
            artifacts=self.artifacts,
            ffmpeg=self.ffmpeg,
            scratch=self._scratch,
        )
