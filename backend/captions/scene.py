"""A cue with everything its events are made of: where words are, when they are lit, and how letters are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from backend.captions.events import Event, alpha, centiseconds, colour, drawn_text, number, rounded_box
from backend.captions.frame import Frame
from backend.captions.place import Block, PlacedLine, PlacedWord, center_above_baseline
from backend.captions.spoken import Spoken
from backend.captions.style import Plate
from backend.captions.typeface import text_width

PLATE, SHADOW, BEHIND, LETTERS, OVER = range(5)
"""Every word stands once among `LETTERS`, so that the text can be read out of the file; more of it goes `OVER` them."""
NO_BORDER = r"\bord0\shad0"


@dataclass(frozen=True)
class Scene:
    """A cue at its place, in its colours."""

    spoken: Spoken
    block: Block
    frame: Frame
    accents: tuple[str, ...]
    """As ASS writes them, this cue's own first."""

    @property
    def accent(self) -> str:
        """The colour of what is spoken."""
        return self.accents[0]

    @property
    def plain(self) -> str:
        """The colour of letters at rest."""
        return self.accent if self.frame.style.tinted else colour(self.frame.style.color)

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

    def is_emphasised(self, word: PlacedWord) -> bool:
        return self.frame.is_emphasised(self.spoken.words[word.word])

    def at_rest(self, word: PlacedWord) -> str:
        """The colour of a word while nobody says it."""
        if not self.is_emphasised(word):
            return self.plain
        own = self.frame.style.emphasis_color
        return colour(own) if own else self.accent

    @property
    def shadow_drop(self) -> float:
        shadow = self.frame.style.shadow
        return self.pixels(shadow.drop) if shadow else 0.0

    def lit(self, word: PlacedWord) -> tuple[int, int]:
        """Milliseconds, from the start of the cue's events, at which the word lights up and goes out."""
        start, end = self.spoken.lit(word.word)
        return max(0, round(start * 1000) - self.start * 10), min(round(end * 1000), self.end * 10) - self.start * 10

    def lit_span(self, word: PlacedWord) -> tuple[int, int]:
        """The same in hundredths of a second from the start of the video."""
        start, end = (centiseconds(time) for time in self.spoken.lit(word.word))
        return start, min(end, self.end)

    def lit_event(self, layer: int, word: PlacedWord, text: str) -> Iterator[Event]:
        """An event for just the time that the word is lit; none when that is too short to be seen."""
        start, end = self.lit_span(word)
        if end > start:
            yield Event(layer, start, end, text)

    def letters(self, text: str) -> str:
        return drawn_text(text, self.frame.face, self.block.em, self.frame.em)

    def at(self, word: PlacedWord, tags: str = "", place: str = "") -> str:
        """The word's letters at their place, or at another ``place`` that a tag gives."""
        place = place or self.position(word.center, word.baseline, (word,))
        return f"{{{place}{self._look}{self.look_of(word)}{tags}}}{self.letters(word.text)}"

    def line_at(self, line: PlacedLine, tags: str = "", drop: float = 0.0) -> str:
        """A whole line's letters at their place, ``drop`` pixels lower."""
        place = self.position(line.center, line.baseline + drop, line.words)
        return f"{{{place}{self._look}{tags}}}{self._joined(line)}"

    def letters_of(self, line: PlacedLine, tags: str = "", drop: float = 0.0) -> Iterator[str]:
        """All of a line's letters at their places, ``drop`` pixels lower: in one text where that can be."""
        if line.whole:
            yield self.line_at(line, tags, drop)
        else:
            lowered = (replace(word, baseline=word.baseline + drop) for word in line.words)
            yield from (self.at(word, tags) for word in lowered)

    def position(self, center: float, baseline: float, words: Sequence[PlacedWord]) -> str:
        """The tag that puts letters at their place."""
        return rf"\pos({number(center)},{number(self.middle(baseline, words))})"

    def middle(self, baseline: float, words: Sequence[PlacedWord]) -> float:
        """Height in the frame of the middle of these words, as the renderer reckons it."""
        scaled = [(word.text, word.scale) for word in words]
        return baseline - self.pixels(center_above_baseline(scaled, self.frame.face))

    def look_of(self, word: PlacedWord) -> str:
        """Tags that tell a word from plain ones; none for those."""
        tint = self.at_rest(word)
        own = rf"\1c{tint}" if tint != colour(self.frame.style.color) else ""
        return own + (sized(1.0, word.scale) if word.scale != 1.0 else "")

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
        looks = [self.look_of(word) for word in line.words]
        if any(looks):  # each word says all of how it looks
            space = rf"{{\fscx{wanted}\fscy100}} "  # a taller space would lift the whole line
            looks = [rf"{{\1c{self.at_rest(word)}{sized(1.0, word.scale)}}}" for word in line.words]
        else:
            space = " " if wanted == 100 else rf"{{\fscx{wanted}}} {{\fscx100}}"
        parts = [
            (space if spaced else "") + look + self.letters(word.text)
            for word, spaced, look in zip(line.words, line.spaced, looks, strict=True)
        ]
        return "".join(parts)


