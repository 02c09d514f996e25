"""What happens to words while they are spoken: one function a highlight, each turning a placed cue into events.

A word is one event for the whole time of its cue and changes by ``\\t`` at milliseconds counted from the event's start,
so a change is exact, neighbours never move, and the renderer has few events to look at. Layers from back to front:
panel, shadow, box or glow or line, letters, what lies over them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from backend.captions.events import Event, alpha, blend, centiseconds, colour, number, rounded_box
from backend.captions.frame import BOX_PADDING, GROWN
from backend.captions.place import PlacedWord
from backend.captions.scene import (
    BEHIND,
    LETTERS,
    NO_BORDER,
    OVER,
    Scene,
    light,
    plate,
    sized,
    still_shadow,
    with_shadow,
)
from backend.captions.style import Highlight
from backend.captions.text import clusters
from backend.captions.typeface import ink_offset, text_width

_HOP, _HOP_UP, _HOP_DOWN = 0.15, 8, 12
"""How high a word hops (ems), and how long it takes up and down (hundredths of a second)."""
_JUMP, _STAY = 0.45, 0.22
"""Ems that a word gets wider at most when it pops up, and while it is spoken: a long one would cover its neighbours."""
_STRIPES = 8
_TYPED = 0.8
"""Share of a word's time in which its letters are typed."""


def cue_events(scene: Scene) -> Iterator[Event]:
    """Everything that is drawn for one cue."""
    yield from plate(scene)
    yield from _HIGHLIGHTS[scene.frame.style.highlight](scene)


def _none(scene: Scene) -> Iterator[Event]:
    yield from still_shadow(scene)
    for line in scene.block.lines:
        yield from (Event(LETTERS, scene.start, scene.end, text) for text in scene.letters_of(line))


def _letters(scene: Scene, changes: Callable[[PlacedWord], str]) -> Iterator[Event]:
    """All letters for the whole time of the cue, each word with its own ``changes``."""
    yield from still_shadow(scene)
    for word in scene.words():
        yield Event(LETTERS, scene.start, scene.end, scene.at(word, changes(word)))


def _tinted(word: PlacedWord, tint: str, scene: Scene) -> str:
    """Tags that give the letters another colour while the word is lit."""
    start, end = scene.lit(word)
    if end <= start:
        return ""
    return _from(start, rf"\1c{tint}") + _from(end, rf"\1c{scene.at_rest(word)}")


def _pop(scene: Scene) -> Iterator[Event]:
    def changes(word: PlacedWord) -> str:
        start, end = scene.lit(word)
        wide = max(word.width / scene.block.em, 0.1)
        jump, stay = min(1.14, 1 + _JUMP / wide), min(GROWN, 1 + _STAY / wide)
        growth = _grow(start, 60, jump, word) + _grow(start + 60, 80, stay, word) + _grow(end, 90, 1.0, word)
        return _tinted(word, scene.accent, scene) + growth if end > start else ""

    yield from _letters(scene, changes)


def _punch(scene: Scene) -> Iterator[Event]:
    for word in scene.words():
        jump = sized(0.78, word.scale) + _grow(0, 70, 1.06, word) + _grow(70, 80, 1.0, word)
        tint = scene.at_rest(word) if scene.is_emphasised(word) else scene.accent
        yield from with_shadow(word, scene.start, rf"\1c{tint}{jump}", scene)


def _box(scene: Scene) -> Iterator[Event]:
    active = scene.frame.style.active_color
    for word in scene.words():
        yield from scene.lit_event(BEHIND, word, _word_box(word, scene))
    yield from _letters(scene, lambda word: _tinted(word, colour(active), scene) if active else "")


def _word_box(word: PlacedWord, scene: Scene) -> str:
    cap = scene.frame.face.main.cap_height * word.scale
    above, below = (0.2, 0.2) if scene.frame.uppercase else (0.17, 0.27)
    width, height = word.width + 2 * scene.pixels(BOX_PADDING), scene.pixels(cap + above + below)
    center = word.center + scene.pixels(ink_offset(word.text, scene.frame.face) * word.scale)
    middle = word.baseline - scene.pixels((cap + above - below) / 2)
    place = rf"\an5\pos({number(center)},{number(middle)}){NO_BORDER}"
    look = rf"{place}\1c{scene.accent}{sized(0.88, 1.0)}\t(0,70,{sized(1.0, 1.0)})"
    return rf"{{{look}\p1}}{rounded_box(width, height, scene.pixels(0.2))}"


