"""F5-TTS: speaks in the voice of a recording. One call a sentence, one report and one look at Stop a model step."""

from __future__ import annotations

import gc
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import shims, texts

shims.prepare()

import soundfile  # type: ignore[import-untyped]  # noqa: E402
import torch  # noqa: E402
from f5_tts.model.utils import convert_char_to_pinyin  # noqa: E402

from .checkpoint import HOP, SAMPLE_RATE, open_model, open_vocoder  # noqa: E402

STEPS = {"fast": 7, "balanced": 16, "best": 32}
_LOUDNESS = 0.1
"""RMS that references are raised to: F5 learned from speech about so loud."""
_SWAY = -1.0
"""Spends more of the steps at the start, where they matter; what makes 7 of them usable."""
_CROSSFADE = 0.15
"""Seconds over which pieces of one sentence run into each other."""
_TAIL = 0.05
"""Seconds of silence after a reference, so that its last sound is not the first of the new text."""
_MOST_FRAMES = 4096
"""As far as the model counts positions: 43 s."""
_KEPT_REFERENCES = 16
_SIGNS_OF_FULL_MEMORY = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "could not create a primitive",
)
"""What CUDA, torch, the system and oneDNN say, each in its own way."""


class OutOfMemory(ValueError):
    """Told to the studio, which makes room and asks again for smaller pieces."""

    code = "out_of_memory"


class _Stopped(Exception):
    """Raised out of the model when somebody pressed Stop."""


class Voice(NamedTuple):
    """A reference, prepared."""

    mel: torch.Tensor
    """(1, frames, 100), on the device."""
    frames: int
    seconds: float
    text: str
    gain: float
    """What its sound was multiplied with; the speech is divided by it again."""


