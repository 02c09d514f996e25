"""A recording said again in another voice: piece by piece, each as long as it was."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import chatterbox
import numpy as np
import soundfile  # type: ignore[import-untyped]
import torch
from numpy.typing import NDArray

from .cutting import PIECE_SECONDS, pieces
from .kept import Kept
from .models import Model
from .watch import Watch

Samples = NDArray[np.float32]
CONVERTING_SEED = 0
"""The recording says how everything is said; there is nothing to draw again for."""
LEAST_SECONDS = 0.5
"""Shorter pieces are filled up with silence: the model cannot work on almost nothing."""


class Converter:
    """Says recordings in the voices of references."""

    def __init__(self, model: Model, device: str, watch: Watch) -> None:
        self._model = model
        self._device = device
        self._watch = watch
        self._voices = Kept()
        self._upstream: Any = None

    def convert(self, request: dict[str, Any], progress: Callable[[float], None], cancelled: Any) -> Samples:
        """The recording in the voice, exactly as long as it was."""
        upstream = self._opened()
        reference = request["reference"]
        upstream.ref_dict = self._voices.get(reference["sha256"], lambda: self._prepared(reference["path"]))
        # Only now: opening and preparing draw numbers too, and are not done every time.
        torch.manual_seed(CONVERTING_SEED)
        made: list[Samples] = []
        rate = self._model.sample_rate
        with soundfile.SoundFile(request["source"]) as source:
            longest = PIECE_SECONDS / 2 if request.get("smaller") else PIECE_SECONDS
            for start, sound in pieces(source, longest):
                end = start + len(sound)
                with self._watch.over(progress, cancelled, start / source.frames, end / source.frames):
                    self._watch.expect(usual_tokens=1, most_tokens=1, steps=self._model.sound_steps)
                    said = upstream.generate(_as_file(sound, source.samplerate))[0].numpy()
                # Places are rounded, not lengths, so that nothing adds up over the pieces.
                length = round(end * rate / source.samplerate) - round(start * rate / source.samplerate)
                made.append(_of_length(said, length))
        return np.concatenate(made) if made else np.zeros(0, np.float32)

    def _opened(self) -> Any:
        if self._model.turbo:
            raise ValueError("Chatterbox Turbo does not convert recordings. Use Chatterbox.")
        if self._upstream is None:
            self._upstream = chatterbox.ChatterboxVC(self._model.upstream.s3gen, self._device)
        return self._upstream

    def _prepared(self, reference: str) -> Any:
        with torch.no_grad():
            self._upstream.set_target_voice(reference)
        return self._upstream.ref_dict


def _as_file(sound: Samples, sample_rate: int) -> io.BytesIO:
    """A WAV file in memory, which is what upstream reads."""
    least = round(LEAST_SECONDS * sample_rate)
    file = io.BytesIO()
    soundfile.write(file, _of_length(sound, max(least, len(sound))), sample_rate, format="WAV", subtype="FLOAT")
    file.seek(0)
    return file


def _of_length(sound: Samples, length: int) -> Samples:
    """Cut, or filled up with silence."""
    return np.pad(sound[:length], (0, max(0, length - len(sound))))
