"""The chain most tools use: kokoro-onnx speaks, faster-whisper finds the words, MoviePy draws and encodes them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import soundfile  # type: ignore[import-untyped]
from faster_whisper import WhisperModel  # type: ignore[import-untyped]
from moviepy import AudioFileClip, CompositeVideoClip, ImageClip, TextClip  # type: ignore[import-not-found]

from benchmarks.peers.speech import Speech

WORDS_A_CUE = 3
FONT_SIZE = 84
MARGIN = 20
HEIGHT_ON_SCREEN = 0.68


@dataclass(frozen=True)
class Word:
    """A word that was heard."""

    text: str
    start: float
    end: float


class Chain:
    """From a script to a captioned video, models loaded."""

    def __init__(self, speech: Speech, models: Path, font: Path) -> None:
        self._speech = speech
        self._font = str(font)
        self._whisper = WhisperModel(str(models / "whisper"), device="cpu", compute_type="int8")

    def make(self, text: str, voice: str, picture: str, folder: str) -> dict[str, float]:
        """``video.mp4`` in ``folder``; seconds of video and of each stage."""
        wave, video = Path(folder) / "speech.wav", Path(folder) / "video.mp4"
        clock = [time.perf_counter()]
        samples, rate = self._speech.create(text, voice)
        soundfile.write(wave, samples, rate)
        clock.append(time.perf_counter())
        words = self._listen(wave)
        clock.append(time.perf_counter())
        self._draw(words, picture, wave, video)
        clock.append(time.perf_counter())
        stages = [end - start for start, end in itertools.pairwise(clock)]
        return {"seconds": len(samples) / rate, "speak": stages[0], "listen": stages[1], "draw": stages[2]}

    def _listen(self, wave: Path) -> list[Word]:
        segments, _ = self._whisper.transcribe(str(wave), language="en", word_timestamps=True)
        return [Word(word.word.strip(), word.start, word.end) for segment in segments for word in segment.words or ()]

    def _draw(self, words: Sequence[Word], picture: str, wave: Path, video: Path) -> None:
        sound = AudioFileClip(str(wave))
        clips = [ImageClip(picture).with_duration(sound.duration)]
        for first in range(0, len(words), WORDS_A_CUE):
            clips += self._cue(words[first : first + WORDS_A_CUE], clips[0].size)
        composed = CompositeVideoClip(clips).with_duration(sound.duration).with_audio(sound)
        composed.write_videofile(
            str(video),
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
