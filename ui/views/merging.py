"""Videos to be joined: the list in its order, how one becomes the next, and what came out."""

from __future__ import annotations

from ui.choices import AUTO, SHAPES
from ui.html import address, button, clock, div, download, element, heading, icon, plural, problem, size_of, span, text
from ui.merging import Merge
from ui.studio import Json
from ui.views.progress import working
from ui.views.voice_form import field, select

_TITLE = "Join videos"
_HINT = "They follow each other in this order. Videos of one kind are put together without any loss."
_TRANSITIONS = {
    "none": "Cut",
    "fade": "Fade through black",
    "dissolve": "Dissolve",
    "slide": "Slide",
    "slide_up": "Slide up",
    "wipe": "Wipe",
    "wipe_down": "Wipe down",
    "zoom": "Zoom",
    "circle": "Circle",
}
_LENGTHS = {"0.3": "0.3 s", "0.5": "0.5 s", "1.0": "1 s", "2.0": "2 s"}
_FITS = {"contain": "With bars", "blur": "Over a blur", "cover": "Fill and cut"}
_LOUD = {"0.15": "Quiet", "0.5": "Half", "1.0": "Full"}
VIDEOS = "video/*,.mp4,.mov,.webm,.mkv,.m4v,.3gp,.gif"
MUSIC = "audio/*,.mp3,.wav,.m4a,.flac,.ogg,.opus"


def draw(merge: Merge) -> str:
    """The card in whatever state it is."""
    trouble = problem(merge.error) if merge.error else ""
    if merge.status is not None:
        return working("Joining", merge.status)
    more = button("button small", icon("plus"), " Add videos", data_bring=True) if merge.videos else ""
    pickers = _picker(VIDEOS, "videos", many=True) + _picker(MUSIC, "music")
    sending = div("sending", span("hint", "Sending…", data_sent=True), hidden=True, data_sending=True)
    if not merge.videos:
        words = span("", element("b", "Choose videos"), span("hint", "Several at once, of any kind and shape"))
        tile = button("tile", span("tile-icon", icon("film")), words, data_bring=True)
        return heading(_TITLE, _HINT) + trouble + div("tiles one", tile) + sending + pickers
    rows = (_row(number, video, len(merge.videos)) for number, video in enumerate(merge.videos))
    body = div("joined-list", *rows) + sending + _form(merge) + _finish(merge)
    return heading(_TITLE, _HINT, more) + trouble + body + pickers


def _picker(kinds: str, what: str, many: bool = False) -> str:
    return element("input", type_="file", accept=kinds, multiple=many, hidden=True, data_picker=what)


def _row(number: int, video: Json, count: int) -> str:
    name = str(video["name"])
    src = f"{address(video)}#t=0.3"
    picture = element("video", src=src, muted=True, playsinline=True, preload="metadata", class_="joined-picture")
    about = f"{clock(video['seconds'])} · {video['width']} × {video['height']}"
    words = div("grow", element("b", text(name)), span("hint", text(about)))
    up = _move("up", f"Move {name} up", number, -1, disabled=number == 0)
    down = _move("down", f"Move {name} down", number, 1, disabled=number == count - 1)
    label = f"Take {name} out"
    out = button("icon-button", icon("close"), data_out=number, aria_label=label, title="Take it out")
    place, moves = span("joined-number", str(number + 1)), div("row joined-moves", up, down, out)
    return div("joined-row", place, picture, words, moves, data_video=video["file_id"])


def _move(drawing: str, label: str, number: int, by: int, disabled: bool) -> str:
    style = "icon-button turned" if drawing == "up" else "icon-button"
    shown = icon("down")
    return button(style, shown, data_move=number, data_by=by, aria_label=label, title=label, disabled=disabled)


def _form(merge: Merge) -> str:
    form = merge.form
    sizes = {AUTO: "Like the first video", **{size: f"{name} ({size})" for size, name in SHAPES.items()}}
    fields = [
        field("Between them", select("transition", _TRANSITIONS, form["transition"])),
        field("For", select("transition_seconds", _LENGTHS, form["transition_seconds"])),
        field("Shape", select("size", sizes, form["size"])),
        field("Other shapes", select("fit", _FITS, form["fit"])),
    ]
    if merge.music is None:
        music = div("row", button("quiet", icon("note"), " Add music", data_bring_music=True))
    else:
        out = button("icon-button", icon("close"), data_no_music=True, aria_label="No music", title="No music")
        name = span("joined-music grow", icon("note"), text(merge.music["name"]), data_music=merge.music["file_id"])
        loud = field("Music", select("background_music_volume", _LOUD, form["background_music_volume"]))
        music = div("row joined-heard", name, loud, out)
    return div("joined-form", *fields) + music


def _finish(merge: Merge) -> str:
    result, enough = merge.result, merge.enough
    verb = f"Join {plural(len(merge.videos), 'video')}"
    classes = "button primary-button" if result is None else "button"
    join = button(classes, verb if result is None else "Join again", data_join=True, disabled=not enough)
    if enough:
        lengths = {
            "data_sum": f"{sum(video['seconds'] for video in merge.videos):.2f}",
            "data_count": len(merge.videos),
        }
        said = span("hint", text(f"{clock(merge.seconds)} together"), **lengths)
    else:
        said = span("hint", "Add another video, or music.")
    foot = div("row joined-foot", join, said, foreseen())
    return foot + (made(result, "joined-result") if result else "")


def foreseen() -> str:
    """Where the card's script writes what the button beside it takes."""
    return span("hint foreseen", "", data_foreseen=True, role="status")


def made(result: Json, class_: str) -> str:
    """A finished video with what can be done with it."""
    player = element("video", src=f"{address(result)}#t=0.01", controls=True, playsinline=True, preload="metadata")
    keep = download("Download", result, class_="button small")
    copy = button("button small", "Copy link", data_copy=address(result))
    share = button("button small", icon("link"), " Share", data_share=result["file_id"])
    head = div("row", element("b", "Ready"), span("hint grow", size_of(result["bytes"])), keep, copy, share)
    return div(f"made-video {class_}", head, player, role="status")
