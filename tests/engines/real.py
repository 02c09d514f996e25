"""Engines with environments of their own, on tiny random weights: what tests of the real code share."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]

from backend.engines import ENGINES, Reference
from backend.engines.environments import CODE, Environments
from backend.engines.weights import Weights
from backend.engines.weights.table import WeightFile
from backend.settings import Settings
from backend.work import Work

MAKERS = Path(__file__).with_name("makers")


def environment(name: str) -> Environments:
    """The machine's own environments, with this one made if it is not there."""
    environments = Environments(Settings().engines_folder)
    environments.install(name, Work())
    return environments


def make_weights(engine: str, folder: Path) -> Weights:
    """Tiny random weights of an engine under ``folder/<engine>``, and their line in the table of weights.

    Args:
        engine: with an environment and a maker of the same name in ``makers``.
        folder: what ``weights_folder`` takes.
    """
    place = folder / engine
    place.mkdir(parents=True, exist_ok=True)
    name = ENGINES[engine].environment or engine
    python = environment(name).python(name)
    command = [str(python), "-I", str(MAKERS / f"{name}.py"), str(place), str(CODE / name)]
    subprocess.run(["/usr/bin/env", "OMP_NUM_THREADS=1", *command], check=True, capture_output=True, text=True)
    return weights_in(place, engine)


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
