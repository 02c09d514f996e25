"""The table of captions."""

from __future__ import annotations

from ui.html import button, div, download, element, empty, heading, icon, span, stamp, text
from ui.show import Show
from ui.studio import Json
from ui.views.stage import DOUBTFUL, FORMATS

_HINT = "Click a line to hear it; type to change it. Amber means the timing wants a look."


def draw(show: Show) -> str:
    """The table of cues; what to do when there is none."""
    captions = show.captions.get(show.size)
    if captions is None:
        speak = button("button", "Write a script", data_tab="speech")
        teaching = "They are made together with the voice, with the exact time of every word."
        return heading("Words") + empty("words", "No captions yet", teaching, speak)
    head = "".join(element("th", name, scope="col") for name in ("Start", "End", "Caption"))
    rows = "".join(_row(cue) for cue in captions["cues"])
    table = element("table", f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>", class_="cue-table")
    return heading("Words", _HINT, _buttons(show, captions)) + _warnings(captions) + div("table-box", table)


def _buttons(show: Show, captions: Json) -> str:
    files = "".join(download(name.upper(), captions["files"][name]) for name in FORMATS)
    summary = element("summary", icon("download"), " Files", class_="button small")
    menu = element("details", summary, div("menu-list", div("menu-grid", files)), class_="menu right")
    undo = button("button small", icon("undo"), " Undo", data_undo=True) if show.undo else ""
    return undo + menu


def _warnings(captions: Json) -> str:
    rows = "".join(element("li", text(warning)) for warning in captions["warnings"])
    return element("ul", rows, class_="warnings") if rows else ""


def _row(cue: Json) -> str:
    number = int(cue["index"])
    hear = button("ghost", stamp(cue["start"]), data_seek=True, aria_label=f"Hear caption {number + 1}")
    written = div(
        "cue-text",
        _words(cue),
        contenteditable="plaintext-only",
        role="textbox",
        aria_label=f"Caption {number + 1}",
        data_cue_text=number,
        spellcheck="true",
    )
    cells = (
        element("td", hear, class_="when"),
        element("td", stamp(cue["end"]), class_="when"),
        element("td", written),
    )
    times = {"data_start": f"{float(cue['start']):.3f}", "data_end": f"{float(cue['end']):.3f}"}
    return element("tr", *cells, data_cue=number, **times)


def _words(cue: Json) -> str:
    """The cue's text, with words marked whose time is a guess."""
    words = cue["words"]
    if " ".join(word["text"] for word in words) != " ".join(cue["text"].split()):
        return text(cue["text"])
    return " ".join(_word(word) for word in words)


def _word(word: Json) -> str:
    if float(word.get("confidence", 1)) >= DOUBTFUL:
        return text(word["text"])
    return span("doubtful", text(word["text"]), title="This time is a guess")
