"""Words over a picture or a video by MoviePy, as most tools do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moviepy import (  # type: ignore[import-not-found]
    AudioFileClip,
    CompositeVideoClip,
    ImageClip,
    TextClip,
    VideoFileClip,
)

WORDS_A_CUE = 3
FONT_SIZE = 84
MARGIN = 20
HEIGHT_ON_SCREEN = 0.68


@dataclass(frozen=True)
class Word:
    """A word that is heard."""

    text: str
    start: float
    end: float


class Drawing:
    """Draws and encodes captioned videos."""

    def __init__(self, font: Path) -> None:
        self._font = str(font)

    def draw(self, words: Sequence[Any], background: str, wave: str, video: str) -> None:
        """As `make`, with each word as ``[text, start, end]``."""
        self.make([Word(*word) for word in words], background, wave, video)

    def make(self, words: Sequence[Word], background: str, wave: str, video: str) -> None:
        """Write ``video``: the words over a PNG or a video, as long as the sound."""
        sound = AudioFileClip(wave)
        behind = ImageClip(background) if background.endswith(".png") else VideoFileClip(background, audio=False)
        clips = [behind.with_duration(sound.duration)]
        for first in range(0, len(words), WORDS_A_CUE):
            clips += self._cue(words[first : first + WORDS_A_CUE], clips[0].size)
        composed = CompositeVideoClip(clips).with_duration(sound.duration).with_audio(sound)
        composed.write_videofile(
            video,
            fps=30,
            codec="libx264",
            preset="veryfast",
            audio_codec="aac",
            audio_bitrate="192k",
            ffmpeg_params=["-crf", "20", "-pix_fmt", "yuv420p"],
            threads=2,
            logger=None,
        )
        composed.close()
        behind.close()
        sound.close()

    def _cue(self, words: Sequence[Word], size: tuple[int, int]) -> list[Any]:
        """The line in white for as long as it lasts, and each word of it in yellow over it while it is spoken."""
        line = self._text(" ".join(word.text for word in words), "white")
        left, top = (size[0] - line.w) // 2, int(size[1] * HEIGHT_ON_SCREEN)
        start, end = words[0].start, max(word.end for word in words)
        clips = [line.with_start(start).with_duration(end - start).with_position((left, top))]
        place = left
        for word in words:
            lit = self._text(word.text, "yellow")
            clips.append(
                lit.with_start(word.start).with_duration(max(0.04, word.end - word.start)).with_position((place, top))
            )
            place += self._text(word.text + " ", "white").w - MARGIN
        return clips

    def _text(self, text: str, colour: str) -> Any:
        return TextClip(
            font=self._font,
            text=text,
            font_size=FONT_SIZE,
            color=colour,
            stroke_color="black",
            stroke_width=6,
            margin=(MARGIN // 2, FONT_SIZE // 2),
        )
