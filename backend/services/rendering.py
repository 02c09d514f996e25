"""Renders videos with what this machine has: parts of earlier ones, the encoder that was asked for or the next best."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from backend.compositions import VideoOptions
from backend.errors import MediaFailed
from backend.media.ffmpeg import Ffmpeg
from backend.services.paces import RENDERED_BYTES, Paces
from backend.services.renders import Renders
from backend.video import Encoders, Rendered, RenderRequest, render_sizes
from backend.work import Work

_NOT_THE_ENCODERS = ("disk_full", "output_too_large")
_log = logging.getLogger(__name__)


class Rendering:
    """Turns requests into files."""

    def __init__(self, ffmpeg: Ffmpeg, renders: Renders, encoders: Encoders, paces: Paces) -> None:
        self._ffmpeg = ffmpeg
        self.renders = renders
        self._encoders = encoders
        self._paces = paces

    def make(
        self, requests: Sequence[RenderRequest], options: VideoOptions, folder: Path, work: Work
    ) -> tuple[tuple[Rendered, ...], str]:
        """Render one video in several sizes into ``folder``; also a notice where another encoder had to do it.

        Raises:
            InvalidRequest, MediaRejected, MediaFailed, Cancelled: as `render_sizes`.
        """
        chosen = self._encoders.choose(options.codec, options.quality, options.encoder, work)
        requests = [replace(request, encoder=chosen.encoder) for request in requests]
        try:
            return self._render(requests, options, folder, work), chosen.notice
        except MediaFailed as error:
            if not chosen.encoder.hardware or error.code in _NOT_THE_ENCODERS:
                raise
            _log.warning("%s worked before and does no longer: %s", chosen.encoder.name, error)
        self._encoders.failed(chosen.encoder)
        return self.make(requests, options, folder, work)

    def expected_bytes(self, sizes: Sequence[str], seconds: float, options: VideoOptions) -> float:
        """Of the finished videos, as far as this machine has made such ones."""
        pace = self._paces.of("render", pace_name(options)) or self._paces.of("render", "ffmpeg")
        units = sum(megapixel_seconds(size, seconds) for size in sizes)
        return units * (pace.bytes if pace else RENDERED_BYTES)

    def _render(
        self, requests: Sequence[RenderRequest], options: VideoOptions, folder: Path, work: Work
    ) -> tuple[Rendered, ...]:
        begun = time.monotonic()
        finds = [self.renders.finder(request.name, folder) for request in requests]
        rendered = render_sizes(requests, self._ffmpeg, folder, work, finds)
        if not any(one.copied for one in rendered):  # else it tells nothing of how long a video takes
            units = sum(megapixel_seconds(request.name, request.duration) for request in requests)
            size = sum(one.path.stat().st_size for one in rendered)
            self._paces.note("render", pace_name(options), units, time.monotonic() - begun, size)
        return rendered


def megapixel_seconds(size: str, duration: float) -> float:
    """What rendering is measured in: the area of the frame times the video's length."""
    width, height = map(int, size.split("x"))
    return width * height / 1e6 * duration


def pace_name(options: VideoOptions) -> str:
    """What paces are kept under: each quality, codec and kind of encoder has its own."""
    told = (options.codec, options.quality, options.encoder)
    return "ffmpeg" if told == ("h264", "standard", "software") else "-".join(told)
