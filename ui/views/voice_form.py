"""What is written about a voice before it is saved: its name, what is said in it, and the consent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ui.choice import card as choice_card
from ui.html import button, div, element, span, text

BASES = {
    "own_voice": ("My own voice", "This is my own voice. I agree that it is cloned and used here."),
    "permission": ("With permission", "The speaker knows of this clone and has agreed to it."),
    "licensed": ("Licensed recording", "The recording's licence allows that its voice is cloned."),
    "synthetic": ("Nobody's voice", "This voice was made by a machine and belongs to nobody."),
}
"""Basis of a consent: what people call it, and a statement to begin from."""


def form(languages: Sequence[str]) -> str:
    """The form. ``languages``: tags to choose from."""
    name = field("Name", element("input", type_="text", maxlength=80, placeholder="Anna", data_field="name"))
    tags = field("Tags", element("input", type_="text", maxlength=200, placeholder="calm, narrator", data_field="tags"))
    options = element("option", "Recognise it", value="auto")
    options += "".join(element("option", text(tag), value=tag, data_language_tag=tag) for tag in languages)
    language = field("Language", element("select", options, data_field="language"))
    save = button("button primary-button", "Save this voice", data_save=True, disabled=True)
    why = span("hint", "A name and the consent are needed.", data_why=True)
    return div(
        "voice-form",
        _transcript(),
        div("fields", name, language, tags),
        _consent(),
        div("row", save, why),
        data_form=True,
    )


def _transcript() -> str:
    """What is said in the chosen part; the page's script has it written down and compared."""
    hint = "What is said in the chosen part, word for word"
    box = element("textarea", "", rows=3, maxlength=2000, placeholder=hint, data_field="transcript")
    load = button("quiet", "From a file: SRT, VTT, CSV, TXT", data_transcript_file=True)
    file = element("input", type_="file", accept=".srt,.vtt,.csv,.txt", hidden=True, data_transcript_picker=True)
    said = element("p", "", class_="said", role="status", data_transcript_said=True)
    use = button("button small", "Use what was heard", data_use_heard=True, hidden=True)
    return div("transcript", field("What is said in it", box, load + file), div("row", said, use))


def field(label: str, control: str, beside: str = "") -> str:
    """A control under its label; ``beside`` is HTML on the label's line."""
    return div(
        "field",
        element("label", span("field-label", text(label)), control),
        div("field-beside", beside) if beside else "",
    )


def select(name: str, options: Mapping[str, str], chosen: str) -> str:
    """A list to choose from: ``{value: what people read}``."""
    rows = (element("option", text(said), value=value, selected=value == chosen) for value, said in options.items())
    return element("select", *rows, data_field=name)


def _consent() -> str:
    cards = "".join(choice_card(basis, text(title), data_statement=said) for basis, (title, said) in BASES.items())
    pills = div("choice pills", cards, role="radiogroup", aria_label="Whose voice this is", data_bases=True)
    speaker = field(
        "Who is heard", element("input", type_="text", maxlength=200, placeholder="Anna Berg", data_field="speaker")
    )
    said = element(
        "textarea", "", rows=2, maxlength=2000, placeholder="What was agreed, in your words", data_field="statement"
    )
    teaching = "A voice belongs to a person. Without this record, which stays with the voice, it cannot be saved."
    head = element("h3", "Consent") + element("p", teaching, class_="hint")
    return div("consent", head, pills, div("fields two", speaker, field("Statement", said)))