def _sweep(scene: Scene) -> Iterator[Event]:
    def changes(word: PlacedWord) -> str:
        if word.right_to_left:
            return ""
        start, end = (centiseconds(time) - scene.start for time in scene.spoken.lit(word.word))
        wait = max(0, start)
        return rf"\1c{scene.accent}\2c{scene.at_rest(word)}\k{wait}\kf{max(1, end - wait)}"

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
        look = rf"{place}{NO_BORDER}\1c{scene.accent}\fscx0" + r"\t(0,140,0.6,\fscx100)\p1"
        yield from scene.lit_event(BEHIND, word, f"{{{look}}}{rounded_box(word.width, thick, thick / 2)}")
    yield from _letters(scene, lambda word: "")


def _glow(scene: Scene) -> Iterator[Event]:
    for word in scene.words():
        for reach, blur, opacity in ((0.10, 0.16, 0.75), (0.035, 0.05, 1.0)):
            edge = light(scene.accent, opacity, reach, blur, scene)
            yield from scene.lit_event(BEHIND, word, scene.at(word, edge))
    yield from _letters(scene, lambda word: _tinted(word, "&HFFFFFF&", scene))


def _reveal(scene: Scene) -> Iterator[Event]:
    for word in scene.words():
        start = max(scene.start, centiseconds(scene.spoken.lit(word.word)[0]))
        yield from with_shadow(word, min(start, scene.end - 1), r"\fad(50,0)", scene)


def _brighten(scene: Scene) -> Iterator[Event]:
    faint = alpha(scene.frame.style.faint)

    def changes(word: PlacedWord) -> str:
        start, _ = scene.lit(word)
        return rf"\1a{faint}\t({start},{start + 110},\1a&H00&)" if start > 0 else ""

    yield from _letters(scene, changes)


def _color(scene: Scene) -> Iterator[Event]:
    yield from _letters(scene, lambda word: _tinted(word, scene.accent, scene))


