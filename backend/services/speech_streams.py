"""A narration heard while it is being spoken: each sentence joined and encoded as soon as its take is there."""

from __future__ import annotations

import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any

import soundfile  # type: ignore[import-untyped]

from backend.errors import JobError, StudioError
from backend.jobs import Jobs
from backend.media.ffmpeg import Ffmpeg
from backend.media.streaming import RATE, StreamEncoder, StreamFormat, stream_encoder
from backend.script import Script
from backend.services.scratch import Scratch
from backend.speech.live import LiveJoining, as_pcm
from backend.storage.artifacts import Artifacts


@dataclass(frozen=True)
class SpokenJob:
    """A ``generate_speech`` job, which need not have begun."""

    job_id: str
    jobs: Jobs
    tenant: str
    """Whose it is."""

    def sentences(self) -> list[dict[str, Any]]:
        """How far each sentence is; empty before it has begun.

        Raises:
            Cancelled: somebody stopped it.
            StudioError: why it failed.
        """
        # Looked at after the state: what a job tells last is written down before its end is.
        state = self.jobs.glance(self.job_id, self.tenant).state
        found: list[dict[str, Any]] = self.jobs.details(self.job_id).get("sentences", [])
        whole = bool(found) and all(each["audio"] for each in found)
        if state in ("failed", "cancelled") or (state == "done" and not whole):
            self.jobs.result(self.job_id, self.tenant)  # says why
            raise JobError("A sentence of this speech is gone.", hint="Ask for it again.", code="sentence_gone")
        return found

    def stop(self) -> None:
        """Stop it if it has not ended."""
        with suppress(StudioError):  # the studio is closing, and its jobs with it
            self.jobs.cancel(self.job_id, self.tenant)


class SpeechStream:
    """The sound of a job; to be closed by whoever opened it."""

    def __init__(
        self,
        job: SpokenJob,
        script: Script,
        loudness: float | None,
        form: StreamFormat,
        *,
        artifacts: Artifacts,
        ffmpeg: Ffmpeg,
        scratch: Scratch,
    ) -> None:
        """Args:
        job: speaks.
        script: what it was given.
        loudness: LUFS; None leaves it as spoken.
        form: what the stream is encoded as.
        """
        self.job_id = job.job_id
        self.ended = False
        """Whether all has been read."""
        self._job = job
        self._artifacts = artifacts
        self._ffmpeg = ffmpeg
        self._scratch = scratch
        self._form = form
        pauses = [sentence.pause_after for sentence in script.sentences]
        self._joining = LiveJoining(pauses, script.lead, loudness, RATE)
        self._sentences = len(pauses)
        self._read = 0
        """Sentences that were taken."""
        self._encoder: StreamEncoder | None = None
        self._open = ExitStack()
        self._lock = threading.Lock()

    def read(self) -> bytes:
        """What can be heard since the last call; empty while nothing new is there, or at the end.

        Raises:
            Cancelled: somebody stopped the job.
            StudioError: why it failed.
        """
        with self._lock:
            return b"" if self.ended else self._more()

    def _more(self) -> bytes:
        link = self._next_take()
        if link is None:
            return self._encoder.feed(b"") if self._encoder else b""
        made = self._begun().feed(self._sound(link["file_id"]))
        self._read += 1
        if self._read == self._sentences:
            made += self._begun().finish()
            self.ended = True
        return made

    def close(self) -> None:
        """Stop the job unless all of it was read, and clear away."""
        with self._lock, self._open:
            if not self.ended:
                self.ended = True
                self._job.stop()

    def _next_take(self) -> dict[str, Any] | None:
        """The next sentence's file, if it is there."""
        sentences = self._job.sentences()
        if not sentences:
            return None
        self._begun()
        link: dict[str, Any] | None = sentences[self._read]["audio"]
        return link

    def _begun(self) -> StreamEncoder:
        """The encoder, started when the first sentence is being spoken: nobody holds one while a job waits."""
        if self._encoder is None:
            folder = self._open.enter_context(self._scratch.folder())
            self._encoder = stream_encoder(self._ffmpeg, self._form, folder)
            self._open.callback(self._encoder.close)
        return self._encoder

    def _sound(self, file_id: str) -> bytes:
        with self._scratch.folder() as folder:
            samples, rate = soundfile.read(self._artifacts.local(file_id, folder), dtype="float32")
        return as_pcm(self._joining.add(samples, rate))
