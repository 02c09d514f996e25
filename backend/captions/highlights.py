"""What happens to words while they are spoken: one function a highlight, each turning a placed cue into events.

A word is one event for the whole time of its cue and changes by ``\\t`` at milliseconds counted from the event's start,
so a change is exact, neighbours never move, and the renderer has few events to look at. Layers from back to front:
panel, shadow, box or glow or line, letters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from backend.captions.events import Event, alpha, centiseconds, colour, drawn_text, number, rounded_box
from backend.captions.frame import BOX_PADDING, GROWN, Frame
from backend.captions.place import Block, PlacedLine, PlacedWord, center_above_baseline
from backend.captions.spoken import Spoken
from backend.captions.style import Highlight
from backend.captions.typeface import ink_offset, text_width

PLATE, SHADOW, BEHIND, LETTERS = range(4)
_NO_BORDER = r"\bord0\shad0"


@dataclass(frozen=True)
class Scene:
    """A cue with everything its events are made of."""

    spoken: Spoken
    block: Block
    frame: Frame
    accent: str
    """As ASS writes it."""

    @property
    def start(self) -> int:
        """Hundredths of a second."""
        return centiseconds(self.spoken.cue.start)

    @property
    def end(self) -> int:
        return max(self.start + 1, centiseconds(self.spoken.cue.end))

    def words(self) -> Iterator[PlacedWord]:
        return (word for line in self.block.lines for word in line.words)

    def pixels(self, ems: float) -> float:
        return ems * self.block.em

    @property
    def shadow_drop(self) -> float:
        shadow = self.frame.style.shadow
        return self.pixels(shadow.drop) if shadow else 0.0

    def lit(self, word: PlacedWord) -> tuple[int, int]:
        """Milliseconds, from the start of the cue's events, at which the word lights up and goes out."""
        start, end = self.spoken.lit(word.word)
        return max(0, round(start * 1000) - self.start * 10), min(round(end * 1000), self.end * 10) - self.start * 10

    def lit_event(self, layer: int, word: PlacedWord, text: str) -> Iterator[Event]:
        """An event for just the time that the word is lit; none when that is too short to be seen."""
        start, end = (centiseconds(time) for time in self.spoken.lit(word.word))
        if end > start:
            yield Event(layer, start, min(end, self.end), text)

    def letters(self, text: str) -> str:
        return drawn_text(text, self.frame.face, self.block.em, self.frame.em)

    def at(self, word: PlacedWord, tags: str = "") -> str:
        """The word's letters at their place."""
        place = _position(word.center, word.baseline, word.text, self)
        return f"{{{place}{self._look}{tags}}}{self.letters(word.text)}"

    def line_at(self, line: PlacedLine, tags: str = "", drop: float = 0.0) -> str:
        """A whole line's letters at their place, ``drop`` pixels lower."""
        text = " ".join(word.text for word in line.words)
        return f"{{{_position(line.center, line.baseline + drop, text, self)}{self._look}{tags}}}{self._joined(line)}"

    @property
    def _look(self) -> str:
        """Letter spacing, which renderers do not take from a style where it is negative, and the outline of a cue
        that had to be made smaller."""
        style = self.frame.style
        spacing = rf"\fsp{number(self.pixels(style.letter_spacing))}" if style.letter_spacing else ""
        smaller = self.block.em != self.frame.em
        return spacing + (rf"\bord{number(self.pixels(style.outline))}" if smaller else "")

    def _joined(self, line: PlacedLine) -> str:
        own_space = text_width(" ", self.frame.face) + self.frame.style.letter_spacing
        wanted = round(100 * self.frame.space / own_space)
        space = " " if wanted == 100 else rf"{{\fscx{wanted}}} {{\fscx100}}"
        parts = [
            (space if spaced else "") + self.letters(word.text)
            for word, spaced in zip(line.words, line.spaced, strict=True)
        ]
        return "".join(parts)


def _position(center: float, baseline: float, text: str, scene: Scene) -> str:
    raised = center_above_baseline(text, scene.frame.face, scene.block.em)
    return rf"\pos({number(center)},{number(baseline - raised)})"


def cue_events(scene: Scene) -> Iterator[Event]:
    """Everything that is drawn for one cue."""
    yield from _plate(scene)
    yield from _HIGHLIGHTS[scene.frame.style.highlight](scene)


