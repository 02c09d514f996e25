"""A running job: the card with its sentences, the strip on the stage, and the pill in the header."""

from __future__ import annotations

from collections.abc import Sequence

from ui.html import duration, icon, link, plural, problem, text
from ui.show import Show
from ui.studio import Json

RUNNING = ("queued", "running")
_STATES = {"done": "done", "speaking": "now"}


def pill(jobs: Sequence[Json]) -> str:
    """How many jobs run and wait."""
    running = sum(job["state"] == "running" for job in jobs)
    waiting = sum(job["state"] == "queued" for job in jobs)
    if not running and not waiting:
        return '<span class="pill idle"><i></i>Ready</span>'
    waits = f" · {waiting} waiting" if waiting else ""
    return f'<span class="pill busy" role="status"><i></i>{running} running{waits}</span>'


def card(status: Json) -> str:
    """The card of a job while it runs, and how it ended if that was not well."""
    if status["state"] == "failed":
        return f'<div class="card job-card" data-job-state="failed">{problem(status["error"] or {})}</div>'
    if status["state"] == "cancelled":
        return (
            '<div class="card job-card" data-job-state="cancelled"><div class="row"><h2>Stopped</h2><span class="hint">'
            "Sentences that were finished are kept: pressing the button again goes on from there.</span></div></div>"
        )
    rows = "".join(_sentence(sentence) for sentence in status["details"].get("sentences", ()))
    return (
        f'<div class="card job-card" data-job-state="{text(status["state"])}" aria-live="polite">'
        f'<div class="row job-head"><h2>{_title(status)}</h2>{_bar(status)}<span class="meta">{_remaining(status)}</span>'
        f'<button type="button" id="stop" class="button small" data-stop>Stop</button></div>{rows}</div>'
    )


def strip(status: Json | None) -> str:
    """The same, as short as it goes, for the stage. Empty when nothing runs."""
    if status is None or status["state"] not in RUNNING:
        return ""
    return (
        f'<div class="stage-job" data-job="{text(status["job_id"])}"><div class="row"><b>{_title(status)}</b><span>{_remaining(status)}</span>'
        f'<button type="button" class="button small" data-stop>Stop</button></div>'
        f"{_bar(status)}</div>"
    )


def finished(show: Show) -> str:
    """The sentences of a narration that is there: to hear, and to speak again."""
    if not show.narration:
        return ""
    rows = "".join(_spoken(sentence) for sentence in show.narration["sentences"])
    count = plural(len(show.narration["sentences"]), "sentence")
    return (
        f'<div class="card job-card" data-job-state="done"><div class="row job-head"><h2>Spoken</h2>'
        f'<span class="hint grow">{count} · {duration(show.duration)}. Speak one again if it came out wrong; '
        f"the others stay.</span></div>{rows}</div>"
    )


def _title(status: Json) -> str:
    if status["state"] == "queued":
        return "Waiting"
    return text(status["message"] or "Working")


def _remaining(status: Json) -> str:
    if status["state"] == "queued":
        position = status.get("queue_position")
        return f"{plural(int(position), 'job')} before this one" if position else "starts in a moment"
    said = []
    sentences = status["details"].get("sentences", ())
    done = sum(sentence["state"] == "done" for sentence in sentences)
    if sentences and done < len(sentences):
        said.append(f"{done} of {len(sentences)}")
    if status.get("seconds_left") is not None:
        said.append(f"{duration(status['seconds_left'])} left")
    return " · ".join(said) or f"{round(status['progress'] * 100)} %"


def _bar(status: Json) -> str:
    percent = round(float(status["progress"]) * 100, 1)
    return (
        f'<div class="bar" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow="{percent:.0f}" '
        f'aria-label="Progress"><i style="width:{percent}%"></i></div>'
    )


def _sentence(sentence: Json) -> str:
    state = _STATES.get(sentence["state"], "next")
    right = {"done": _hear(sentence), "now": "speaking…", "next": "next"}[state]
    return (
        f'<div class="sentence is-{state}" data-sentence="{int(sentence["index"])}"><i class="dot"></i>'
        f'<div class="sentence-text">{text(sentence["text"])}</div><span class="meta">{right}</span></div>'
    )


def _hear(sentence: Json) -> str:
    seconds = f"{float(sentence['seconds']):.1f} s" if sentence.get("seconds") else "ready"
    if not sentence.get("audio"):
        return seconds
    return (
        f'<button type="button" class="ghost" data-hear="{link(sentence["audio"])}" '
        f'aria-label="Hear sentence {int(sentence["index"]) + 1}">{icon("play")}{seconds}</button>'
    )


def _spoken(sentence: Json) -> str:
    number, length = int(sentence["index"]), float(sentence["end"]) - float(sentence["start"])
    return (
        f'<div class="sentence is-done" data-sentence="{number}" data-from="{float(sentence["start"]):.3f}" '
        f'data-to="{float(sentence["end"]):.3f}"><i class="dot"></i><div class="sentence-text">{text(sentence["text"])}</div>'
        f'<span class="meta"><button type="button" class="ghost" data-hear-sentence aria-label="Hear sentence {number + 1}">'
        f'{icon("play")}{length:.1f} s</button><button type="button" class="ghost" data-respeak="{number}" '
        f'aria-label="Speak sentence {number + 1} again" title="Speak it again">{icon("again")}</button></span></div>'
    )
