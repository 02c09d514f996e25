"""Puts what ffmpeg reads into the job's folder, under fixed names, so that no user's name gets into a graph."""

from __future__ import annotations

from pathlib import Path

from backend.media.probe import probe
from backend.video.backgrounds import Background, Colour, Gradient
from backend.video.graph import CAPTIONS_FILE, FONTS_FOLDER, Source
from backend.video.painted import gradient, solid
from backend.video.picture import Size

_FONTS_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="relative">.fontconfig</cachedir></fontconfig>
"""


def place_source(background: Background, size: Size, folder: Path, number: int = 0) -> Source:
    """A background as file ``background<number>`` in ``folder``: painted, or a link to the given file.

    Raises:
        MediaRejected: the file is not what it should be, or over a limit.
    """
    name = f"background{number}"
    if isinstance(background, Colour):
        (folder / name).write_bytes(solid(size, background.rgb))
        return Source(name, form=None)
    if isinstance(background, Gradient):
        (folder / name).write_bytes(gradient(size))
        return Source(name, form=None)
    info = probe(background.path)
    (folder / name).symlink_to(background.path.absolute())
    return Source(name, info.form, info.require_video())


def place_captions(ass: str | None, fonts: Path | None, folder: Path) -> bool:
    """Write the captions and link their fonts; false when there are none.

    The machine's own fonts are shut out, so that the same captions look the same everywhere.
    """
    if ass is None:
        return False
    (folder / CAPTIONS_FILE).write_text(ass, encoding="utf-8")
    if fonts is None:
        (folder / FONTS_FOLDER).mkdir()
    else:
        (folder / FONTS_FOLDER).symlink_to(fonts.absolute(), target_is_directory=True)
    (folder / "fonts.conf").write_text(_FONTS_CONFIGURATION, encoding="utf-8")
    return True