def _plate(scene: Scene) -> Iterator[Event]:
    plate, block = scene.frame.style.plate, scene.block
    if plate is None:
        return
    padding, bar = scene.pixels(plate.padding), scene.pixels(plate.bar)
    left, right = block.left - padding, block.right + padding
    top, height = block.top - padding, block.bottom - block.top + 2 * padding
    look = rf"\1c{colour(plate.color)}\1a{alpha(plate.opacity)}"
    yield _shape(PLATE, scene, left, top, look, rounded_box(right - left, height, scene.pixels(plate.radius)))
    if bar:
        edge = right if block.right_to_left else left - bar
        yield _shape(PLATE, scene, edge, top, rf"\1c{scene.accent}", rounded_box(bar, height, 0))


def _shape(layer: int, scene: Scene, left: float, top: float, look: str, path: str) -> Event:
    return Event(
        layer, scene.start, scene.end, rf"{{\an7\pos({number(left)},{number(top)}){_NO_BORDER}{look}\p1}}{path}"
    )


def _shadow_tags(scene: Scene) -> str | None:
    shadow = scene.frame.style.shadow
    if shadow is None:
        return None
    reach = scene.frame.style.outline + shadow.spread
    return _light(colour(shadow.color), shadow.opacity, reach, shadow.blur, scene)


def _still_shadow(scene: Scene) -> Iterator[Event]:
    """The shadow of letters that do not move, a line at a time."""
    tags = _shadow_tags(scene)
    for line in scene.block.lines if tags is not None else ():
        yield Event(SHADOW, scene.start, scene.end, scene.line_at(line, tags or "", scene.shadow_drop))


def _with_shadow(word: PlacedWord, start: int, tags: str, scene: Scene) -> Iterator[Event]:
    """A word from ``start`` to the end of its cue, its shadow moving with it."""
    shadow = _shadow_tags(scene)
    if shadow is not None:
        lowered = replace(word, baseline=word.baseline + scene.shadow_drop)
        yield Event(SHADOW, start, scene.end, scene.at(lowered, shadow + tags))
    yield Event(LETTERS, start, scene.end, scene.at(word, tags))


def _light(tint: str, opacity: float, reach: float, blur: float, scene: Scene) -> str:
    """Tags that leave of some letters only a soft edge around them; lengths in ems."""
    edge = rf"\bord{number(scene.pixels(reach))}\blur{number(scene.pixels(blur))}"
    return rf"\1a&HFF&\3c{tint}\3a{alpha(opacity)}{edge}"


def _none(scene: Scene) -> Iterator[Event]:
    yield from _still_shadow(scene)
    for line in scene.block.lines:
        yield Event(LETTERS, scene.start, scene.end, scene.line_at(line))


def _letters(scene: Scene, changes: Callable[[PlacedWord], str]) -> Iterator[Event]:
    """All letters for the whole time of the cue, each word with its own ``changes``."""
    yield from _still_shadow(scene)
    for word in scene.words():
        yield Event(LETTERS, scene.start, scene.end, scene.at(word, changes(word)))


def _tinted(word: PlacedWord, tint: str, scene: Scene) -> str:
    """Tags that give the letters another colour while the word is lit."""
    start, end = scene.lit(word)
    if end <= start:
        return ""
    return _from(start, rf"\1c{tint}") + _from(end, rf"\1c{colour(scene.frame.style.color)}")


def _pop(scene: Scene) -> Iterator[Event]:
    def changes(word: PlacedWord) -> str:
        start, end = scene.lit(word)
        growth = _grow(start, 60, 114) + _grow(start + 60, 80, round(100 * GROWN)) + _grow(end, 90, 100)
        return _tinted(word, scene.accent, scene) + growth if end > start else ""

    yield from _letters(scene, changes)


def _punch(scene: Scene) -> Iterator[Event]:
    jump = r"\fscx78\fscy78" + _grow(0, 70, 106) + _grow(70, 80, 100)
    for word in scene.words():
        yield from _with_shadow(word, scene.start, rf"\1c{scene.accent}{jump}", scene)


def _box(scene: Scene) -> Iterator[Event]:
    active = scene.frame.style.active_color
    for word in scene.words():
        yield from scene.lit_event(BEHIND, word, _word_box(word, scene))
    yield from _letters(scene, lambda word: _tinted(word, colour(active), scene) if active else "")


