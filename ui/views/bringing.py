"""Bringing a recording: record or upload, and what is there meanwhile. Worked by the page's script of the same name."""

from __future__ import annotations

from ui.html import button, div, element, icon, span

ACCEPTED = "audio/*,video/*,.wav,.mp3,.m4a,.flac,.ogg,.opus,.aac,.wma,.aiff,.aif,.caf,.amr,.3gp,.mkv,.mov,.mp4,.webm"


def draw() -> str:
    """The two tiles; the recorder and the note of what is being sent stay hidden until they are needed."""
    record = _tile("mic", "Record", "Speak into this device's microphone", data_record=True)
    bring = _tile("upload", "Upload", "Any audio, or a video with sound", data_bring=True)
    # The script opens the picker: a file input cannot be drawn like the rest.
    file = element("input", type_="file", accept=ACCEPTED, hidden=True, data_file=True)
    sending = div("sending", span("hint", "Sending…", data_sent=True), hidden=True, data_sending=True)
    return div("tiles", record, bring, file, data_tiles=True) + _recording() + sending


def _recording() -> str:
    """What is there while somebody records; filled by the page's script."""
    clock = element("b", "0:00", data_clock=True)
    head = div("row", element("i", class_="recording-dot"), clock, span("hint grow", data_level_said=True))
    limits = {"aria_valuemin": 0, "aria_valuemax": 100, "aria_valuenow": 0}
    level = div("level", element("i", data_level=True), role="meter", aria_label="Level", **limits)
    done = button("button danger", "Stop and listen", data_record_stop=True)
    row = div("row", done, button("button", "Cancel", data_record_cancel=True))
    return div("recording", head, level, row, hidden=True, data_recording=True)


def _tile(drawing: str, title: str, hint: str, **data: bool) -> str:
    words = span("", element("b", title), span("hint", hint))
    return button("tile", span("tile-icon", icon(drawing)), words, **data)
