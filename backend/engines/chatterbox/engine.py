"""Chatterbox: speech in a voice cloned from a short reference, and recordings said again in that voice.

One environment for three models (``variant``: ``english``, ``multilingual``, ``turbo``). All its output carries Perth's
watermark. It knows no word times.
"""

from __future__ import annotations

import gc
import threading
import traceback
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import shims

shims.install()

import soundfile  # type: ignore[import-untyped]  # noqa: E402
import torch  # noqa: E402

from .convert import CONVERTING_SEED, Converter  # noqa: E402
from .kept import Kept  # noqa: E402
from .models import NothingSaid, open_model  # noqa: E402
from .texts import MOST_WEIGHT, most_tokens, parts_of, usual_tokens, weight  # noqa: E402
from .watch import Watch  # noqa: E402

Samples = NDArray[np.float32]
TRIES = 3
"""How often a part is spoken when the model does not find an end."""
ANOTHER_TRY = 7919
"""Added to the seed for each further try."""
GAP_SECONDS = 0.12
"""Silence between the parts of a long sentence; they end with silence of their own."""
SILENCE_SECONDS = 0.2
TURBO_REFERENCE_SECONDS = 5.0
SIGNS_OF_FULL_MEMORY = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "could not create a primitive",
)
"""What CUDA and MPS, torch, the system and oneDNN say, each in its own way."""


class OutOfMemory(ValueError):
    """The studio makes room, asks again with ``smaller`` set, and only then tells anybody."""

    code = "out_of_memory"


