"""The engines there are. Adding one is a folder with an ``engine.py`` and a line here."""

from __future__ import annotations

from dataclasses import dataclass

from backend.engines.values import SpeakRequest


@dataclass(frozen=True)
class EngineSpec:
    """What the studio knows about an engine without starting it."""

    name: str
    title: str
    """For people."""
    version: str
    """Of our ``engine.py``; goes up whenever the same request would sound different."""
    languages: tuple[str, ...] = ()
    """BCP 47 tags; empty means any."""
    weights: str | None = None
    """Name in the table of weights."""
    speaks: bool = False
    listens: bool = False
    side_by_side: bool = False
    """Whether one process works on several requests at once."""
    trial: SpeakRequest | None = None
    """A short request to measure how the machine is used best; None where that is known."""
    device: str = "cpu"
    licence: str = ""
    options: tuple[str, ...] = ()
    """Names of the engine's own parameters."""


ENGINES: dict[str, EngineSpec] = {
    "kokoro": EngineSpec(
        name="kokoro",
        title="Kokoro-82M",
        version="2",
        languages=("en-us", "en-gb", "es", "fr-fr", "hi", "it", "pt-br", "ja", "cmn"),
        weights="kokoro",
        speaks=True,
        side_by_side=True,
        # In a language whose phonemes are there at once, so that only the model is measured.
        trial=SpeakRequest("Hola, ¿qué tal estás?", voice="ef_dora", language="es"),
        licence="Apache-2.0",
    ),
    "silence": EngineSpec(
        name="silence",
        title="Silence (no model)",
        version="1",
        speaks=True,
        side_by_side=True,
        licence="MIT",
        options=("seconds_to_think",),
    ),
    "whisper": EngineSpec(
        name="whisper",
        title="Whisper tiny.en",
        version="1",
        languages=("en",),
        weights="whisper",
        listens=True,
        licence="MIT",
    ),
}
