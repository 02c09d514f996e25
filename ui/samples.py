"""The pictures and music that come with the studio, and what a visitor's choice of them means to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ui.choices import Choices
from ui.studio import Studio

_ASSETS = Path(__file__).resolve().parent.parent / "assets"
PICTURES, MUSIC = _ASSETS / "backgrounds", _ASSETS / "music"
GRADIENT = "gradient"
"""The choice of the studio's own background."""
WORDS = {"moving_gradient": "Wandering lights", "waveform": "Voice bars"}
"""Backgrounds that the studio draws and that move, by the words that operations take."""
_ENDINGS = {PICTURES: (".jpg", ".jpeg", ".png", ".webp"), MUSIC: (".mp3", ".m4a", ".ogg", ".opus", ".flac", ".wav")}


def sample_names(folder: Path) -> list[str]:
    """File names of the samples in `PICTURES` or `MUSIC`."""
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if path.suffix.lower() in _ENDINGS[folder])


def sample_title(name: str) -> str:
    """What people call a sample: its file name, readable."""
    return Path(name).stem.replace("_", " ").replace("-", " ").capitalize()


@dataclass(frozen=True)
class Materials:
    """What a video is made with, as the operations take it."""

    background: str | list[str] | None = None
    music: str | None = None


class Samples:
    """Turns choices into materials. A sample is handed to the studio once a tenant, when it is first needed."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._kept: dict[tuple[str, Path], str] = {}

    def materials(self, choices: Choices) -> Materials:
        """Background and music of these choices.

        Raises:
            StudioError: the studio does not take a sample.
        """
        return Materials(self.background(choices.background), self.music(choices.music))

    def background(self, choice: str) -> str | list[str] | None:
        """``colour:#RRGGBB``, ``word:<word>``, ``sample:<name>`` or ``files:<file_id>,…``; all else is the studio's own
        gradient."""
        kind, _, value = choice.partition(":")
        if kind == "colour" or (kind == "word" and value in WORDS):
            return value
        if kind == "files" and value:
            files = value.split(",")
            return files if len(files) > 1 else files[0]
        return self._sample(PICTURES, value) if kind == "sample" else None

    def music(self, choice: str) -> str | None:
        """``sample:<name>`` or ``file:<file_id>``; all else is no music."""
        kind, _, value = choice.partition(":")
        if kind == "file":
            return value or None
        return self._sample(MUSIC, value) if kind == "sample" else None

    def _sample(self, folder: Path, name: str) -> str | None:
        if name not in sample_names(folder):
            return None
        path = folder / name
        kept_as = self._studio.tenant, path
        if kept_as not in self._kept:
            self._kept[kept_as] = str(self._studio.upload(path, name)["file_id"])
        return self._kept[kept_as]
