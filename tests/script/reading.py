"""Short ways to read a script in tests."""

from __future__ import annotations

from backend.script import Script, SpokenSentence, parse_script
from backend.script.cleaning import clean
from backend.script.lines import plain_lines
from backend.script.markup import read_marks

LANGUAGES = {
    "a": "en-us",
    "b": "en-gb",
    "e": "es",
    "f": "fr-fr",
    "i": "it",
    "p": "pt-br",
    "j": "ja",
    "z": "cmn",
    "h": "hi",
}


def language(voice: str) -> str:
    return LANGUAGES[voice[0]]


def read(text: str, voice: str = "af_heart") -> Script:
    return parse_script(text, voice=voice, speed=1.0, language=language)


def written(text: str) -> str:
    """The written text as the parser sees it, without spaces."""
    return "".join(read_marks(plain_lines(clean(text)), str).written.split())


def texts(text: str, voice: str = "af_heart") -> list[str]:
    return [sentence.text for sentence in read(text, voice).sentences]


def said(text: str, voice: str = "af_heart") -> str:
    return " ".join(sentence.spoken for sentence in read(text, voice).sentences)


def pairs(sentence: SpokenSentence) -> list[tuple[str, str | None]]:
    """Each written word with what is said for it."""
    return [(word.text, sentence.spoken[slice(*word.spoken)] if word.spoken else None) for word in sentence.words]
