"""The studio with its results on a real S3 server, over a network that can break."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from backend.errors import StoreUnavailable
from backend.fronts.http import create_app
from backend.settings import PROJECT, S3Settings, Settings
from backend.studio import Studio
from tests.end_to_end.conftest import SCRIPT, make_home
from tests.s3_server import KEY, SECRET, S3Server
from tests.storage.faulty import FaultyNetwork
from tests.storage.test_s3 import get
from tests.voices.making import make_clip, record_of

pytestmark = pytest.mark.s3


@dataclass
class Rig:
    studio: Studio
    network: FaultyNetwork
    server: S3Server

    def storage(self) -> dict[str, object]:
        status: dict[str, dict[str, object]] = self.studio.call("system_status", {})
        return status["storage"]


@pytest.fixture(scope="module")
def rig(s3: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    home = make_home(tmp_path_factory.mktemp("on_s3"))
    with FaultyNetwork(s3.port) as network:
        settings = S3Settings(
            bucket=s3.bucket.name,
            prefix="studio/",
            endpoint=f"http://127.0.0.1:{network.port}",
            access_key_id=KEY,
            secret_access_key=SECRET,
        )
        with Studio(Settings(home=home, s3=settings, public_url="http://studio.test")) as studio:
            studio.start()
            yield Rig(studio, network, s3)


def test_results_are_in_the_bucket_behind_links_that_just_open(rig: Rig) -> None:
    made = rig.studio.call("generate_speech", {"script": SCRIPT})
    for file in (made["audio"], *made["timings"].values()):
        assert file["url"].startswith(f"http://127.0.0.1:{rig.network.port}/")
        status, data, headers = get(file["url"])
        assert (status, len(data), headers["Content-Type"]) == (200, file["bytes"], file["media_type"])
        assert "attachment" in headers["Content-Disposition"]
    assert rig.storage()["kind"] == "s3"
    assert SECRET not in str(rig.studio.call("system_status", {}))
    assert not (rig.studio.settings.home / "store").exists()


def test_a_video_is_made_of_files_that_are_fetched_for_it(rig: Rig, tmp_path: Path) -> None:
    narration = rig.studio.call("list_narrations", {"limit": 1})["narrations"][0]
    made = rig.studio.call(
        "generate_captioned_video", {"narration_id": narration["narration_id"], "sizes": ["256x256"]}
    )
    status, data, headers = get(made["videos"][0]["file"]["url"])
    assert (status, data[4:8], headers["Content-Type"]) == (200, b"ftyp", "video/mp4")
    assert [item["kind"] for item in rig.studio.library(10)] == ["video", "narration"]
    deleted = rig.studio.call("delete_narration", {"narration_id": narration["narration_id"]})["deleted"]
    assert any(key.endswith("manifest.json") for key in deleted)
    assert get(narration["audio"]["url"])[0] == 404


def test_what_is_made_while_the_store_is_down_waits_here_and_goes_there_later(rig: Rig) -> None:
    rig.network.refuse()
    made = rig.studio.call("generate_speech", {"script": "The harbour is closed today."})
    assert made["audio"]["url"].startswith("http://studio.test/files/")
    assert rig.storage()["waiting_files"] == len(["audio", "manifest", *made["timings"], "sentence", "its manifest"])
    assert any("wait on this machine" in said for said in rig.studio.call("system_status", {})["warnings"])
    page = TestClient(create_app(rig.studio), base_url="http://studio.test", follow_redirects=False)
    here = page.get(made["audio"]["url"])
    assert (here.status_code, len(here.content)) == (200, made["audio"]["bytes"])
    rig.network.mend()
    while rig.storage()["waiting_files"]:
        time.sleep(0.1)
    there = page.get(made["audio"]["url"])
    assert there.status_code == 307
    assert get(there.headers["Location"])[1] == here.content
    again = rig.studio.call("get_narration", {"narration_id": made["narration_id"]})
    assert get(again["audio"]["url"])[1] == here.content


def test_the_page_has_its_voices_and_what_waits_while_the_store_is_down(rig: Rig) -> None:
    rig.network.refuse()
    assert len(rig.studio.call("list_voices", {})["voices"]) >= 54
    preview = rig.studio.style_preview("bold_pop")
    made = rig.studio.call("generate_speech", {"script": "Nobody sees the harbour."})
    assert [item["id"] for item in rig.studio.library(10)] == [made["narration_id"]]
    rig.network.mend()
    while rig.storage()["waiting_files"]:
        time.sleep(0.1)
    assert preview["url"].startswith("http")
    assert len(rig.studio.library(10)) > 1


# ------------------------------------------------------------ several machines


@pytest.fixture
def elsewhere(rig: Rig, tmp_path: Path) -> Callable[..., Any]:
    """The command line on another machine: a home of its own, and the same bucket."""
    home = make_home(tmp_path / "elsewhere")
    bucket = {"S3_BUCKET": rig.server.bucket.name, "S3_PREFIX": "studio/", "AWS_ENDPOINT_URL": rig.server.endpoint}
    keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "STUDIO_HOME": str(home)}

    def call(operation: str, **arguments: Any) -> Any:
        command = [sys.executable, "-m", "backend", "call", operation, json.dumps(arguments)]
        environment = {**os.environ, **bucket, **keys}
        ended = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
        assert ended.stdout, ended.stderr
        return json.loads(ended.stdout)

    return call


def files_below(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and path.name != ".moving")


def test_a_sentence_that_one_machine_spoke_another_does_not_speak_again(
    rig: Rig, elsewhere: Callable[..., Any], tmp_path: Path
) -> None:
    said = {"script": "Two machines know this sentence.", "voice": "af_heart", "seed": 7}
    here = rig.studio.call("generate_speech", said)
    there = elsewhere("generate_speech", **said)
    assert there["words"] == here["words"]
    takes = files_below(tmp_path / "elsewhere" / "takes")
    assert len(takes) == 2 and set(takes) <= set(files_below(rig.studio.settings.takes_of("")))
    assert not list((tmp_path / "elsewhere" / "run").glob("*kokoro*")), "no engine was started"


def test_a_voice_is_shared_changed_and_deleted_everywhere(
    rig: Rig, elsewhere: Callable[..., Any], tmp_path: Path
) -> None:
    clip = make_clip(tmp_path / "clip.wav")
    record = record_of(clip)
    rig.studio.voices.add(record, clip)
    (found,) = elsewhere("list_voices", query="Anna")["voices"]
    assert get(found["reference"]["url"])[1] == clip.read_bytes()
    assert elsewhere("update_voice", voice_id=record.voice_id, name="Berta")["name"] == "Berta"
    eventually(lambda: rig.studio.voices.get(record.voice_id).name == "Berta")
    assert files_below(tmp_path / "elsewhere" / "voices")
    deleted = elsewhere("delete_voice", voice_id=record.voice_id)
    assert {"library", "store"} <= {each["place"] for each in deleted["removed"]}
    assert "other machine" in deleted["elsewhere"]
    assert files_below(tmp_path / "elsewhere" / "voices") == []
    eventually(lambda: not rig.studio.voices.shelf.exists(record.voice_id))
    eventually(lambda: files_below(rig.studio.settings.voices_of("")) == [])
    assert get(found["reference"]["url"])[0] == 404
    assert elsewhere("delete_voice", voice_id=record.voice_id)["error"]["code"] == "voice_not_found"


@pytest.mark.long
def test_a_new_machine_that_reaches_nothing_but_the_bucket_speaks(rig: Rig, tmp_path: Path) -> None:
    bucket = {"S3_BUCKET": rig.server.bucket.name, "S3_PREFIX": "fresh/", "AWS_ENDPOINT_URL": rig.server.endpoint}
    keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "HF_HUB_OFFLINE": "1"}
    nothing = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_FIND_LINKS": "",
        "npm_config_registry": "http://127.0.0.1:9",
    }

    def run(home: Path, *arguments: str, **more: str) -> Any:
        command = [sys.executable, "-m", "backend", *arguments]
        environment = {**os.environ, **bucket, **keys, "STUDIO_HOME": str(home), **more}
        ended = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return json.loads(ended.stdout)

    (sent,) = run(make_home(tmp_path / "has-all"), "mirror", "fill", "kokoro")["filled"]
    assert sent["weights_bytes"] > 90_000_000
    (again,) = run(tmp_path / "has-all", "mirror", "fill", "kokoro")["filled"]
    assert again["weights_bytes"] == 0
    said = run(tmp_path / "new", "call", "generate_speech", '{"script": "Nothing but a bucket."}', **nothing)
    assert said["engine"] == "kokoro" and get(said["audio"]["url"])[0] == 200
    assert (tmp_path / "new" / "models" / "kokoro" / "kokoro-v1.0.int8.onnx").is_file()


def eventually(reached: Callable[[], bool]) -> None:
    for _ in range(600):
        if reached():
            return
        time.sleep(0.1)
    pytest.fail("it did not come to that")


def test_a_store_that_cannot_be_reached_is_named_not_taken_for_an_empty_one(rig: Rig) -> None:
    rig.network.refuse()
    with pytest.raises(StoreUnavailable):
        rig.studio.call("list_narrations", {})
    rig.network.mend()
