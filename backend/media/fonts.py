"""Fonts that people bring, checked and made fit for captions.

A font is a program that draws letters, and comes from anyone. It goes through the sanitiser that browsers use, then
through a child of our own that keeps only what captions need and writes our name into it; both run under limits.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from backend.errors import MediaFailed, MediaRejected
from backend.media.ffmpeg import FULL, GIB, Finished, Guard, disk_full, has_no_room, run_child
from backend.work import Cancel

MAX_FONT_BYTES = 30_000_000
"""Of a font's file, also unpacked. All of Chinese takes 17 MB."""
Embedding = Literal["installable", "editable", "preview_and_print", "restricted"]
"""What the font's maker allows, as the font says it itself."""
_CHILD = Path(__file__).with_name("font_child.py")
_SECONDS = 90.0
_GUARD = Guard(memory_bytes=3 * GIB, output_bytes=2 * MAX_FONT_BYTES, cpu_seconds=60, open_files=64)
_BOUNDS = {"most_points": 20_000, "most_parts": 300, "most_depth": 6, "most_glyphs": 8}
"""Of one glyph with all it is made of; and glyphs that a single character may become."""
_COMPRESSED = (b"wOFF", b"wOF2")
_STARTS = (b"\x00\x01\x00\x00", b"OTTO", b"true", *_COMPRESSED)


@dataclass(frozen=True)
class PreparedFont:
    """A font that can be handed to the renderer."""

    path: Path
    """One static weight; its only name is the one that was asked for."""
    name: str
    """What it called itself. As a stranger wrote it."""
    style: str
    """Such as Bold. As a stranger wrote it."""
    weight: float | None
    """The weight that a variable font was set to."""
    glyphs: int
    embedding: Embedding


def prepare_font(source: Path, family: str, folder: Path, weight: float | None = None) -> PreparedFont:
    """Check a font and write ``font.otf`` into ``folder``: the same letters under the name ``family``, and no more.

    Args:
        source: a TrueType or OpenType file, or one as WOFF or WOFF2.
        family: letters, digits and underscores.
        weight: what to set a variable font to, 1 to 1000; its own default unless given.

    Raises:
        MediaRejected: ``not_a_font``, ``font_collection``, ``font_damaged``, ``font_too_complex``,
            ``font_has_no_outlines`` or ``file_too_large``.
        MediaFailed: ``sanitizer_missing``, ``media_timeout``.
    """
    check_font_start(source)
    _sanitise(source, folder)
    facts = _made_ours(family, folder, weight)
    return PreparedFont(
        path=folder / "font.otf",
        name=facts["name"],
        style=facts["style"],
        weight=facts["weight"],
        glyphs=facts["glyphs"],
        embedding=_embedding(facts["embedding"]),
    )


def check_font_start(source: Path) -> None:
    """Refuse what is no font by its first bytes, or too large.

    Raises:
        MediaRejected: ``not_a_font``, ``font_collection`` or ``file_too_large``.
    """
    with source.open("rb") as file:
        header = file.read(20)
    start = header[:4]
    # What a compressed one says it has unpacked; one that lies there is refused by the sanitiser.
    unpacked = int.from_bytes(header[16:20], "big") if start in _COMPRESSED else 0
    size = max(source.stat().st_size, unpacked)
    if size > MAX_FONT_BYTES:
        raise MediaRejected(
            f"The font has {size / 1e6:.0f} MB; {MAX_FONT_BYTES / 1e6:.0f} MB is the most.",
            hint="Choose one with fewer characters, or make a subset of it.",
            code="file_too_large",
        )
    if start == b"ttcf":
        raise MediaRejected(
            "This is a collection of several fonts.",
            hint="Save the one you want as a file of its own, with a font editor or a converter.",
            code="font_collection",
        )
    if start not in _STARTS:
        raise MediaRejected(
            "This is not a font.", hint="Choose a font file: TTF, OTF, WOFF or WOFF2.", code="not_a_font"
        )


def _sanitise(source: Path, folder: Path) -> None:
    """``clean.otf`` in ``folder``: what browsers would make of the font."""
    (folder / "given").symlink_to(source.absolute())
    program = [str(_sanitiser()), "given", "clean.otf"]
    done = run_child(program, folder=folder, cancel=Cancel(), timeout=_SECONDS, guard=_GUARD)
    if done.status != 0 or not (folder / "clean.otf").is_file():
        _refuse_full(done, folder)
        table = re.search(r"ERROR: ([A-Za-z0-9/]{3,4}) ?:", done.errors + done.output.decode(errors="replace"))
        where = f" Its table {table[1]} is wrong." if table else ""
        raise _damaged(f"The font is damaged: a browser would refuse it, too.{where}")


def _refuse_full(done: Finished, folder: Path) -> None:
    """Whether it was for want of room that nothing was made; the sanitiser does not tell.

    Raises:
        MediaFailed: ``disk_full``.
    """
    if FULL in done.errors or has_no_room(folder):
        raise disk_full()


def _sanitiser() -> Path:
    found = importlib.util.find_spec("ots")
    program = Path(found.origin).with_name("ots-sanitize") if found and found.origin else None
    if program is None or not program.is_file():
        raise MediaFailed(
            "Fonts cannot be checked on this machine: the OpenType Sanitizer is not installed.",
            hint="Install the package opentype-sanitizer, or use a bundled font.",
            code="sanitizer_missing",
        )
    return program


def _made_ours(family: str, folder: Path, weight: float | None) -> dict[str, Any]:
    wanted = {"source": "clean.otf", "target": "font.otf", "family": family, "weight": weight, **_BOUNDS}
    program = [sys.executable, "-I", str(_CHILD), json.dumps(wanted)]
    done = run_child(program, folder=folder, cancel=Cancel(), timeout=_SECONDS, guard=_GUARD)
    if done.status != 0:
        _refuse_full(done, folder)
        raise _damaged("The font is damaged, or far too large to work on.")
    facts: dict[str, Any] = json.loads(done.output)
    if facts.get("problem") == "no_outlines":
        raise MediaRejected(
            "This font has pictures only, no outlines; captions cannot be drawn with it.",
            hint="Choose one that is not a colour or bitmap font.",
            code="font_has_no_outlines",
        )
    if facts.get("problem"):
        raise MediaRejected(
            "This font is too complex: a single glyph of it takes too much to draw.",
            hint="Choose another one.",
            code="font_too_complex",
        )
    return facts


def _damaged(message: str) -> MediaRejected:
    return MediaRejected(message, hint="Download or export the font again.", code="font_damaged")


def _embedding(bits: int) -> Embedding:
    """The least restrictive right counts, as the OpenType specification says."""
    if not bits & 0xE:
        return "installable"
    return "editable" if bits & 8 else "preview_and_print" if bits & 4 else "restricted"
