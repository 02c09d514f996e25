"""Puts what ffmpeg reads into the job's folder, under fixed names, so that no user's name gets into a graph."""

from __future__ import annotations

from pathlib import Path

from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import probe
from backend.video.backgrounds import Background, Colour, Gradient, Painted
from backend.video.caption_colours import RED_BOX, burnable, is_red_by_709
from backend.video.graph import CAPTIONS_FILE, CAPTIONS_FILTER, FONTS_FOLDER, Source
from backend.video.painted import gradient, solid
from backend.video.picture import Size
from backend.work import Work

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
    if isinstance(background, Painted):
        (folder / name).write_bytes(background.frame)
        return Source(name, form=None)
    info = background.info or probe(background.path)
    (folder / name).symlink_to(background.path.absolute())
    return Source(name, info.form, info.require_video())


def place_captions(ass: str | None, fonts: Path, folder: Path, ffmpeg: Ffmpeg) -> bool:
    """Write the captions and link their fonts; false when there are none.

    The machine's own fonts are shut out, so that the same captions look the same everywhere.
    """
    if ass is None:
        return False
    (folder / FONTS_FOLDER).mkdir()
    for font in fonts.iterdir():
        if font.is_file():  # the page's own fonts lie in a folder beside them: older renderers would take those
            (folder / FONTS_FOLDER / font.name).symlink_to(font.absolute())
    (folder / "fonts.conf").write_text(_FONTS_CONFIGURATION, encoding="utf-8")
    (folder / CAPTIONS_FILE).write_text(burnable(ass, _heeds_matrix(ffmpeg, folder)), encoding="utf-8")
    return True


_HEEDS_MATRIX: dict[Path, bool] = {}


def _heeds_matrix(ffmpeg: Ffmpeg, folder: Path) -> bool:
    """Whether this ffmpeg draws in the colour matrix that a document asks for.

    Found out by drawing, once for each program, with the fonts in ``folder``: versions and patches tell too little.
    """
    known = _HEEDS_MATRIX.get(ffmpeg.binary)
    if known is None:
        (folder / CAPTIONS_FILE).write_text(RED_BOX, encoding="utf-8")
        box = ["-f", "lavfi", "-i", "color=black:s=64x64:r=1:d=1", "-vf", f"format=yuv420p,{CAPTIONS_FILTER}"]
        output = ["-frames:v", "1", "-f", "rawvideo", "-y", "file:box"]
        ffmpeg.run([*box, *output], folder=folder, work=Work(), timeout=30)
        known = _HEEDS_MATRIX[ffmpeg.binary] = is_red_by_709((folder / "box").read_bytes()[32 * 64 + 32])
    return known
