"""A recording in another voice: what is needed, what was brought, the choice of a voice, and both to compare."""

from __future__ import annotations

from collections.abc import Sequence

from ui.choices import AUTO
from ui.converting import Conversion, Converters, name_of
from ui.html import address, button, div, download, element, heading, icon, problem, size_of, span, text
from ui.studio import Json
from ui.views import bringing
from ui.views.progress import bar, remaining
from ui.views.voice_form import field, select

_TITLE = "Say a recording in another voice"
_HINT = "Words, pace and feeling stay as they are, and so does the length: it still fits its picture."


def draw(conversion: Conversion, able: Converters) -> str:
    """The card in whatever state the conversion is."""
    trouble = problem(conversion.error) if conversion.error else ""
    if conversion.status is not None:
        return _working(conversion, able)
    if not able.engines:
        return heading(_TITLE, _HINT) + trouble + _no_engine(able.missing)
    if not able.voices:
        return heading(_TITLE, _HINT) + trouble + _notice("This needs a voice made from a recording: make one first.")
    if conversion.file is None:
        return heading(_TITLE, _HINT) + trouble + bringing.draw()
    again = button("button small", icon("again"), " Another recording", data_discard=True)
    head = heading(_TITLE, _HINT, again) + trouble
    return head + div("converter", _sounds(conversion, able), _form(conversion, able))


def _notice(said: str, action: str = "") -> str:
    return div("notice needs", icon("alert"), element("span", text(said), class_="grow"), action)


def _no_engine(missing: Sequence[Json]) -> str:
    titles = " or ".join(str(engine["title"]) for engine in missing)
    said = f"It needs an engine that is not installed yet: {titles}." if titles else "No engine here can do this."
    return _notice(said, button("button small", "Open System", data_tab="system") if titles else "")


def _working(conversion: Conversion, able: Converters) -> str:
    status = conversion.status or {}
    stop = button("button small", "Stop", data_stop=True)
    title = f"Saying it as {name_of(conversion.voice, able.voices)}"
    head = div("row job-head", element("h2", text(title)), bar(status), remaining(status), stop)
    return div("", head, element("p", text(status.get("message") or "Waiting"), class_="hint"), role="status")


def _sounds(conversion: Conversion, able: Converters) -> str:
    """The recording and, once it is there, what became of it."""
    file, result = conversion.file or {}, conversion.result
    cards = [_sound("Your recording", str(file["name"]), file)]
    if result is not None:
        keep = download("Download", result, class_="button small")
        cards.append(_sound(f"As {name_of(conversion.voice, able.voices)}", size_of(result["bytes"]), result, keep))
    return div("takes-two" if result else "", *cards, role="status" if result else None)


def _sound(title: str, hint: str, file: Json, keep: str = "") -> str:
    hear = button("hear", icon("play"), data_hear=address(file), aria_label=f"Hear {title}")
    words = div("take-words", element("b", text(title)), span("hint", text(hint)))
    return div("take", hear, words, keep)


def _form(conversion: Conversion, able: Converters) -> str:
    voices = {voice["voice_id"]: voice["name"] for voice in able.voices}
    fields = [field("Voice", select("voice", voices, conversion.voice))]
    if len(able.engines) > 1:
        engines = {AUTO: "Automatic", **{engine["engine"]: engine["title"] for engine in able.engines}}
        fields.append(field("Engine", select("engine", engines, conversion.engine)))
    verb = "Say it in this voice" if conversion.result is None else "Say it again"
    classes = "button primary-button" if conversion.result is None else "button"
    return div("converter-form", *fields, button(classes, verb, data_convert=True))
