"""A word between its neighbours, and the addresses that every language says in the same way."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Token:
    """A word as the rules of a language see it; quotes are plain, subscripts are digits."""

    core: str
    """Without the punctuation around it."""
    tail: str
    """The punctuation after it."""
    before: str
    """The core of the word before; empty at the start."""
    after: str
    """The core of the word after; empty at the end."""
    language: str


EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}")
URL = re.compile(
    r"(?:https?://)?(?:www\.)?((?:[\w-]{1,64}\.){1,6}[a-z]{2,24}(?::\d{1,5})?)(/[^?#]*)?(?:[?#].*)?", re.IGNORECASE
)
HASHTAG = re.compile(r"#([^\W\d_]\w*)")
MENTION = re.compile(r"@(\w[\w.-]*)")
_ENDINGS = frozenset(
    """
    com org net io dev ai co uk de fr es it pt br jp cn in ru edu gov info app me tv gg xyz eu us ca au nz ch at nl be
    se no txt pdf doc docx xls xlsx ppt csv json xml html htm css js ts py rb go rs java cpp md jpg jpeg png gif svg
    webp mp3 mp4 wav flac zip tar gz exe iso yml yaml toml srt vtt
    """.split()  # noqa: SIM905  # words in lines read better than one a line
)
"""Ends of host and file names; other words with a full stop inside are left alone."""
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|_|(?<=[A-Za-z])(?=\d)")


def say_address(core: str, *, dot: str, at: str, slash: str, dash: str, hashtag: str) -> str | None:
    """E-mail addresses, URLs, file names, hashtags and mentions in words; None for anything else."""
    if EMAIL.fullmatch(core):
        name, _, host = core.partition("@")
        return f"{_spell(name, dot, dash)} {at} {_spell(host, dot, dash)}"
    if hashtagged := HASHTAG.fullmatch(core):
        return f"{hashtag} {_apart(hashtagged[1])}"
    if mentioned := MENTION.fullmatch(core):
        return f"{at} {_spell(mentioned[1], dot, dash)}"
    url = URL.fullmatch(core)
    if url and ("//" in core[:8] or core[:4].lower() == "www." or url[1].rpartition(".")[2].lower() in _ENDINGS):
        path = [part for part in (url[2] or "").split("/") if part]
        return f" {slash} ".join(_spell(part, dot, dash) for part in [url[1], *path])
    return None


def _spell(text: str, dot: str, dash: str) -> str:
    parts = [_apart(part) for part in text.replace(":", " ").split(".")]
    return (
        f" {dot} ".join(part for part in parts if part)
        .replace("-", f" {dash} ")
        .replace("+", " plus ")
        .replace("%", " ")
    )


def _apart(text: str) -> str:
    """``CamelCase`` and ``snake_case`` as words."""
    return " ".join(_HUMP.sub(" ", text).split())
