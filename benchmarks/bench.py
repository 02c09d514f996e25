"""What benchmarks share: a studio with an empty home, the peers, a still picture; each made when first used."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from backend.captions import FONTS
from backend.settings import Settings
from backend.studio import Studio
from backend.tenants import MAIN
from benchmarks.peer import Peer

VOICE = "af_heart"
SIZE = (1080, 1920)
SCRIPTS = Path(__file__).parent / "scripts"


class Bench:
    """The workplace of one run; a temporary folder that goes when it is closed.

    Args:
        quick: try everything out on short scripts, once; its figures are not worth keeping.
    """

    def __init__(self, quick: bool) -> None:
        self.quick = quick
        self._stack = ExitStack()
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="voicereel-bench-")))
        self.weights = Settings().models_folder
        """The models that were fetched before."""

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def rounds(self, full: int) -> int:
        """How often to repeat."""
        return 1 if self.quick else full

    def script(self, name: str) -> str:
        """One of the scripts; its first sentences when only trying out."""
        text = (SCRIPTS / f"{name}.txt").read_text("utf-8")
        return ". ".join(text.split(". ")[:4]) + "." if self.quick else text

    def new_home(self, name: str) -> Path:
        """An empty studio home that finds the weights that are already here."""
        home = self.folder / name
        home.mkdir()
        (home / "models").symlink_to(self.weights)
        return home

    @cached_property
    def studio(self) -> Studio:
        """A studio in this process whose voice is loaded and has spoken once."""
        studio = self._stack.enter_context(Studio(Settings(home=self.new_home("home"), hub_offline=True)))
        studio.start()
        speak(studio, "Warming up. Both threads at once.")
        return studio

    @cached_property
    def peer(self) -> Peer:
        """kokoro-onnx, faster-whisper and MoviePy with the studio's models, loaded, having spoken once."""
        arguments = [str(self.weights), str(FONTS / "Montserrat-Black.ttf")]
        peer = self._stack.enter_context(Peer("bench", "benchmarks.peers", arguments, "make bench"))
        peer.ask("speak", text="Warming up.", voice=VOICE)
        return peer

    @cached_property
    def aligners(self) -> Peer:
        """faster-whisper and stable-ts with the studio's Whisper, loaded."""
        arguments = [str(self.weights / "whisper")]
        return self._stack.enter_context(
            Peer("bench-timing", "benchmarks.timing.peers", arguments, "make bench-timing")
        )

    @cached_property
    def picture(self) -> Path:
        """A still background in the shape of the video, as PNG."""
        down = np.linspace(0, 1, SIZE[1])[:, None, None]
        across = np.linspace(0, 1, SIZE[0])[None, :, None]
        colours = np.array([18, 20, 46]) * (1 - down) + np.array([190, 96, 88]) * down + 24 * across * (1 - down)
        path = self.folder / "picture.png"
        Image.fromarray(colours.clip(0, 255).astype(np.uint8)).save(path)
        return path

    def forget_takes(self) -> None:
        """Empty the store of takes, so that the same script is spoken anew."""
        shutil.rmtree(self.studio.settings.takes_of(MAIN), ignore_errors=True)

    def forget_renders(self) -> None:
        """Forget what earlier videos were made of, so that the same one is rendered whole."""
        shutil.rmtree(self.studio.settings.folder_of(MAIN) / "renders", ignore_errors=True)


def speak(studio: Studio, script: str) -> dict[str, Any]:
    """A narration of ``script``."""
    narration: dict[str, Any] = studio.call("generate_speech", {"script": script, "voice": VOICE})
    return narration
