"""Fonts for one tenant: the bundled ones and their own."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import Any

from backend import captions as drawing
from backend.captions import CaptionStyle
from backend.errors import InvalidRequest, ManifestDamaged, NotFound
from backend.ids import StoredFile, is_id, new_id
from backend.media.fonts import PreparedFont, prepare_font
from backend.requests import UploadFont
from backend.services.scratch import Scratch
from backend.storage.artifacts import Artifacts

MAX_FONTS = 100
"""Own fonts of one tenant."""
_FILE = "font.otf"
_TITLE_CHARACTERS = 60
_NOTES = {
    "installable": "",
    "editable": "",
    "preview_and_print": "Its maker allows it to be embedded for previews and printing only.",
    "restricted": "Its maker allows no embedding without a licence.",
}


class Fonts:
    """Takes fonts in, lists and deletes them, and puts what a style needs where the renderer finds it.

    A font is known by its id everywhere: to requests, as the family that a style names, to the renderer. What its
    maker or whoever brought it calls it is only ever shown.
    """

    def __init__(self, artifacts: Artifacts, scratch: Scratch, copies: Path) -> None:
        """Args:
        artifacts: the tenant's.
        copies: folder for fonts that were fetched from a store elsewhere.
        """
        self._artifacts = artifacts
        self._scratch = scratch
        self._copies = copies

    def add(self, request: UploadFont) -> dict[str, Any]:
        """Check a font and keep it.

        Raises:
            NotFound: no such file.
            MediaRejected, MediaFailed: as `prepare_font`.
            InvalidRequest: ``too_many_fonts``, ``font_has_no_characters``.
        """
        if len(self._artifacts.latest("font")) >= MAX_FONTS:
            raise InvalidRequest(
                f"There are {MAX_FONTS} fonts already, which is the most.",
                hint="Delete some that are not used any more.",
                code="too_many_fonts",
            )
        font_id = new_id("font")
        with self._scratch.folder() as folder:
            given = self._artifacts.local(request.file, folder)
            prepared = prepare_font(given, font_id, folder, request.weight)
            manifest = _manifest(font_id, prepared, request.title)
            self._artifacts.publish(font_id, 1, {_FILE: prepared.path}, manifest)
        return self._entry(manifest)

    def list(self) -> list[dict[str, Any]]:
        """The bundled fonts first, then own ones, the newest last."""
        listed = [{**font, "title": font["family"], "own": False} for font in drawing.list_fonts()]
        for font_id in self._artifacts.latest("font"):
            with contextlib.suppress(NotFound, ManifestDamaged):  # deleted since it was listed, or cannot be read
                listed.append(self._entry(self._artifacts.manifest(font_id)))
        return listed

    def _entry(self, manifest: dict[str, Any]) -> dict[str, Any]:
        link = self._artifacts.link(StoredFile(str(manifest["font_id"]), 1, _FILE), f"{manifest['title']}.otf")
        return {
            "family": manifest["font_id"],
            "file": link.file_id,
            "fallback": False,
            "own": True,
            **{name: value for name, value in manifest.items() if name not in ("created_at", "sums")},
            "url": link.url,
        }

    def delete(self, font_id: str) -> dict[str, Any]:
        """Delete an own font; what uses it is drawn in a bundled one from then on, and says so.

        Raises:
            NotFound: ``font_not_found``.
        """
        if not is_id(font_id, "font") or not self._artifacts.exists(font_id):
            raise NotFound(
                "There is no such font of your own.",
                hint="Use a font_id from list_fonts. Those that come with the studio stay.",
                code="font_not_found",
            )
        deleted = self._artifacts.delete(font_id)
        self._copy(font_id).unlink(missing_ok=True)
        return {"deleted": deleted}

    # ------------------------------------------------------------ drawing

    def check(self, style: CaptionStyle) -> None:
        """Refuse a style in a font that this tenant does not have.

        Raises:
            InvalidRequest: ``unknown_font``.
        """
        if drawing.is_own_font(style.font) and self._file(style.font) is None:
            raise InvalidRequest(
                f"There is no font {style.font!r} (any more).",
                hint="list_fonts tells which there are; upload_font brings your own.",
                code="unknown_font",
            )

    def dress(self, style: CaptionStyle) -> CaptionStyle:
        """The style with the file of its font, if that is an own one that is still there; else as it is.

        What has no file is drawn in a bundled font, and its warnings say so.
        """
        file = self._file(style.font) if drawing.is_own_font(style.font) else None
        return style if file is None else style.with_font(file)

    def folder(self, style: CaptionStyle, folder: Path) -> Path:
        """Where the renderer finds every font that this style can need: the bundled ones, and its own.

        Args:
            style: as `dress` gives it.
            folder: of the job; a folder may be made in it.
        """
        if style.font_file is None:
            return drawing.FONTS
        fonts = folder / "fonts-of-style"
        fonts.mkdir(exist_ok=True)
        for file in drawing.FONTS.glob("*.?tf"):
            with contextlib.suppress(FileExistsError):
                (fonts / file.name).symlink_to(file)
        shutil.copyfile(style.font_file, fonts / _FILE)  # not a link: it may be deleted meanwhile
        return fonts

    def _file(self, font_id: str) -> Path | None:
        stored = StoredFile(font_id, 1, _FILE)
        try:
            self._artifacts.resolve(stored.file_id)
        except NotFound:
            self._copy(font_id).unlink(missing_ok=True)
            return None
        return self._artifacts.at_disk(stored) or self._fetched(stored)

    def _fetched(self, stored: StoredFile) -> Path:
        copy = self._copy(stored.owner)
        if not copy.is_file():
            self._copies.mkdir(parents=True, exist_ok=True)
            with self._scratch.folder() as folder:
                fresh = copy.with_suffix(f".{folder.name}")
                fresh.write_bytes(self._artifacts.read(stored))
                os.replace(fresh, copy)  # noqa: PTH105 - whole or not at all
        return copy

    def _copy(self, font_id: str) -> Path:
        return self._copies / f"{font_id}.otf"


def _manifest(font_id: str, prepared: PreparedFont, title: str) -> dict[str, Any]:
    """What is kept of a font beside the file: nothing in it is trusted when it is drawn."""
    about = drawing.describe_font(font_id, prepared.path)
    if not about["characters"]:
        raise InvalidRequest(
            "This font has no characters.", hint="Choose one with letters in it.", code="font_has_no_characters"
        )
    name = drawing.one_line(title) or drawing.one_line(f"{prepared.name} {prepared.style}") or "My font"
    note = _NOTES[prepared.embedding]
    return {
        "font_id": font_id,
        "title": name[:_TITLE_CHARACTERS],
        **about,
        "glyphs": prepared.glyphs,
        "weight": prepared.weight,
        "embedding": prepared.embedding,
        "warnings": [note] if note else [],
    }
