"""The pictures of docs/video.md: ``python -m tools.video_pictures`` draws them anew.

Each is a frame that `preview_video` gives, which is the render's own. Run it after a background or a template was
added or changed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from backend.settings import PROJECT, Settings
from backend.studio import Studio

FOLDER = PROJECT / "docs" / "images" / "video"
SCRIPT = "The fog came up from the sea. Every keeper learns one rule first. Never paint the door."
HEIGHT, GAP, PAPER = 480, 10, (250, 248, 243)
_TITLES = {
    "headline": {"text": "Why lighthouses blink"},
    "card": {"text": "Chapter one:\nthe door"},
    "banner": {"text": "Three things nobody tells you"},
    "lower_third": {"text": "Ngozi Okonkwo\nKeeper of the light"},
}
Json = dict[str, Any]


def sheets(picture: str, wide: str, logo: str) -> Mapping[str, list[Json]]:
    """What is drawn, by the name of its picture; the arguments are file_ids."""
    words = ["gradient", "moving_gradient", "waveform", picture]
    title = [{"kind": "title", "template": name, **given} for name, given in _TITLES.items()]
    bar, mark = {"kind": "progress_bar"}, {"kind": "image", "file": logo, "position": "top_right"}
    return {
        "backgrounds": [{"background": word} for word in words],
        "titles": [{"background": "moving_gradient", "options": {"layers": [one]}} for one in title],
        "layers": [
            {"background": picture, "options": {"layers": [mark, bar]}, "size": size}
            for size in ("1080x1920", "1080x1080", "1920x1080")
        ],
        "fits": [{"background": wide, "fit": fit} for fit in ("cover", "contain", "blur")],
    }


def main() -> None:
    """Draw them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, Studio(Settings(home=Path(home), hub_offline=True)) as studio:
        files = [studio.upload(path, path.name)["file_id"] for path in _material(Path(home))]
        for name, frames in sheets(*(str(file) for file in files)).items():
            _sheet([_frame(studio, asked) for asked in frames]).save(FOLDER / f"{name}.jpg", quality=80, optimize=True)


def _material(folder: Path) -> tuple[Path, Path, Path]:
    """A picture, the same in another shape, and the logo."""
    picture = PROJECT / "assets" / "backgrounds" / "harbour.jpg"
    wide, logo = folder / "wide.jpg", folder / "logo.png"
    with Image.open(picture) as whole:
        whole.crop((0, whole.height // 3, whole.width, whole.height // 3 + whole.width * 9 // 16)).save(wide)
    mark = Image.new("RGBA", (480, 400), (0, 0, 0, 0))
    for place, high in enumerate((0.35, 0.8, 1.0, 0.6, 0.3)):
        box = (place * 96 + 16, 200 - 190 * high, place * 96 + 80, 200 + 190 * high)
        ImageDraw.Draw(mark).rounded_rectangle(box, 32, fill="#F2452B")
    mark.save(logo)
    return picture, wide, logo


def _frame(studio: Studio, asked: Json) -> Image.Image:
    request = {"script": SCRIPT, "time": 1.3, "options": {}, **asked}
    request["options"] = {"engine": "silence", **request["options"]}
    picture = studio.local_file(studio.call("preview_video", request)["picture"]["file_id"])
    with Image.open(picture) as frame:
        width = round(frame.width * HEIGHT / frame.height)
        return frame.convert("RGB").resize((width, HEIGHT), Image.Resampling.LANCZOS)


def _sheet(frames: list[Image.Image]) -> Image.Image:
    sheet = Image.new("RGB", (sum(frame.width + GAP for frame in frames) - GAP, HEIGHT), PAPER)
    place = 0
    for frame in frames:
        sheet.paste(frame, (place, 0))
        place += frame.width + GAP
    return sheet


if __name__ == "__main__":
    main()
