"""Google's recogniser behind the operations: off with a reason, on with credentials, and never in anybody's way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.errors import NotAllowed, RecogniserOff
from backend.services.doctor import examine
from backend.settings import GoogleSettings, Settings
from backend.studio import Studio
from tests.google_server import GoogleServer, write_tones

ROOT = Path(__file__).resolve().parents[2]


def open_studio(home: Path, server: GoogleServer | None, **more: Any) -> Studio:
    fields = {"credentials_json": server.key, "endpoint": server.endpoint} if server else {}
    google = GoogleSettings.model_validate({**fields, **more})
    return Studio(Settings(home=home, hub_offline=True, google=google))


@pytest.fixture
def studio(tmp_path: Path, server: GoogleServer) -> Iterator[Studio]:
    with open_studio(tmp_path / "home", server) as studio:
        studio.start()
        yield studio


def recording(studio: Studio, tmp_path: Path, seconds: float = 130.0) -> tuple[str, list[str]]:
    names = write_tones(tmp_path / "said.wav", 24_000, seconds, [0.5 + second for second in range(int(seconds) - 1)])
    return str(studio.upload(tmp_path / "said.wav", "said.wav")["file_id"]), names


def test_a_recording_is_written_down_by_google(studio: Studio, server: GoogleServer, tmp_path: Path) -> None:
    media, names = recording(studio, tmp_path)
    asked = {"media": media, "recogniser": "google", "language": "en-gb"}
    before = studio.call("estimate", {"operation": "transcribe", "arguments": asked})
    assert before["cost"]["currency"] == "USD" and 0.04 < before["cost"]["amount"] < 0.08 and not server.metadata
    heard = studio.call("transcribe", asked)
    assert [word["text"] for word in heard["words"]] == names and heard["language"] == "en-gb"
    assert [word["start"] for word in heard["words"]] == pytest.approx([0.5 + n for n in range(129)], abs=1e-4)
    assert {word["source"] for word in heard["words"]} == {"recognised"}
    assert {one.config.sample_rate_hertz for one in server.requests} == {24_000}
    assert studio.call("make_captions", {"source": heard["words"]})["cues"]
    after = studio.call("estimate", {"operation": "transcribe", "arguments": asked})
    assert after["seconds"] is not None and after["cost"] == before["cost"]
    again = studio.call("make_again", {"manifest": heard["transcript_id"]})
    assert again["words"] == heard["words"] and again["warnings"] == []


def test_it_says_that_it_is_there(studio: Studio, server: GoogleServer) -> None:
    whisper, google = studio.call("system_status", {})["recognisers"]
    assert (whisper["recogniser"], whisper["available"], whisper["cost_a_minute"]) == ("whisper", True, None)
    assert (google["recogniser"], google["available"], google["reason"]) == ("google", True, "")
    assert google["cost_a_minute"]["amount"] == 0.024
    [found] = [one for one in examine(studio.settings, studio.engines) if one.what == "google speech"]
    assert found.state == "ok" and "listener@harbour-1" in found.said
    assert not server.requests


def test_without_credentials_it_is_off_and_whisper_is_not(tmp_path: Path) -> None:
    with open_studio(tmp_path / "home", None) as studio:
        studio.start()
        media, _ = recording(studio, tmp_path, 3.0)
        with pytest.raises(RecogniserOff) as refused:
            studio.call("transcribe", {"media": media, "recogniser": "google"})
        assert refused.value.code == "google_not_configured" and studio.call("list_jobs", {})["jobs"] == []
        asked = {"operation": "transcribe", "arguments": {"media": media, "recogniser": "google"}}
        assert studio.call("estimate", asked)["warnings"] == [str(refused.value)]
        asked["arguments"] = {"media": media}
        assert studio.call("estimate", asked)["cost"] is None
        status = studio.call("system_status", {})
        assert [one["available"] for one in status["recognisers"]] == [True, False]
        assert not [said for said in status["warnings"] if "Google" in said]  # nobody meant to have it
        [found] = [one for one in examine(studio.settings, studio.engines) if one.what == "google speech"]
        assert (found.state, found.said) == ("note", refused.value.message)


def test_credentials_that_are_wrong_are_a_warning_and_a_fault_for_the_doctor(tmp_path: Path) -> None:
    with open_studio(tmp_path / "home", None, credentials_json="/run/secrets/google.json") as studio:
        assert any("holds a path" in said for said in studio.call("system_status", {})["warnings"])
        [found] = [one for one in examine(studio.settings, studio.engines) if one.what == "google speech"]
        assert found.state == "fault" and "holds a path" in found.said


def test_a_key_of_a_tenant_does_not_spend_the_owner_s_money(tmp_path: Path, server: GoogleServer) -> None:
    for allowed in (False, True):
        with open_studio(tmp_path / f"home-{allowed}", server, for_all_keys=allowed) as studio:
            studio.start()
            tenant = studio.of("anna")
            media, names = recording(tenant, tmp_path, 3.0)
            assert tenant.call("system_status", {})["recognisers"][1]["available"] is allowed
            if allowed:
                heard = tenant.call("transcribe", {"media": media, "recogniser": "google", "language": "en"})
                assert [word["text"] for word in heard["words"]] == names
            else:
                with pytest.raises(NotAllowed) as refused:
                    tenant.call("transcribe", {"media": media, "recogniser": "google"})
                assert refused.value.code == "google_not_allowed" and not server.metadata


def test_the_studio_starts_without_google_s_client(tmp_path: Path, server: GoogleServer) -> None:
    """Even where there are credentials: nothing of it is imported before somebody wants to know."""
    code = (
        "import sys; from backend.settings import Settings; from backend.studio import Studio\n"
        "studio = Studio(Settings()); studio.call('list_voices', {})\n"
        "import app, ui.page\n"
        "print([name for name in sys.modules if name.startswith(('grpc', 'google.cloud', 'google.auth'))])"
    )
    known = {"GOOGLE_CREDENTIALS_JSON": server.key, "STUDIO_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **known}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_the_doctor_s_words_hold_no_secret(tmp_path: Path, server: GoogleServer) -> None:
    known = {**os.environ, "STUDIO_HOME": str(tmp_path), "GOOGLE_SPEECH_ENDPOINT": server.endpoint}
    broken = json.dumps({**server.credentials, "private_key": server.credentials["private_key"][:800]})
    for key, said in ((server.key, "project harbour-1"), (broken, "not valid")):
        known["GOOGLE_CREDENTIALS_JSON"] = key
        done = subprocess.run(
            [sys.executable, "-m", "backend", "doctor"], cwd=ROOT, env=known, capture_output=True, text=True
        )
        assert said in done.stdout
        assert server.credentials["private_key"].splitlines()[1][:40] not in done.stdout + done.stderr
