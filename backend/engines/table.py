"""The engines there are. Adding one is a folder with an ``engine.py`` and a line here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from backend.engines.parameters import Parameter
from backend.engines.sizes import AUTO, SIZES
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
    folder: str = ""
    """Folder of its code below ``backend/engines``; its own name unless said."""
    variant: str = ""
    """Which of several engines in one folder this is; its code's ``load`` is told."""
    environment: str | None = None
    """The environment with its packages below ``STUDIO_HOME/engines``, named after the folder that holds the
    ``requirements.txt``; None for the studio's own."""
    download_bytes: int = 0
    """About what installing that environment fetches where nothing of it is there yet."""
    disk_bytes: int = 0
    """About what the environment takes, for what it does not share with another."""
    weights: str | None = None
    """Name in the table of weights."""
    stands_in_for: str = ""
    """Engine whose voices it speaks too, and in whose place ``auto`` takes it where it is installed and a graphics card
    works."""
    speaks: bool = False
    listens: bool = False
    clones: bool = False
    """Whether it speaks in the voice of a recording."""
    needs_reference: bool = False
    """Whether it cannot speak without one."""
    converts: bool = False
    """Whether it says a recording again in the voice of another."""
    watermarks: bool = False
    """Whether its sound carries an inaudible mark that tells it was made by a machine."""
    side_by_side: bool = False
    """Whether one process works on several requests at once."""
    trial: SpeakRequest | None = None
    """A short request to measure how the machine is used best; None where that is known."""
    accelerated: bool = False
    """Whether it runs on a graphics card where there is one."""
    licence: str = ""
    forbids: str = ""
    """What its licence forbids, for people; empty where nothing is that they would not expect."""
    parameters: tuple[Parameter, ...] = ()
    """The engine's own, in the order they are shown."""

    @property
    def code_folder(self) -> str:
        """Name of the folder with its ``engine.py``."""
        return self.folder or self.name


_TEMPERATURE = Parameter(
    name="temperature",
    title="Temperature",
    description="How freely it speaks; low values are even, high ones lively and more often wrong.",
    kind="number",
    default=0.8,
    minimum=0.05,
    maximum=2.0,
    step=0.05,
)
_EXPRESSION = (
    Parameter(
        name="exaggeration",
        title="Exaggeration",
        description="How strongly feeling is shown; 0.5 is as in the recording, much more speaks faster and strained.",
        kind="number",
        default=0.5,
        minimum=0.25,
        maximum=2.0,
        step=0.05,
    ),
    Parameter(
        name="cfg_weight",
        title="Guidance",
        description="How closely the recording's manner is kept; lower values speak more slowly and clearly.",
        kind="number",
        default=0.5,
        minimum=0.0,
        maximum=1.0,
        step=0.05,
    ),
    _TEMPERATURE,
)


def _chatterbox(name: str, title: str, variant: str, languages: tuple[str, ...], **fields: Any) -> EngineSpec:
    """A line for one of the models that share Chatterbox's code and environment."""
    usual: dict[str, Any] = {"parameters": _EXPRESSION, "converts": True}
    return EngineSpec(
        name=name,
        title=title,
        version="1",
        languages=languages,
        folder="chatterbox",
        variant=variant,
        environment="chatterbox",
        download_bytes=1_000_000_000,
        disk_bytes=1_300_000_000,
        weights=name,
        speaks=True,
        clones=True,
        needs_reference=True,
        watermarks=True,
        accelerated=True,
        licence="MIT",
        **{**usual, **fields},
    )


_KOKORO_LANGUAGES = ("en-us", "en-gb", "es", "fr-fr", "hi", "it", "pt-br", "ja", "cmn")

