"""Engines with environments of their own, on tiny random weights: what tests of the real code share."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Mapping, MutableMapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]

from backend.engines import ENGINES, Reference
from backend.engines.environments import CODE, Environments
from backend.engines.table import EngineSpec
from backend.engines.weights import Weights
from backend.engines.weights.table import WeightFile
from backend.settings import PROJECT, Settings
from backend.work import Work

MAKERS = Path(__file__).with_name("makers")
TINY_CHATTERBOX = Path(__file__).with_name("tiny_chatterbox")
CHATTERBOXES = ("chatterbox", "chatterbox-multilingual", "chatterbox-turbo")


def environment(name: str) -> Environments:
    """The machine's own environments, with this one made if it is not there."""
    environments = Environments(Settings().engines_folder)
    environments.install(name, Work())
    return environments


def make_weights(
    engine: str, folder: Path, environments: Environments | None = None, sizes: Mapping[str, int] | None = None
) -> Weights:
    """Tiny random weights of an engine under ``folder/<engine>``, and their line in the table of weights.

    Args:
        engine: with an environment and a maker of the same name in ``makers``.
        folder: what ``weights_folder`` takes.
        environments: to run in, if not the machine's own.
        sizes: measures of the model other than the maker's.
    """
    place = folder / engine
    place.mkdir(parents=True, exist_ok=True)
    name = ENGINES[engine].environment or engine
    python = (environments or environment(name)).python(name)
    command = [str(python), "-I", str(MAKERS / f"{name}.py"), str(place), str(CODE / name)]
    command += [json.dumps(sizes)] if sizes else []
    subprocess.run(["/usr/bin/env", "OMP_NUM_THREADS=1", *command], check=True, capture_output=True, text=True)
    return weights_in(place, engine)


def make_chatterbox(folder: Path, environments: Environments | None = None) -> dict[str, Weights]:
    """Tiny random weights of the three Chatterbox engines under ``folder/<engine>``, for `shrink_chatterbox`."""
    folder.mkdir(parents=True, exist_ok=True)
    python = (environments or environment("chatterbox")).python("chatterbox")
    making = ["/usr/bin/env", "OMP_NUM_THREADS=1", str(python), "-m", "tests.engines.tiny_chatterbox.make"]
    subprocess.run([*making, str(folder / "made")], cwd=PROJECT, check=True, capture_output=True)
    for engine in CHATTERBOXES:
        (folder / "made" / str(ENGINES[engine].variant)).rename(folder / engine)
    (folder / "made").rmdir()
    return {engine: weights_in(folder / engine, engine) for engine in CHATTERBOXES}


def shrink_chatterbox(engines: MutableMapping[str, EngineSpec]) -> None:
    """Let a table of engines run Chatterbox's code with the small sizes that `make_chatterbox` writes."""
    for engine in CHATTERBOXES:
        engines[engine] = replace(engines[engine], folder=str(TINY_CHATTERBOX))


def weights_in(place: Path, name: str) -> Weights:
    """A line in the table of weights for the files that lie there."""
    paths = sorted(path for path in place.rglob("*") if path.is_file())
    described = (
        WeightFile(str(path.relative_to(place)), _sha256(path), path.stat().st_size, packaged=()) for path in paths
    )
    return Weights(name, "made by a test", tuple(described))


def make_reference(path: Path, text: str = "Some call me nature.", seconds: float = 2.0) -> Reference:
    """A recording of something like a voice, as the voice library keeps them."""
    time = np.arange(round(seconds * 24_000)) / 24_000
    hum = sum(np.sin(2 * np.pi * 110 * k * time) / k for k in range(1, 9))
    soundfile.write(path, 0.1 * hum * (1 + np.sin(2 * np.pi * 4 * time)) / 2, 24_000, subtype="PCM_16")
    return Reference(path, text, _sha256(path))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