def sized(factor: float, scale: float) -> str:
    """Tags that draw letters at ``factor`` times their size at rest."""
    percent = number(100 * factor * scale)
    return rf"\fscx{percent}\fscy{percent}"


def shape(layer: int, scene: Scene, left: float, top: float, look: str, path: str) -> Event:
    """A drawing that is there for as long as the cue, its top left corner at this place."""
    return Event(
        layer, scene.start, scene.end, rf"{{\an7\pos({number(left)},{number(top)}){NO_BORDER}{look}\p1}}{path}"
    )


def plate(scene: Scene) -> Iterator[Event]:
    """The panel behind the whole caption, or behind each of its lines; none where the style has none."""
    style, block = scene.frame.style, scene.block
    if style.plate is None:
        return
    if style.plate.each_line:
        yield from _line_plates(style.plate, scene)
        return
    padding, bar = scene.pixels(style.plate.padding), scene.pixels(style.plate.bar)
    left, right = block.left - padding, block.right + padding
    top, height = block.top - padding, block.bottom - block.top + 2 * padding
    look = rf"\1c{colour(style.plate.color)}\1a{alpha(style.plate.opacity)}"
    yield shape(PLATE, scene, left, top, look, rounded_box(right - left, height, scene.pixels(style.plate.radius)))
    if bar:
        edge = right if block.right_to_left else left - bar
        yield shape(PLATE, scene, edge, top, rf"\1c{scene.accent}", rounded_box(bar, height, 0))


def _line_plates(panel: Plate, scene: Scene) -> Iterator[Event]:
    """One panel a line, each beginning where the one above ends, on whole pixels: no gap, and nothing covered twice."""
    pitch, depth = scene.pixels(scene.frame.style.line_height), scene.block.bottom - scene.block.lines[-1].baseline
    cap = scene.block.lines[0].baseline - scene.block.top
    look = rf"\1c{colour(panel.color)}\1a{alpha(panel.opacity)}"
    for line in scene.block.lines:
        left = min(word.left for word in line.words) - scene.pixels(panel.padding)
        right = max(word.left + word.width for word in line.words) + scene.pixels(panel.padding)
        middle = line.baseline + (depth - cap) / 2
        top, bottom = round(middle - pitch / 2), round(middle + pitch / 2)
        path = rounded_box(right - left, bottom - top, scene.pixels(panel.radius))
        yield shape(PLATE, scene, left, top, look, path)


def light(tint: str, opacity: float, reach: float, blur: float, scene: Scene) -> str:
    """Tags that leave of some letters only a soft edge around them; lengths in ems."""
    edge = rf"\bord{number(scene.pixels(reach))}\blur{number(scene.pixels(blur))}"
    return rf"\1a&HFF&\3c{tint}\3a{alpha(opacity)}{edge}"


def _shadow_tags(scene: Scene) -> str | None:
    shadow = scene.frame.style.shadow
    if shadow is None:
        return None
    reach = scene.frame.style.outline + shadow.spread
    return light(colour(shadow.color), shadow.opacity, reach, shadow.blur, scene)


def still_shadow(scene: Scene) -> Iterator[Event]:
    """The shadow of letters that do not move, a line at a time."""
    tags = _shadow_tags(scene)
    for line in scene.block.lines if tags is not None else ():
        for text in scene.letters_of(line, tags or "", scene.shadow_drop):
            yield Event(SHADOW, scene.start, scene.end, text)


def with_shadow(word: PlacedWord, start: int, tags: str, scene: Scene) -> Iterator[Event]:
    """A word from ``start`` to the end of its cue, its shadow moving with it."""
    shadow = _shadow_tags(scene)
    if shadow is not None:
        lowered = replace(word, baseline=word.baseline + scene.shadow_drop)
        yield Event(SHADOW, start, scene.end, scene.at(lowered, shadow + tags))
    yield Event(LETTERS, start, scene.end, scene.at(word, tags))
