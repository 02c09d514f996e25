"""The building blocks of a captions file in the ASS format: colours, times, escaped text, shapes, events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from backend.captions.fonts import Font
from backend.captions.typeface import Typeface, runs

STYLE_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, "
    "StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, "
    "MarginL, MarginR, MarginV, Encoding"
)
"""What a style line of an ASS file says, in order."""
EVENT_FIELDS = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
HOLDER = "\u180e"
"""Of the Mongolian script, never drawn; not to be found in text that was cleaned."""
_TIES = frozenset("\u200d\ufe0f\u20e3")
ESCAPES = str.maketrans({"{": "｛", "}": "｝", "\\": "＼"})
"""The three characters that mean something in ASS, and the twins that are written for them. ASS has no escape that all
readers know. The bundled fonts draw the twins exactly like the originals, so a caption shows what was typed."""


def escape(text: str) -> str:
    """Clean text (see `backend.captions.text.clean`) as ASS text in which nothing is a tag."""
    return text.translate(ESCAPES).replace("\n", "\\N")


def colour(html: str) -> str:
    """``#RRGGBB`` as ASS writes it."""
    return f"&H{html[5:7]}{html[3:5]}{html[1:3]}&".upper()


@lru_cache(maxsize=1_000)
def blend(stops: tuple[str, ...], place: float) -> str:
    """The colour at ``place`` (0 to 1) of a gradient through these, all as ``#RRGGBB``."""
    at = place * (len(stops) - 1)
    first = min(int(at), max(0, len(stops) - 2))
    pair = [
        [int(html[i : i + 2], 16) for i in (1, 3, 5)] for html in (stops[first], stops[min(first + 1, len(stops) - 1)])
    ]
    mixed = [round(one + (other - one) * (at - first)) for one, other in zip(*pair, strict=True)]
    return "#" + "".join(f"{value:02X}" for value in mixed)


def alpha(opacity: float) -> str:
    """Opacity 0 to 1 as ASS writes transparency."""
    return f"&H{round((1 - opacity) * 255):02X}&"


def number(value: float) -> str:
    """A length in pixels, short."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def centiseconds(seconds: float) -> int:
    """Seconds as ASS counts them, rounded."""
    return round(seconds * 100)


@lru_cache(maxsize=2_000)
def _clock(time: int) -> str:
    seconds, hundredths = divmod(time, 100)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{hundredths:02d}"


@dataclass(frozen=True)
class Event:
    """One thing drawn for some time."""

    layer: int
    start: int
    """Hundredths of a second."""
    end: int
    text: str
    style: str = "Text"

    def line(self) -> str:
        return f"Dialogue: {self.layer},{_clock(self.start)},{_clock(self.end)},{self.style},,0,0,0,,{self.text}"


def comment(start: int, end: int, name: str, effect: str, text: str) -> str:
    """A line that is not drawn, for whoever edits the file. Times in hundredths; a name has no comma in it."""
    return f"Comment: 0,{_clock(start)},{_clock(end)},Text,{name},0,0,0,{effect},{text}"


def drawn_text(text: str, face: Typeface, em: float, base_em: float) -> str:
    """``text`` escaped, with a font tag wherever the main font lacks a character; it ends in the main font.

    ``em`` is the wanted size and ``base_em`` the size that the file's style has, both in pixels.
    """
    written: list[str] = []
    current, size = face.main, base_em
    for run in runs(text, face):
        if run.font is not current or size != em:
            written.append(_font_tag(run.font, em))
            current, size = run.font, em
        written.append(_of_one_script(escape(run.text)))
    if current is not face.main:
        written.append(_font_tag(face.main, em))
    return "".join(written)


def _of_one_script(text: str) -> str:
    """A renderer (libass) takes signs that go with any script apart from those that go with their neighbour's, unless a
    script came before; then 1️⃣ is a digit and an empty key. A sign that is not drawn and has a script holds them
    together."""
    return f"{HOLDER}{text}" if text[:1] and not text[0].isalpha() and _TIES.intersection(text) else text


def _font_tag(font: Font, em: float) -> str:
    return f"{{\\fn{font.family}\\fs{number(em * font.size_factor)}}}"


@lru_cache(maxsize=2_000)
def rounded_box(width: float, height: float, radius: float) -> str:
    """Drawing commands of a box with round corners, its top left corner at 0,0."""
    r = min(radius, width / 2, height / 2)
    k = r * 0.4477  # distance of a Bézier handle from the corner that makes a quarter circle
    w, h = width, height
    steps: Iterable[tuple[str, tuple[float, ...]]] = (
        ("m", (r, 0)),
        ("l", (w - r, 0)),
        ("b", (w - k, 0, w, k, w, r)),
        ("l", (w, h - r)),
        ("b", (w, h - k, w - k, h, w - r, h)),
        ("l", (r, h)),
        ("b", (k, h, 0, h - k, 0, h - r)),
        ("l", (0, r)),
        ("b", (0, k, k, 0, r, 0)),
    )
    return " ".join(f"{command} {' '.join(number(value) for value in values)}" for command, values in steps)
