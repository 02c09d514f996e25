"""Layers of a video as its request names them, brought to what is rendered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from backend import captions as drawing
from backend.captions import Card, Progress, Title
from backend.errors import InvalidRequest
from backend.layers import ImageLayer, Layer, ProgressBar, TitleCard
from backend.media.info import MediaInfo
from backend.media.probe import probe
from backend.models import FrameSize
from backend.storage.artifacts import Artifacts
from backend.video import Overlay, parse_colour
from backend.video.picture.overlays import Margins
from backend.work import Cancel

_THINNEST = 200
"""Times that one side of a picture may have of the other."""
_ABOUT_SQUARE = (0.75, 1.25)
"""Width over height of frames for which no app publishes a zone."""


class Layers:
    """Looks layers up and checks them."""

    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts

    def check(self, layers: Sequence[Layer], folder: Path) -> None:
        """Refuse layers that cannot be drawn.

        Raises:
            InvalidRequest: ``invalid_layers``, ``unknown_colour``.
            MediaRejected, NotFound: a file that cannot be used, or is not there.
        """
        for layer in layers:
            if isinstance(layer, ImageLayer):
                self._picture(layer, folder)
        list(_cards(layers, 1.0))

    def pictures(self, layers: Sequence[Layer], folder: Path, cancel: Cancel | None = None) -> tuple[Overlay, ...]:
        """The pictures among them, with their files on this machine (fetched into ``folder`` where needed)."""
        pictures = [layer for layer in layers if isinstance(layer, ImageLayer)]
        return tuple(Overlay(*self._picture(layer, folder, cancel), layer) for layer in pictures)

    def beneath(self, captions: str, layers: Sequence[Layer], size: FrameSize, seconds: float) -> str:
        """The captions' document with bars and titles under them, for a video of so many seconds."""
        cards = list(_cards(layers, seconds))
        return drawing.put_beneath(captions, cards, size) if cards else captions

    def _picture(self, layer: ImageLayer, folder: Path, cancel: Cancel | None = None) -> tuple[Path, MediaInfo]:
        path = self._artifacts.local(layer.file, folder)
        info = probe(path, cancel=cancel)
        shape = info.require_video().display_size if info.form.still else (1, 1)
        if max(shape) > _THINNEST * min(shape):
            raise InvalidRequest(
                f"A layer's picture is too thin to be seen: {shape[0]}x{shape[1]} pixels.",
                hint="Crop it to what is to be seen.",
                code="invalid_layers",
            )
        if not info.form.still:
            raise InvalidRequest(
                f"A layer's file is no picture: {layer.file[:80]!r}.",
                hint="Use a PNG, JPEG or WebP. A video goes over another with add_colorkey_overlay.",
                code="invalid_layers",
            )
        return path, info


def kept_out(pictures: Sequence[Overlay], size: FrameSize) -> tuple[Overlay, ...]:
    """The pictures, kept out of what apps draw over in a frame of this size."""
    return tuple(replace(picture, keep_out=margins(size)) for picture in pictures)


def margins(size: FrameSize) -> Margins:
    """What apps draw over, in a frame of this shape: the widest margins that any of them publishes."""
    wide = size[0] / size[1]
    shape = "tall" if wide <= _ABOUT_SQUARE[0] else "wide" if wide >= _ABOUT_SQUARE[1] else ""
    zones = [zone for zone in drawing.SAFE_ZONES if zone.shape == shape]
    if not zones:
        return (0.0, 0.0, 0.0, 0.0)
    tops, rights, bottoms, lefts = zip(*((one.top, one.right, one.bottom, one.left) for one in zones), strict=True)
    return max(tops), max(rights), max(bottoms), max(lefts)


def never_seen(layers: Sequence[Layer], seconds: float) -> Iterator[str]:
    """A warning for each layer that begins only when a video of so many seconds has ended."""
    for number, layer in enumerate(layers):
        if layer.start >= seconds:
            yield f"Layer {number} begins at {layer.start:g} s and is never seen: the video lasts {seconds:.1f} s."


def title_warnings(layers: Sequence[Layer]) -> Iterator[str]:
    """What cannot be drawn of titles, as sentences for people."""
    for layer in layers:
        if isinstance(layer, TitleCard):
            yield from drawing.glyph_warnings(layer.text, drawing.TEMPLATES[layer.template])


def _cards(layers: Sequence[Layer], seconds: float) -> Iterator[Card]:
    for layer in layers:
        end = seconds if layer.end is None else layer.end
        if isinstance(layer, ProgressBar):
            color = parse_colour(layer.color).hex
            yield Progress(layer.start, end, color, layer.position, layer.height, layer.track_opacity)
        elif isinstance(layer, TitleCard):
            yield Title(
                text=layer.text,
                start=layer.start,
                end=end,
                template=layer.template,
                position=layer.position,
                color=_hex(layer.color),
                accent=_hex(layer.accent),
                font_scale=layer.font_scale,
                fades_in=layer.start > 0,  # so that the first picture, which is what people see first, has it
                fades_out=end < seconds,
            )


def _hex(colour: str | None) -> str | None:
    return None if colour is None else parse_colour(colour).hex
