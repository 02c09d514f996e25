"""Engines: models that speak or listen, each in a process of its own."""

from backend.engines.engines import Engines
from backend.engines.parameters import Parameter, check_options
from backend.engines.table import ENGINES, RECOGNISER, EngineSpec
from backend.engines.values import Heard, HeardWord, Reference, SpeakRequest, Spoken

__all__ = [
    "ENGINES",
    "RECOGNISER",
    "EngineSpec",
    "Engines",
    "Heard",
    "HeardWord",
    "Parameter",
    "Reference",
    "SpeakRequest",
    "Spoken",
    "check_options",
]
