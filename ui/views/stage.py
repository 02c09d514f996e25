"""The stage: the picture as it will be rendered, its player, the words, and what can be taken away. It stays while tabs change."""

from __future__ import annotations

import json
from typing import Any

from ui.choices import SHAPES
from ui.html import clock, icon, link, size_of, text
from ui.show import Show
from ui.studio import Json
from ui.waveform import bars_of_words

DOUBTFUL = 0.6
"""Below this confidence a word's time wants a look."""
FORMATS = ("srt", "vtt", "csv", "json", "ass")


def draw(show: Show, style: str = "bold_pop") -> str:
    """The stage as HTML. ``style``: what a first look is drawn in, while there are no captions."""
    state = "empty" if show.empty else "video" if show.size in show.videos else "narration"
    captions = show.captions.get(show.size)
    style = str(captions["style"]) if captions else style
    parts = (_top(show), _picture(show, captions, style), _hello(show), _transport(show), _words(show), _actions(show))
    cues = json.dumps(_cues(captions), ensure_ascii=False, separators=(",", ":"))
    return (
        f'<section class="stage is-{state}" aria-label="Stage" data-size="{text(show.size)}" data-state="{state}" '
        f'data-captions="{text(captions["captions_id"]) if captions else ""}" '
        f'{_placed(captions)}data-version="{text(captions["version"]) if captions else ""}" data-duration="{show.duration:.3f}" '
        f'data-cues="{text(cues)}">{"".join(parts)}</section>'
    )


def _placed(captions: Json | None) -> str:
    """What the captions' layout says against their style."""
    layout = (captions or {}).get("layout") or {}
    place, capitals = layout.get("position"), layout.get("uppercase")
    placed = f'data-place="{text(place)}" ' if place else ""
    return placed + (f'data-capitals="{"on" if capitals else "off"}" ' if capitals is not None else "")


def _cues(captions: Json | None) -> list[list[Any]]:
    """The cues as the page's script takes them: ``[start, end, text, [[word, start, end], …]]``."""
    return [
        [cue["start"], cue["end"], cue["text"], [[word["text"], word["start"], word["end"]] for word in cue["words"]]]
        for cue in (captions["cues"] if captions else ())
    ]


def _top(show: Show) -> str:
    buttons = "".join(
        f'<button type="button" role="radio" aria-checked="{"true" if size == show.size else "false"}" '
        f'data-size="{size}">{name}</button>'
        for size, name in SHAPES.items()
    )
    return (
        f'<div class="stage-top"><div class="segment" role="radiogroup" aria-label="Shape">{buttons}</div>'
        '<button type="button" class="quiet" data-safe aria-pressed="false">Safe zone</button></div>'
    )


def _picture(show: Show, captions: Json | None, style: str) -> str:
    video = show.videos.get(show.size)
    width, height = show.size.split("x")
    if video:
        media = (
            f'<video src="{link(video["file"])}" poster="{link(video["thumbnail"])}" playsinline preload="metadata" '
            'tabindex="-1"></video>'
        )
    elif show.narration:
        media = f'<audio src="{link(show.narration["audio"])}" preload="metadata"></audio>'
    else:
        media = ""
    live = "" if video else f'<div class="live-caption" data-live data-style="{text(style)}" aria-hidden="true"></div>'
    return (
        f'<div class="picture-box"><div class="picture" style="aspect-ratio:{int(width)}/{int(height)}" data-picture-frame>'
        f'<div class="media">{media}</div><img class="still" alt="" data-still hidden>{live}'
        '<div class="safe" hidden aria-hidden="true"></div>'
        f'<button type="button" class="big-play" data-play aria-label="Play">{icon("play")}</button></div></div>'
    )


def _hello(show: Show) -> str:
    if not show.empty:
        return ""
    return (
        '<div class="stage-hello"><b>Your video appears here</b>'
        "<p>This is a sketch of its first words. Press <em>Make video</em> to hear it and to see every word light up.</p></div>"
    )


def _transport(show: Show) -> str:
    heights = show.bars or bars_of_words(show.words, show.duration)
    drawn = "".join(f'<i style="height:{round(height * 100)}%"></i>' for height in heights)
    hidden = "hidden" if show.empty else ""
    return (
        f'<div class="transport" {hidden}><button type="button" class="round" data-play aria-label="Play">{icon("play")}</button>'
        f'<div class="wave" data-wave role="slider" tabindex="0" aria-label="Position" aria-valuemin="0" '
        f'aria-valuemax="{show.duration:.2f}" aria-valuenow="0"><div class="bars">{drawn}</div>'
        f'<div class="bars played" aria-hidden="true">{drawn}</div></div>'
        f'<span class="time"><span data-now>0:00</span> / {clock(show.duration)}</span></div>'
    )


def _words(show: Show) -> str:
    words = "".join(_word(number, word) for number, word in enumerate(show.words))
    return f'<div class="words" data-words>{words}</div>' if words else ""


def _word(number: int, word: Json) -> str:
    doubtful = float(word.get("confidence", 1)) < DOUBTFUL
    title = ' title="This time is a guess; have a look"' if doubtful else ""
    return (
        f'<span data-word="{number}" data-start="{float(word["start"]):.3f}" data-end="{float(word["end"]):.3f}"'
        f"{' class=doubtful' if doubtful else ''}{title}>{text(word['text'])}</span>"
    )


def _actions(show: Show) -> str:
    if show.empty:
        return ""
    current = show.videos.get(show.size)
    file = current["file"] if current else show.narration["audio"] if show.narration else None
    return (
        f'<div class="row stage-actions"><details class="menu"><summary class="button small">{icon("download")} Download</summary>'
        f'<div class="menu-list">{_downloads(show)}</div></details>'
        f'<button type="button" class="button small" data-copy="{link(file)}">{icon("link")} Copy link</button></div>'
    )


def _downloads(show: Show) -> str:
    rows = [_download(f"Video {SHAPES.get(size, size)}", video["file"]) for size, video in show.videos.items()]
    if show.narration:
        rows.append(_download("Audio", show.narration["audio"]))
        rows.append('<span class="menu-title">Word times</span><div class="menu-grid">')
        rows.extend(_download(name.upper(), show.narration["timings"][name], short=True) for name in FORMATS)
        rows.append("</div>")
    return "".join(rows)


def _download(label: str, file: Json, short: bool = False) -> str:
    size = "" if short else f'<span class="hint">{size_of(file["bytes"])}</span>'
    return (
        f'<a href="{link(file, download=True)}" download="{text(file["name"])}" target="_blank" rel="noopener">{text(label)}{size}</a>'
    )
