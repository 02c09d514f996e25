"""A studio becomes one file, and out of that file the same studio, or nothing."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from backend.errors import Cancelled, InvalidRequest, StorageError
from backend.fronts.cli import main
from backend.requests import CheckLibrary
from backend.services.upkeep import backup as module
from backend.settings import Settings
from backend.studio import Studio
from backend.work import Work
from tests.services.upkeep.conftest import Made
from tests.services.upkeep.test_checking import check, flip
from tests.voices.making import make_clip, record_of


@pytest.fixture
def file(made: Made, tmp_path: Path) -> Path:
    """A backup of a studio with a second tenant, which goes on running meanwhile."""
    annas = made.studio.of("anna")
    (tmp_path / "words.txt").write_text("Anna's.")
    annas.upload(tmp_path / "words.txt", "anna's.txt")
    clip = make_clip(tmp_path / "annas.wav", 7)
    annas.voices.shelf.add(record_of(clip, version=3), clip)
    (made.home / "tenants" / "anna").mkdir(parents=True, exist_ok=True)
    made.studio.back_up(tmp_path / "studio.zip", True, Work())
    return tmp_path / "studio.zip"


def restored(file: Path, home: Path, merge: bool = False) -> dict[str, Any]:
    with Studio(Settings(home=home)) as studio:
        return studio.restore(file, merge, Work())


def contents(home: Path) -> dict[str, bytes]:
    places = [home / name for name in ("store", "voices", "takes", "renders", "tenants")]
    return {
        str(path.relative_to(home)): path.read_bytes()
        for place in places
        for path in place.rglob("*")
        if path.is_file()
    }


def test_every_file_of_everybody_is_back_to_the_byte(made: Made, file: Path, tmp_path: Path) -> None:
    restored(file, tmp_path / "new")
    assert contents(tmp_path / "new") == contents(made.home)
    assert len(contents(made.home)) > 30


def test_results_open_jobs_are_known_and_edits_are_cheap_where_it_was_restored(
    made: Made, file: Path, tmp_path: Path
) -> None:
    jobs = [job["job_id"] for job in made.studio.call("list_jobs", {})["jobs"]]
    made.studio.close()
    restored(file, tmp_path / "new")
    with Studio(Settings(home=tmp_path / "new")) as studio:
        studio.start()
        assert [job["job_id"] for job in studio.call("list_jobs", {})["jobs"]] == jobs
        assert studio.call("job_result", {"job_id": jobs[0]})["video_id"] == made.video["video_id"]
        assert studio.call("check_library", {})["found"] == 0
        again = studio.call("generate_speech", {"script": "The fog came up.", "engine": "silence"})
        assert again["sentences"][0]["from_cache"]
        assert studio.of("anna").call("list_files", {})["files"][0]["name"] == "anna's.txt"
        (annas,) = studio.of("anna").voices.own()
        assert studio.of("anna").voices.shelf.read(annas.voice_id).version == 3


def test_no_key_and_no_secret_is_in_it(made: Made, file: Path) -> None:
    secret = (made.home / "secret.key").read_bytes()
    with zipfile.ZipFile(file) as archive:
        assert not any(secret in archive.read(name) for name in archive.namelist())
    assert oct(file.stat().st_mode)[-3:] in ("600", "644")


def test_takes_can_be_left_out(made: Made, tmp_path: Path) -> None:
    told = made.studio.back_up(tmp_path / "small.zip", False, Work())
    assert told["takes"] == 0 and told["store"] > 0


def test_a_studio_with_something_in_it_is_left_alone_unless_told_to_merge(made: Made, file: Path) -> None:
    made.studio.close()
    before = contents(made.home)
    with pytest.raises(InvalidRequest) as refused:
        restored(file, made.home)
    assert refused.value.code == "studio_not_empty"
    assert contents(made.home) == before


def test_merged_it_adds_what_is_gone_mends_what_is_damaged_and_leaves_the_rest(made: Made, file: Path) -> None:
    newer = made.studio.call("make_captions", {"source": made.narration["narration_id"], "style": "karaoke_sweep"})
    before = contents(made.home)
    made.studio.call("delete_file", {"file_id": made.unused["file_id"]})
    flip(made.stored(made.video["videos"][0]["file"]["file_id"]))
    made.stored(made.narration["audio"]["file_id"]).unlink()
    made.stored(f"{made.upload['file_id'].split('.')[0]}.1.manifest.json").write_bytes(b"{")
    flip(made.studio.voices.shelf.clip(made.voice_id))
    assert check(made)["found"] == 4
    made.studio.close()
    told = restored(file, made.home, merge=True)
    assert (told["added"], told["replaced"]) == (3, 3)
    with Studio(Settings(home=made.home)) as studio:
        assert studio._checking.run(CheckLibrary(), Work())["found"] == 0
        assert studio.get_captions(newer["captions_id"])["style"] == "karaoke_sweep"
    assert {name: data for name, data in contents(made.home).items() if "/made/" not in name} == {
        name: data for name, data in before.items() if "/made/" not in name
    }


def test_a_studio_that_works_is_not_restored_into(working: Made, file: Path) -> None:
    with pytest.raises(InvalidRequest) as refused:
        working.studio.restore(file, True, Work())
    assert refused.value.code == "studio_running"


@pytest.mark.parametrize("where", [0.1, 0.5, 0.9, 0.999])
def test_a_damaged_backup_changes_nothing(file: Path, tmp_path: Path, where: float) -> None:
    data = bytearray(file.read_bytes())
    for place in range(int(len(data) * where), min(len(data), int(len(data) * where) + 40)):
        data[place] ^= 0xFF
    (tmp_path / "bad.zip").write_bytes(data)
    with pytest.raises(InvalidRequest) as refused:
        restored(tmp_path / "bad.zip", tmp_path / "new")
    assert refused.value.code == "backup_damaged"
    assert contents(tmp_path / "new") == {}


def test_a_bit_that_is_changed_anywhere_is_seen_or_does_no_harm(made: Made, file: Path, tmp_path: Path) -> None:
    data, home = file.read_bytes(), tmp_path / "new"
    start = data.index(b".json") - 60
    for place in [*range(start, start + 300, 7), *range(len(data) - 400, len(data), 9)]:
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        (tmp_path / "bad.zip").write_bytes(changed)
        try:
            restored(tmp_path / "bad.zip", home)
        except InvalidRequest as error:
            assert error.code == "backup_damaged" and contents(home) == {}
        else:
            assert contents(home) == contents(made.home)
        shutil.rmtree(home)


def test_half_a_backup_and_other_files_are_none(file: Path, tmp_path: Path) -> None:
    (tmp_path / "half.zip").write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    (tmp_path / "text.zip").write_text("no zip")
    for name in ("half.zip", "text.zip"):
        with pytest.raises(InvalidRequest, match="no backup"):
            restored(tmp_path / name, tmp_path / "new")


@pytest.mark.parametrize(
    "name",
    [
        *("../evil.json", "store/-/../../evil.json", "store/../videos/x/1/a.json", "store//videos/x/1/a.json"),
        *("takes/-/../../../evil.wav", "takes/../x.wav", "voices/-/../x.json", "paces/../../evil.json"),
        *("secret.key", "renders/-//etc/passwd", "store/-/etc/passwd.json", "jobs.db/x"),
    ],
)
def test_a_name_that_no_backup_makes_is_refused(file: Path, tmp_path: Path, name: str) -> None:
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(file) as good, zipfile.ZipFile(bad, "w") as archive:
        index = json.loads(good.read(module.INDEX))
        data = b"{}"
        index["sums"][name] = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        archive.writestr(name, data)
        for other in good.namelist():
            if other != module.INDEX:
                archive.writestr(other, good.read(other))
        archive.writestr(module.INDEX, json.dumps(index))
    with pytest.raises(InvalidRequest, match="no backup"):
        restored(bad, tmp_path / "new")
    assert not list(tmp_path.rglob("evil*"))


def test_another_version_of_the_format_says_so(file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "next.zip", "w") as archive:
        archive.writestr(module.INDEX, json.dumps({"format": 2, "sums": {}}))
    with pytest.raises(InvalidRequest) as refused:
        restored(tmp_path / "next.zip", tmp_path / "new")
    assert refused.value.code == "backup_not_understood"


def test_a_backup_that_is_stopped_or_has_no_room_leaves_no_file(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out" / "studio.zip"
    work = Work()
    work.cancel.set()
    with pytest.raises(Cancelled):
        made.studio.back_up(target, True, work)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=10))
    with pytest.raises(StorageError) as refused:
        made.studio.back_up(target, True, Work())
    assert refused.value.code == "disk_full"
    assert list(target.parent.iterdir()) == []


def test_a_file_that_is_there_is_not_overwritten(made: Made, file: Path) -> None:
    with pytest.raises(StorageError) as refused:
        made.studio.back_up(file, True, Work())
    assert refused.value.code == "backup_exists"


def test_it_takes_two_commands(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made.studio.close()
    monkeypatch.setenv("STUDIO_HOME", str(made.home))
    assert main(["backup", str(tmp_path / "studio.zip")]) == 0
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "new"))
    assert main(["restore", str(tmp_path / "studio.zip")]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["added"] > 30
    assert contents(tmp_path / "new") == contents(made.home)
