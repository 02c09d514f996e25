"""Speech of another synthesiser that says when it says each word: eSpeak NG, through its C interface (speak_lib.h)."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import nan

import espeakng_loader  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

_SYNCHRONOUS = 2
_CHARACTERS_FROM_START, _POSITION_CHARACTER, _UTF8 = 0, 1, 1
_PHONEME_EVENTS = 1
_RATE_PARAMETER = 1
_END_OF_EVENTS, _WORD, _PHONEME = 0, 1, 7
_PAUSE = b"_"


class _Name(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Name),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass
class _Heard:
    blocks: list[NDArray[np.int16]] = field(default_factory=list)
    words: list[tuple[int, int]] = field(default_factory=list)
    """Position in the text and first sample."""
    pauses: list[int] = field(default_factory=list)
    """First samples."""

    def take(self, samples: ctypes.Array[ctypes.c_short], count: int, events: ctypes.Array[_Event]) -> int:
        if samples and count:
            self.blocks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        place = 0
        while events[place].type != _END_OF_EVENTS:
            event = events[place]
            if event.type == _WORD:
                self.words.append((event.text_position - 1, event.sample))
            elif event.type == _PHONEME and bytes(event.id.string).startswith(_PAUSE):
                self.pauses.append(event.sample)
            place += 1
        return 0


class Espeak:
    """The synthesiser; one in a process."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        folder = str(espeakng_loader.get_data_path()).encode()
        self.rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, folder, _PHONEME_EVENTS))
        """Hz."""
        if self.rate <= 0:
            raise SystemExit("eSpeak NG does not start.")

    def say(self, text: str, voice: str, words_a_minute: int) -> tuple[NDArray[np.float32], list[tuple[float, float]]]:
        """Samples of plain ASCII text, and start and end of each of its words in seconds.

        It says some small words as one with the next and then does not tell when that begins: such times are NaN.
        """
        heard = _Heard()
        callback = _Callback(heard.take)
        self._library.espeak_SetSynthCallback(callback)
        self._library.espeak_SetVoiceByName(voice.encode())
        self._library.espeak_SetParameter(_RATE_PARAMETER, words_a_minute, 0)
        written = text.encode("ascii")
        self._library.espeak_Synth(
            written, len(written) + 1, _CHARACTERS_FROM_START, _POSITION_CHARACTER, 0, _UTF8, None, None
        )
        samples = np.concatenate(heard.blocks).astype(np.float32) * np.float32(1 / 32768)
        return samples.astype(np.float32), self._times(text, heard, len(samples))

    def _times(self, text: str, heard: _Heard, length: int) -> list[tuple[float, float]]:
        starts = [_first(heard.words, found.start(), found.end()) for found in re.finditer(r"\S+", text)]
        times = []
        for start, following in zip(starts, [*starts[1:], length], strict=True):
            if start is None:
                times.append((nan, nan))
            elif following is None:
                times.append((start / self.rate, nan))
            else:
                end = min([pause for pause in heard.pauses if start < pause <= following], default=following)
                times.append((start / self.rate, end / self.rate))
        return times


def _first(words: Sequence[tuple[int, int]], begin: int, end: int) -> int | None:
    """The first sample of what is said for these characters."""
    return min((sample for position, sample in words if begin <= position < end), default=None)
