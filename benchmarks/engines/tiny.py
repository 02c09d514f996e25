"""A studio whose cloning engines have tiny random weights: the real code, and no gigabytes to be fetched."""

from __future__ import annotations

from pathlib import Path

from backend.settings import Settings
from benchmarks.bench import Bench
from tests.engines.real import CHATTERBOXES, make_chatterbox, make_weights

_MIDDLING = {"dim": 512, "depth": 8, "heads": 8, "ff_mult": 2, "text_dim": 256, "conv_layers": 2}

CLONING = ("f5", *CHATTERBOXES)


def given(bench: Bench) -> Path:
    """A folder with weights for every cloning engine, made when first asked for."""
    folder = bench.folder / "given"
    if not folder.exists():
        make_weights("f5", folder)
        make_chatterbox(folder)
    return folder


def middling(bench: Bench) -> Path:
    """F5 of thirty million random numbers, a tenth of the published one: big enough that its steps take their time."""
    folder = bench.folder / "middling"
    if not folder.exists():
        make_weights("f5", folder, sizes=_MIDDLING)
    return folder / "f5"


def new_home(bench: Bench, name: str) -> Path:
    """An empty home that finds the fetched weights of Kokoro and Whisper and the environments that are here."""
    home = bench.folder / name
    (home / "models").mkdir(parents=True)
    for path in bench.weights.iterdir():
        if path.name.startswith(("kokoro", "whisper")):
            (home / "models" / path.name).symlink_to(path)
    (home / "engines").symlink_to(Settings().engines_folder)
    return home
