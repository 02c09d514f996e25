"""Changes to captions that are on the stage. What an edit does is the studio's to say; the page passes it on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.errors import StudioError
from ui.choices import Choices
from ui.html import address
from ui.show import Show, with_captions
from ui.studio import Json, Studio
from ui.views.stage import compact


def edit(studio: Studio, asked: Json) -> Json:
    """One edit, as the editor's script asks for it; what changed, or ``{"error"}``."""
    changes = asked.get("edit")
    try:
        return _told(
            studio.edit_captions(
                str(asked.get("captions", "")),
                _version(asked),
                changes if isinstance(changes, dict) else {},
                str(asked.get("media", "") or ""),
            )
        )
    except StudioError as error:
        return {"error": error.to_dict()}


def restore(studio: Studio, asked: Json) -> Json:
    """Captions as they were before: undo and redo; what changed, or ``{"error"}``."""
    captions_id = str(asked.get("captions", ""))
    try:
        source = str(asked.get("source") or captions_id)
        return _told(studio.restore_captions(captions_id, source, _version(asked)))
    except StudioError as error:
        return {"error": error.to_dict()}


def _told(answer: Json) -> Json:
    """The answer with the cues as the page's scripts take them, and the files as what a browser opens."""
    links = {name: address(file, download=True) for name, file in answer["files"].items()}
    return {**answer, "cues": [compact(cue) for cue in answer["cues"]], "files": links}


def _version(asked: Json) -> int:
    value: Any = asked.get("version")
    return value if isinstance(value, int) else 0


def realigning(asked: Mapping[str, Any]) -> Json:
    """The arguments of the job that puts the words of a range anew to where they are said."""
    place = {name: asked[name] for name in ("first", "last")}
    return {"captions_id": str(asked["captions"]), **place, "media": asked["media"] or None}


def catch_up(studio: Studio, show: Show, captions_id: str) -> Show:
    """The stage with its captions in their newest version; videos that show older ones step aside."""
    captions = show.captions.get(show.size)
    if captions is None or captions["captions_id"] != captions_id:
        return show
    newest = studio.get_captions(captions_id)
    return show if newest["version"] == captions["version"] else with_captions(show, newest)


def bring(studio: Studio, show: Show, file_id: str, choices: Choices, keep: bool = False) -> Show:
    """Captions from a file, in the chosen style, for the frame that is looked at; with ``keep`` cut as in the file."""
    arguments: Json = {"source": file_id, "style": choices.look, "size": show.size, "layout": choices.layout()}
    if keep:
        arguments["keep_cues"] = True
    return with_captions(show, studio.call("make_captions", arguments))
