"""Pictures out of videos: a frame, one with words on it, a sheet of many moments, a few seconds that move."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from backend import captions as drawing
from backend.errors import InvalidRequest
from backend.ids import derived_id
from backend.jobs import JobContext
from backend.media.ffmpeg import Ffmpeg
from backend.media.info import MediaInfo
from backend.media.probe import probe
from backend.models import Cue, CueWord, FileLink, FrameSize
from backend.requests import ExtractFrame, MakeAnimation, MakeContactSheet, MakeThumbnail
from backend.services.captioning import CaptionDesign
from backend.services.scratch import Scratch
from backend.services.styles import Styles
from backend.services.uploads import Uploads
from backend.video import Excerpt, RenderRequest, Sheet, animation, contact_sheet, extract_frame, frame_at, video_still
from backend.video.picture.fitting import contain_size, even
from backend.work import Work

_MOST_SIDE = 1920
"""Pixels of a thumbnail whose size was not said."""
_LEAST_SIDE = 64


class Pictures:
    """Makes them, and keeps them where uploads are, so that every operation takes them."""

    def __init__(self, uploads: Uploads, ffmpeg: Ffmpeg, scratch: Scratch, styles: Styles) -> None:
        self._uploads = uploads
        self._ffmpeg = ffmpeg
        self._scratch = scratch
        self._styles = styles

    def frame(self, request: ExtractFrame) -> FileLink:
        """The picture at a moment.

        Raises:
            MediaRejected, MediaFailed, NotFound: what is wrong with the video.
        """
        with self._scratch.folder() as folder:
            video = self._uploads.local(request.video, folder)
            return self._uploads.keep(
                extract_frame(self._ffmpeg, video, request.timestamp, folder / "frame.jpg"), "frame.jpg"
            )

    def thumbnail(self, request: MakeThumbnail) -> FileLink:
        """The picture at a moment, with words on it as captions are drawn.

        Raises:
            InvalidRequest: the style, the size or the layout is wrong.
            MediaRejected, MediaFailed, NotFound: what is wrong with the video.
        """
        style = self._styles.find(request.style)
        with self._scratch.folder() as folder:
            video = self._uploads.local(request.video, folder)
            info = probe(video)
            design = CaptionDesign(style, request.size or _own_size(info), request.layout)
            size = design.frame()
            seen = frame_at(self._ffmpeg, video, info, request.timestamp, size, folder, Work(), request.fit)
            wanted = RenderRequest(
                audio=video,
                duration=1.0,
                backgrounds=(seen,),
                size=size,
                ass=_written(request.text, design, size),
                fonts=self._styles.fonts.folder(style, folder),
            )
            picture = video_still(wanted, 1.0, self._ffmpeg, folder, Work(), width=size[0])
            return self._uploads.keep(picture, "thumbnail.jpg")

    def check(self, request: MakeContactSheet | MakeAnimation) -> None:
        """Refuse what cannot be made, before anything is queued.

        Raises:
            MediaRejected, NotFound: what is wrong with the video.
        """
        with self._scratch.folder() as folder:
            info = self._uploads.info(request.video, folder)
            info.require_video()
            if info.kind == "image":
                raise InvalidRequest(
                    "This is a picture: nothing in it moves.", hint="Choose a video.", code="not_a_video"
                )

    def contact_sheet(self, request: MakeContactSheet, context: JobContext) -> dict[str, Any]:
        """A sheet of many moments; returns the id of the file."""

        def make(video: Path, folder: Path) -> Path:
            sheet = Sheet(request.columns, request.rows, request.width, request.times)
            return contact_sheet(self._ffmpeg, video, sheet, drawing.FONTS, folder / "sheet.jpg", context.work)

        return self._made(request.video, context, make)

    def animation(self, request: MakeAnimation, context: JobContext) -> dict[str, Any]:
        """A few seconds that play by themselves; returns the id of the file."""

        def make(video: Path, folder: Path) -> Path:
            excerpt = Excerpt(request.start, request.seconds, request.width, request.fps)
            kind = request.animation_format
            return animation(self._ffmpeg, video, excerpt, kind, folder / f"moving.{kind}", context.work)

        return self._made(request.video, context, make)

    def _made(self, file_id: str, context: JobContext, make: Callable[[Path, Path], Path]) -> dict[str, Any]:
        def keep() -> dict[str, Any]:
            with self._scratch.folder() as folder:
                picture = make(self._uploads.local(file_id, folder), folder)
                context.work.cancel.check()
                kept = self._uploads.keep(picture, picture.name, derived_id("up", context.job_id))
                return {"file_id": kept.file_id}

        made: dict[str, Any] = context.steps("make", keep)
        return made


def _own_size(info: MediaInfo) -> str:
    """The video's size, within what a frame may be; what is narrower than that is cut to fit."""
    width, height = info.require_video().display_size
    most = (min(_MOST_SIDE, max(width, height)),) * 2
    width, height = (max(_LEAST_SIDE, even(side)) for side in contain_size((width, height), most))
    return f"{width}x{height}"


def _written(text: str, design: CaptionDesign, size: FrameSize) -> str | None:
    """The words as one caption that is on screen for the whole second, all of them said; None for no words."""
    words = text.split()
    if not words:
        return None
    timed = tuple(
        CueWord(text=word, start=place / len(words), end=(place + 1) / len(words)) for place, word in enumerate(words)
    )
    lines = "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())
    cue = Cue(index=0, start=0.0, end=2.0, text=lines, words=timed)
    broken = drawing.broken_into_lines((cue,), design.style, size, design.layout)
    return drawing.ass_document(broken, design.style, size, design.layout)
