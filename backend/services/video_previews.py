"""A moment of a video seen before it is rendered: the render's own picture of a request, without its sound."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from backend.media.ffmpeg import Ffmpeg
from backend.models import CueWord, parse_size
from backend.requests import MakeCaptions, PreviewVideo
from backend.services.captioning import Captioning
from backend.services.estimates import Estimates
from backend.services.guessed_words import guess_words
from backend.services.narrations import Narrations
from backend.services.results import keep_preview
from backend.services.scratch import Scratch
from backend.services.video_requests import captions_of, check_source, options_of, speech_request
from backend.services.video_speech import Given, Speech, words_in
from backend.services.videos import Videos
from backend.storage.artifacts import Artifacts
from backend.video import video_clip, video_still
from backend.work import Work

_AT_ONCE = 2
"""Frames that are drawn at the same time; who scrubs asks for many."""
_LISTENS_FIRST = "What is said in the recording is only known once somebody has listened: the picture has no captions."


class VideoPreviews:
    """Draws frames of videos that may never be rendered."""

    def __init__(
        self,
        artifacts: Artifacts,
        ffmpeg: Ffmpeg,
        narrations: Narrations,
        captioning: Captioning,
        videos: Videos,
        estimates: Estimates,
        scratch: Scratch,
    ) -> None:
        self._artifacts = artifacts
        self._ffmpeg = ffmpeg
        self._narrations = narrations
        self._captioning = captioning
        self._videos = videos
        self._estimates = estimates
        self._scratch = scratch
        self._turns = threading.Semaphore(_AT_ONCE)

    def draw(self, request: PreviewVideo, work: Work) -> dict[str, Any]:
        """The frame on screen at a moment, or a few seconds from there on: ``picture`` or ``clip`` (a link, the other
        null), ``size``, ``time``, ``duration`` of the video in seconds, whether the times of its words are only
        ``guessed``, and ``warnings``.

        Raises:
            InvalidRequest, MediaRejected, NotFound: what is wrong with the request, as ``generate_captioned_video``.
        """
        check_source(request)
        size = request.size or request.sizes[0]
        given = tuple(self._captioning.kept(captions_id) for captions_id in captions_of(request))
        with self._turns, self._scratch.folder() as folder:
            speech = self._speech(request, given, folder)
            time = min(request.time, speech.duration)
            seen = keep_preview(self._artifacts, self._drawn(request, speech, given, size, time, folder, work))
            return {
                "picture": None if request.seconds else seen,
                "clip": seen if request.seconds else None,
                "size": size,
                "time": time,
                "duration": round(speech.duration, 3),
                "guessed": bool(request.script),
                "warnings": [_LISTENS_FIRST] if request.audio is not None and not speech.words else [],
            }

    def _drawn(
        self, request: PreviewVideo, speech: Speech, given: Given, size: str, time: float, folder: Path, work: Work
    ) -> Path:
        words = tuple(CueWord(**word.model_dump()) for word in speech.words)
        source: str | tuple[CueWord, ...] = speech.narration_id or words
        layout = options_of(request).layout
        wanted = MakeCaptions(source=source, style=request.captions_style, size=size, layout=layout)
        document = self._captioning.drawn(given, wanted, (time, time + request.seconds))
        silent = request.model_copy(update={"music": None})
        (whole,) = self._videos.render_requests(silent, speech, {size: document}, folder, work.cancel)
        width = None if request.width is None else min(request.width, parse_size(size)[0])
        if request.seconds:
            return video_clip(whole, time, self._ffmpeg, folder, work, seconds=request.seconds, width=width)
        return video_still(whole, time, self._ffmpeg, folder, work, width=width)

    def _speech(self, request: PreviewVideo, given: Given, folder: Path) -> Speech:
        """What is heard and when, as far as it is known."""
        if request.narration_id is not None:
            return self._videos.speech.spoken(request.narration_id, folder, heard=_shows_sound(request))
        if request.audio is not None:
            return self._videos.speech.heard(request, folder, words_in(given))
        plan = self._narrations.plans.checked(speech_request(request))
        duration = self._estimates.length(plan)
        words, cuts = guess_words(plan, duration)
        return Speech(Path(), duration, words, cuts, None, "", {})


def _shows_sound(request: PreviewVideo) -> bool:
    """Whether the picture depends on what is heard; else the sound need not be fetched."""
    background = request.background
    return "waveform" in (background if isinstance(background, tuple) else (background,))
