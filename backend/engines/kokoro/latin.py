"""English words inside a text of another script."""

from __future__ import annotations

from types import SimpleNamespace

from misaki import espeak  # type: ignore[import-untyped]


class Latin:
    """Phonemes of single words, by espeak."""

    def __init__(self) -> None:
        self._espeak = espeak.EspeakFallback(british=False)

    def phonemes(self, word: str) -> str:
        """How an English word is said; empty when espeak has nothing to say."""
        return self._espeak(SimpleNamespace(text=word))[0] or ""
