"""Running jobs: watched by a timer, stopped by a button, shown wherever they matter."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui.choices import Choices
from ui.comparing import LETTERS, begun, dressed, keeping
from ui.desk import Desk, Update
from ui.flow import look, present
from ui.listeners import PRIVATE, event_data
from ui.show import Show
from ui.studio import Json
from ui.views.progress import finished


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
    """Speak one sentence again; the new take is then compared with the one that was there."""
    # Another seed, or an engine that draws would find the take it made before.
    return _speak(desk, index, {"seed": secrets.randbelow(2**31)}, begun(show, index), current, show)


def compare_blind(desk: Desk, index: int, engine: str, current: Json | None, show: Show) -> Update:
    """Have another engine speak one sentence, to be compared without knowing which take is whose."""
    return _speak(desk, index, {"engine": engine}, begun(show, index, blind=True), current, show)


def keep(desk: Desk, letter: str, current: Json | None, show: Show) -> Update:
    """Keep one of two takes: the new one is there already, the old one is taken from its version."""
    memory = (current or {}).get("compare")
    if not show.compare or not memory or letter not in LETTERS:
        return {desk.strip: ""}
    memory, is_old = keeping(memory, letter)
    if is_old:
        return _speak(desk, show.compare.index, {"from_version": memory["before"]}, memory, current, show)
    shown = dressed(desk.studio, show, memory)
    return {desk.show: shown, desk.job: finished(shown), desk.current: {**(current or {}), "compare": memory}}


def _speak(desk: Desk, index: int, how: Json, memory: Json, current: Json | None, show: Show) -> Update:
    if not show.narration:
        return {desk.strip: ""}
    arguments = {"narration_id": show.narration["narration_id"], "index": index, **how}
    return desk.begin("regenerate_sentence", arguments, {**(current or {}), "compare": memory}, show)


def wire(desk: Desk, controls: Sequence[Any]) -> None:
    """Connect the timer and the buttons of running jobs."""

    def tick(*values: Any) -> Update:
        return watch(desk, Choices.given(values[:-2]), values[-2], values[-1])

    def stop_it(current: Any, show: Any) -> Update:
        return stop(desk, current, show)

    def speak_again(event: gr.EventData, current: Any, show: Any) -> Update:
        return respeak(desk, int(event_data(event, "index", 0)), current, show)

    def speak_otherwise(event: gr.EventData, current: Any, show: Any) -> Update:
        index, engine = int(event_data(event, "index", 0)), str(event_data(event, "engine"))
        return compare_blind(desk, index, engine, current, show)

    def keep_one(event: gr.EventData, current: Any, show: Any) -> Update:
        return keep(desk, str(event_data(event, "take")), current, show)

    everything = [*controls, desk.current, desk.show]
    desk.timer.tick(tick, inputs=everything, outputs=desk.listened(), trigger_mode="once", **PRIVATE)
    desk.job.stop(stop_it, inputs=[desk.current, desk.show], outputs=desk.listened(), **PRIVATE)
    desk.job.respeak(speak_again, inputs=[desk.current, desk.show], outputs=desk.listened(), **PRIVATE)
    desk.job.blind(speak_otherwise, inputs=[desk.current, desk.show], outputs=desk.listened(), **PRIVATE)
    desk.job.keep(keep_one, inputs=[desk.current, desk.show], outputs=desk.listened(), **PRIVATE)
    desk.video_job.stop(stop_it, inputs=[desk.current, desk.show], outputs=desk.listened(), **PRIVATE)
    desk.recording.stop(stop_it, inputs=[desk.current, desk.show], outputs=desk.listened(), **PRIVATE)
    desk.strip.stop(stop_it, inputs=[desk.current, desk.show], outputs=desk.listened(), **PRIVATE)