class Engine:
    """Speaks and converts, one request at a time."""

    def load(self, models: str, options: dict[str, Any], progress: Any) -> dict[str, Any]:
        """Open the model of ``options["variant"]`` on the best device there is, or on ``options["device"]``."""
        torch.set_num_threads(int(options.get("threads", 1)))
        self._device = _device(str(options.get("device", "auto")))
        self._watch = Watch()
        # The model, its hooks and the generator of chance are one for the whole process.
        self._lock = threading.Lock()
        self._voices = Kept()
        with self._memory():
            self._model = open_model(str(options.get("variant") or "english"), Path(models), self._device, self._watch)
        self._converter = Converter(self._model, self._device, self._watch)
        return {"device": self._device, "card_bytes": self._card_bytes()}

    def speak(self, request: dict[str, Any], progress: Callable[[float], None], cancelled: Any) -> dict[str, Any]:
        """Speak one text of any length."""
        seed = _seed(request)
        parts = parts_of(request["text"], MOST_WEIGHT // 2 if request.get("smaller") else MOST_WEIGHT)
        whole = sum(map(weight, parts))
        sounds: list[Samples] = []
        done = 0
        with self._lock, self._memory():
            voice = self._voice(request["reference"])
            self._model.speed = float(request["speed"])
            for index, part in enumerate(parts):
                start, done = done / whole, done + weight(part)
                with self._watch.over(progress, cancelled, start, done / whole):
                    sounds.append(self._say(part, voice, seed + index, request))
            return self._answer(_joined(sounds, self._model.sample_rate), seed)

    def convert(self, request: dict[str, Any], progress: Callable[[float], None], cancelled: Any) -> dict[str, Any]:
        """Say a recording (``source``, a WAV file) again in the reference's voice, at the same times."""
        with self._lock, self._memory():
            self._model.speed = 1.0
            return self._answer(self._converter.convert(request, progress, cancelled), CONVERTING_SEED)

    # ------------------------------------------------------------ inside

    def _voice(self, reference: dict[str, Any] | None) -> Any:
        """What the model makes of a reference, prepared once."""
        if not reference:
            raise ValueError("Chatterbox speaks with a cloned voice only. Record or upload one in the Voices tab.")
        if self._model.turbo:
            _check_length(reference["path"])
        return self._voices.get(reference["sha256"], lambda: self._model.prepare(reference["path"]))

    def _say(self, part: str, voice: Any, seed: int, request: dict[str, Any]) -> Samples:
        """Speak a part, again with another seed if the model did not come to its end."""
        sound: Samples | None = None
        for attempt in range(TRIES):
            torch.manual_seed(seed + attempt * ANOTHER_TRY)
            self._watch.expect(
                usual_tokens=usual_tokens(part), most_tokens=most_tokens(part), steps=self._model.sound_steps
            )
            try:
                sound = self._model.say(part, voice, _language(request["language"]), request["options"]).numpy()
            except NothingSaid:
                continue
            if not self._watch.ran_out:
                break
        if sound is None:
            raise ValueError(f"Chatterbox found nothing to say in “{part[:60]}”. Try other words or another seed.")
        return sound

    def _answer(self, samples: Samples, seed: int) -> dict[str, Any]:
        return {
            "samples": samples.astype("<f4").tobytes(),
            "sample_rate": self._model.sample_rate,
            "words": None,
            "seed": seed,
            "card_bytes": self._card_bytes(),
        }

    # ------------------------------------------------------------ memory

    @contextmanager
    def _memory(self) -> Iterator[None]:
        """Where memory does not suffice, let go of what can be had again, and say so."""
        try:
            yield
            return
        except (RuntimeError, MemoryError) as error:
            if not _is_out_of_memory(error):
                raise
            # The error holds on to what the model was working on.
            traceback.clear_frames(error.__traceback__)
        self._voices.clear()
        gc.collect()
        if self._device == "cuda":
            torch.cuda.empty_cache()
        elif self._device == "mps":
            torch.mps.empty_cache()
        raise OutOfMemory(f"there is too little of it on the device in use ({self._device}).")

    def _card_bytes(self) -> int:
        """The most that was taken of the graphics card."""
        return torch.cuda.max_memory_reserved() if self._device == "cuda" else 0


def _device(wanted: str) -> str:
    """The wanted device, or the fastest that is there: ``cuda``, ``mps`` or ``cpu``."""
    if wanted in ("auto", "cuda") and torch.cuda.is_available():
        return "cuda"
    if wanted in ("auto", "mps") and torch.backends.mps.is_available():
        return "mps"
    if wanted in ("auto", "cpu"):
        return "cpu"
    raise ValueError(f"The device {wanted} is not there; set STUDIO_DEVICE to auto or cpu.")


def _language(tag: str) -> str:
    """The model's name of a language, e.g. ``pt`` for ``pt-br``."""
    start = tag.partition("-")[0]
    return {"cmn": "zh", "nb": "no", "nn": "no"}.get(start, start)


def _seed(request: dict[str, Any]) -> int:
    """The seed that was asked for, or one that follows from the request: the same again sounds the same."""
    if request["seed"] is not None:
        return int(request["seed"])
    return zlib.crc32(f"{request['text']} {(request['reference'] or {}).get('sha256')}".encode()) >> 1


def _is_out_of_memory(error: Exception) -> bool:
    said = str(error).lower()
    return isinstance(error, MemoryError) or any(sign in said for sign in SIGNS_OF_FULL_MEMORY)


def _check_length(reference: str) -> None:
    seconds = soundfile.info(reference).duration
    if seconds <= TURBO_REFERENCE_SECONDS:
        raise ValueError(
            f"Chatterbox Turbo needs more than {TURBO_REFERENCE_SECONDS:.0f} s of the voice, this reference has "
            f"{seconds:.1f} s. Record a longer one, or use Chatterbox."
        )


def _joined(sounds: list[Samples], sample_rate: int) -> Samples:
    """The parts of a sentence one after another; a short silence when there are none."""
    if not sounds:
        return np.zeros(round(SILENCE_SECONDS * sample_rate), np.float32)
    gap = np.zeros(round(GAP_SECONDS * sample_rate), np.float32)
    return np.concatenate([piece for sound in sounds for piece in (gap, sound)][1:])
