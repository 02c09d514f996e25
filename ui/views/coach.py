"""What the voice coach says of a recording: a verdict, advice, a plot with the part that is kept, figures."""

from __future__ import annotations

from collections.abc import Sequence

from ui.html import address, button, clock, div, element, icon, span, text
from ui.studio import Json

MOST_SECONDS = 12
"""Of the part a voice is made from."""
_VERDICTS = {
    "good": ("on", "Good", "This recording makes a good voice."),
    "usable": ("wait", "Usable", "It works; the advice below would make it better."),
    "unusable": ("bad", "Not usable", "No voice can be made from this one. Here is what to change."),
}


def draw(report: Json, file: Json, below: str) -> str:
    """The report on a recording (``file``: its link), with HTML ``below`` it."""
    dot, title, said = _VERDICTS[report["verdict"]]
    again = button("button small", icon("again"), " Another recording", data_discard=True)
    verdict = div(
        f"verdict is-{report['verdict']}",
        element("i", class_=f"dot is-{dot}"),
        div("grow", element("h2", title), element("p", text(said), class_="hint")),
        again,
    )
    return verdict + _advice(report["problems"]) + _plot(report, file) + _facts(report) + below


def _advice(problems: Sequence[Json]) -> str:
    rows = [
        element("li", element("b", text(each["message"])), " ", text(each["advice"]), data_code=each["code"])
        for each in problems
    ]
    return element("ul", *rows, class_="advice") if rows else ""


def _plot(report: Json, file: Json) -> str:
    """The waveform with the chosen part, which can be moved by mouse, finger and keys."""
    duration = max(float(report["duration"]), 0.001)
    first, last = (float(moment) for moment in report["examined"])
    shown = max(last - first, 0.001)
    start, end = (float(moment) for moment in report["chosen"])
    movable = report["verdict"] != "unusable" and end > start
    handles = [
        element("i", class_=f"handle {side}", data_handle=side, role="slider", tabindex="0", aria_label=label,
                aria_valuemin=f"{first:.2f}", aria_valuemax=f"{last:.2f}", aria_valuenow=f"{moment:.2f}")
        for side, label, moment in (("start", "Start of the part", start), ("end", "End of the part", end))
    ]  # fmt: skip
    kept = div(
        "kept-part",
        *handles,
        style=f"left:{100 * (start - first) / shown:.3f}%;width:{100 * (end - start) / shown:.3f}%",
        data_part=True,
        title="Drag to move the part that is kept",
    )
    wave = div("plot", _shape(report["waveform"]), kept if movable else "", data_plot=True)
    hear = button("button small", icon("play"), " Hear the chosen part", data_hear_part=True) if movable else ""
    everything = button("button small", icon("play"), " Hear all", data_hear=address(file))
    back = button("quiet", "Back to the coach's choice", data_part_back=True, hidden=True) if movable else ""
    said = span("meta grow", f"{end - start:.1f} s of {clock(duration)}", data_part_said=True)
    named = {"start": start, "end": end, "first": first, "last": last, "duration": duration}
    numbers = {f"data_{name}": f"{moment:.3f}" for name, moment in named.items()}
    row = div("row plot-actions", hear, everything, said, back)
    where = _stretch(first, last, duration) if movable else ""
    source = {"data_source": address(file), "data_file": file["file_id"]}
    return div("plot-box", wave, where, row, **numbers, **source, data_most=MOST_SECONDS)


def _stretch(first: float, last: float, duration: float) -> str:
    """Which part of a long recording is shown."""
    if last - first > duration - 1:
        return ""
    said = f"The best minute of this recording, {clock(first)} to {clock(last)}. All that is said here is about it."
    return element("p", text(said), class_="hint")


def _shape(waveform: Sequence[Sequence[float]]) -> str:
    """Lowest and highest samples as one closed outline."""
    top = [f"{place},{50 - 48 * max(pair[1], 0.008):.1f}" for place, pair in enumerate(waveform)]
    bottom = [f"{place},{50 - 48 * min(pair[0], -0.008):.1f}" for place, pair in enumerate(waveform)]
    outline = "M" + "L".join(top + bottom[::-1]) + "Z"
    box = f"0 0 {max(len(waveform) - 1, 1)} 100"
    # SVG wants its camel case: this one attribute is not spelled by `element`.
    return f'<svg viewBox="{box}" preserveAspectRatio="none" aria-hidden="true"><path d="{outline}"/></svg>'


def _facts(report: Json) -> str:
    facts = {
        "Speech": f"{report['speech_seconds']:.1f} s of {report['examined'][1] - report['examined'][0]:.1f} s",
        "Level": f"{report['level_dbfs']:.0f} dB",
        "Above the noise": f"{report['snr_db']:.0f} dB",
        "Reaches up to": f"{report['bandwidth_hz'] / 1000:.1f} kHz",
        "Cut off": f"{report['clipped_share']:.1%}",
        "Room": _room(float(report["echo"])),
    }
    return element(
        "dl",
        *(div("", element("dt", name), element("dd", said)) for name, said in facts.items()),
        class_="facts coach-facts",
    )


def _room(echo: float) -> str:
    return "dry" if echo < 0.35 else "some echo" if echo < 0.65 else "echo"
