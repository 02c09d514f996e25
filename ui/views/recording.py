"""Start from a recording: bringing it, its script, who listens; and what was found in it."""

from __future__ import annotations

from collections.abc import Sequence

from backend.voices.languages import NAMES
from ui.html import address, button, clock, div, element, heading, icon, plural, problem, span, text
from ui.recordings import Brought
from ui.show import Show
from ui.studio import Json
from ui.views import bringing
from ui.views.progress import RUNNING, card
from ui.views.stage import DOUBTFUL
from ui.views.voice_form import field

OPERATIONS = ("align_script", "transcribe", "realign_captions")
_TITLE = "Start from a recording"
_HINT = "Bring a voice-over or a video. With its script, the captions show your words, each when it is said."
_MOST_SHOWN = 6
"""Passages that differ; of more, the number is said."""


def draw(brought: Brought, able: Sequence[Json] = ()) -> str:
    """The card. ``able``: who can write a recording down."""
    if brought.file is None:
        return heading(_TITLE, _HINT) + bringing.draw()
    other = button("button small", icon("again"), " Another recording", data_discard=True)
    return heading(_TITLE, _HINT, other) + div("recording-form", _file(brought), _form(able), data_form=True)


def _file(brought: Brought) -> str:
    file = brought.file or {}
    hear = button("hear", icon("play"), data_hear=address(file), aria_label="Hear the recording")
    about = clock(brought.seconds) + (" · its picture stands behind the words" if brought.has_picture else "")
    words = div("take-words", element("b", text(file["name"])), span("hint", text(about)))
    return div("take", hear, words, data_recording_file=file["file_id"])


def _form(able: Sequence[Json]) -> str:
    placeholder = "Paste what is said in it, word for word. Without a script it is written down for you."
    box = element("textarea", "", rows=4, placeholder=placeholder, maxlength=20_000, data_field="script")
    named = sorted(NAMES.items(), key=lambda entry: entry[1])
    languages = element("option", "Recognise it", value="auto")
    languages += "".join(element("option", text(name), value=tag) for tag, name in named)
    language = field("Language", element("select", languages, data_field="language"))
    listening = element("select", *map(_listener, able), data_field="recogniser")
    listens = div("", field("Who listens", listening), data_listens=True)
    start = button("button primary-button", "Write it down", data_start=True)
    line = span("hint", data_foreseen=True, role="status")
    fields = div("fields two-fields", language, listens)
    return field("Its script, if you have it", box) + fields + _why_off(able) + div("row", start, line)


def _listener(one: Json) -> str:
    said = str(one["title"]) + ("" if one["available"] else " (off)")
    return element("option", text(said), value=one["recogniser"], disabled=not one["available"])


def _why_off(able: Sequence[Json]) -> str:
    """Why a recogniser is greyed, below the choice."""
    lines = [f"{one['reason']} {one['hint']}".strip() for one in able if not one["available"]]
    return element("p", text(" ".join(lines)), class_="hint", data_why_off=True) if lines else ""


def status(job: Json) -> str:
    """How the job of a recording is; empty for a job of something else."""
    if job.get("operation") not in OPERATIONS:
        return ""
    return card(job) if job["state"] in (*RUNNING, "failed") else ""


def wrong(error: Json) -> str:
    """What went wrong."""
    return problem(error)


def told(show: Show) -> str:
    """What was found in the recording on the stage, in plain words."""
    recording = show.recording
    if recording is None or not ("differences" in recording or recording.get("transcript_id")):
        return ""
    doubtful = sum(float(word["confidence"]) < DOUBTFUL for word in recording["words"])
    look = f" {plural(doubtful, 'word')} may want a look: amber, below." if doubtful else ""
    if "differences" not in recording:
        said = f"{plural(len(recording['words']), 'word')} written down.{look}"
        return _good(said) if recording["words"] else _notice("Nobody is heard in this recording.")
    differences = list(recording["differences"])
    if not differences:
        return _good(
            f"The script is on the recording: {plural(len(recording['words']), 'word')}, each when it is said.{look}"
        )
    rows = [_difference(each) for each in differences[:_MOST_SHOWN]]
    if len(differences) > _MOST_SHOWN:
        rows.append(element("li", text(f"and {plural(len(differences) - _MOST_SHOWN, 'more passage')}")))
    head = element("b", "Script and recording differ") + element("p", text(_rule(differences)), class_="hint")
    return div("notice differences", icon("alert"), div("grow", head, element("ul", *rows)), role="status")


def _rule(differences: Sequence[Json]) -> str:
    missing = any(each["kind"] == "missing" for each in differences)
    added = any(each["kind"] == "added" for each in differences)
    said = "What nobody says still stands in the captions; take it out there." if missing else ""
    return (
        f"{said} What is only in the recording has no caption; add it to the script to have one.".strip()
        if added
        else said
    )


def _difference(each: Json) -> str:
    verb = "not said" if each["kind"] == "missing" else "only in the recording"
    seek = button("ghost", icon("play"), clock(each["start"]), data_seek_to=f"{float(each['start']):.3f}")
    return element("li", seek, span("", text(f"{verb}: “{_short(str(each['text']))}”")))


def _short(said: str, most: int = 120) -> str:
    return said if len(said) <= most else said[: most - 1].rstrip() + "…"


def _good(said: str) -> str:
    return div("notice good", icon("check"), element("span", text(said)), role="status")


def _notice(said: str) -> str:
    return div("notice", icon("alert"), element("span", text(said)), role="status")
