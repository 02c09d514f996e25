"""Captions seen as they will be burned in: a still or a short clip over the background of the video."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.captions import CaptionStyle
from backend.media.ffmpeg import Ffmpeg
from backend.models import FrameSize
from backend.requests import PreviewCaptions
from backend.services.backgrounds import Backgrounds
from backend.services.fonts import Fonts
from backend.services.results import keep_preview
from backend.services.scratch import Scratch
from backend.storage.artifacts import Artifacts
from backend.video import Background, Image, Painted, paint, preview_clip, preview_still
from backend.work import Work

KEPT_BYTES = 32_000_000
"""Of pictures that were brought to a frame before: ten of 1080x1920."""


@dataclass(frozen=True)
class Document:
    """Captions as they are handed to the renderer."""

    ass: str
    style: CaptionStyle
    """What they are drawn in: it tells which fonts the renderer needs."""


class _Kept:
    """The pictures that were used last, up to so many bytes. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._frames: OrderedDict[tuple[str | None, FrameSize], Painted] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, name: str | None, frame: FrameSize) -> Painted | None:
        with self._lock:
            found = self._frames.get((name, frame))
            if found is not None:
                self._frames.move_to_end((name, frame))
            return found

    def keep(self, name: str, frame: FrameSize, painted: Painted) -> None:
        with self._lock:
            self._frames[(name, frame)] = painted
            while sum(len(each.frame) for each in self._frames.values()) > self._most:
                self._frames.popitem(last=False)


class Previews:
    """Draws previews; a picture behind them is fetched and decoded once."""

    def __init__(
        self, artifacts: Artifacts, ffmpeg: Ffmpeg, backgrounds: Backgrounds, scratch: Scratch, fonts: Fonts
    ) -> None:
        self._artifacts = artifacts
        self._ffmpeg = ffmpeg
        self._backgrounds = backgrounds
        self._scratch = scratch
        self._fonts = fonts
        self._painted = _Kept(KEPT_BYTES)

    def draw(self, document: Document, frame: FrameSize, request: PreviewCaptions, work: Work) -> dict[str, Any]:
        """A still, or a clip if ``seconds`` is over 0, of captions; a link to it."""
        with self._scratch.folder() as folder:
            background = self._background(request.background, frame, folder, work)
            fonts = self._fonts.folder(document.style, folder)
            if request.seconds > 0:
                picture = preview_clip(
                    *(document.ass, fonts, frame, request.time, background, self._ffmpeg, folder, work),
                    seconds=request.seconds,
                )
            else:
                picture = preview_still(
                    document.ass, fonts, frame, request.time, background, self._ffmpeg, folder, work
                )
            return keep_preview(self._artifacts, picture, f"preview{picture.suffix}")

    def _background(self, name: str | None, frame: FrameSize, folder: Path, work: Work) -> Background:
        """What ``name`` (which is never another's file, and never changes) stands for, painted if it was before."""
        kept = self._painted.find(name, frame)
        if kept is not None:
            self._artifacts.resolve(name or "")  # it may have been deleted meanwhile
            return kept
        background = self._backgrounds.resolve(name, folder)[0]
        if not isinstance(background, Image) or name is None:
            return background
        painted = paint(background, frame, self._ffmpeg, folder, work)
        self._painted.keep(name, frame, painted)
        return painted
