"""Takes of one sentence: how another is asked for, two side by side to choose from, and what was chosen."""

from __future__ import annotations

from collections.abc import Mapping

from ui.comparing import LETTERS
from ui.html import button, div, element, icon, span, text
from ui.show import Comparison, Take
from ui.studio import Json

_SAME = "It came out just the same: the engine of this voice says a sentence in one way only."


def rivals_of(sentence: Json, rivals: Mapping[str, Mapping[str, str]] | None) -> dict[str, str]:
    """Engines that could say this sentence instead, with their titles."""
    able = (rivals or {}).get(sentence["voice"], {})
    return {engine: title for engine, title in able.items() if engine != sentence.get("engine")}


def ask_blind(sentence: Json, rivals: Mapping[str, str]) -> str:
    """The button that lets another engine say it too; it asks which one where there are several."""
    if not rivals:
        return ""
    label = f"Compare sentence {int(sentence['index']) + 1} with another engine, blind"
    which = (
        {"data_blind": next(iter(rivals))} if len(rivals) == 1 else {"data_ask_blind": True, "aria_expanded": "false"}
    )
    return button("ghost", icon("compare"), aria_label=label, title="Compare with another engine, blind", **which)


def rival_buttons(rivals: Mapping[str, str]) -> str:
    """Which engine to compare with; folded away until it is asked for."""
    if len(rivals) < 2:
        return ""
    buttons = (button("button small", text(title), data_blind=engine) for engine, title in rivals.items())
    return div("rivals", span("hint", "Compare, blind, with"), *buttons, hidden=True, data_rivals=True)


def draw(comparison: Comparison) -> str:
    """What stands below the sentence that is compared."""
    if comparison.same:
        return element("p", text(_SAME), class_="hint takes-said", role="status")
    if comparison.kept:
        said = element("span", text(_revealed(comparison)))
        return element("p", icon("check"), said, class_="hint takes-said", role="status")
    question = "Blind: which one do you like better? The engines are named when you have chosen."
    question = question if comparison.blind else "Two takes: hear both and keep the better one."
    cards = (_card(comparison, letter, take) for letter, take in zip(LETTERS, comparison.takes, strict=True))
    said = element("p", text(question), class_="hint", role="status")
    return div("takes", said, div("takes-two", *cards), data_takes=comparison.index)


def _card(comparison: Comparison, letter: str, take: Take) -> str:
    seconds = float(take.sentence["end"]) - float(take.sentence["start"])
    hear = button("hear", icon("play"), data_hear=take.sound, aria_label=f"Hear take {letter}")
    which = "As it was" if letter == comparison.old else "New"
    # Blind: its length would tell which one it is.
    said = "" if comparison.blind else span("hint", f"{which} · {seconds:.1f} s") + _heard(take.sentence)
    words = div("take-words", element("b", letter), said)
    keep = button("button small", f"Keep {letter}", data_keep=letter)
    return div("take", hear, words, keep)


def _heard(sentence: Json) -> str:
    """What was heard in this take, where somebody listened."""
    if sentence.get("verified") is None:
        return ""
    if sentence["verified"]:
        return element("p", "Heard as it is written.", class_="well")
    return element("p", text(doubts_of(sentence)), class_="doubts")


def _revealed(comparison: Comparison) -> str:
    one, other = comparison.takes
    if comparison.kept == LETTERS[1]:
        one, other = other, one
    return f"You kept {comparison.kept}, by {one.engine}. The other was by {other.engine}."


def doubts_of(sentence: Json) -> str:
    """Why a take is doubtful, in plain words."""
    return " ".join(map(_doubt, sentence.get("doubts", ()))) or "It is not heard as it is written."


def _doubt(doubt: Json) -> str:
    message, about = str(doubt["message"]), str(doubt.get("text", ""))
    return message if about in message else f"{message.rstrip('.')}: “{about}”."
