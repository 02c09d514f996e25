"""The stage as HTML: the picture as it will be rendered, its player, the words, and what can be taken away."""

from __future__ import annotations

import json
from typing import Any

from ui.choices import SHAPES
from ui.html import address, button, clock, div, download, element, icon, size_of, span, text
from ui.show import Show
from ui.studio import Json
from ui.views.styles import drawn
from ui.waveform import bars_of_words

DOUBTFUL = 0.6
"""Below this confidence a word's time wants a look."""
FORMATS = ("srt", "vtt", "csv", "json", "ass")
_HELLO = (
    "<b>Your video appears here</b>"
    "<p>This is a sketch of its first words. Press <em>Make video</em> to hear it and to see every word light up.</p>"
)


def draw(show: Show, style: str = "bold_pop", background: str = "") -> str:
    """The stage.

    Args:
        style: what a first look is drawn in, while there are no captions.
        background: the choice of what stands behind the words.
    """
    state = "empty" if show.empty else "video" if show.size in show.videos else "narration"
    captions = show.captions.get(show.size)
    return element(
        "section",
        _top(show),
        _picture(show, str(captions["style"]) if captions else style, background),
        _own_style(captions),
        div("stage-hello", _HELLO) if show.empty else "",
        _transport(show),
        _words(show),
        _actions(show),
        class_=f"stage is-{state}",
        aria_label="Stage",
        data_size=show.size,
        data_state=state,
        data_duration=f"{show.duration:.3f}",
        data_background=background or None,
        **_captions(captions),
    )


def drawn_clip(clip: Json, asked: str) -> str:
    """What the script that shows the video moving reads: where the clip is, or why there is none.

    Args:
        asked: what the script called its wish.
    """
    error = clip.get("error")
    said = f"{error['message']} {error['hint']}" if error else None
    return div("", hidden=True, data_clip=clip.get("url") or None, data_failed=said, data_asked=asked)


def _captions(captions: Json | None) -> dict[str, Any]:
    """What the page's script needs of the captions."""
    if captions is None:
        return {"data_cues": "[]"}
    cues = [compact(cue) for cue in captions["cues"]]
    layout = captions.get("layout") or {}
    capitals = layout.get("uppercase")
    return {
        "data_captions": captions["captions_id"],
        "data_version": captions["version"],
        "data_place": layout.get("position"),
        "data_capitals": None if capitals is None else "on" if capitals else "off",
        "data_cues": json.dumps(cues, ensure_ascii=False, separators=(",", ":")),
    }


def compact(cue: Json) -> list[Any]:
    """A cue as the page's scripts take it: ``[start, end, text, [[word, start, end, confidence, emphasised], …],
    speaker]``."""
    words = [
        [word["text"], word["start"], word["end"], word.get("confidence", 1), int(bool(word.get("emphasis")))]
        for word in cue["words"]
    ]
    return [cue["start"], cue["end"], cue["text"], words, cue.get("speaker", "")]


def _top(show: Show) -> str:
    shapes = "".join(
        element(
            "button", name, type="button", role="radio", aria_checked=str(size == show.size).lower(), data_size=size
        )
        for size, name in SHAPES.items()
    )
    segment = div("segment", shapes, role="radiogroup", aria_label="Shape")
    looks = [button("quiet", "Safe zone", data_safe=True, aria_pressed="false")]
    if show.size in show.captions and show.size not in show.videos:
        looks.insert(0, button("quiet", "See it move", data_move=True, aria_pressed="false"))
    return div("stage-top", segment, div("stage-looks", *looks))


def _picture(show: Show, style: str, background: str) -> str:
    width, height = show.size.split("x")
    video = show.videos.get(show.size)
    live = "" if video else div("live-caption", data_live=True, data_style=style, aria_hidden="true")
    inside = (
        div("media", _media(show, video, background)),
        element("img", class_="still", alt="", data_still=True, hidden=True),
        live,
        div("safe", hidden=True, aria_hidden="true"),
        button("big-play", icon("play"), data_play=True, aria_label="Play"),
    )
    frame = div("picture", *inside, style=f"aspect-ratio:{int(width)}/{int(height)}", data_picture_frame=True)
    return div("picture-box", frame)


def _own_style(captions: Json | None) -> str:
    """A style that no card may show: the page's script dresses the live caption after it."""
    own = captions.get("own_style") if captions else None
    return div("", drawn(own, {}), hidden=True, aria_hidden="true", data_own_style=True) if own else ""


def _media(show: Show, video: Json | None, background: str) -> str:
    if video:
        source, poster = address(video["file"]), address(video["thumbnail"])
        return element("video", src=source, poster=poster, playsinline=True, preload="metadata", tabindex="-1")
    if show.recording and background == f"files:{show.recording['media']}":  # its own picture stands behind the words
        return element(
            "video", src=address(show.recording["audio"]), playsinline=True, preload="metadata", tabindex="-1"
        )
    if show.voice:
        return element("audio", src=address(show.voice["audio"]), preload="metadata")
    return ""


def _transport(show: Show) -> str:
    heights = show.bars or bars_of_words(show.words, show.duration)
    bars = "".join(element("i", style=f"height:{round(height * 100)}%") for height in heights)
    limits = {"aria_valuemin": 0, "aria_valuemax": f"{show.duration:.2f}", "aria_valuenow": 0}
    drawn = div("bars", bars) + div("bars played", bars, aria_hidden="true")
    wave = div("wave", drawn, data_wave=True, role="slider", tabindex="0", aria_label="Position", **limits)
    play = button("round", icon("play"), data_play=True, aria_label="Play")
    time = span("time", element("span", "0:00", data_now=True), f" / {clock(show.duration)}")
    return div("transport", play, wave, time, hidden=show.empty)


def _words(show: Show) -> str:
    words = "".join(_word(number, word) for number, word in enumerate(show.words))
    return div("words", words, data_words=True) if words else ""


def _word(number: int, word: Json) -> str:
    doubtful = float(word.get("confidence", 1)) < DOUBTFUL
    return span(
        "doubtful" if doubtful else "",
        text(word["text"]),
        data_word=number,
        data_start=f"{float(word['start']):.3f}",
        data_end=f"{float(word['end']):.3f}",
        title="This time is a guess; have a look" if doubtful else None,
    )


def _actions(show: Show) -> str:
    if show.empty:
        return ""
    video = show.videos.get(show.size)
    file = video["file"] if video else show.voice["audio"] if show.voice else None
    summary = element("summary", icon("download"), " Download", class_="button small")
    menu = element("details", summary, div("menu-list", _downloads(show)), class_="menu")
    share = button("button small", icon("link"), " Share", data_share=file["file_id"]) if file else ""
    return div("row stage-actions", menu, share)


def _downloads(show: Show) -> str:
    rows = [_row(f"Video {SHAPES.get(size, size)}", video["file"]) for size, video in show.videos.items()]
    if show.voice:
        timings = show.voice["timings"]
        files = "".join(download(name.upper(), timings[name]) for name in FORMATS)
        rows += [_row("Audio", show.voice["audio"]), span("menu-title", "Word times"), div("menu-grid", files)]
    return "".join(rows)


def _row(label: str, file: Json) -> str:
    return download(label, file, span("hint", size_of(file["bytes"])))
