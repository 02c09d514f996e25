"""Cutting Chinese into words, as the multilingual model expects them."""

from __future__ import annotations

from typing import Any


class Segmenter:
    """In place of pkuseg, which fetches a model from a site of its own when it is first used."""

    def __init__(self) -> None:
        self._jieba: Any = None

    def cut(self, text: str) -> list[str]:
        """The words of a text, in order."""
        if self._jieba is None:
            # Half a second and 60 MB, for Chinese only.
            import jieba  # type: ignore[import-untyped]

            self._jieba = jieba
        return list(self._jieba.cut(text))
