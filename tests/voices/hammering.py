"""One of several processes that use one library as hard as they can: ``python -m tests.voices.hammering FOLDER SEED``.

Prints a line for each change that was accepted, after it was; a line ``broken: …`` for anything half made that it saw.
"""

from __future__ import annotations

import hashlib
import random
import sys
from pathlib import Path

from backend.errors import InvalidRequest, NotFound
from backend.voices.records import Record
from backend.voices.shelf import Shelf
from tests.voices.making import record_of


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def look(shelf: Shelf, voice_id: str) -> None:
    """A voice is whole whenever it can be seen."""
    record = shelf.read(voice_id)
    data = shelf.clip(voice_id).read_bytes()
    if hashlib.sha256(data).hexdigest() != record.clip_sha256:
        say(f"broken: {voice_id} has another clip")


def change(shelf: Shelf, voice_id: str, tag: str) -> None:
    def add(old: Record) -> dict[str, tuple[str, ...]]:
        return {"tags": (*old.tags, tag)}

    made = shelf.change(voice_id, add)
    if tag not in made.tags:
        say(f"broken: {voice_id} was changed without {tag}")
    say(f"changed {voice_id} {tag}")


def main(folder: Path, seed: int) -> None:
    shelf, chance = Shelf(folder / "voices"), random.Random(seed)
    clips = sorted(folder.glob("clip-*.wav"))
    kept, *others = [(record_of(clip), clip) for clip in clips]
    number = 0
    while True:
        number += 1
        record, clip = chance.choice(others)
        try:
            match chance.randrange(6):
                case 0:
                    shelf.add(record, clip)
                case 1:
                    shelf.remove(record.voice_id)
                case 2:
                    shelf.sweep()
                case 3 | 4:
                    change(shelf, kept[0].voice_id, f"{seed}-{number}")
                case _:
                    for voice_id in shelf.ids():
                        look(shelf, voice_id)
        except (InvalidRequest, NotFound, FileNotFoundError):
            continue  # somebody was faster


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
