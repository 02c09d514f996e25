"""Making a voice: the recorder, what the coach says with a plot of the recording, the form, and how it went."""

from __future__ import annotations

from collections.abc import Sequence

from ui.html import address, button, div, element, heading, icon, problem, span, text
from ui.making import Draft
from ui.studio import Json
from ui.views import bringing, coach, voice_form
from ui.views.progress import bar, remaining
from ui.views.voice_form import field

_READ_ALOUD = (
    "Every morning the harbour wakes before the town does. Ropes creak, gulls argue over nothing, and somebody always "
    "laughs too loudly for the hour. I like to stand at the end of the pier with a warm cup and wonder: who will "
    "come home today, and what will they have to tell?"
)


def draw(draft: Draft, languages: Sequence[str] = ()) -> str:
    """The card in whatever state the draft is. ``languages``: tags the cloning engines speak, for the form."""
    trouble = problem(draft.error) if draft.error else ""
    if draft.voice is not None:
        return _made(draft.voice)
    if draft.status is not None:
        return _working(draft)
    if draft.report is not None and draft.file is not None:
        usable = draft.report["verdict"] != "unusable"
        return coach.draw(draft.report, draft.file, trouble + (voice_form.form(languages) if usable else ""))
    return _start(trouble)


def _start(trouble: str) -> str:
    hint = "Half a minute of one person speaking is plenty: the best twelve seconds are kept."
    quote = div("read-aloud", span("meta", "Nothing to say? Read this aloud"), element("p", text(_READ_ALOUD)))
    return heading("Make a voice of your own", hint) + trouble + div("maker-start", bringing.draw(), quote)


def _working(draft: Draft) -> str:
    status = draft.status or {}
    title = "Saving the voice" if draft.save else "The coach is listening"
    stop = button("button small", "Stop", data_stop=True)
    head = div("row job-head", element("h2", title), bar(status), remaining(status), stop)
    return div("", head, element("p", text(status.get("message") or "Waiting"), class_="hint"), role="status")


def _made(voice: Json) -> str:
    """The voice is there; its transcript can be put right at once."""
    name = str(voice["name"])
    use = button("button", icon("wave"), f" Speak with {text(name)}", data_use=voice["voice_id"])
    more = button("quiet", "Make another", data_discard=True)
    head = div(
        "verdict is-good",
        element("i", class_="dot is-on"),
        div("grow", element("h2", f"{text(name)} is saved"), element("p", text(about(voice)), class_="hint")),
        more,
    )
    reference = address(voice.get("reference"))
    hear = button("button small", icon("play"), " Hear it", data_hear=reference) if reference else ""
    box = element("textarea", text(voice["transcript"]), rows=3, maxlength=2000, data_field="transcript")
    written = field("What is said in it", box)
    right = button("button small", "Keep my correction", data_correct=voice["voice_id"], hidden=True)
    unable = element("p", text(voice["unavailable_reason"]), class_="notice") if not voice["available"] else ""
    return head + unable + div("voice-form made", written, div("row", use, hear, right))


def about(voice: Json) -> str:
    """Length and language of a voice in a few words."""
    said = [str(voice["language_name"])]
    if voice.get("seconds"):
        said.insert(0, f"{float(voice['seconds']):.1f} s")
    return " · ".join(said)
