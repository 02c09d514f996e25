"""Words with times for the captions tests, as a steady voice would speak them."""

from __future__ import annotations

from backend.models import Word

LIGHTHOUSE = (
    "Every lighthouse keeper learns one rule first. Never paint the door while the fog is thinking about you. "
    "My grandfather painted it anyway, bright red, on the $100 he won at cards. "
    "And that is how the sea learned our name."
)


def speak(text: str, *, start: float = 0.2, seconds_a_letter: float = 0.07) -> tuple[Word, ...]:
    """``text`` spoken at a steady pace, with short pauses at commas and longer ones at the ends of sentences."""
    words, now = [], start
    for written in text.split():
        end = now + max(0.14, len(written) * seconds_a_letter)
        words.append(Word(text=written, start=round(now, 3), end=round(end, 3)))
        now = end + {".": 0.45, "?": 0.45, "!": 0.45, ",": 0.12}.get(written[-1], 0.0)
    return tuple(words)
