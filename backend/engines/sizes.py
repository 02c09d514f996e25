"""The sizes of Whisper, and which of them listens: by language, by the device, and by what is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

ENGLISH = "en"
AUTO = "auto"


@dataclass(frozen=True)
class Size:
    """One size of Whisper."""

    name: str
    weights: str
    """In the table of weights."""
    memory: int
    """About the bytes it takes while it listens: int8 in main memory, float16 on a card."""

    @property
    def english_only(self) -> bool:
        return self.name.endswith(".en") or self.name.startswith("distil-")

    def knows(self, language: str) -> bool:
        """Whether it understands a language (BCP 47, or ``auto`` where nobody knows which it is)."""
        return not self.english_only or language.split("-")[0] in (ENGLISH, AUTO)


SIZES: dict[str, Size] = {
    name: Size(name, "whisper" if name == "tiny.en" else f"whisper-{name}", megabytes * 2**20)
    for name, megabytes in {
        "tiny.en": 300,
        "tiny": 300,
        "base.en": 450,
        "base": 450,
        "small.en": 900,
        "small": 900,
        "medium": 2200,
        "distil-large-v3": 2200,
        "large-v3-turbo": 2400,
        "large-v3": 4200,
    }.items()
}
_BEST_FIRST = {
    # What a card hears best; without one, what a few cores hear about as fast as it is spoken.
    "cuda": ("large-v3-turbo", "large-v3", "distil-large-v3", "medium", "small.en", "small", "base.en", "base"),
    "cpu": ("small.en", "small", "base.en", "base", "tiny.en", "tiny"),
}
_TO_FETCH = {"cuda": ("large-v3-turbo", "small"), "cpu": ("base.en", "base")}
_LAST_RESORT = ("tiny.en", "tiny")


def candidates(language: str, device: str, free: int, there: Callable[[Size], bool]) -> list[Size]:
    """The sizes to listen with, the best first: what is there before what would have to be fetched.

    Args:
        language: BCP 47, or ``auto`` where nobody knows.
        device: ``cuda`` or anything else, which counts as ``cpu``.
        free: bytes of memory that can be taken on that device.
        there: whether a size has been fetched.
    """
    kind = "cuda" if device == "cuda" else "cpu"
    known = {name: size for name, size in SIZES.items() if size.knows(language)}
    ranked = [name for name in (*_BEST_FIRST[kind], *SIZES) if name in known]
    fitting = [name for name in ranked if known[name].memory <= free]
    if language == AUTO:  # one that knows every language comes before one that takes all for English
        fitting.sort(key=lambda name: known[name].english_only)
    kept = [name for name in fitting if there(known[name])]
    fetched = [name for name in (*_TO_FETCH[kind], *_LAST_RESORT) if name in known]
    return [known[name] for name in dict.fromkeys([*kept, *fetched])]