ENGINES: dict[str, EngineSpec] = {
    "kokoro": EngineSpec(
        name="kokoro",
        title="Kokoro-82M",
        version="2",
        languages=_KOKORO_LANGUAGES,
        weights="kokoro",
        speaks=True,
        side_by_side=True,
        # In a language whose phonemes are there at once, so that only the model is measured.
        trial=SpeakRequest("Hola, ¿qué tal estás?", voice="ef_dora", language="es"),
        licence="Apache-2.0",
    ),
    "kokoro-gpu": EngineSpec(
        name="kokoro-gpu",
        title="Kokoro-82M for graphics cards",
        version="1",
        languages=_KOKORO_LANGUAGES,
        folder="kokoro",
        variant="torch",
        environment="kokoro",
        download_bytes=1_000_000_000,
        disk_bytes=1_350_000_000,
        weights="kokoro-gpu",
        stands_in_for="kokoro",
        speaks=True,
        accelerated=True,
        licence="Apache-2.0",
    ),
    "silence": EngineSpec(
        name="silence",
        title="Silence (no model)",
        version="1",
        speaks=True,
        side_by_side=True,
        licence="MIT",
        parameters=(
            Parameter(
                name="seconds_to_think",
                title="Seconds to think",
                description="How long it takes over a sentence, for trying progress and Stop.",
                kind="number",
                default=0.0,
                minimum=0.0,
                maximum=3600.0,
                step=0.5,
            ),
        ),
    ),
    "f5": EngineSpec(
        name="f5",
        title="F5-TTS v1",
        version="1",
        # What the published weights were trained on.
        languages=("en-us", "en-gb", "cmn"),
        environment="f5",
        download_bytes=1_100_000_000,
        disk_bytes=1_300_000_000,
        weights="f5",
        speaks=True,
        clones=True,
        needs_reference=True,
        watermarks=True,
        accelerated=True,
        licence="code MIT, weights CC-BY-NC-4.0",
        forbids="Its weights may not be used commercially, and neither may what they speak.",
        parameters=(
            Parameter(
                name="preset",
                title="Quality",
                description="Model steps a sentence: fast takes 7, balanced 16, best 32.",
                kind="choice",
                default="balanced",
                choices=("fast", "balanced", "best"),
            ),
            Parameter(
                name="nfe_step",
                title="Model steps",
                description="More of them sound cleaner and take longer; left alone, the quality decides.",
                kind="integer",
                default=None,
                minimum=4,
                maximum=64,
                step=1,
            ),
            Parameter(
                name="cfg_strength",
                title="Guidance",
                description="How closely voice and text are followed; high values sound strained.",
                kind="number",
                default=2.0,
                minimum=0.0,
                maximum=5.0,
                step=0.1,
            ),
        ),
    ),
    "chatterbox": _chatterbox("chatterbox", "Chatterbox", "english", ("en-us", "en-gb")),
    "chatterbox-multilingual": _chatterbox(
        "chatterbox-multilingual",
        "Chatterbox Multilingual",
        "multilingual",
        (
            *("en", "ar", "da", "de", "el", "es", "fi", "fr", "he", "hi", "it", "ja"),
            *("ko", "ms", "nl", "no", "pl", "pt", "ru", "sv", "sw", "tr", "zh"),
        ),
    ),
    "chatterbox-turbo": _chatterbox(
        "chatterbox-turbo",
        "Chatterbox Turbo",
        "turbo",
        ("en-us", "en-gb"),
        # Its decoder was made for its own tokens, not for recordings; exaggeration it does not know.
        converts=False,
        parameters=(_TEMPERATURE,),
    ),
    "whisper": EngineSpec(
        name="whisper",
        title="Whisper",
        version="2",
        weights="whisper",
        listens=True,
        accelerated=True,
        licence="MIT",
        parameters=(
            Parameter(
                name="size",
                title="Model",
                description="auto takes the best that is there and knows the language; larger ones are fetched.",
                kind="choice",
                default=AUTO,
                choices=(AUTO, *SIZES),
            ),
        ),
    ),
}

RECOGNISER = "whisper"
"""The engine that listens."""
LISTENERS: dict[str, EngineSpec] = {
    size.weights: replace(
        ENGINES[RECOGNISER],
        name=size.weights,
        title=f"Whisper {size.name}",
        folder="whisper",
        languages=("en",) if size.english_only else (),
        weights=size.weights,
        parameters=(),
    )
    for size in SIZES.values()
}
"""The sizes of Whisper as engines of their own, by the names of their weights."""
