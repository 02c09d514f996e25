"""Marks inside a line: the studio's own tags, links, emphasis, HTML-ish tags and entities.

One pass from left to right; every alternative below is bounded, so the time is linear in the script.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from backend.errors import InvalidRequest
from backend.script.cleaning import is_speech

MAX_PAUSE = 60.0
"""Seconds of one ``[pause]``."""
MAX_PAUSES = 600.0
"""Seconds of all ``[pause]`` tags together."""
MIN_SPEED, MAX_SPEED = 0.5, 2.0
MAX_WRITTEN_URL = 40
"""Characters of a URL that are shown; of a longer one only the host is."""

_MARK = re.compile(
    r"""
    \\(?P<escaped>[\\\[\]()*_`\#~<>&])
    | !?\[(?P<label>[^\[\]\n]{0,200})\]
        \((?:/(?P<ipa>[^()\n/]{0,200})/|[^()\s]{0,500}(?:\([^()\s]{0,100}\)[^()\s]{0,500})?(?:\ "[^"\n]{0,200}")?)\)
    | \[\ ?(?P<tag>pause|voice|speed)\b(?P<argument>[^\[\]\n]{0,300})(?P<closed>\]?)
    | <!--[\s\S]{0,2000}?-->
    | </?(?P<html>[a-z][a-z0-9:-]{0,30})
        (?:\s{1,5}[\w:-]{1,40}=(?:"[^"<>]{0,300}"|'[^'<>]{0,300}'|[^\s"'<>]{1,300})){0,20}\s{0,5}/?>
    | <(?P<autolink>(?:https?://|mailto:)[^\s<>]{1,500})>
    | (?P<url>(?:https?://|www\.)[^\s<>\[\]"`]{1,2000})
    | &(?P<entity>\#\d{1,6}|\#x[0-9a-f]{1,5}|[a-z]{2,8});
    | (?P<emphasis>\*{1,3}|_{1,3}|~~|`{1,3})
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SECONDS = re.compile(
    r"[ :=]{1,3}(\d{1,4}(?:[.,]\d{1,6})?|[.,]\d{1,6}) ?(ms|s|sec|secs|second|seconds)? ?", re.IGNORECASE
)
_FACTOR = re.compile(r"[ :=]{1,3}(\d{1,3}(?:[.,]\d{1,6})?|[.,]\d{1,6}) ?x? ?", re.IGNORECASE)
_VOICE = re.compile(r"[ :=]{1,3}([\w.+()-]{1,280}) ?")
_IPA = re.compile(r"(?:[^\W\d_]|[\u0250-\u02ff\u0300-\u036f'.|‖‿ -])+")
_BREAKING_TAGS = {"br", "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "hr", "ul", "ol", "section"}
_HINT = "Write [pause 0.8s], [voice af_bella], [speed 1.2] or [Okonkwo](/oʊkˈɒŋkwoʊ/); \\[ makes a plain bracket."


@dataclass(frozen=True)
class Change:
    """Something a tag asked for, at a place between two characters of the written text."""

    position: int
    pause: float | None = None
    """Seconds of silence here."""
    voice: str | None = None
    """Speaks from here on."""
    speed: float | None = None
    """Holds from here on."""


@dataclass
class Marked:
    """The written text, and what the tags in it asked for."""

    written: str = ""
    changes: list[Change] = field(default_factory=list)
    pronunciations: list[tuple[int, int, str]] = field(default_factory=list)
    """Start and end in ``written``, IPA."""


def read_marks(text: str, check_voice: Callable[[str], str]) -> Marked:
    """``text`` without marks.

    Raises:
        InvalidRequest: ``script_markup`` for a known tag that cannot be followed; what ``check_voice`` raises for an
            unknown voice.
    """
    reader = _Reader(text, check_voice)
    end = 0
    for match in _MARK.finditer(text):
        reader.say(text[end : match.start()])
        reader.read(match)
        end = match.end()
    reader.say(text[end:])
    return reader.finish()


class _Reader:
    def __init__(self, text: str, check_voice: Callable[[str], str]) -> None:
        self._text = text
        self._check_voice = check_voice
        self._parts: list[str] = []
        self._length = 0
        self._marked = Marked()
        self._pauses = 0.0

    def say(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def finish(self) -> Marked:
        self._marked.written = "".join(self._parts)
        return self._marked

    def read(self, match: re.Match[str]) -> None:
        kind = match.lastgroup
        if match["label"] is not None:
            self._read_link(match["label"], match["ipa"])
        elif match["tag"]:
            self._read_tag(match)
        elif kind == "html":
            self.say("\n" if match["html"].lower() in _BREAKING_TAGS else "")
        elif kind in ("url", "autolink"):
            self._read_url(match[kind])
        elif kind == "entity":
            self._read_entity(match[0])
        elif kind == "emphasis":
            self.say(match[0] if self._is_literal(match) else "")
        elif kind == "escaped":
            self.say(match["escaped"])

    def _read_link(self, label: str, ipa: str | None) -> None:
        label = _without_emphasis(label)
        if ipa is not None:
            self._pronounce(label, ipa)
        self.say(label)

    def _pronounce(self, label: str, ipa: str) -> None:
        """Remember how ``label``, said next, is pronounced; each of its words gets its own sounds."""
        words = list(re.finditer(r"\S+", label))
        sounds = ipa.split() if len(words) > 1 else ["".join(ipa.split())]
        if not is_speech(label) or not _IPA.fullmatch(ipa) or not is_speech(ipa):
            raise _refuse(f"[{label}](/{ipa}/) is not a pronunciation.")
        if len(sounds) != len(words):
            raise _refuse(f"[{label}](/{ipa}/) has {len(words)} words but sounds for {len(sounds)}.")
        for word, sound in zip(words, sounds, strict=True):
            span = (self._length + word.start(), self._length + word.end(), sound)
            self._marked.pronunciations.append(span)

    def _read_tag(self, match: re.Match[str]) -> None:
        tag, argument = match["tag"].lower(), match["argument"]
        if not match["closed"]:
            raise _refuse(f"[{tag} … has no closing bracket.")
        if tag == "pause":
            change = Change(self._length, pause=self._seconds(argument))
        elif tag == "speed":
            change = Change(self._length, speed=_speed(argument))
        else:
            change = Change(self._length, voice=self._voice(argument))
        self._marked.changes.append(change)

    def _seconds(self, argument: str) -> float:
        match = _SECONDS.fullmatch(argument)
        if not match:
            raise _refuse(f"[pause{argument}] is not a pause.")
        seconds = float(match[1].replace(",", ".")) / (1000 if (match[2] or "").lower() == "ms" else 1)
        self._pauses += seconds
        if seconds > MAX_PAUSE or self._pauses > MAX_PAUSES:
            raise _refuse(f"A pause can be {MAX_PAUSE:g} seconds at most, and all of them together {MAX_PAUSES:g}.")
        return seconds

    def _voice(self, argument: str) -> str:
        match = _VOICE.fullmatch(argument)
        if not match:
            raise _refuse(f"[voice{argument}] names no voice.")
        return self._check_voice(match[1])

    def _read_url(self, url: str) -> None:
        """URLs are shown whole while they are short; what clings to their end is text."""
        bare = url.rstrip(".,;:!?'\"*_)" if "(" not in url else ".,;:!?'\"*_")
        self.say(bare if len(bare) <= MAX_WRITTEN_URL else re.split(r"[/?#]", re.sub(r"^\w+:/*", "", bare))[0])
        self.say(url[len(bare) :].replace("*", ""))

    def _read_entity(self, entity: str) -> None:
        character = html.unescape(entity).replace("\xa0", " ")
        self.say(character if all(letter.isprintable() for letter in character) else "")

    def _is_literal(self, match: re.Match[str]) -> bool:
        """Whether these asterisks, underscores or tildes are text: inside a word, or standing alone (``2 * 3``)."""
        before = self._text[match.start() - 1 : match.start()] or " "
        after = self._text[match.end() : match.end() + 1] or " "
        if match[0][0] in "`~":
            return False
        return (before.isalnum() and after.isalnum()) or (before == after == " " and match[0] == "*")


def _speed(argument: str) -> float:
    match = _FACTOR.fullmatch(argument)
    speed = float(match[1].replace(",", ".")) if match else 0.0
    if not MIN_SPEED <= speed <= MAX_SPEED:
        raise _refuse(f"[speed{argument}] is not a speed from {MIN_SPEED:g} to {MAX_SPEED:g}.")
    return speed


def _without_emphasis(label: str) -> str:
    return re.sub(r"\*+|~~|`+|(?<!\w)_+|_+(?!\w)", "", label)


def _refuse(message: str) -> InvalidRequest:
    return InvalidRequest(message, hint=_HINT, code="script_markup")
