"""Names of languages, and whether an engine speaks one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backend.errors import InvalidRequest

_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}")
_SAME = {"cmn": "zh", "yue": "zh", "nb": "no", "nn": "no", "fil": "tl", "iw": "he", "in": "id"}
"""Codes that engines use for the same language."""
NAMES = {
    "af": "Afrikaans", "ar": "Arabic", "az": "Azerbaijani", "be": "Belarusian", "bg": "Bulgarian", "bn": "Bengali",
    "bs": "Bosnian", "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "ga": "Irish", "gl": "Galician", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian",
    "ja": "Japanese", "ka": "Georgian", "kk": "Kazakh", "km": "Khmer", "kn": "Kannada", "ko": "Korean",
    "lo": "Lao", "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian", "ml": "Malayalam", "mn": "Mongolian",
    "mr": "Marathi", "ms": "Malay", "mt": "Maltese", "my": "Burmese", "ne": "Nepali", "nl": "Dutch",
    "no": "Norwegian", "pa": "Punjabi", "pl": "Polish", "ps": "Pashto", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "si": "Sinhala", "sk": "Slovak", "sl": "Slovenian", "so": "Somali", "sq": "Albanian",
    "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "tg": "Tajik", "th": "Thai",
    "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "uz": "Uzbek", "vi": "Vietnamese",
    "yo": "Yoruba", "zh": "Chinese", "zu": "Zulu",
}  # fmt: skip


def root(language: str) -> str:
    """The language without its region, e.g. ``en`` of ``en-us`` and ``zh`` of ``cmn``."""
    code = language.casefold().replace("_", "-").split("-")[0]
    return _SAME.get(code, code)


def language_name(language: str) -> str:
    """For people; the tag itself where no name is known."""
    return NAMES.get(root(language), language)


def speaks(languages: Sequence[str], language: str) -> bool:
    """Whether an engine with these languages (none means any) speaks this one, whatever the region."""
    return not languages or root(language) in {root(known) for known in languages}


def check_language(language: str) -> str:
    """The tag in lower case.

    Raises:
        InvalidRequest: ``unknown_language``.
    """
    tag = language.strip().casefold().replace("_", "-")
    if not _TAG.fullmatch(tag) or root(tag) not in NAMES:
        raise InvalidRequest(
            f"{language[:40]!r} is no language that is known here.",
            hint="Write a tag such as en, en-gb, de or pt-br, or auto to have it recognised.",
            code="unknown_language",
        )
    return tag
