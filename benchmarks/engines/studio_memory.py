"""By how much the studio's own process grows when every engine is loaded."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gradio_client import Client

from backend.settings import PROJECT
from backend.voices import VoiceLibrary
from backend.voices.shelf import Shelf
from benchmarks.bench import VOICE, Bench
from benchmarks.engines.tiny import CLONING, given, new_home
from benchmarks.figures import Figure, Section
from benchmarks.serving import Server
from tests.voices.making import make_clip, record_of

HOW = """The served studio (`app.py`) with a page that was asked for and jobs that ran: its own resident memory before
and after each engine was loaded and spoke, Whisper listening to a sentence included; all are still loaded in the end.
The engines' weights do not matter here, since they are in other processes: those of the cloning engines are tiny."""
_SETTLE_SECONDS = 5.0


def measure(bench: Bench) -> Section:
    """Megabytes."""
    home = new_home(bench, "served")
    clip = make_clip(bench.folder / "clip.wav", seconds=6.0)
    voice = record_of(clip, transcript="Some call me nature, others call me mother nature.")
    VoiceLibrary(Shelf(home / "voices")).add(voice, clip)
    with _weights_folder(given(bench)), _server(bench, home) as server:
        client = Client(server.address, verbose=False)
        for number in range(5):
            _speak(client, f"Number {number} warms up.", VOICE, engine="silence")
        before = _settled(server)
        _speak(client, "The first engine speaks.", VOICE, verify=True)
        for engine in CLONING:
            _speak(client, f"This is {engine}.", voice.voice_id, engine=engine)
        after = _settled(server)
        status = client.predict(api_name="/system_status")
        client.close()
    loaded = [engine["title"] for engine in status["engines"] if engine["loaded"]]
    grown = (after - before) / 1e6
    figure = Figure(
        f"the studio with {len(loaded)} engines loaded, larger by",
        f"{after / 1e6:.0f} MB",
        f"{before / 1e6:.0f} MB (none loaded)",
        grown,
        "MB",
        most=20.0,
    )
    return Section("The studio's own memory", HOW, (figure,), notes=(f"Loaded: {', '.join(loaded)}.",))


@contextmanager
def _weights_folder(folder: Path) -> Iterator[None]:
    """Where the served studio takes its weights from."""
    os.environ.update(STUDIO_WEIGHTS_FOLDER=str(folder), STUDIO_DEVICE="cpu")
    try:
        yield
    finally:
        del os.environ["STUDIO_WEIGHTS_FOLDER"], os.environ["STUDIO_DEVICE"]


@contextmanager
def _server(bench: Bench, home: Path) -> Iterator[Server]:
    with Server(("-m", "tests.end_to_end.tiny_app", str(given(bench))), PROJECT, home) as server:
        server.wait()
        yield server


def _speak(client: Client, script: str, voice: str, **fields: Any) -> None:
    client.predict(script=script, voice=voice, **fields, api_name="/generate_speech")


def _settled(server: Server) -> int:
    time.sleep(_SETTLE_SECONDS)
    return server.memory()
