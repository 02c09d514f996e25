"""What Google calls languages: tags with a region, which people leave out."""

from __future__ import annotations

_USUAL = {
    "af": "af-ZA", "ar": "ar-EG", "az": "az-AZ", "bg": "bg-BG", "bn": "bn-BD", "bs": "bs-BA", "ca": "ca-ES",
    "cs": "cs-CZ", "da": "da-DK", "de": "de-DE", "el": "el-GR", "en": "en-US", "es": "es-ES", "et": "et-EE",
    "eu": "eu-ES", "fa": "fa-IR", "fi": "fi-FI", "fr": "fr-FR", "gl": "gl-ES", "gu": "gu-IN", "he": "iw-IL",
    "hi": "hi-IN", "hr": "hr-HR", "hu": "hu-HU", "hy": "hy-AM", "id": "id-ID", "is": "is-IS", "it": "it-IT",
    "ja": "ja-JP", "ka": "ka-GE", "kk": "kk-KZ", "km": "km-KH", "kn": "kn-IN", "ko": "ko-KR", "lo": "lo-LA",
    "lt": "lt-LT", "lv": "lv-LV", "mk": "mk-MK", "ml": "ml-IN", "mn": "mn-MN", "mr": "mr-IN", "ms": "ms-MY",
    "my": "my-MM", "ne": "ne-NP", "nl": "nl-NL", "no": "no-NO", "pa": "pa-Guru-IN", "pl": "pl-PL", "pt": "pt-BR",
    "ro": "ro-RO", "ru": "ru-RU", "si": "si-LK", "sk": "sk-SK", "sl": "sl-SI", "sq": "sq-AL", "sr": "sr-RS",
    "sv": "sv-SE", "sw": "sw-KE", "ta": "ta-IN", "te": "te-IN", "th": "th-TH", "tl": "fil-PH", "tr": "tr-TR",
    "uk": "uk-UA", "ur": "ur-PK", "uz": "uz-UZ", "vi": "vi-VN", "zh": "cmn-Hans-CN", "zu": "zu-ZA",
}  # fmt: skip
_SAME = {"he": "iw", "zh-cn": "cmn-Hans-CN", "zh-tw": "cmn-Hant-TW", "zh-hk": "yue-Hant-HK", "yue": "yue-Hant-HK"}
_OURS = {"iw": "he", "cmn": "zh", "yue": "zh", "fil": "tl"}


def google_tag(language: str) -> str:
    """Google's name of a language (BCP 47): where no region is given, the one where most speak it."""
    tag = language.casefold().replace("_", "-")
    if tag in _SAME and "-" in _SAME[tag]:
        return _SAME[tag]
    if "-" not in tag:
        return _USUAL.get(tag, tag)
    first, *rest = tag.split("-")
    return "-".join([_SAME.get(first, first), *(part.title() if len(part) == 4 else part.upper() for part in rest)])


def plain_tag(google: str) -> str:
    """A language as it is called here, of Google's name: without the region, as Whisper tells it."""
    first = google.casefold().split("-")[0]
    return _OURS.get(first, first)
