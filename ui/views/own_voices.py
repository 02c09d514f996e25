"""The voices that were made here: to find, hear, use, correct, carry away and delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ui.html import address, button, delete_button, div, element, empty, heading, icon, plural, span, text
from ui.studio import Json
from ui.views.voice_form import field

SEARCH_FROM = 5
"""So many voices need a search box."""


def own(voices: Sequence[Json]) -> list[Json]:
    """Those that were made here, newest first as the library gives them."""
    return [voice for voice in voices if voice.get("kind", "built_in") != "built_in"]


def draw(voices: Sequence[Json], said: str = "") -> str:
    """The list. ``said`` is HTML above it: what was removed, or what went wrong."""
    mine = own(voices)
    if not mine:
        teaching = "Record or upload half a minute above, or blend two built-in voices. They stay in this studio."
        return heading("Your voices", right=_bring()) + said + empty("wave", "No voice of your own yet", teaching)
    hint = "Kept in this studio until you delete them."
    rows = div("own-voices", *map(_row, mine))
    return heading("Your voices", hint, _bring()) + said + _search(len(mine)) + rows


def _bring() -> str:
    file = element("input", type_="file", accept=".zip", hidden=True, data_import_file=True)
    return button("button small", icon("upload"), " Import", data_import=True, title="A voice that was exported") + file


def _search(count: int) -> str:
    if count < SEARCH_FROM:
        return ""
    box = element("input", type_="search", placeholder="Name, tag, language or words", data_own_search=True)
    label = element("label", icon("search"), span("visually-hidden", "Search your voices"), box, class_="search")
    nothing = element("p", "No voice fits. Try fewer words.", class_="hint nothing-found", hidden=True)
    return div("voice-filter own-filter", label) + nothing


def _row(voice: Json) -> str:
    name = str(voice["name"])
    words = div(
        "own-words",
        element("b", text(name)),
        *(span("tag", text(tag)) for tag in voice["tags"]),
        element("p", text(_about(voice)), class_="hint"),
        "" if voice["available"] else element("p", text(voice["unavailable_reason"]), class_="hint silent"),
    )
    searched = [name, voice["language_name"], voice["description"], voice["transcript"], *voice["tags"]]
    return element(
        "article",
        _hear(voice, name),
        words,
        _actions(voice, name),
        _editor(voice),
        class_="own-voice" if voice["available"] else "own-voice unavailable",
        data_voice=voice["voice_id"],
        data_search=" ".join(map(str, searched)).lower(),
    )


def _about(voice: Json) -> str:
    # A blend's description says its shares; a clip's says whose it is.
    said = [str(voice["description"] or ""), str(voice["language_name"])]
    return " · ".join(filter(None, said))


def _hear(voice: Json, name: str) -> str:
    """A clip can be heard at once; a blend says its sentence."""
    reference = address(voice.get("reference"))
    how = {"data_hear": reference} if reference else {"data_preview": voice["voice_id"]}
    return button("hear", icon("play"), aria_label=f"Hear {name}", **how)


def _actions(voice: Json, name: str) -> str:
    use = button("button small", "Use", data_use=voice["voice_id"], title="Let it speak your script")
    edit = button("icon-button", icon("pen"), data_edit=True, aria_label=f"Change {name}", title="Change")
    take = button("icon-button", icon("download"), data_export=True, aria_label=f"Export {name}", title="Export")
    delete = delete_button(f"Delete {name}", sure="Delete for good")
    return div("row own-actions", use if voice["available"] else "", edit, take, delete)


def _editor(voice: Json) -> str:
    name = element("input", type_="text", value=voice["name"], maxlength=80, data_field="name")
    tags = element("input", type_="text", value=", ".join(voice["tags"]), maxlength=200, data_field="tags")
    box = element("textarea", text(voice["transcript"]), rows=2, maxlength=2000, data_field="transcript")
    written = field("What is said in it", box) if voice["kind"] == "cloned" else ""
    keep, leave = (
        button("button small", "Keep changes", data_edit_yes=True),
        button("quiet", "Leave it", data_edit_no=True),
    )
    fields = div("fields two", field("Name", name), field("Tags", tags))
    return div("own-editor", fields, written, _consent(voice), div("row", keep, leave), hidden=True)


def _consent(voice: Json) -> str:
    consent = voice.get("consent")
    if not consent or voice["kind"] != "cloned":
        return ""
    said = f"Consent of {consent['recorded_at'][:10]}: {consent['speaker']}. {consent['statement']}"
    return element("p", text(said), class_="hint")


def removed(report: Mapping[str, object]) -> str:
    """What became of a deleted voice, as a notice."""
    places = report.get("removed")
    listed = places if isinstance(places, (list, tuple)) else ()
    gone = ", ".join(f"{plural(int(each['files']), 'file')} in {each['place']}" for each in listed)
    kept = report.get("kept")
    count = len(kept) if isinstance(kept, (list, tuple)) else 0
    stays = f" {plural(count, 'narration')} spoken with it {'stays' if count == 1 else 'stay'}." if count else ""
    records = int(str(report.get("job_records", 0)))
    erased = f" Its transcript and consent are gone from {plural(records, 'job record')}." if records else ""
    others = f" {report['elsewhere']}" if report.get("elsewhere") else ""
    said = f"{report.get('name', 'The voice')} is deleted: {gone or 'no file was left'}.{erased}{stays}{others}"
    return div("notice good", icon("check"), element("span", text(said)), role="status")


def imported(voice: Json) -> str:
    """A voice from elsewhere is here."""
    said = f"{voice['name']} is here, with its consent and its transcript."
    return div("notice good", icon("check"), element("span", text(said)), role="status")
