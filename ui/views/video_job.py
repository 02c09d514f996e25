"""Rendering as the Video tab tells it: how far it is and the latest frame, then what was made."""

from __future__ import annotations

from ui.choices import SHAPES
from ui.html import address, button, clock, div, download, element, icon, plural, size_of, span, text
from ui.show import Show
from ui.studio import Json
from ui.views.progress import RUNNING, bar, remaining, title

MAKES_VIDEOS = ("generate_captioned_video", "make_again")
_STOPPED = "Nothing of this video was kept. What was spoken is kept: rendering again goes on from there."


def told(status: Json | None, show: Show) -> str:
    """The job while it runs, that it was stopped, or else the videos that are on the stage."""
    mine = status is not None and status["operation"] in MAKES_VIDEOS
    if status is not None and mine and status["state"] in RUNNING:
        return _running(status)
    if status is not None and mine and status["state"] == "cancelled":
        return div("card job-card", element("h2", "Stopped"), span("hint", _STOPPED), data_job_state="cancelled")
    return _made(show)


def _running(status: Json) -> str:
    stop = button("button small", "Stop", data_stop=True)
    head = div("row job-head", element("h2", text(title(status)), class_="grow"), remaining(status), stop)
    return div(
        "card job-card video-job", _latest(status), div("video-job-text", head, bar(status)), data_job_state="running"
    )


def _latest(status: Json) -> str:
    """The frame that was drawn last, where there is one."""
    frame = status["details"].get("frame")
    if not frame:
        return ""
    return element("img", src=address(frame), alt="The latest frame", class_="latest-frame", decoding="sync")


def _made(show: Show) -> str:
    if not show.videos:
        return ""
    length = clock(max(float(video["duration"]) for video in show.videos.values()))
    head = div("row", element("h2", "Ready"), span("hint", f"{plural(len(show.videos), 'video')} · {length}"))
    rows = [_row(size, video) for size, video in show.videos.items()]
    if show.sound_alone:
        rows.append(_sound(show.sound_alone))
    return div("card made-videos", head, *rows, data_job_state="done")


def _row(size: str, video: Json) -> str:
    file, name = video["file"], SHAPES.get(size, size)
    picture = element("img", src=address(video["thumbnail"]), alt="", loading="lazy")
    play = button("made-picture", picture, icon("play"), data_look=size, aria_label=f"Play {name}")
    about = f"{size.replace('x', ' × ')} · {size_of(file['bytes'])}"
    return _kept(play, name, about, file)


def _sound(file: Json) -> str:
    """The row of the sound alone."""
    hear = button("made-picture made-sound", icon("play"), data_hear=address(file), aria_label="Hear the sound")
    kind = str(file["name"]).rpartition(".")[2].upper()
    return _kept(hear, "Sound alone", f"{kind} · {size_of(file['bytes'])}", file)


def _kept(left: str, name: str, about: str, file: Json) -> str:
    words = div("grow", element("b", text(name)), span("hint", text(about)))
    keep = download("Download", file, class_="button small")
    share = button("button small", icon("link"), " Share", data_share=file["file_id"])
    copy = button("button small", "Copy link", data_copy=address(file))
    return div("made-row", left, words, div("row made-actions", keep, copy, share))
