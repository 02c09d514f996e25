"""The table of captions."""

from __future__ import annotations

from ui.html import empty, heading, icon, link, stamp, text
from ui.show import Show
from ui.studio import Json
from ui.views.stage import DOUBTFUL, FORMATS


def draw(show: Show) -> str:
    """The table of cues; what to do when there is none."""
    captions = show.captions.get(show.size)
    if captions is None:
        speak = '<button type="button" class="button" data-tab="speech">Write a script</button>'
        return heading("Words") + empty(
            "words",
            "No captions yet",
            "They are made together with the voice, with the exact time of every word.",
            speak,
        )
    rows = "".join(_row(cue) for cue in captions["cues"])
    hint = "Click a line to hear it; type to change it. Amber means the timing wants a look."
    return (
        f"{heading('Words', hint, _buttons(show, captions))}{_warnings(captions)}"
        '<div class="table-box"><table class="cue-table"><thead><tr><th scope="col">Start</th><th scope="col">End</th>'
        f'<th scope="col">Caption</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _buttons(show: Show, captions: Json) -> str:
    files = "".join(
        f'<a href="{link(captions["files"][name], download=True)}" download="captions.{name}" target="_blank" rel="noopener">{name.upper()}</a>'
        for name in FORMATS
    )
    undo = f'<button type="button" class="button small" data-undo>{icon("undo")} Undo</button>' if show.undo else ""
    return (
        f'{undo}<details class="menu right"><summary class="button small">{icon("download")} Files</summary>'
        f'<div class="menu-list"><div class="menu-grid">{files}</div></div></details>'
    )


def _warnings(captions: Json) -> str:
    rows = "".join(f"<li>{text(warning)}</li>" for warning in captions["warnings"])
    return f'<ul class="warnings">{rows}</ul>' if rows else ""


def _row(cue: Json) -> str:
    number = int(cue["index"])
    return (
        f'<tr data-cue="{number}" data-start="{float(cue["start"]):.3f}" data-end="{float(cue["end"]):.3f}">'
        f'<td class="when"><button type="button" class="ghost" data-seek '
        f'aria-label="Hear caption {number + 1}">{stamp(cue["start"])}</button></td><td class="when">{stamp(cue["end"])}</td>'
        f'<td><div class="cue-text" contenteditable="plaintext-only" role="textbox" aria-label="Caption {number + 1}" '
        f'data-cue-text="{number}" spellcheck="true">{_words(cue)}</div></td></tr>'
    )


def _words(cue: Json) -> str:
    """The cue's text, with words marked whose time is a guess."""
    words = cue["words"]
    if " ".join(word["text"] for word in words) != " ".join(cue["text"].split()):
        return text(cue["text"])
    return " ".join(
        f'<span class="doubtful" title="This time is a guess">{text(word["text"])}</span>'
        if float(word.get("confidence", 1)) < DOUBTFUL
        else text(word["text"])
        for word in words
    )
