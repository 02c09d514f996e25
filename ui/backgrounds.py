"""What a chosen background means to the studio."""

from __future__ import annotations

from pathlib import Path

from ui.studio import Studio

SAMPLES = Path(__file__).resolve().parent.parent / "assets" / "backgrounds"
GRADIENT = "gradient"
_PICTURES = (".jpg", ".jpeg", ".png", ".webp")


def sample_names() -> list[str]:
    """File names of the sample pictures that come with the studio."""
    if not SAMPLES.is_dir():
        return []
    return sorted(path.name for path in SAMPLES.iterdir() if path.suffix.lower() in _PICTURES)


class BackgroundFiles:
    """Gives operations what they take for a chosen background; samples are handed to the studio once."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._kept: dict[str, str] = {}

    def resolve(self, background: str) -> str | list[str] | None:
        """The ``background`` argument for a choice. An unknown choice becomes the studio's own gradient."""
        kind, _, value = background.partition(":")
        if kind == "colour":
            return value
        if kind == "files" and value:
            files = value.split(",")
            return files if len(files) > 1 else files[0]
        if kind == "sample" and value in sample_names():
            return self._sample(value)
        return None

    def _sample(self, name: str) -> str:
        if name not in self._kept:
            self._kept[name] = str(self._studio.upload(SAMPLES / name, name)["file_id"])
        return self._kept[name]
