"""Puts what ffmpeg reads into the job's folder, under fixed names, so that no user's name gets into a graph."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backend.media.audio import read_blocks
from backend.media.decoding import decode_sound
from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import probe
from backend.video.backgrounds.kinds import (
    Background,
    Clip,
    Colour,
    Gradient,
    Image,
    MovingGradient,
    Painted,
    Waveform,
)
from backend.video.backgrounds.moving_gradient import WanderingLights, wandering_lights
from backend.video.backgrounds.painted import gradient, solid
from backend.video.backgrounds.waveform import SOUND_RATE, Bars, guessed_loudness, loudness_by_frame
from backend.video.picture.fitting import Size
from backend.video.picture.graph import CAPTIONS_FILE, CAPTIONS_FILTER, FONTS_FOLDER, Layer, Source
from backend.video.picture.overlays import Overlay, box
from backend.video.rendering.caption_colours import RED_BOX, burnable, is_red_by_709
from backend.work import Cancel, Work

_FONTS_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="relative">.fontconfig</cachedir></fontconfig>
"""


@dataclass(frozen=True)
class Heard:
    """What is said in a video, for backgrounds that move with it."""

    audio: Path | None
    """The narration; None while nobody has spoken it."""
    speech: Sequence[tuple[float, float]]
    """Start and end of stretches of speech in seconds: all there is to go by without the narration."""
    seconds: float
    ffmpeg: Ffmpeg
    cancel: Cancel


def place_source(
    background: Background, size: Size, folder: Path, number: int = 0, *, fps: int = 30, heard: Heard | None = None
) -> Source:
    """A background as file ``background<number>`` in ``folder``: painted, or a link to the given file.

    Raises:
        MediaRejected: the file is not what it should be, or over a limit.
    """
    name = f"background{number}"
    if isinstance(background, (Image, Clip)):
        info = background.info or probe(background.path)
        (folder / name).symlink_to(background.path.absolute())
        return Source(name, info.form, info.require_video())
    if isinstance(background, MovingGradient):
        (folder / name).write_bytes(wandering_lights(size, fps))
        return Source(name, form=None, drawn=WanderingLights(size))
    (folder / name).write_bytes(_painted(background, size))
    if isinstance(background, Waveform):
        return Source(name, form=None, drawn=_place_bars(Bars(size), folder, name, fps, heard))
    return Source(name, form=None)


def place_layers(overlays: Sequence[Overlay], size: Size, frames: int, fps: int, folder: Path) -> tuple[Layer, ...]:
    """Pictures to be laid over a video of ``frames``, as files ``layer<number>`` in ``folder``."""
    return tuple(_placed(overlay, size, frames, fps, folder, number) for number, overlay in enumerate(overlays))


def _placed(overlay: Overlay, size: Size, frames: int, fps: int, folder: Path, number: int) -> Layer:
    name, look = f"layer{number}", overlay.look
    (folder / name).symlink_to(overlay.path.absolute())
    source = Source(name, overlay.info.form, overlay.info.require_video())
    end = frames if look.end is None else min(frames, round(look.end * fps))
    return Layer(source, box(overlay, size), look.opacity, round(look.start * fps), end)


def _painted(background: Colour | Gradient | Waveform | Painted, size: Size) -> bytes:
    if isinstance(background, Colour):
        return solid(size, background.rgb)
    return background.frame if isinstance(background, Painted) else gradient(size)


def _place_bars(bars: Bars, folder: Path, name: str, fps: int, heard: Heard | None) -> Bars:
    frames = math.ceil(heard.seconds * fps) if heard else 1
    if heard is None:
        loudness = np.zeros((1, bars.count // 2), np.float32)
    elif heard.audio is None:
        loudness = guessed_loudness(heard.speech, frames, fps, bars.count // 2)
    else:
        sound = folder / f"{name}.wav"
        info = probe(heard.audio)
        decode_sound(
            *(heard.ffmpeg, heard.audio, info, sound, Work(cancel=heard.cancel)),
            most_seconds=heard.seconds,
            coarse_rate=SOUND_RATE,
        )
        loudness = loudness_by_frame(read_blocks(sound), frames, fps, bars.count // 2)
        sound.unlink()
    (folder / f"{name}.levels").write_bytes(bars.levels(loudness))
    (folder / f"{name}.heights").write_bytes(bars.heights())
    (folder / f"{name}.bars").write_bytes(bars.bars())
    return bars


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
