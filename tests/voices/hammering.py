"""One of several processes that use one library as hard as they can.

    python -m tests.voices.hammering FOLDER SEED WHERE

``WHERE`` is ``folder`` for a folder they share; ``shared`` or the address of an S3 server for machines of their own.

Prints a line for each change that was accepted, after it was; a line ``broken: …`` for anything half made that it saw.
"""

from __future__ import annotations

import hashlib
import random
import sys
from pathlib import Path

from backend.errors import InvalidRequest, NotFound
from backend.storage import LocalStore
from backend.storage.bucket import Bucket
from backend.storage.s3 import S3Store
from backend.voices.library import AnyShelf
from backend.voices.records import Record
from backend.voices.shared import SharedShelf
from backend.voices.shelf import Shelf
from tests.s3_server import BUCKET, KEY, SECRET
from tests.voices.making import record_of


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def look(shelf: AnyShelf, voice_id: str) -> None:
    """A voice is whole whenever it can be seen."""
    record = shelf.read(voice_id)
    data = shelf.clip(voice_id).read_bytes()
    if hashlib.sha256(data).hexdigest() != record.clip_sha256:
        say(f"broken: {voice_id} has another clip")


def change(shelf: AnyShelf, voice_id: str, tag: str) -> None:
    def add(old: Record) -> dict[str, tuple[str, ...]]:
        return {"tags": (*old.tags, tag)}

    made = shelf.change(voice_id, add)
    if tag not in made.tags:
        say(f"broken: {voice_id} was changed without {tag}")
    say(f"changed {voice_id} {tag}")


def open_shelf(folder: Path, machine: str, where: str) -> AnyShelf:
    """The shelf as this machine sees it."""
    if where == "folder":
        return Shelf(folder / "voices")
    if where == "shared":
        return SharedShelf(folder / "machines" / machine, LocalStore(folder / "far"))
    bucket = Bucket(BUCKET, endpoint=where, prefix="hammer/", access_key_id=KEY, secret_access_key=SECRET)
    return SharedShelf(folder / "machines" / machine, S3Store(bucket))


def main(folder: Path, seed: int, where: str) -> None:
    shelf, chance = open_shelf(folder, str(seed), where), random.Random(seed)
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
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
