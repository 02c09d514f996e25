"""Pictures out of a finished video: which kind, its few settings, and what was made."""

from __future__ import annotations

from collections.abc import Mapping

from ui.html import address, button, div, download, element, heading, icon, problem, size_of, span, text
from ui.picturing import LAYOUTS, MOVING, PLACES, SHEET, THUMBNAIL, Picturing
from ui.studio import Json
from ui.views.progress import working
from ui.views.voice_form import field, select

_KINDS = {THUMBNAIL: "Thumbnail", SHEET: "Contact sheet", MOVING: "Moving picture"}
_ANIMATIONS = {"gif": "GIF, plays everywhere", "webp": "WebP, a third of the bytes"}
_HINT = "Of the video on the stage: what people see before they press play."


def draw(now: Picturing) -> str:
    """The card in whatever state it is; nothing where no video is finished."""
    if not now.video:
        return ""
    if now.status is not None:
        return div("card", working("Making the picture", now.status))
    trouble = problem(now.error) if now.error else ""
    made = _made(now.result) if now.result else ""
    return div("card", heading("Pictures", _HINT), trouble, _form(now.form), made)


def _form(said: Mapping[str, str]) -> str:
    chosen = said["kind"]
    kinds = (
        button("", text(name), role="radio", data_kind=kind, aria_checked=str(kind == chosen).lower())
        for kind, name in _KINDS.items()
    )
    pills = div("tuner-pills", *kinds, role="radiogroup", aria_label="Kind of picture")
    hint = "Words on it, if you like"
    words = element("input", type_="text", maxlength=200, placeholder=hint, value=said["text"], data_field="text")
    here = button("quiet", "As on stage", data_here=True)
    of_kinds = {
        THUMBNAIL: [
            field("Words", words),
            field("Where", select("place", PLACES, said["place"])),
            field("At second", _seconds("moment", said["moment"], 86_400), here),
        ],
        SHEET: [field("Moments", select("layout", LAYOUTS, said["layout"]))],
        MOVING: [
            field("From second", _seconds("start", said["start"], 86_400), here),
            field("Seconds", _seconds("seconds", said["seconds"], 15)),
            field("Format", select("animation", _ANIMATIONS, said["animation"])),
        ],
    }
    parts = (div("picturing-fields", *fields, data_of=kind, hidden=kind != chosen) for kind, fields in of_kinds.items())
    make = button("button", "Make it", data_make=True)
    return div("picturing", pills, *parts, div("row", make))


def _seconds(name: str, value: str, most: int) -> str:
    return element("input", type_="number", min=0, max=most, step=0.1, value=value, data_field=name)


def _made(file: Json) -> str:
    picture = element("img", src=address(file), alt="The picture that was made")
    keep = download("Download", file, class_="button small")
    share = button("button small", icon("link"), " Share", data_share=file["file_id"])
    copy = button("button small", "Copy link", data_copy=address(file))
    head = div("row", element("b", "Ready"), span("hint grow", size_of(file["bytes"])), keep, copy, share)
    return div("made-video picturing-result", head, picture, role="status")
