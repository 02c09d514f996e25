"""The shelf of everything that was made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from ui.html import address, button, clock, delete_button, div, element, empty, heading, icon, plural, span, text
from ui.studio import Json

_BRING = button(
    "quiet", "Make again from a file", data_bring=True, title="The manifest.json of a result, from here or elsewhere"
)


def draw(items: Sequence[Json], now: datetime | None = None) -> str:
    """The shelf."""
    if not items:
        start = button("button", "Write the first script", data_tab="speech")
        teaching = "Every voice-over and video that is made here is kept until you delete it."
        return heading("Library", "", _BRING) + empty("shelf", "Nothing on the shelf yet", teaching, start)
    hint = f"{plural(len(items), 'piece')}, newest first. Kept in this studio until you delete them."
    pieces = "".join(_piece(item, now or datetime.now(timezone.utc)) for item in items)
    return heading("Library", hint, _BRING) + div("shelf", pieces)


def _piece(item: Json, now: datetime) -> str:
    title = str(item["title"] or "Untitled")
    kind = "Video" if item["kind"] == "video" else "Voice"
    picture = button("piece-picture", _picture(item), data_reopen=True, aria_label=f"Open {title}")
    about = span("hint", f"{kind} · {text(ago(str(item['created_at']), now))}")
    words = div("piece-text", element("b", text(title)), about)
    actions = div("row piece-actions", _take(item, title), delete_button(f"Delete {title}"))
    return element("article", picture, words, actions, class_="piece", data_kind=item["kind"], data_id=item["id"])


def _picture(item: Json) -> str:
    source = address(item.get("thumbnail"))
    shown = element("img", src=source, alt="", loading="lazy") if source else span("no-picture", icon("wave"))
    return shown + span("piece-play", icon("play")) + span("badge", clock(float(item["duration"])))


def _take(item: Json, title: str) -> str:
    if not address(item.get("file")):
        return ""
    keep = element(
        "a",
        icon("download"),
        class_="icon-button",
        href=address(item["file"], download=True),
        download=item["file"]["name"],
        aria_label=f"Download {title}",
        title="Download",
    )
    share = {"data_share": item["file"]["file_id"], "aria_label": f"Share {title}", "title": "Share"}
    again = {"data_again": True, "aria_label": f"Make {title} again", "title": "Make again"}
    return keep + button("icon-button", icon("link"), **share) + button("icon-button", icon("again"), **again)


def ago(moment: str, now: datetime) -> str:
    """An ISO 8601 moment as people say it: ``5 minutes ago``, ``yesterday``, ``18 Nov``."""
    try:
        then = datetime.fromisoformat(moment.replace("Z", "+00:00"))
    except ValueError:
        return ""
    then = then if then.tzinfo else then.replace(tzinfo=timezone.utc)
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
