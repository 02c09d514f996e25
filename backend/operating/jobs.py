"""Operations on jobs, and how anything becomes one."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel

from backend import models, requests
from backend.errors import InvalidRequest
from backend.operating.services import Services, as_json
from backend.operations import Operation, Queue, find_operation, validate
from backend.services import older_names
from backend.services.placing import wants_card
from backend.tenants import MAIN


class JobOperations(Services):
    """Operations on jobs, and how anything becomes one."""

    def _submit(self, operation: Operation, request: BaseModel, submitted: requests.SubmitJob | None = None) -> str:
        self._quota.refuse_more()
        key, url = (submitted.idempotency_key, submitted.webhook) if submitted else (None, None)
        webhook = (url, self._machine.webhooks.check(url)) if url else None
        request = self._fetched(operation, request, key)
        check = getattr(self, f"_check_{operation.name}")
        check(request)
        if isinstance(request, requests.GenerateCaptionedVideo):
            request = self.videos.settled(request)
        at_most = None if self.tenant == MAIN else self.settings.max_jobs_per_key
        return self.jobs.submit(
            operation.name,
            request.model_dump(mode="json"),
            key,
            tenant=self.tenant,
            at_most=at_most,
            queue=self._queue_for(request),
            webhook=webhook,
            wants_card=lambda: wants_card(request, self.narrations, self.voices),
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
            return as_json(self.videos.get(made["video_id"]))
        if made.keys() == {"file_id"}:
            return as_json(self.uploads.link(made["file_id"]))
        if made.keys() == {"file_id", "warnings"}:
            return {**as_json(self.uploads.link(made["file_id"])), "warnings": made["warnings"]}
        if "captions_id" in made:
            return as_json(self.captioning.get(made["captions_id"]))
        if "narration_id" in made:
            narration = as_json(self.narrations.get(made["narration_id"], made["version"]))
            return older_names.in_older_words(narration, request.job_id) if "older" in made else narration
        if "alignment_id" in made:
            return as_json(self._alignments.get(made["alignment_id"]))
        if "transcript_id" in made:
            return as_json(self._transcriptions.get(made["transcript_id"]))
        if "voice_id" in made:
            return as_json(self.own_voices.get(made["voice_id"]))
        return made

    def cancel_job(self, request: requests.JobRequest) -> dict[str, Any]:
        status = self.jobs.cancel(request.job_id, self.tenant)
        return {"job_id": status.job_id, "state": status.state}

    def list_jobs(self, request: requests.ListJobs) -> dict[str, Any]:
        return {"jobs": self.jobs.list(request.state, request.limit, self.tenant)}
