"""The shelf of everything that was made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from ui.html import clock, empty, heading, icon, link, plural, text
from ui.studio import Json


def draw(items: Sequence[Json], now: datetime | None = None) -> str:
    """The shelf."""
    if not items:
        start = '<button type="button" class="button" data-tab="speech">Write the first script</button>'
        teaching = "Every voice-over and video that is made here is kept until you delete it."
        return heading("Library") + empty("shelf", "Nothing on the shelf yet", teaching, start)
    cards = "".join(_item(item, now or datetime.now(timezone.utc)) for item in items)
    hint = f"{plural(len(items), 'piece')}, newest first. Kept on this machine until you delete them."
    return f'{heading("Library", hint)}<div class="shelf">{cards}</div>'


def _item(item: Json, now: datetime) -> str:
    title, file = text(item["title"] or "Untitled"), link(item.get("file"))
    names = f'data-kind="{text(item["kind"])}" data-id="{text(item["id"])}"'
    picture = (
        f'<img src="{link(item["thumbnail"])}" alt="" loading="lazy">'
        if item.get("thumbnail")
        else f'<span class="no-picture">{icon("wave")}</span>'
    )
    kind = "Video" if item["kind"] == "video" else "Voice"
    return (
        f'<article class="piece" {names}><button type="button" class="piece-picture" data-reopen aria-label="Open {title}">'
        f'{picture}<span class="piece-play">{icon("play")}</span><span class="badge">{clock(float(item["duration"]))}</span>'
        f'</button><div class="piece-text"><b>{title}</b><span class="hint">{kind} · {ago(str(item["created_at"]), now)}</span>'
        f'</div><div class="row piece-actions">{_buttons(file, title)}</div></article>'
    )


def _buttons(file: str, title: str) -> str:
    take = (
        f'<a class="icon-button" href="{file}" download target="_blank" rel="noopener" aria-label="Download {title}" '
        f'title="Download">{icon("download")}</a><button type="button" class="icon-button" data-copy="{file}" '
        f'aria-label="Copy link to {title}" title="Copy link">{icon("link")}</button>'
        if file
        else ""
    )
    return (
        f'{take}<button type="button" class="icon-button" data-delete aria-label="Delete {title}" title="Delete">{icon("bin")}'
        '</button><span class="confirm" hidden><button type="button" class="button small danger" data-delete-yes>Delete</button>'
        '<button type="button" class="button small" data-delete-no>Keep</button></span>'
    )


def ago(moment: str, now: datetime) -> str:
    """An ISO 8601 moment as people say it: ``5 minutes ago``, ``yesterday``, ``18 Nov``."""
    try:
        then = datetime.fromisoformat(moment.replace("Z", "+00:00"))
    except ValueError:
        return ""
    if then.tzinfo is None:
        then = then.replace(tzinfo=timezone.utc)
    seconds = (now - then).total_seconds()
    if seconds < 90:
        return "just now"
    if seconds < 5400:
        return f"{round(seconds / 60)} minutes ago"
    if seconds < 86_400:
        return f"{plural(round(seconds / 3600), 'hour')} ago"
    if seconds < 172_800:
        return "yesterday"
    return f"{then.day} {then:%b}" if then.year == now.year else f"{then.day} {then:%b %Y}"
