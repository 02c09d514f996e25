"""Caption styles for one tenant: those that come with the studio, and their own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from backend import captions as drawing
from backend.captions import CaptionStyle
from backend.errors import InvalidRequest, ManifestDamaged, NotFound
from backend.ids import StoredFile, is_file_id, is_id, new_id
from backend.requests import GivenStyle, SaveCaptionStyle
from backend.services.fonts import Fonts
from backend.services.json_files import read_object
from backend.services.scratch import Scratch
from backend.storage.artifacts import Artifacts

MAX_STYLES = 200
"""Styles of one tenant."""
MAX_STYLE_BYTES = 20_000
"""Of a style's file; one has about 1,000."""
_FILE = "style.json"
_LISTED = ("style_id", "own", "version", "file_id")
"""What a list says of a style besides the style itself: an entry of it can be changed and saved as it is."""


class Styles:
    """Finds, keeps, lists and deletes styles. Captions keep what they were made with, so nothing here breaks them."""

    def __init__(self, artifacts: Artifacts, scratch: Scratch, fonts: Fonts) -> None:
        self._artifacts = artifacts
        self._scratch = scratch
        self.fonts = fonts
        self._read: dict[str, tuple[int, CaptionStyle]] = {}
        """By id, with its version: a version never changes."""

    def find(self, given: GivenStyle) -> CaptionStyle:
        """What a request means by a style: the one place where a name becomes one.

        Args:
            given: a name, the id of an own style, or a whole style as data.

        Raises:
            InvalidRequest: ``unknown_style`` or ``invalid_style``.
        """
        if not isinstance(given, str):
            return self._nameless(given)
        if not is_id(given, "sty"):
            return drawing.find_style(given)
        try:
            return self.fonts.dress(self._own(given))
        except NotFound as error:
            raise InvalidRequest(
                f"There is no caption style {given!r} (any more).",
                hint="list_caption_styles tells which there are.",
                code="unknown_style",
            ) from error

    def read(self, kept: Mapping[str, Any]) -> CaptionStyle:
        """A style as it was written down with what was made in it, whatever became of its font."""
        return self.fonts.dress(drawing.read_style(kept))

    def _nameless(self, given: Mapping[str, Any]) -> CaptionStyle:
        """A style as data. An own id stays its name, so that what was made with it says so on any studio."""
        style = drawing.read_style(_without_listed(given))
        named = style if is_id(style.name, "sty") else style.model_copy(update={"name": drawing.CUSTOM})
        return self.fonts.dress(named)

    def _own(self, style_id: str, version: int | None = None) -> CaptionStyle:
        read = self._read.get(style_id)
        if read and read[0] == version:
            return read[1]
        manifest = self._artifacts.manifest(style_id, version)
        style = drawing.read_style(manifest["style"])
        self._read[style_id] = int(manifest["version"]), style
        return style

    def save(self, request: SaveCaptionStyle) -> dict[str, Any]:
        """Keep a style under an id of its own, or as the next version of one that is there.

        Raises:
            InvalidRequest: ``invalid_style`` or ``too_many_styles``.
            NotFound: ``style_not_found``, or the file is not there.
        """
        style_id, version = self._place(request.style_id)
        style = drawing.read_style({**_without_listed(self._data(request.style)), "name": style_id})
        if request.title is not None:
            style = drawing.read_style({**style.model_dump(), "title": request.title})
        self.fonts.check(style)
        if not style.title.strip():
            raise InvalidRequest(
                "The style has no title.", hint="Give it one, such as My captions.", code="invalid_style"
            )
        with self._scratch.folder() as folder:
            path = folder / _FILE
            data = style.model_dump(mode="json")
            path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            self._artifacts.publish(style_id, version, {_FILE: path}, {"version": version, "style": data})
        return _entry(style, version)

    def _place(self, style_id: str | None) -> tuple[str, int]:
        """Id and version of what is to be kept."""
        if style_id is not None:
            return style_id, int(self._manifest(style_id)["version"]) + 1
        if len(self._artifacts.latest("sty")) >= MAX_STYLES:
            raise InvalidRequest(
                f"There are {MAX_STYLES} styles already, which is the most.",
                hint="Delete some that are not used any more: what was made with them stays as it is.",
                code="too_many_styles",
            )
        return new_id("sty"), 1

    def _data(self, given: str | Mapping[str, Any]) -> Mapping[str, Any]:
        if not isinstance(given, str):
            return given
        if not is_file_id(given):
            raise _not_a_file("that is no file_id")
        with self._scratch.folder() as folder:
            return read_object(self._artifacts.local(given, folder), MAX_STYLE_BYTES, _not_a_file)

    def _manifest(self, style_id: str) -> dict[str, Any]:
        if not is_id(style_id, "sty"):
            raise NotFound(
                "There is no such style of your own.",
                hint="Use an id from save_caption_style. Those that come with the studio stay as they are.",
                code="style_not_found",
            )
        return self._artifacts.manifest(style_id)

    def delete(self, style_id: str) -> dict[str, Any]:
        """Delete an own style; captions and videos made with it stay as they are.

        Raises:
            NotFound: ``style_not_found``.
        """
        self._manifest(style_id)
        return {"deleted": self._artifacts.delete(style_id)}

    def list(self) -> list[dict[str, Any]]:
        """Every style: those that come with the studio first, then own ones, the newest last."""
        listed = [{**style, "own": False} for style in drawing.list_styles()]
        for style_id, version in self._artifacts.latest("sty").items():
            try:
                listed.append(_entry(self._own(style_id, version), version))
            except (NotFound, ManifestDamaged):  # deleted since it was listed, or cannot be read
                continue
        return listed


def snapshot_of(style: CaptionStyle) -> dict[str, Any] | None:
    """What is written down of a style beside its name: all of it, unless every studio has it."""
    return None if drawing.STYLES.get(style.name) == style else style.model_dump(mode="json")


def _entry(style: CaptionStyle, version: int) -> dict[str, Any]:
    file_id = StoredFile(style.name, version, _FILE).file_id
    return {
        "style_id": style.name,
        **style.model_dump(mode="json"),
        "own": True,
        "version": version,
        "file_id": file_id,
    }


def _without_listed(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in _LISTED}


def _not_a_file(problem: str) -> InvalidRequest:
    return InvalidRequest(
        f"This is not a caption style: {problem}.",
        hint="Give the style as data, or the file_id of a JSON file with it.",
        code="invalid_style",
    )