def _bounce(scene: Scene) -> Iterator[Event]:
    """A word that hops is one drawing after the other: at rest, on its way up, down, and at rest again."""
    yield from still_shadow(scene)
    for word in scene.words():
        start, end = (min(max(time, scene.start), scene.end) for time in scene.lit_span(word))
        tint = rf"\1c{scene.accent}"
        up = start + max(0, min(_HOP_UP, (end - start) // 3))
        down = up + max(0, min(_HOP_DOWN, (end - start) // 2))
        stretches = (
            (scene.start, start, scene.at(word)),
            (start, up, scene.at(word, tint, _hop(word, 0, _HOP, scene))),
            (up, down, scene.at(word, tint, _hop(word, _HOP, 0, scene))),
            (down, end, scene.at(word, tint)),
            (max(end, start), scene.end, scene.at(word)),
        )
        shown = [stretch for stretch in stretches if stretch[1] > stretch[0]]
        yield from (Event(OVER if place else LETTERS, *stretch) for place, stretch in enumerate(shown))


def _hop(word: PlacedWord, above: float, then: float, scene: Scene) -> str:
    """The tag that moves a word for the whole of its event, between heights in ems above its place."""
    x, y = number(word.center), scene.middle(word.baseline, (word,))
    return rf"\move({x},{number(y - scene.pixels(above))},{x},{number(y - scene.pixels(then))})"


def _fill(scene: Scene) -> Iterator[Event]:
    def changes(word: PlacedWord) -> str:
        start, end = scene.lit(word)
        full = rf"\1c{scene.at_rest(word) if scene.is_emphasised(word) else scene.accent}\1a&H00&"
        return (r"\1a&HFF&" + rf"\t({start},{start + 90},{full})") if start > 0 or end <= start else full

    yield from _letters(scene, changes)


def _gradient(scene: Scene) -> Iterator[Event]:
    """A word that was spoken is covered by stripes, each cut out of the whole word in a colour of its own."""
    yield from _letters(scene, lambda word: "")
    for word in scene.words():
        start, end = max(scene.start, scene.lit_span(word)[0]), scene.end
        place = scene.position(word.center, word.baseline, (word,))
        for stripe, tint in _stripes(word, scene) if end > start else ():
            yield Event(OVER, start, end, scene.at(word, rf"\1c{tint}{stripe}", place))


def _stripes(word: PlacedWord, scene: Scene) -> Iterator[tuple[str, str]]:
    """From top to bottom, the tag that cuts a stripe out and its colour."""
    top = word.baseline - scene.pixels(scene.frame.face.main.cap_height * word.scale)
    bottom = word.baseline if scene.frame.uppercase else word.baseline + scene.pixels(0.14)
    edges = [round(top + (bottom - top) * place / _STRIPES) for place in range(1, _STRIPES)]
    width, height = scene.frame.size
    for place, (above, below) in enumerate(pairwise([0, *edges, height])):
        tint = blend(scene.frame.style.accent, place / (_STRIPES - 1))
        yield rf"\clip(0,{above},{width},{below})", colour(tint)


def _type(scene: Scene) -> Iterator[Event]:
    """Letters are uncovered one by one, with a caret behind them that waits for the next word."""
    words = list(scene.words())
    for word, following in pairwise([*words, None]):
        if word is None:
            continue
        start = max(scene.start, min(centiseconds(scene.spoken.lit(word.word)[0]), scene.end - 1))
        steps = _keystrokes(word, start, scene)
        tall = scene.frame.size[1]
        shown = [(time, _across(word, reach, 0, tall, scene)) for time, reach in steps]
        yield from with_shadow(word, start, _in_steps([*shown, (steps[-1][0], _whole(scene))]), scene)
        until = scene.end if following is None else centiseconds(scene.spoken.lit(following.word)[0])
        if until > start:
            yield Event(OVER, start, min(until, scene.end), _caret(word, steps, scene))


def _keystrokes(word: PlacedWord, start: int, scene: Scene) -> list[tuple[int, float]]:
    """When (milliseconds from ``start``) each letter is typed, and how far the word then reaches, in pixels."""
    parts = clusters(word.text)
    spoken = max(0, scene.lit_span(word)[1] - start) * 10 * _TYPED
    style = scene.frame.style
    reach = [
        (text_width("".join(parts[:many]), scene.frame.face) + style.letter_spacing * many) * word.scale
        for many in range(1, len(parts) + 1)
    ]
    return [(round(spoken * many / len(parts)), scene.pixels(wide)) for many, wide in enumerate(reach)]


def _across(word: PlacedWord, reach: float, begin: float, tall: float, scene: Scene) -> str:
    """The tag that shows only the first ``reach`` pixels of a word, from ``begin`` on, in the direction it is read."""
    slack = scene.pixels(0.2) if not begin else 0.0
    if word.right_to_left:
        right = word.left + word.width - begin + slack
        return rf"\clip({number(word.left + word.width - reach)},0,{number(right)},{number(tall)})"
    return rf"\clip({number(word.left + begin - slack)},0,{number(word.left + reach)},{number(tall)})"


def _whole(scene: Scene) -> str:
    width, height = scene.frame.size
    return rf"\clip(0,0,{width},{height})"


def _in_steps(steps: Iterable[tuple[int, str]]) -> str:
    return "".join(_from(time, tag) for time, tag in steps)


def _caret(word: PlacedWord, steps: list[tuple[int, float]], scene: Scene) -> str:
    """A bar as wide as all places of the caret, of which only the present one is shown."""
    wide, gap = scene.pixels(0.09), scene.pixels(0.05)
    cap = scene.pixels(scene.frame.face.main.cap_height * word.scale)
    whole = word.width + 2 * gap + wide
    left = word.left if not word.right_to_left else word.left + word.width - whole
    shown = [
        (time, _across(word, reach + gap + wide, reach + gap, scene.frame.size[1], scene)) for time, reach in steps
    ]
    look = rf"\an7\pos({number(left)},{number(word.baseline - 1.12 * cap)}){NO_BORDER}\1c{scene.accent}"
    return rf"{{{look}{_in_steps(shown)}\p1}}{rounded_box(whole, 1.24 * cap, 0)}"


def _from(time: int, tags: str) -> str:
    """Tags that count from ``time`` milliseconds on, at once. (``\\t(0,0)`` would mean the whole event.)"""
    return tags if time <= 0 else rf"\t({time},{time},{tags})"


def _grow(time: int, milliseconds: int, factor: float, word: PlacedWord) -> str:
    return rf"\t({time},{time + milliseconds},{sized(factor, word.scale)})"


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
    "color": _color,
    "bounce": _bounce,
    "fill": _fill,
    "gradient": _gradient,
    "type": _type,
}
