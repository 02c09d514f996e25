"""The caption editor's frame: tools, panels and files. The rows are drawn by its script from ``data-cues``, so that an
edit sends what it changed and not the table."""

from __future__ import annotations

import json
from typing import Any

from ui.html import button, div, download, element, empty, heading, icon, span, text
from ui.show import Show
from ui.studio import Json
from ui.views.stage import FORMATS, compact

_HINT = "Click a word to hear it, type to change it. Amber means the timing wants a look."
_KEYS = (
    ("Enter", "next caption"),
    ("Ctrl Enter", "split at the cursor"),
    ("Backspace at the start", "merge with the one before"),
    ("Delete at the end", "merge with the next"),
    ("Ctrl Shift Enter", "insert one after"),
    ("Alt ← →", "move the word 10 ms, with Shift 100 ms"),
    ("Alt ↑ ↓", "end the word later or earlier; in a time, move that edge"),
    ("Ctrl Space", "play or pause"),
    ("Ctrl Z · Ctrl Shift Z", "undo · redo"),
    ("Ctrl F", "find and replace"),
    ("Esc", "leave the text as it was"),
)


def draw(show: Show) -> str:
    """The editor of the captions on the stage; what to do when there are none."""
    captions = show.captions.get(show.size)
    if captions is None:
        speak = button("button", "Write a script", data_tab="speech")
        teaching = "They are made with the voice, or from a recording above, with the exact time of every word."
        return heading("Words") + empty("words", "No captions yet", teaching, speak)
    editor = (_tools(), _word_bar(), _find(), _range(), _keys(), _nothing(), _rows())
    head = heading("Words", _HINT, _files(captions))
    return head + _warnings(captions) + div("cue-editor", *editor, **_data(show, captions))


def _data(show: Show, captions: Json) -> dict[str, Any]:
    cues = [compact(cue) for cue in captions["cues"]]
    return {
        "data_editor": True,
        "data_captions": captions["captions_id"],
        "data_version": captions["version"],
        "data_style": captions["style"],
        "data_media": show.sound,
        "data_before": show.replaced or None,
        "data_cues": json.dumps(cues, ensure_ascii=False, separators=(",", ":")),
    }


def _files(captions: Json) -> str:
    files = "".join(download(name.upper(), captions["files"][name], data_format=name) for name in FORMATS)
    summary = element("summary", icon("download"), " Files", class_="button small")
    return element("details", summary, div("menu-list", div("menu-grid", files)), class_="menu right")


def _warnings(captions: Json) -> str:
    rows = "".join(element("li", text(warning)) for warning in captions["warnings"])
    return element("ul", rows, class_="warnings", data_warnings=True, hidden=not rows)


def _tools() -> str:
    views = "".join(
        element("button", label, type="button", role="radio", aria_checked=str(name == "table").lower(), data_as=name)
        for name, label in (("table", "Table"), ("words", "Words"))
    )
    switch = div("cue-switch", views, role="radiogroup", aria_label="Captions as")
    doubts = button("quiet doubts", span("", "0 to check"), data_next_doubtful=True, hidden=True)
    undo = button("icon-button", icon("undo"), data_undo=True, aria_label="Undo", title="Undo", disabled=True)
    redo = button("icon-button redo", icon("undo"), data_redo=True, aria_label="Redo", title="Redo", disabled=True)
    panels = "".join(_opener(name, label) for name, label in (("find", "Find"), ("range", "Time"), ("keys", "Keys")))
    return div("cue-tools", switch, undo, redo, doubts, span("grow"), panels)


def _opener(name: str, label: str) -> str:
    return button("quiet", label, data_panel_of=name, aria_expanded="false")


def _word_bar() -> str:
    written = element("input", class_="word-text", data_word_text=True, aria_label="The chosen word", spellcheck="true")
    steps = (
        ("-0.01 -0.01", "◂", "10 ms earlier"),
        ("0.01 0.01", "▸", "10 ms later"),
        ("0 -0.01", "⇤", "End 10 ms earlier"),
        ("0 0.01", "⇥", "End 10 ms later"),
    )
    nudges = "".join(
        button("icon-button", sign, data_nudge=by, aria_label=label, title=label) for by, sign, label in steps
    )
    hear = button("icon-button", icon("play"), data_hear_word=True, aria_label="Hear this word", title="Hear it")
    snap = button("quiet", "Snap", data_snap_word=True, title="Put its edges to where sound begins and ends")
    mark = button(
        "quiet",
        "Emphasise",
        data_mark_word=True,
        aria_pressed="false",
        title="Larger and in a colour of its own, in every style",
    )
    times = span("hint", data_word_times=True)
    return div("word-bar", hear, written, times, nudges, snap, mark, data_word_bar=True, hidden=True)


def _field(label: str, **attributes: Any) -> str:
    return element("label", span("", label), element("input", autocomplete="off", **attributes), class_="cue-field")


def _tick(label: str, **attributes: Any) -> str:
    return element("label", element("input", type="checkbox", **attributes), span("", label), class_="cue-tick")


def _find() -> str:
    fields = _field("Find", data_find=True, type="text") + _field("Replace with", data_by=True, type="text")
    ticks = _tick("Match case", data_case=True) + _tick("Whole words", data_whole=True)
    found = span("hint", data_found=True, role="status")
    following = button("button small", "Next", data_find_next=True, disabled=True)
    replace = button("button small", "Replace all", data_replace_all=True, disabled=True)
    return _panel("find", fields, ticks, found, following, replace)


def _range() -> str:
    number = {"type": "number", "min": 1, "step": 1}
    fields = _field("From caption", data_first=True, value=1, **number) + _field(
        "to", data_last=True, value=1, **number
    )
    by = _field("Move by (ms)", data_by_ms=True, type="number", step=10, value=100)
    move = button("button small", "Move", data_on_range="move")
    snap = button("button small", "Snap to the sound", data_on_range="snap")
    spread = button("button small", "Share time anew", data_on_range="spread")
    realign = button(
        "button small",
        "Re-align to the sound",
        data_on_range="realign",
        title="Every word is put anew to where it is said; takes some seconds",
    )
    return _panel("range", fields, by, move, snap, realign, spread)


def _keys() -> str:
    rows = "".join(element("dt", text(keys)) + element("dd", text(what)) for keys, what in _KEYS)
    return _panel("keys", element("dl", rows, class_="cue-keys"))


def _panel(name: str, *inner: str) -> str:
    return div("cue-panel", *inner, data_panel=name, hidden=True)


def _nothing() -> str:
    insert = button("button small", icon("plus"), " A caption", data_insert_first=True)
    return div("cue-none", element("p", "No captions are left."), insert, data_none=True, hidden=True)


def _rows() -> str:
    return div("cue-rows", role="list", aria_label="Captions", data_rows=True)
