"""No voice without consent, and no copy of a voice that was deleted."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import SecretStr

from backend.engines.values import Spoken
from backend.errors import StudioError
from backend.settings import S3Settings, Settings
from backend.storage.s3 import S3Store
from backend.studio import Studio
from backend.voices.records import Record
from tests.proofs.scale import Scale
from tests.s3_server import KEY, SECRET, S3Server
from tests.voices.making import make_clip, record_of

WORDS = "Sworn words of Quillfeather Zanzibar"
SPEAKER = "Quillfeather Speakerson"
CONSENT = {"basis": "own_voice", "speaker": SPEAKER, "statement": "My own voice, for my own films."}
WITHOUT: dict[str, Any] = {
    "none": None,
    "empty": {},
    "text": "I agree",
    "true": True,
    "no basis": {name: value for name, value in CONSENT.items() if name != "basis"},
    "no speaker": {name: value for name, value in CONSENT.items() if name != "speaker"},
    "no statement": {name: value for name, value in CONSENT.items() if name != "statement"},
    "empty speaker": {**CONSENT, "speaker": " "},
    "empty statement": {**CONSENT, "statement": ""},
    "another basis": {**CONSENT, "basis": "found_on_the_internet"},
    "of a list": [CONSENT],
}


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with Studio(Settings(home=tmp_path / "home")) as studio:
        yield studio


def test_nobody_gets_a_voice_without_consent(
    studio: Studio, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    clip = make_clip(tmp_path / "clip.wav", seconds=4.0)
    audio = studio.upload(clip, "clip.wav")["file_id"]
    arguments: dict[str, dict[str, Any]] = {
        "upload_voice": {"audio": audio, "name": "Q", "transcript": WORDS},
        "upload": {"file": audio, "voice_name": "Q", "reference_text": WORDS},
        "generate_chatterbox_tts": {"text": "Hello.", "sample_audio": audio},
    }
    refused = 0
    for (operation, given), (what, consent) in product(arguments.items(), WITHOUT.items()):
        for wanted in ({**given, "consent": consent}, given if what == "none" else None):
            if wanted is not None:
                with pytest.raises(StudioError):
                    studio.call("submit_job", {"operation": operation, "arguments": wanted})
                refused += 1
    for what, consent in WITHOUT.items():
        file = studio.upload(_bundle(studio, clip, tmp_path / "voice.zip", consent), f"{what}.zip")["file_id"]
        with pytest.raises(StudioError):
            studio.call("import_voice", {"file": file})
        refused += 1
    record_property("tries", refused)
    record_property("voices without consent", len(studio.voices.own()))
    assert len(studio.voices.own()) == 0
    assert list(studio.settings.voices_of("").glob("voice_*")) == []
    assert studio.call("list_jobs", {})["jobs"] == []


def test_with_consent_the_same_ways_do_make_a_voice(studio: Studio, tmp_path: Path) -> None:
    """So that what is refused above is refused for want of it."""
    clip = make_clip(tmp_path / "clip.wav", seconds=4.0)
    file = studio.upload(_bundle(studio, clip, tmp_path / "voice.zip", CONSENT), "voice.zip")["file_id"]
    assert studio.call("import_voice", {"file": file})["consent"]["speaker"] == SPEAKER


def _bundle(studio: Studio, clip: Path, target: Path, consent: Any) -> Path:
    """An exported voice with another consent."""
    record = record_of(clip, name="Q", transcript=WORDS, heard=WORDS)
    studio.voices.shelf.add(record, clip)
    exported = studio.local_file(studio.call("export_voice", {"voice_id": record.voice_id})["file_id"])
    with zipfile.ZipFile(exported) as good, zipfile.ZipFile(target, "w") as bundle:
        for name in good.namelist():
            data = good.read(name)
            if name.endswith(".json"):
                facts = json.loads(data)
                if consent is None:
                    facts.pop("consent")
                else:
                    facts["consent"] = {**facts["consent"], **consent} if consent is CONSENT else consent
                data = json.dumps(facts).encode()
            bundle.writestr(name, data)
    studio.call("delete_voice", {"voice_id": record.voice_id})
    return target


# ------------------------------------------------------------ deleting


def test_a_deleted_voice_leaves_no_copy(
    studio: Studio, tmp_path: Path, scale: Scale, record_property: Callable[[str, object], None]
) -> None:
    studio.start()
    removed, left = 0, list[str]()
    for number in range(scale(short=2, full=25)):
        clip, record = _spread(studio, tmp_path, number)
        assert _needles_in_folder(studio.settings.home, clip, record), "they can be found at all"
        removed += _deleted(studio, record)
        left += _needles_in_folder(studio.settings.home, clip, record)
    record_property("copies removed", removed)
    record_property("copies left", len(left))
    assert left == []


@pytest.mark.s3
def test_a_deleted_voice_leaves_no_copy_in_a_bucket(
    s3: S3Server, tmp_path: Path, scale: Scale, record_property: Callable[[str, object], None]
) -> None:
    bucket = S3Settings(
        bucket=s3.bucket.name,
        prefix="marks/",
        endpoint=s3.endpoint,
        access_key_id=SecretStr(KEY),
        secret_access_key=SecretStr(SECRET),
    )
    objects = S3Store(replace(s3.bucket, prefix="marks/"))
    removed = looked = 0
    wrong: list[str] = []
    with Studio(Settings(home=tmp_path / "home", s3=bucket)) as studio:
        studio.start()
        for number in range(scale(short=1, full=10)):
            clip, record = _spread(studio, tmp_path, number)
            studio._takes.close()  # what is still to be sent is sent
            assert any(needle in data for needle in _needles(clip, record) for data in _objects(objects).values())
            removed += _deleted(studio, record)
            left = _objects(objects)
            looked += len(left)
            wrong += [key for key, data in left.items() for needle in _needles(clip, record) if needle in data]
            wrong += _needles_in_folder(studio.settings.home, clip, record)
    objects.close()
    record_property("copies removed", removed)
    record_property("objects looked into", looked)
    record_property("copies left", len(wrong))
    assert wrong == []


def _spread(studio: Studio, folder: Path, number: int) -> tuple[Path, Record]:
    """A voice, and a copy of it everywhere it gets to: links, exports, spoken sentences, uploads, records of jobs."""
    clip = make_clip(folder / f"clip-{number}.wav", 100 + number, seconds=4.0)
    source = studio.upload(clip, "source.wav")["file_id"]
    record = record_of(clip, transcript=WORDS, heard=WORDS, sources=(source,))
    assert record.consent
    record = record.model_copy(update={"consent": record.consent.model_copy(update={"speaker": SPEAKER})})
    studio.voices.shelf.add(record, clip)
    studio.call("list_voices", {})
    studio.call("export_voice", {"voice_id": record.voice_id})
    for line in range(3):
        spoken = Spoken(np.full(24_000, 0.1, np.float32), 24_000, None)
        studio._takes.put(f"{record.voice_id}/{number:032x}{line:032x}", spoken)
    studio.call("update_voice", {"voice_id": record.voice_id, "tags": ["calm"]})
    arguments = {"audio": source, "name": SPEAKER, "transcript": WORDS, "consent": CONSENT}
    job = studio.jobs.submit("upload_voice", arguments)
    studio.jobs.cancel(job)
    return clip, record


def _deleted(studio: Studio, record: Record) -> int:
    report = studio.call("delete_voice", {"voice_id": record.voice_id})
    assert report["job_records"] >= 1
    return int(sum(each["files"] for each in report["removed"]) + report["job_records"])


def _needles(clip: Path, record: Record) -> list[bytes]:
    """What must not be found: sound, words, speaker."""
    data = clip.read_bytes()
    return [data[len(data) // 2 :][:64], WORDS.encode(), SPEAKER.encode()]


def _needles_in_folder(home: Path, clip: Path, record: Record) -> list[str]:
    """Files under the studio's folder that hold any of it, or are named after it."""
    files = [path for path in home.rglob("*") if path.is_file()]
    named = [str(path) for path in files if record.voice_id in str(path)]
    return named + [str(path) for path in files for needle in _needles(clip, record) if needle in path.read_bytes()]


def _objects(store: S3Store) -> dict[str, bytes]:
    collections = ("library", "takes", "voices", "made", "uploads", "narrations")
    return {key: store.read(key) for collection in collections for key in store.list(f"{collection}/")}
