"""A running job: the card with its sentences, the strip on the stage, and the pill in the header."""

from __future__ import annotations

from collections.abc import Sequence

from ui.choices import SHAPES
from ui.html import address, button, div, duration, element, icon, plural, problem, span, text
from ui.show import Show
from ui.studio import Json
from ui.views import takes

RUNNING = ("queued", "running")
_STATES = {"done": "done", "speaking": "now"}
_STOPPED = "Sentences that were finished are kept: pressing the button again goes on from there."


def pill(jobs: Sequence[Json]) -> str:
    """How many jobs run and wait."""
    running = sum(job["state"] == "running" for job in jobs)
    waiting = sum(job["state"] == "queued" for job in jobs)
    if not running and not waiting:
        return span("pill idle", element("i"), "Ready")
    waits = f" · {waiting} waiting" if waiting else ""
    return span("pill busy", element("i"), f"{running} running{waits}", role="status")


def card(status: Json) -> str:
    """The card of a job while it runs, and how it ended if that was not well."""
    state = status["state"]
    if state == "failed":
        return div("card job-card ended-badly", problem(status["error"] or {}), data_job_state=state)
    if state == "cancelled":
        said = element("h2", "Stopped") + span("hint", _STOPPED)
        return div("card job-card", div("row", said), data_job_state=state)
    stop = button("button small", "Stop", id="stop", data_stop=True)
    head = div("row job-head", element("h2", text(title(status))), bar(status), remaining(status), stop)
    rows = "".join(_sentence(sentence) for sentence in _sentences(status))
    return div("card job-card", head, rows, data_job_state=state)


def strip(status: Json | None) -> str:
    """The same, as short as it goes, for the stage. Empty when nothing runs."""
    if status is None or status["state"] not in RUNNING:
        return ""
    stop = button("button small", "Stop", data_stop=True)
    said = div("row", element("b", text(title(status)), title=status["message"]), remaining(status), stop)
    return div("stage-job", said, bar(status), data_job=status["job_id"])


def working(said: str, status: Json) -> str:
    """What a card with a job of its own shows while that runs."""
    stop = button("button small", "Stop", data_stop=True)
    head = div("row job-head", element("h2", text(said), class_="grow"), remaining(status), stop)
    return div("", head, bar(status), role="status")


def finished(show: Show) -> str:
    """The sentences of a narration that is there: to hear, and to speak again."""
    if not show.narration:
        return ""
    sentences = show.narration["sentences"]
    about = f"{plural(len(sentences), 'sentence')} · {duration(show.duration)}. "
    doubtful = sum(sentence.get("verified") is False for sentence in sentences)
    teaching = "Speak one again if it came out wrong; the others stay."
    if doubtful:
        verb = "sounds" if doubtful == 1 else "sound"
        teaching = f"{doubtful} of them {verb} doubtful: hear, and take it again."
    head = div("row job-head", element("h2", "Spoken"), span("hint grow", about + teaching))
    return div("card job-card", head, *(_spoken(sentence, show) for sentence in sentences), data_job_state="done")


def _sentences(status: Json) -> list[Json]:
    return list(status["details"].get("sentences", ()))


def title(status: Json) -> str:
    """What goes on, in a few words."""
    if status["state"] == "queued":
        return "Waiting"
    sentences = _sentences(status)
    done = sum(sentence["state"] == "done" for sentence in sentences)
    if 0 < done < len(sentences):
        return "Speaking"
    said = str(status["message"]).rstrip(".") or "Working"
    for size, name in SHAPES.items():  # what people call them
        said = said.replace(size, name)
    return said


def remaining(status: Json) -> str:
    """How far it is, and how long it takes still."""
    return span("meta", text(" · ".join(_said_of_time(status))))


def _said_of_time(status: Json) -> list[str]:
    if status["state"] == "queued":
        before = int(status.get("queue_position") or 0)
        return [f"{plural(before, 'job')} before this one" if before else "starts in a moment"]
    sentences, said = _sentences(status), []
    done = sum(sentence["state"] == "done" for sentence in sentences)
    if sentences and done < len(sentences):
        said.append(f"{done} of {len(sentences)}")
    if status.get("seconds_left") is not None:
        said.append(f"{duration(status['seconds_left'])} left")
    return said or [f"{round(status['progress'] * 100)} %"]


def bar(status: Json) -> str:
    """Progress as a bar."""
    percent = round(float(status["progress"]) * 100, 1)
    limits = {"aria_valuemin": 0, "aria_valuemax": 100, "aria_valuenow": round(percent)}
    return div("bar", element("i", style=f"width:{percent}%"), role="progressbar", aria_label="Progress", **limits)


def _sentence(sentence: Json) -> str:
    state = _STATES.get(sentence["state"], "next")
    right = {"done": _hear(sentence), "now": "speaking…", "next": "next"}[state]
    return _row(sentence, state, right)


def _row(sentence: Json, state: str, right: str, below: str = "", under: str = "", **data: str) -> str:
    """A sentence with HTML at its right, below its words, and under all of it."""
    dot, words = element("i", class_="dot"), div("sentence-text", text(sentence["text"]), below)
    return div(f"sentence is-{state}", dot, words, span("meta", right), under, data_sentence=sentence["index"], **data)


def _hear(sentence: Json) -> str:
    seconds = f"{float(sentence['seconds']):.1f} s" if sentence.get("seconds") else "ready"
    if not sentence.get("audio"):
        return seconds
    label = f"Hear sentence {int(sentence['index']) + 1}"
    return button("ghost", icon("play"), seconds, data_hear=address(sentence["audio"]), aria_label=label)


def _spoken(sentence: Json, show: Show) -> str:
    number, start, end = int(sentence["index"]), float(sentence["start"]), float(sentence["end"])
    compare = show.compare if show.compare and show.compare.index == number else None
    if compare and compare.blind and not compare.kept:
        # Whatever else is said of the sentence would tell which take is whose.
        return _row(sentence, "compared", "", under=takes.draw(compare))
    label = f"Hear sentence {number + 1}"
    hear = button("ghost", icon("play"), f"{end - start:.1f} s", data_hear_sentence=True, aria_label=label)
    doubtful = sentence.get("verified") is False
    doubts = element("p", text(takes.doubts_of(sentence)), class_="doubts") if doubtful else ""
    rivals = takes.rivals_of(sentence, show.rivals)
    right = hear + takes.ask_blind(sentence, rivals) + _again(number, doubtful)
    under = takes.rival_buttons(rivals) + (takes.draw(compare) if compare else "")
    span_of_time = {"data_from": f"{start:.3f}", "data_to": f"{end:.3f}"}
    return _row(sentence, "doubtful" if doubtful else "done", right, doubts, under, **span_of_time)


def _again(number: int, doubtful: bool) -> str:
    label = f"Speak sentence {number + 1} again"
    classes, said = ("button small retake", " Take again") if doubtful else ("ghost", "")
    return button(classes, icon("again"), said, data_respeak=number, aria_label=label, title="Speak it again")
