"""The check finds what was damaged, that and nothing else; repair mends what follows from the rest."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backend.requests import CheckLibrary
from backend.studio import Studio
from backend.work import Work
from tests.proofs.scale import Scale

Record = Callable[[str, object], None]
TEXTS = (".srt", ".vtt", ".csv", ".json", ".ass")


def flip(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def cut(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes()[: chance.randrange(path.stat().st_size)])


def empty(path: Path, _: random.Random) -> None:
    path.write_bytes(b"")


def remove(path: Path, _: random.Random) -> None:
    path.unlink()


SPOILERS = (flip, cut, empty, remove)


def check(studio: Studio, **asked: bool) -> dict[str, Any]:
    return studio._checking.run(CheckLibrary(**asked), Work())


def files_of(studio: Studio, *folders: str) -> list[Path]:
    home = studio.settings.home
    return sorted(path for folder in folders for path in (home / folder).rglob("*") if path.is_file())


def test_every_file_that_was_spoiled_is_found_and_no_other(
    studio: Studio, scale: Scale, record_property: Record
) -> None:
    chance = random.Random(21)
    content = [path for path in files_of(studio, "store") if path.name != "manifest.json" and "/made/" not in str(path)]
    spoiled = chance.sample(content, scale(short=min(12, len(content)), full=min(300, len(content))))
    for path in spoiled:
        chance.choice(SPOILERS)(path, chance)
    found = {(one["id"], one["file"]) for one in check(studio)["problems"]}
    right = {(path.parent.parent.name, path.name) for path in spoiled}
    record_property("files spoiled", len(spoiled))
    record_property("found", len(found & right))
    record_property("false alarms", len(found - right))
    assert found == right


def test_repair_writes_texts_anew_to_the_byte_and_deletes_nothing(
    studio: Studio, scale: Scale, record_property: Record
) -> None:
    chance = random.Random(22)
    before = {path: path.read_bytes() for path in files_of(studio, "store") if "/made/" not in str(path)}
    texts = [
        path
        for path in before
        if path.suffix in TEXTS and path.name != "manifest.json" and path.parts[-4] in ("narrations", "captions")
    ]
    spoiled = chance.sample(texts, scale(short=min(10, len(texts)), full=min(200, len(texts))))
    for path in spoiled:
        chance.choice(SPOILERS)(path, chance)
    sounds = [path for path in before if path.suffix in (".wav", ".mp4", ".png")]
    lost = chance.sample(sounds, min(5, len(sounds)))
    for path in lost:
        flip(path, chance)
    report = check(studio, repair=True)
    assert (report["found"], report["mended"]) == (len(spoiled) + len(lost), len(spoiled))
    after = {path: path.read_bytes() for path in files_of(studio, "store") if "/made/" not in str(path)}
    assert {path for path in before if after.get(path) != before[path]} == set(lost)
    assert after.keys() == before.keys()
    record_property("texts spoiled", len(spoiled))
    record_property("written anew", report["mended"])
    record_property("files deleted", len(before.keys() - after.keys()))


def test_a_studio_opens_with_any_one_record_damaged(studio: Studio, scale: Scale, record_property: Record) -> None:
    """Whatever is in it, the Library lists the rest, and the check tells which it is."""
    chance = random.Random(23)
    records = [
        path for path in files_of(studio, "store") if path.name == "manifest.json" and "shares" not in path.parts
    ]
    tried = chance.sample(records, scale(short=min(12, len(records)), full=min(120, len(records))))
    count = len(studio.library(1000))
    for path in tried:
        whole = path.read_bytes()
        chance.choice((cut, empty))(path, chance)
        assert len(studio.library(1000)) == count
        for operation in ("list_narrations", "list_files", "list_caption_styles", "list_fonts", "list_voices"):
            studio.call(operation, {})
        studio._room.usage()
        studio._delete_outdated()
        assert path.parent.parent.name in {one["id"] for one in check(studio, deep=False)["problems"]}
        path.write_bytes(whole)
    record_property("records damaged", len(tried))


def test_spoken_sentences_and_voices_that_were_spoiled_are_found(
    studio: Studio, scale: Scale, record_property: Record
) -> None:
    chance = random.Random(24)
    takes = [path for path in files_of(studio, "takes") if path.suffix == ".wav"]
    clips = [path for path in files_of(studio, "voices") if path.suffix == ".wav"]
    for path in (*takes, *clips):
        chance.choice((flip, cut))(path, chance)
    report = check(studio, repair=True)
    assert report["found"] == len(takes) + len(clips)
    assert report["mended"] == len(takes), "they are spoken again"
    assert len(studio.voices.own()) == len(clips)
    record_property("sentences spoiled", len(takes))
    record_property("voices spoiled", len(clips))
    record_property("found", report["found"])
