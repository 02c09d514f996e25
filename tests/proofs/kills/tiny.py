"""The table of engines without models: who speaks is silent, who listens hears one line, who converts changes
nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from backend.engines import ENGINES
from backend.engines.table import LISTENERS

CODE = str(Path(__file__).with_name("engine"))


def without_models() -> None:
    """Change the table of this process."""
    ENGINES["kokoro"] = replace(ENGINES["kokoro"], folder="silence", variant="", trial=None)
    ENGINES["chatterbox"] = replace(
        ENGINES["chatterbox"], folder=CODE, environment=None, weights=None, watermarks=False, accelerated=False
    )
    for name, spec in LISTENERS.items():
        LISTENERS[name] = replace(spec, folder=CODE, accelerated=False)
