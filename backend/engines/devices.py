"""Which device engines run on, as far as it can be told without loading a model library."""

from __future__ import annotations

import ctypes
import platform
import sys
from pathlib import Path
from typing import Literal

Device = Literal["auto", "cuda", "mps", "cpu"]
_SIGNS_OF_CUDA = ("/dev/nvidia0", "/dev/dxg", "/proc/driver/nvidia/version")


def likely_device(wanted: Device) -> str:
    """Where an engine that can use a graphics card will run: ``cuda``, ``mps`` or ``cpu``.

    The engine itself has the last word, when it is loaded: a card may be there without a driver that works.
    """
    if wanted != "auto":
        return wanted
    if any(Path(sign).exists() for sign in _SIGNS_OF_CUDA):
        return "cuda"
    return "mps" if sys.platform == "darwin" and platform.machine() == "arm64" else "cpu"


def card_works(wanted: Device) -> bool:
    """Whether there is a graphics card that engines will run on, and its driver answers."""
    device = likely_device(wanted)
    return free_on_card() is not None if device == "cuda" else device == "mps"


class _Memory(ctypes.Structure):
    _fields_ = (("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong))


def free_on_card() -> int | None:
    """Free bytes of the first NVIDIA card, by its driver; None where there is none."""
    try:
        driver = ctypes.CDLL("libnvidia-ml.so.1")
        if driver.nvmlInit_v2():
            return None
        card, memory = ctypes.c_void_p(), _Memory()
        found = not driver.nvmlDeviceGetHandleByIndex_v2(0, ctypes.byref(card))
        told = found and not driver.nvmlDeviceGetMemoryInfo(card, ctypes.byref(memory))
        driver.nvmlShutdown()
    except (OSError, AttributeError):
        return None
    return int(memory.free) if told else None
