"""Running jobs: watched by a timer, stopped by a button, shown wherever they matter."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui.choices import Choices
from ui.desk import Desk, Update
from ui.flow import look, present
from ui.listeners import PRIVATE, event_data
from ui.show import Show
from ui.studio import Json


def watch(desk: Desk, choices: Choices, current: Json | None, show: Show | None) -> Update:
    """One look at the running job; its result goes on the stage when it is done."""
    glance = look(desk.studio, str((current or {}).get("job", "")))
    told = desk.tell(glance, show)
    if glance.result is None:
        return told if glance.running else {**told, desk.current: {**(current or {}), "job": ""}}
    try:
        shown = present(desk.studio, glance.result, show, choices)
    except StudioError as error:
        return {**told, **desk.complain(error, show)}
    return {**told, **desk.put(shown, choices, {**(current or {}), "done": glance.status and glance.status["job_id"]})}


def stop(desk: Desk, current: Json | None, show: Show | None) -> Update:
    """Stop the running job: the engine as well as the record."""
    job_id = str((current or {}).get("job", ""))
    if not job_id:
        return {desk.strip: ""}
    try:
        desk.studio.call("cancel_job", {"job_id": job_id})
    except StudioError as error:
        return desk.complain(error, show)
    return desk.tell(look(desk.studio, job_id), show)


def respeak(desk: Desk, index: int, current: Json | None, show: Show) -> Update:
    """Speak one sentence again."""
    if not show.narration:
        return {desk.strip: ""}
    # Another seed, or an engine that draws would find the take it made before.
    arguments = {"narration_id": show.narration["narration_id"], "index": index, "seed": secrets.randbelow(2**31)}
    return desk.begin("regenerate_sentence", arguments, current, show)


def wire(desk: Desk, controls: Sequence[Any]) -> None:
    """Connect the timer and the buttons of running jobs."""

    def tick(*values: Any) -> Update:
        return watch(desk, Choices.given(values[:-2]), values[-2], values[-1])

    def stop_it(current: Any, show: Any) -> Update:
        return stop(desk, current, show)

    def speak_again(event: gr.EventData, current: Any, show: Any) -> Update:
        return respeak(desk, int(event_data(event, "index", 0)), current, show)

    everything = [*controls, desk.current, desk.show]
    desk.timer.tick(tick, inputs=everything, outputs=desk.listened(), trigger_mode="once", **PRIVATE)
    desk.job.stop(stop_it, inputs=[desk.current, desk.show], outputs=desk.listened(), **PRIVATE)
    desk.job.respeak(speak_again, inputs=[desk.current, desk.show], outputs=desk.listened(), **PRIVATE)
    desk.strip.stop(stop_it, inputs=[desk.current, desk.show], outputs=desk.listened(), **PRIVATE)
