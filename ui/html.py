"""Small pieces of HTML. What comes from people becomes `text`, or an attribute of an `element`: both escape."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from backend.errors import StudioError

_ICONS = {
    "play": '<path d="M7 4.5v15l12.5-7.5z" fill="currentColor" stroke="none"/>',
    "pause": '<path d="M7 5h3.6v14H7zM13.4 5H17v14h-3.6z" fill="currentColor" stroke="none"/>',
    "again": '<path d="M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6"/>',
    "down": '<path d="m6 9.5 6 6 6-6"/>',
    "download": '<path d="M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M5 20h14"/>',
    "link": '<path d="M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1"/>',
    "bin": '<path d="M5 7h14M10 7V4.5h4V7m-7.5 0 .8 12.5h9.4L17.5 7M10.5 11v5M13.5 11v5"/>',
    "open": '<path d="M14 5h5v5M19 5l-8 8M17 13.5V19H5V7h5.5"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4 4"/>',
    "alert": '<path d="M12 8v5m0 3.2v.1M12 3.5 2.8 19.5h18.4z"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "wave": '<path d="M4 10v4M8 6v12M12 9v6M16 4v16M20 10v4"/>',
    "film": '<rect x="4" y="4" width="16" height="16" rx="3"/><path d="M8 4v16M16 4v16M4 9h4M4 15h4M16 9h4M16 15h4"/>',
    "words": '<rect x="3.5" y="5" width="17" height="14" rx="3"/><path d="M7 15h4M14 15h3M7 11.5h7"/>',
    "shelf": '<path d="M5 4v16M9.5 4v16M14 5l4.5 15M4 20h16"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "close": '<path d="m6.5 6.5 11 11m0-11-11 11"/>',
    "note": '<path d="M9 18V6l10-2v12"/><circle cx="6.5" cy="18" r="2.5"/><circle cx="16.5" cy="16" r="2.5"/>',
    "mic": '<rect x="9" y="3.5" width="6" height="10.5" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>',
    "upload": '<path d="M12 16V4.5m0 0L7.5 9M12 4.5 16.5 9M5 20h14"/>',
    "pen": '<path d="m5 19 .8-3.8L16.2 4.8l3 3L8.8 18.2zM14 7l3 3"/>',
    "box": '<path d="M4 8.5 12 4l8 4.5v8L12 21l-8-4.5zM4 8.5l8 4.5 8-4.5M12 13v8"/>',
    "compare": '<path d="M9 4.5H5v15h4M15 4.5h4v15h-4M12 3v18"/>',
    "undo": '<path d="M8 5 4 9l4 4M4 9h9a6 6 0 0 1 0 12h-3"/>',
}
_EMPTY_ELEMENTS = ("img", "input")
_SIGNED_LINK = re.compile(r"^https?://[^/]+(?:/.*)?/(files/[^/?]+\?.*\bsignature=.+)$")


def text(value: Any) -> str:
    """Any value as text that is safe between tags and inside quoted attributes."""
    return html.escape(str(value), quote=True)


def element(name: str, *inner: str, **attributes: Any) -> str:
    """An element around HTML.

    Attributes are escaped. Their names are written with underscores (``aria_label``; ``class_``, ``type_`` where the
    name is Python's own); True is an attribute without a value, None and False leave it out.
    """
    written = "".join(_attribute(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    closing = "" if name in _EMPTY_ELEMENTS else f"{''.join(inner)}</{name}>"
    return f"<{name}{written}>{closing}"


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{text(value)}"'


def div(class_: str, *inner: str, **attributes: Any) -> str:
    """A block of this class."""
    return element("div", *inner, class_=class_, **attributes)


def span(class_: str, *inner: str, **attributes: Any) -> str:
    """A stretch of a line of this class."""
    return element("span", *inner, class_=class_ or None, **attributes)


def button(class_: str, *inner: str, **attributes: Any) -> str:
    """A button that does nothing by itself; the page's scripts know it by its ``data_`` attributes."""
    return element("button", *inner, type="button", class_=class_, **attributes)


def delete_button(label: str, title: str = "Delete", sure: str = "Delete") -> str:
    """A bin that asks once more before it deletes; `Voicereel.asksFirst` in the page's scripts opens and shuts it.

    Args:
        label: what it deletes, for screen readers.
        title: the word beside the pointer.
        sure: the word on the button that does it.
    """
    ask = button("icon-button", icon("bin"), data_delete=True, aria_label=label, title=title)
    yes = button("button small danger", sure, data_delete_yes=True)
    return ask + span("confirm", yes, button("button small", "Keep", data_delete_no=True), hidden=True)


def download(label: str, file: Mapping[str, Any], *inner: str, **attributes: Any) -> str:
    """A link that keeps a file."""
    href = address(file, download=True)
    return element(
        "a", text(label), *inner, href=href, download=file["name"], target="_blank", rel="noopener", **attributes
    )


def icon(name: str) -> str:
    """An inline drawing, hidden from screen readers: the control around it carries the label."""
    return (
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.9" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{_ICONS[name]}</svg>'
    )


def address(file: Mapping[str, Any] | str | None, download: bool = False) -> str:
    """Where a file is. Our own signed links become relative, so that they work behind any host.

    What is neither a link nor a picture's data becomes the empty string. With ``download``, a browser keeps the file
    instead of showing it.
    """
    url = file if isinstance(file, str) else str(file["url"]) if file else ""
    if not url.startswith(("http://", "https://", "files/", "/", "data:image/")):
        return ""
    own = _SIGNED_LINK.match(url)
    if own is None:
        return url
    return f"{own.group(1)}&download=1" if download else own.group(1)


def clock(seconds: float) -> str:
    """``0:04``; hours only where there are any."""
    whole = max(0, int(seconds))
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def stamp(seconds: float) -> str:
    """``0:03.31``, to a hundredth of a second."""
    hundredths = max(0, round(seconds * 100))
    return f"{hundredths // 6000}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"


def duration(seconds: float) -> str:
    """A stretch of time as people say it: ``4 s``, ``2 min 5 s``."""
    whole = max(1, round(seconds))
    if whole < 90:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{minutes} min"


def size_of(count: float) -> str:
    """Bytes as people say them: ``11 MB``."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit in ("bytes", "kB") or count >= 10 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def plural(count: int, noun: str) -> str:
    """``1 video``, ``2 videos``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def problem(error: StudioError | Mapping[str, Any] | None) -> str:
    """A banner that says what happened and what to do; empty for None."""
    if error is None:
        return ""
    said = error.to_dict() if isinstance(error, StudioError) else error
    words = element("b", text(said.get("message", ""))) + element("p", text(said.get("hint", "")))
    close = button("ghost", icon("close"), data_dismiss=True, aria_label="Close this message")
    code = element("code", text(said.get("code", "")))
    return div("problem", icon("alert"), div("grow", words), code, close, role="alert")


def heading(title: str, hint: str = "", right: str = "") -> str:
    """The head of a card. ``right`` is HTML."""
    teaching = element("p", text(hint), class_="hint") if hint else ""
    return div("card-head", div("", element("h2", text(title)), teaching), div("row", right))


def empty(drawing: str, title: str, teaching: str, action: str = "") -> str:
    """What stands where nothing is yet: says what will be there and how to get it. ``action`` is HTML."""
    mark = element("i", icon(drawing), class_="empty-icon")
    return div("empty", mark, element("h3", text(title)), element("p", text(teaching)), action)
