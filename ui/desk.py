"""What all panels share: the visitor's memory, the stage, the running job. It holds components, no values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui.choices import Choices
from ui.comparing import dressed
from ui.flow import Glance, submit
from ui.html import problem
from ui.show import Show
from ui.studio import Json, Studio
from ui.views import cues, progress, recording, stage, video_job
from ui.views.header import header

POLL_SECONDS = 0.7
Update = dict[Any, Any]
"""Component -> its new value, as Gradio's listeners return it."""


@dataclass(frozen=True)
class Desk:
    """The shared components."""

    studio: Studio
    current: gr.BrowserState
    """``{"job", "item", "captions", "size"}``: what a reload needs to go on."""
    show: gr.State
    timer: gr.Timer
    pill: gr.HTML
    job: gr.HTML
    """The running job, or the sentences that are there; and what went wrong with the last request."""
    strip: gr.HTML
    stage: gr.HTML
    cues: gr.HTML
    video_problem: gr.HTML
    video_job: gr.HTML
    """How rendering is, and what was made."""
    recording: gr.HTML
    """How the job of a recording is, and what was found in it."""

    def listened(self) -> list[Any]:
        """Components that a started or watched job changes."""
        watched = [self.current, self.show, self.timer, self.pill, self.job, self.strip, self.stage, self.cues]
        return [*watched, self.video_problem, self.video_job, self.recording]

    def begin(self, operation: str, arguments: Json, current: Json | None, show: Show | None) -> Update:
        """Start a job and watch it; what is wrong with the request is said near the button."""
        try:
            job_id = submit(self.studio, operation, arguments)
        except StudioError as error:
            return self.complain(error, show)
        waiting: Json = {"job_id": job_id, "state": "queued", "message": "", "details": {}, "progress": 0.0}
        waiting["operation"] = operation
        return {
            self.current: {**(current or {}), "job": job_id},
            self.timer: gr.Timer(active=True),
            self.job: progress.card(waiting),
            self.strip: progress.strip(waiting),
            self.video_problem: "",
            self.video_job: video_job.told(waiting, show or Show()),
            self.recording: recording.status(waiting) or recording.told(show or Show()),
        }

    def complain(self, error: StudioError, show: Show | None) -> Update:
        """Say what went wrong, near the buttons of all tabs that start jobs; what is there stays."""
        said = problem(error)
        return {self.job: progress.finished(show or Show()) + said, self.video_problem: said, self.recording: said}

    def tell(self, glance: Glance, show: Show | None) -> Update:
        """The look of a job that goes on, or that ended without a result."""
        told: Update = {self.pill: header(glance.jobs), self.strip: progress.strip(glance.status)}
        if glance.error is not None:
            told.update(self.complain(glance.error, show))
        elif glance.status is not None:
            told[self.job] = progress.card(glance.status)
            told[self.video_job] = video_job.told(glance.status, show or Show())
            told[self.recording] = recording.status(glance.status) or recording.told(show or Show())
            if glance.status["state"] == "failed":
                told[self.video_problem] = problem(glance.status["error"])
        if not glance.running:
            told[self.timer] = gr.Timer(active=False)
        return told

    def put(self, show: Show, choices: Choices, current: Json | None = None, job: str = "") -> Update:
        """Put something on the stage, and everything that follows from it."""
        show = dressed(self.studio, show, (current or {}).get("compare"))
        return {
            self.show: show,
            self.stage: stage.draw(show, choices.style, choices.background),
            self.cues: cues.draw(show),
            self.job: progress.finished(show),
            self.video_job: video_job.told(None, show),
            self.recording: recording.told(show),
            self.current: {**(current or {}), **show.remember(), "job": job},
        }