class Engine:
    """Speaks one sentence at a time."""

    def load(self, models: str, options: dict[str, Any], progress: Callable[..., None]) -> dict[str, Any]:
        """Open the model, the vocoder and the watermarker.

        Raises:
            ValueError: files that are no model, or no watermarker: unmarked speech is never made.
        """
        torch.set_num_threads(int(options.get("threads", 1)))
        self._device = _device(str(options.get("device", "auto")))
        dtype = _dtype(self._device)
        progress(0.1, "Loading F5-TTS")
        try:
            self._model = open_model(Path(models), self._device, dtype)
            progress(0.8, "Loading the vocoder")
            self._vocoder = open_vocoder(Path(models) / "vocos", self._device)
        except Exception as error:
            raise self._explained(error) from error
        progress(0.9, "Loading the watermarker")
        self._watermarker = _watermarker()
        self._voices: OrderedDict[str, Voice] = OrderedDict()
        return {"device": self._device.type, "precision": str(dtype).removeprefix("torch."), **self._card()}

    def speak(self, request: dict[str, Any], progress: Callable[..., None], cancelled: Any) -> dict[str, Any]:
        """Speak one sentence in the voice of its reference."""
        options, speed = request["options"], request["speed"]
        steps = int(options["nfe_step"] or STEPS[options["preset"]])
        seed = _seed(request)
        try:
            voice = self._voice(request["reference"])
            most = texts.most_bytes(voice.text, voice.seconds, speed)
            parts = texts.pieces(request["text"], most // 2 if request.get("smaller") else most)
            if not parts:
                raise ValueError("There is nothing to say in this sentence.")
            sounds = []
            watch = _Steps(steps * len(parts), progress, cancelled)
            hook = self._model.transformer.register_forward_pre_hook(watch)
            try:
                for index, part in enumerate(parts):
                    sounds.append(self._sound(voice, part, speed, steps, float(options["cfg_strength"]), seed + index))
            finally:
                hook.remove()
                self._model.transformer.clear_cache()
            samples = self._marked(_joined(sounds))
        except _Stopped:
            return {"samples": b"", "sample_rate": SAMPLE_RATE, "words": None}
        except Exception as error:
            raise self._explained(error) from error
        return {
            "samples": samples.astype("<f4").tobytes(),
            "sample_rate": SAMPLE_RATE,
            "words": None,
            "seed": seed,
            **self._card(),
        }

    def find_mark(self, request: dict[str, Any], progress: Callable[..., None], cancelled: Any) -> dict[str, Any]:
        """How surely a WAV file carries the watermark, 0 to 1."""
        sound, rate = soundfile.read(request["audio"], dtype="float32", always_2d=True)
        found = self._watermarker.get_watermark(sound.mean(axis=1), sample_rate=rate, round=False)
        return {"mark": float(np.mean(found))}

    # ------------------------------------------------------------ a reference

    def _voice(self, reference: dict[str, str]) -> Voice:
        """The reference as the model takes it, kept for the next sentence."""
        key = hashlib.sha256(f"{reference['sha256']} {reference['text']}".encode()).hexdigest()
        if key not in self._voices:
            self._voices[key] = self._prepared(reference)
            if len(self._voices) > _KEPT_REFERENCES:
                self._voices.popitem(last=False)
        self._voices.move_to_end(key)
        return self._voices[key]

    def _prepared(self, reference: dict[str, str]) -> Voice:
        text = texts.as_reference(reference["text"])
        sound, rate = soundfile.read(reference["path"], dtype="float32", always_2d=True)
        mono = _resampled(sound.mean(axis=1), rate)
        level = float(np.sqrt(np.mean(np.square(mono)))) if len(mono) else 0.0
        if not np.isfinite(level) or level == 0.0:
            raise ValueError("There is no sound in the reference of this voice.")
        seconds = len(mono) / SAMPLE_RATE
        if not reference["text"].strip() or seconds / texts.size(text) > texts.MOST_SECONDS_A_BYTE:
            raise ValueError("The transcript of this voice is not what is said in its recording.")
        gain = max(1.0, _LOUDNESS / level)
        padded = np.concatenate([mono * gain, np.zeros(round(_TAIL * SAMPLE_RATE), np.float32)])
        with torch.inference_mode():
            mel = self._model.mel_spec(torch.from_numpy(padded)[None].to(self._device)).permute(0, 2, 1)
        return Voice(mel, len(padded) // HOP, seconds, text, gain)

    # ------------------------------------------------------------ sound

    def _sound(
        self, voice: Voice, text: str, speed: float, steps: int, strength: float, seed: int
    ) -> NDArray[np.float32]:
        """One piece of text, spoken."""
        frames = texts.frames(voice.frames, voice.text, text, speed)
        if frames > _MOST_FRAMES:
            raise ValueError(f"This would take {frames * HOP / SAMPLE_RATE:.0f} s in one go: check the transcript.")
        torch.manual_seed(seed)
        with torch.inference_mode():
            mel, _ = self._model.sample(
                cond=voice.mel,
                text=convert_char_to_pinyin([voice.text + text]),
                duration=frames,
                steps=steps,
                cfg_strength=strength,
                sway_sampling_coef=_SWAY,
                seed=seed,
            )
            fresh = mel.to(torch.float32)[:, voice.frames :, :].permute(0, 2, 1)
            sound = self._vocoder.decode(fresh).reshape(-1) / voice.gain
        return np.asarray(sound.cpu().numpy(), dtype=np.float32)

    def _marked(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """The same sound with Perth's inaudible watermark."""
        return np.asarray(self._watermarker.apply_watermark(samples, sample_rate=SAMPLE_RATE), dtype=np.float32)

    # ------------------------------------------------------------ memory

    def _explained(self, error: Exception) -> Exception:
        """The error, or `OutOfMemory` with everything given back that can be."""
        said = str(error).lower()
        if not isinstance(error, MemoryError) and not any(sign in said for sign in _SIGNS_OF_FULL_MEMORY):
            return error
        if hasattr(self, "_voices"):
            self._voices.clear()
        gc.collect()
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        elif self._device.type == "mps":
            torch.mps.empty_cache()
        return OutOfMemory(str(error).splitlines()[0][:300])

    def _card(self) -> dict[str, int]:
        """Bytes of the graphics card's memory this process has taken."""
        return {"card_bytes": int(torch.cuda.max_memory_reserved())} if self._device.type == "cuda" else {}


class _Steps:
    """Called by the model before each step: tells how far it is, and ends it within one step of Stop."""

    def __init__(self, total: int, progress: Callable[..., None], cancelled: Any) -> None:
        self._total = total
        self._progress = progress
        self._cancelled = cancelled
        self._done = 0

    def __call__(self, module: Any, inputs: Any) -> None:
        if self._cancelled():
            raise _Stopped
        self._progress(self._done / self._total, f"Step {self._done + 1} of {self._total}")
        self._done += 1


def _device(wanted: str) -> torch.device:
    """The wanted device, or the best there is."""
    if wanted in ("auto", "cuda") and torch.cuda.is_available():
        return torch.device("cuda")
    if wanted in ("auto", "mps") and torch.backends.mps.is_available():
        return torch.device("mps")
    if wanted in ("auto", "cpu"):
        return torch.device("cpu")
    raise ValueError(f"The device {wanted} is not there; set STUDIO_DEVICE to auto or cpu.")


def _dtype(device: torch.device) -> torch.dtype:
    """Half precision where the card computes in it; elsewhere it is slower or loses the sound."""
    half = device.type == "cuda" and torch.cuda.get_device_capability(device)[0] >= 7
    return torch.float16 if half else torch.float32


def _watermarker() -> Any:
    import perth

    # Where one of its own packages is missing, perth has None here instead of a class.
    if perth.PerthImplicitWatermarker is None:
        raise ValueError("The watermarker (resemble-perth) cannot be loaded. Install the engine again.")
    return perth.PerthImplicitWatermarker()


def _seed(request: dict[str, Any]) -> int:
    """The seed that was asked for, or one that follows from the request: the same again sounds the same."""
    if request["seed"] is not None:
        return int(request["seed"])
    told = f"{request['text']} {request['reference']['sha256']}"
    return int.from_bytes(hashlib.sha256(told.encode()).digest()[:4], "big") >> 1


def _resampled(sound: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """At the model's rate. The voice library keeps references so; others are brought there."""
    if rate == SAMPLE_RATE:
        return sound
    import torchaudio

    resample = torchaudio.transforms.Resample(rate, SAMPLE_RATE)
    return np.asarray(resample(torch.from_numpy(sound)).numpy(), dtype=np.float32)


def _joined(sounds: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Pieces of one sentence, each running into the next."""
    whole = sounds[0]
    for sound in sounds[1:]:
        overlap = min(round(_CROSSFADE * SAMPLE_RATE), len(whole), len(sound))
        rise = np.linspace(0.0, 1.0, overlap, dtype=np.float32)
        meeting = whole[len(whole) - overlap :] * (1 - rise) + sound[:overlap] * rise
        whole = np.concatenate([whole[: len(whole) - overlap], meeting, sound[overlap:]])
    return whole
