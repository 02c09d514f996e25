"""Values of the voice operations as the contract has them, for tests of what is shown."""

from __future__ import annotations

import math
from typing import Any

from tests.ui.desk_studio import NASTY, link
from ui.studio import Json


def waveform() -> list[list[float]]:
    heights = [abs(math.sin(place / 9)) * (0.2 + 0.6 * abs(math.sin(place / 61))) for place in range(400)]
    return [[-height, height] for height in heights]


def report(verdict: str = "good", **changes: Any) -> Json:
    problem = {"code": "noisy", "message": f"There is noise {NASTY}.", "advice": "Close the window."}
    values = {
        "duration": 24.0,
        "speech_seconds": 19.4,
        "level_dbfs": -19.2,
        "peak_dbfs": -3.0,
        "clipped_share": 0.0,
        "noise_dbfs": -58.0,
        "snr_db": 38.8,
        "echo": 0.1,
        "bandwidth_hz": 11_800.0,
        "sample_rate": 48_000,
        "channels": 1,
        "second_speaker": 0.0,
        "lead_silence": 0.4,
        "tail_silence": 0.6,
        "chosen": [6.0, 17.5],
        "examined": [0.0, 24.0],
        "waveform": waveform(),
        "verdict": verdict,
        "problems": [] if verdict == "good" else [problem],
        "heard": "",
        "language": "",
        "transcript_problem": None,
    }
    return {**values, **changes}


def voice(number: int = 1, **changes: Any) -> Json:
    values = {
        "voice_id": f"voice_{number:026d}",
        "name": "Anna",
        "kind": "cloned",
        "engine": "f5",
        "engines": ["f5"],
        "language": "en",
        "language_name": "English",
        "gender": "unknown",
        "description": "Cloned · Anna Berg · 11 s",
        "preview_text": "Every morning.",
        "available": True,
        "unavailable_reason": "",
        "tags": ["calm"],
        "transcript": "Every morning the harbour wakes before the town does.",
        "recipe": "",
        "reference": link("clip.wav"),
        "seconds": 11.4,
        "created_at": "2026-11-22T09:00:00.000Z",
        "watermarked": True,
        "consent": {
            "basis": "own_voice",
            "speaker": "Anna Berg",
            "statement": "This is my own voice.",
            "recorded_at": "2026-11-22T09:00:00.000Z",
            "sample_sha256": "0" * 64,
        },
    }
    return {**values, **changes}


def blend(number: int = 9, **changes: Any) -> Json:
    mixed = {"name": "Morning radio", "kind": "blend", "description": "67% Heart, 33% Puck", "transcript": ""}
    recipe: Json = {"recipe": "af_heart(2)+am_puck(1)", "reference": None, "seconds": None, "tags": []}
    return voice(number, **{**mixed, **recipe, **changes})


def removed(**changes: Any) -> Json:
    places = [{"place": "library", "files": 2}, {"place": "takes", "files": 1}]
    return {"voice_id": "voice_1", "name": "Anna", "removed": places, "kept": ["nar_1"], **changes}


def engine(**changes: Any) -> Json:
    """As ``system_status`` describes an engine with an environment of its own."""
    parameter = {"name": "preset", "title": "Quality", "description": "Fast, balanced or best.", "kind": "choice"}
    number = {"name": "strength", "title": "Guidance", "description": "How closely.", "kind": "number"}
    values = {
        "engine": "f5",
        "title": "F5-TTS v1",
        "installed": False,
        "environment": {
            "name": "f5",
            "bytes": 0,
            "download_bytes": 1_100_000_000,
            "disk_bytes": 1_300_000_000,
            "shared_with": [],
        },
        "weights": "not fetched yet",
        "weights_bytes": 1_400_000_000,
        "loaded": False,
        "device": "cpu",
        "speaks": True,
        "listens": False,
        "clones": True,
        "converts": False,
        "needs_reference": True,
        "watermarks": True,
        "languages": ["en-us", "en-gb", "cmn"],
        "parameters": [
            {**parameter, "default": "balanced", "minimum": None, "maximum": None, "step": None,
             "choices": ["fast", "balanced", "best"]},
            {**number, "default": 2.0, "minimum": 0.0, "maximum": 5.0, "step": 0.1, "choices": []},
        ],
        "licence": "code MIT, weights CC-BY-NC-4.0",
        "forbids": "Its weights may not be used commercially.",
    }  # fmt: skip
    return {**values, **changes}
