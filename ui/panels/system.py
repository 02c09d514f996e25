"""System: how the studio and its machine are, and the engines that can be installed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui.desk import POLL_SECONDS, Update
from ui.flow import look as look_at_job
from ui.flow import submit
from ui.html import div, heading, icon, problem, span, text
from ui.listeners import PRIVATE, event_data, kept, place_here, ticking
from ui.studio import Json, Studio
from ui.views.system import draw

_ON_LOAD = 'Voicereel.system({element, trigger, events: ["install", "uninstall", "stop"]})'


@dataclass(frozen=True)
class SystemPanel:
    """The tab's components."""

    status: gr.HTML
    installs: gr.BrowserState
    """Jobs that install an engine: its name -> the job's id."""
    timer: gr.Timer


def build() -> SystemPanel:
    """Place the tab's components."""
    status = gr.HTML(
        div("card", heading("System", "Looking…")),
        js_on_load=_ON_LOAD,
        apply_default_css=False,
        elem_id="system",
        elem_classes=["bare"],
    )
    return SystemPanel(status, kept("installs", render=False), ticking(POLL_SECONDS))


def install(studio: Studio, jobs: Mapping[str, Any] | None, engine: str) -> dict[str, str]:
    """Start a job that installs an engine; returns all that run.

    Raises:
        StudioError: refused before anything was queued.
    """
    return {**dict(jobs or {}), engine: submit(studio, "install_engine", {"engine": engine})}


@dataclass(frozen=True)
class Installs:
    """How the installations are."""

    running: dict[str, str]
    """Jobs that go on, by engine."""
    shown: dict[str, Json]
    """Their statuses, and those of jobs that failed."""
    warnings: tuple[str, ...]
    """Of those that ended well."""


def watch(studio: Studio, jobs: Mapping[str, Any] | None) -> Installs:
    """Look at the jobs once."""
    running, shown, warnings = {}, {}, []
    for engine, job in dict(jobs or {}).items():
        glance = look_at_job(studio, str(job))
        if glance.running:
            running[engine] = str(job)
        if glance.status is not None and (glance.running or glance.status["state"] == "failed"):
            shown[engine] = glance.status
        warnings += [str(said) for said in (glance.result or {}).get("warnings", ())]
    return Installs(running, shown, tuple(warnings))


def show(panel: SystemPanel, studio: Studio, jobs: Mapping[str, Any] | None, said: str = "") -> Update:
    """The tab as it is now; the timer goes while something is installed."""
    installs = watch(studio, jobs)
    said += "".join(div("notice", icon("alert"), span("", text(warning))) for warning in installs.warnings)
    try:
        drawn = draw(studio.call("system_status", {}), installs.shown, said)
    except StudioError as error:
        drawn = problem(error)
    return {panel.status: drawn, panel.installs: installs.running, panel.timer: gr.Timer(active=bool(installs.running))}


def wire(page: gr.Blocks, panel: SystemPanel, studio: Studio, tab: gr.Tab) -> None:
    """Connect the tab."""

    def look(jobs: Any) -> Update:
        return show(panel, studio, jobs)

    def come_back(jobs: Any) -> Update:
        return show(panel, studio, jobs) if jobs else {panel.timer: gr.Timer(active=False)}

    def install_it(event: gr.EventData, jobs: Any) -> Update:
        try:
            return show(panel, studio, install(studio, jobs, str(event_data(event, "engine"))))
        except StudioError as error:
            return show(panel, studio, jobs, problem(error))

    def uninstall_it(event: gr.EventData, jobs: Any) -> Update:
        try:
            studio.uninstall_engine(str(event_data(event, "engine")))
        except StudioError as error:
            return show(panel, studio, jobs, problem(error))
        return show(panel, studio, jobs)

    def stop(event: gr.EventData, jobs: Any) -> Update:
        try:
            studio.call("cancel_job", {"job_id": str(dict(jobs or {}).get(event_data(event, "engine"), ""))})
        except StudioError as error:
            return show(panel, studio, jobs, problem(error))
        return show(panel, studio, jobs)

    place_here(panel.installs, panel.timer)
    mine = [panel.status, panel.installs, panel.timer]
    tab.select(look, inputs=[panel.installs], outputs=mine, **PRIVATE)
    panel.timer.tick(look, inputs=[panel.installs], outputs=mine, trigger_mode="once", **PRIVATE)
    panel.status.install(install_it, inputs=[panel.installs], outputs=mine, **PRIVATE)
    panel.status.uninstall(uninstall_it, inputs=[panel.installs], outputs=mine, **PRIVATE)
    panel.status.stop(stop, inputs=[panel.installs], outputs=mine, **PRIVATE)
    page.load(come_back, inputs=[panel.installs], outputs=mine, **PRIVATE)