def _word_box(word: PlacedWord, scene: Scene) -> str:
    cap = scene.frame.face.main.cap_height
    above, below = (0.2, 0.2) if scene.frame.uppercase else (0.17, 0.27)
    width, height = word.width + 2 * scene.pixels(BOX_PADDING), scene.pixels(cap + above + below)
    center = word.center + scene.pixels(ink_offset(word.text, scene.frame.face))
    middle = word.baseline - scene.pixels((cap + above - below) / 2)
    look = rf"\an5\pos({number(center)},{number(middle)}){_NO_BORDER}\1c{scene.accent}\fscx88\fscy88" + _grow(
        0, 70, 100
    )
    return rf"{{{look}\p1}}{rounded_box(width, height, scene.pixels(0.2))}"


def _sweep(scene: Scene) -> Iterator[Event]:
    plain = colour(scene.frame.style.color)

    def changes(word: PlacedWord) -> str:
        if word.right_to_left:
            return ""
        start, end = (centiseconds(time) - scene.start for time in scene.spoken.lit(word.word))
        wait = max(0, start)
        return rf"\1c{scene.accent}\2c{plain}\k{wait}\kf{max(1, end - wait)}"

    yield from _letters(scene, changes)
    for word in scene.words():
        if word.right_to_left:
            yield Event(LETTERS, scene.start, scene.end, scene.at(word, _sweep_from_the_right(word, scene)))


def _sweep_from_the_right(word: PlacedWord, scene: Scene) -> str:
    """Renderers run karaoke from the left whatever the script, so letters in the accent colour are uncovered."""
    start, end = scene.lit(word)
    margin, height = scene.pixels(0.2), scene.frame.size[1]
    left, right = number(word.left - margin), number(word.left + word.width + margin)
    covered, uncovered = rf"\clip({right},0,{right},{height})", rf"\clip({left},0,{right},{height})"
    return rf"\1c{scene.accent}{covered}\t({start},{max(end, start + 1)},{uncovered})"


def _underline(scene: Scene) -> Iterator[Event]:
    thick = scene.pixels(0.11)
    for word in scene.words():
        anchor, edge = ("6", word.left + word.width) if word.right_to_left else ("4", word.left)
        place = rf"\an{anchor}\pos({number(edge)},{number(word.baseline + scene.pixels(0.2))})"
        look = rf"{place}{_NO_BORDER}\1c{scene.accent}\fscx0" + r"\t(0,140,0.6,\fscx100)\p1"
        yield from scene.lit_event(BEHIND, word, f"{{{look}}}{rounded_box(word.width, thick, thick / 2)}")
    yield from _letters(scene, lambda word: "")


def _glow(scene: Scene) -> Iterator[Event]:
    for word in scene.words():
        for reach, blur, opacity in ((0.10, 0.16, 0.75), (0.035, 0.05, 1.0)):
            light = _light(scene.accent, opacity, reach, blur, scene)
            yield from scene.lit_event(BEHIND, word, scene.at(word, light))
    yield from _letters(scene, lambda word: _tinted(word, "&HFFFFFF&", scene))


def _reveal(scene: Scene) -> Iterator[Event]:
    for word in scene.words():
        start = max(scene.start, centiseconds(scene.spoken.lit(word.word)[0]))
        yield from _with_shadow(word, min(start, scene.end - 1), r"\fad(50,0)", scene)


def _brighten(scene: Scene) -> Iterator[Event]:
    faint = alpha(scene.frame.style.faint)

    def changes(word: PlacedWord) -> str:
        start, _ = scene.lit(word)
        return rf"\1a{faint}\t({start},{start + 110},\1a&H00&)" if start > 0 else ""

    yield from _letters(scene, changes)


def _from(time: int, tags: str) -> str:
    """Tags that count from ``time`` milliseconds on, at once. (``\\t(0,0)`` would mean the whole event.)"""
    return tags if time <= 0 else rf"\t({time},{time},{tags})"


def _grow(time: int, milliseconds: int, percent: int) -> str:
    return rf"\t({time},{time + milliseconds},\fscx{percent}\fscy{percent})"


_HIGHLIGHTS: dict[Highlight, Callable[[Scene], Iterator[Event]]] = {
    "none": _none,
    "pop": _pop,
    "punch": _punch,
    "box": _box,
    "sweep": _sweep,
    "underline": _underline,
    "glow": _glow,
    "reveal": _reveal,
    "brighten": _brighten,
}
