"""A studio with many things in it."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image

from backend.studio import Studio
from tests.voices.making import make_clip, record_of

SIZE = "96x128"


def fill(studio: Studio, folder: Path, narrations: int, videos: int, chance: random.Random) -> None:
    """Make so many narrations, so many of them videos, and what goes with them; the studio takes jobs."""
    made = []
    for number in range(narrations):
        script = f"The fog came up. Number {number} saw the door."
        narration = studio.call("generate_speech", {"script": script, "engine": "silence"})["narration_id"]
        if number % 3 == 0:
            studio.call("regenerate_sentence", {"narration_id": narration, "index": 1, "text": f"So it was {number}."})
        if number % 2 == 0:
            captions = studio.call("make_captions", {"source": narration, "size": SIZE})
            studio.call("update_captions", {"captions_id": captions["captions_id"], "style": "karaoke_sweep"})
        made.append(narration)
    for number in range(narrations):
        path = folder / f"picture-{number}.png"
        Image.new("RGB", (48, 48), tuple(chance.randrange(256) for _ in range(3))).save(path)
        picture = studio.upload(path, path.name)["file_id"]
        if number < videos:
            wanted = {"narration_id": made[number], "sizes": [SIZE], "background": picture}
            file_id = studio.call("generate_captioned_video", wanted)["videos"][0]["file"]["file_id"]
            if number % 3 == 0:
                studio.call("share", {"file_id": file_id, "days": 30})
        clip = make_clip(folder / f"clip-{number}.wav", 500 + number)
        studio.voices.shelf.add(record_of(clip), clip)
