"""The pictures of the caption styles in docs/captions.md: ``python -m tools.style_pictures`` draws them anew.

Each is drawn by the render's own path, as the page shows it. Run it after a style was added or changed.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from PIL import Image

from backend.captions import STYLES
from backend.settings import PROJECT, Settings
from backend.studio import Studio

FOLDER = PROJECT / "docs" / "images" / "styles"
SIZE = (324, 180)
"""Pixels; all twenty together have about 130 kB."""


def main() -> None:
    """Draw them all; what is there of styles that are gone is deleted."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, Studio(Settings(home=Path(home), hub_offline=True)) as studio:
        for name in STYLES:
            picture = studio.local_file(studio.style_preview(name)["file_id"])
            small = Image.open(picture).convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
            small.save(FOLDER / f"{name}.jpg", quality=82, optimize=True)
    for picture in FOLDER.glob("*.jpg"):
        if picture.stem not in STYLES:
            picture.unlink()


if __name__ == "__main__":
    main()
