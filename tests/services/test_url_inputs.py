"""Media given as addresses: the same at every door, only where it is allowed, and never more than an upload may be."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from backend import requests
from backend.errors import InvalidRequest, QuotaExceeded, StudioError
from backend.services import url_inputs
from backend.settings import Settings
from backend.studio import Studio
from tests.jobs.operations import until
from tests.outside.servers import LocalServer, dripping, endless, hanging, local_server, plain


@pytest.fixture
def sound() -> bytes:
    """A second of it, as a WAV file."""
    file = io.BytesIO()
    soundfile.write(file, 0.1 * np.ones(24_000), 24_000, format="WAV")
    return file.getvalue()


@pytest.fixture
def server(sound: bytes) -> Iterator[LocalServer]:
    with local_server(plain(200, sound, Content_Type="audio/x-wav")) as server:
        yield server


def settings(home: Path, server: LocalServer, **given: Any) -> Settings:
    return Settings.model_validate(
        {"home": home, "allow_url_inputs": True, "allowed_targets": server.name, "max_upload_bytes": 200_000, **given}
    )


@pytest.fixture
def studio(tmp_path: Path, server: LocalServer) -> Iterator[Studio]:
    with Studio(settings(tmp_path / "home", server)) as studio:
        studio.start()
        yield studio


def refused(studio: Studio, url: str) -> StudioError:
    with pytest.raises(StudioError) as error:
        studio.call("get_audio_info", {"audio": url})
    assert studio.call("list_files", {})["files"] == []
    assert not [path for path in studio.settings.work_folder.rglob("*") if path.is_file() and path.name != "lock"]
    return error.value


def test_an_address_is_fetched_checked_and_kept_as_an_upload(studio: Studio, server: LocalServer) -> None:
    assert studio.call("get_audio_info", {"audio": f"{server.url}/a%20b.wav?token=1"})["duration"] == 1.0
    [kept] = studio.call("list_files", {})["files"]
    assert kept["name"] == "a b.wav"
    link = studio.call("upload_file", {"file": f"{server.url}/download/17"})
    assert link["name"] == "17.wav" and link["bytes"] == kept["bytes"], "its server says what it is"
    job_id = studio.call("submit_job", {"operation": "check_voice", "arguments": {"audio": f"{server.url}/c.wav"}})
    until(lambda: studio.call("job_status", job_id)["state"] == "done")
    assert len(server.asked) == 3


def test_the_same_key_and_address_are_the_same_job_and_one_fetch(studio: Studio, server: LocalServer) -> None:
    given = {"operation": "check_voice", "arguments": {"audio": f"{server.url}/c.wav"}, "idempotency_key": "once"}
    assert studio.call("submit_job", given) == studio.call("submit_job", given)
    assert len(server.asked) == 1
    other = {**given, "arguments": {"audio": f"{server.url}/d.wav"}}
    with pytest.raises(InvalidRequest) as conflict:
        studio.call("submit_job", other)
    assert conflict.value.code == "idempotency_conflict"


def test_several_addresses_in_one_field_and_beside_colours_are_fetched(studio: Studio, server: LocalServer) -> None:
    request = requests.GenerateCaptionedVideo(
        script="Hello.", background=(f"{server.url}/a.wav", "#102030"), music=f"{server.url}/b.wav"
    )
    taken = studio._machine.url_inputs.take(request, ("background", "music", "audio"), lambda url: f"id of {url}")
    assert taken.background == (f"id of {server.url}/a.wav", "#102030") and taken.music == f"id of {server.url}/b.wav"


def test_where_it_is_not_allowed_nothing_is_fetched_and_the_setting_is_named(
    tmp_path: Path, server: LocalServer
) -> None:
    with Studio(settings(tmp_path, server, allow_url_inputs=False)) as studio:
        error = refused(studio, server.url)
        assert error.code == "url_inputs_off" and "STUDIO_ALLOW_URL_INPUTS" in error.hint
    assert server.connections == 0


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/a.wav", "https://169.254.169.254/a.wav", "https://localhost/a.wav", "HTTPS://[::1]/a.wav"],
)
def test_a_private_address_is_refused(studio: Studio, url: str) -> None:
    assert refused(studio, url).code == "address_refused"


def test_what_is_too_large_endless_or_no_media_is_refused_and_leaves_nothing(
    studio: Studio, server: LocalServer
) -> None:
    for answer, code in (
        (endless, "file_too_large"),
        (plain(200, bytes(200_001)), "file_too_large"),
        (plain(404), "address_failed"),
        (plain(302, Location="http://127.0.0.1:1/"), "address_refused"),
        (plain(200, b"<html>", Content_Type="text/html"), "file_type_refused"),
    ):
        server.answer = answer
        assert refused(studio, f"{server.url}/x").code == code
    server.answer = plain(200, b"no sound at all", Content_Type="audio/wav")
    assert refused(studio, f"{server.url}/x.wav").code != "internal_error"


@pytest.mark.parametrize("answer", [hanging, dripping])
def test_an_address_that_takes_for_ever_is_left(
    studio: Studio, server: LocalServer, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(url_inputs, "SECONDS", 0.5)
    server.answer = answer
    assert refused(studio, server.url).code == "address_failed"


def test_addresses_that_hang_leave_room_for_other_work(
    studio: Studio, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(url_inputs, "_WAIT_SECONDS", 0.1)
    server.answer = hanging

    def ask() -> None:
        with pytest.raises(InvalidRequest):
            studio.call("get_audio_info", {"audio": server.url})

    threads = [threading.Thread(target=ask) for _ in range(url_inputs.AT_ONCE)]
    for thread in threads:
        thread.start()
    until(lambda: server.connections == url_inputs.AT_ONCE)
    with pytest.raises(QuotaExceeded) as busy:
        studio.call("get_audio_info", {"audio": server.url})
    assert busy.value.code == "too_many_fetches"
    server.ended.set()
    for thread in threads:
        thread.join()
