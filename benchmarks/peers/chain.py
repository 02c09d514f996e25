"""The chain most tools use: kokoro-onnx speaks, faster-whisper finds the words, MoviePy draws and encodes them."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import soundfile  # type: ignore[import-untyped]
from faster_whisper import WhisperModel  # type: ignore[import-untyped]

from benchmarks.peers.drawing import Drawing, Word
from benchmarks.peers.speech import Speech


class Chain:
    """From a script to a captioned video, models loaded."""

    def __init__(self, speech: Speech, models: Path, font: Path) -> None:
        self._speech = speech
        self._drawing = Drawing(font)
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
        self._drawing.make(words, picture, str(wave), str(video))
        clock.append(time.perf_counter())
        stages = [end - start for start, end in itertools.pairwise(clock)]
        return {"seconds": len(samples) / rate, "speak": stages[0], "listen": stages[1], "draw": stages[2]}

    def _listen(self, wave: Path) -> list[Word]:
        segments, _ = self._whisper.transcribe(str(wave), language="en", word_timestamps=True)
        return [Word(word.word.strip(), word.start, word.end) for segment in segments for word in segment.words or ()]
