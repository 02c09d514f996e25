"""What files are called towards people: media types and safe download names."""

from __future__ import annotations

import re
import unicodedata

MEDIA_TYPES = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "oga": "audio/ogg",
    "weba": "audio/webm",
    "mka": "audio/x-matroska",
    "aiff": "audio/aiff",
    "aif": "audio/aiff",
    "aifc": "audio/aiff",
    "caf": "audio/x-caf",
    "amr": "audio/amr",
    "wma": "audio/x-ms-wma",
    "3gp": "video/3gpp",
    "3g2": "video/3gpp2",
    "webm": "video/webm",
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "mkv": "video/x-matroska",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "srt": "application/x-subrip",
    "vtt": "text/vtt",
    "ass": "text/x-ssa",
    "csv": "text/csv",
    "txt": "text/plain",
    "json": "application/json",
    "zip": "application/zip",
    "ttf": "font/ttf",
    "otf": "font/otf",
    "woff": "font/woff",
    "woff2": "font/woff2",
}
"""By suffix. No type that a browser would run as a page or a script; anything else is an opaque download."""

MAX_NAME_BYTES = 180
"""UTF-8 bytes; file systems take 255, and a browser may add " (1)" and its own suffix while it downloads."""

_UNSAFE = re.compile(r'[/\\:*?"<>|]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def media_type(name: str) -> str:
    """The media type that a file name's suffix stands for."""
    return MEDIA_TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def clean_name(name: str, fallback: str) -> str:
    """``name`` as a download name that every system can save: no path, no control or direction characters.

    It ends in the suffix of ``fallback`` (a name of ours, e.g. ``audio.wav``) and is ``fallback`` if nothing is left.
    """
    suffix = f".{fallback.rpartition('.')[2]}"
    seen = filter(_is_visible, unicodedata.normalize("NFC", name))
    visible = "".join(" " if character.isspace() else character for character in seen).strip()
    if visible.lower().endswith(suffix):
        visible = visible[: -len(suffix)]
    stem = _UNSAFE.sub("_", visible).strip(" .").lstrip("- .")
    stem = _cut(stem, MAX_NAME_BYTES - len(suffix))
    if not stem.strip("_"):
        return fallback
    if _RESERVED.fullmatch(stem):
        stem = _cut(f"_{stem}", MAX_NAME_BYTES - len(suffix))
    return f"{stem}{suffix}"


def _cut(stem: str, most_bytes: int) -> str:
    return stem.encode()[:most_bytes].decode(errors="ignore").rstrip(" .")


def _is_visible(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] != "C" and category not in ("Zl", "Zp")
