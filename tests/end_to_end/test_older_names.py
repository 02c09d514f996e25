"""Programs written for the earlier workers go on working: their names, fields, envelopes and words, at every door."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client, handle_file

from backend.fronts.runpod_handler import Handler
from backend.ids import new_id
from backend.studio import Studio
from tests.end_to_end.conftest import leftovers
from tests.end_to_end.own_voices import CONSENT, bring, refused
from tests.end_to_end.test_command_line import run

TEXT = "The lighthouse has a yellow door."
Call = Callable[[str, dict[str, Any]], Any]
"""Takes an older name and its fields, gives the answer."""
Fetch = Callable[[dict[str, Any]], bytes]
"""What is behind a link."""


def through_runpod(studio: Studio, given: dict[str, Any]) -> Any:
    return asyncio.run(Handler(studio, lambda *_: None)({"id": new_id("job"), "input": given}))


@pytest.fixture(params=["studio", "runpod", "gradio"])
def call(request: pytest.FixtureRequest) -> Call:
    if request.param == "gradio":
        client = Client(request.getfixturevalue("served"), verbose=False, download_files=False)
        return lambda name, fields: client.predict(**fields, api_name=f"/{name}")
    studio: Studio = request.getfixturevalue("studio")
    if request.param == "studio":
        return studio.call
    return lambda name, fields: through_runpod(studio, {"operation": name, "parameters": fields})


@pytest.fixture
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A subtitle file as each door takes it."""
    path = tmp_path / "old.srt"
    path.write_text("1\n00:00:00,000 --> 00:00:01,000\nHello.\n", encoding="utf-8")
    if request.node.callspec.params["call"] == "gradio":
        return handle_file(path)
    return bring(request.getfixturevalue("studio"), path)


@pytest.fixture
def fetch(request: pytest.FixtureRequest) -> Fetch:
    """What is behind a link; a studio in this process has no address, so its own file."""
    if request.node.callspec.params["call"] != "gradio":
        studio: Studio = request.getfixturevalue("studio")
        return lambda link: studio.local_file(link["file_id"]).read_bytes()

    def opened(link: dict[str, Any]) -> bytes:
        with urllib.request.urlopen(link["url"]) as answer:
            return bytes(answer.read())

    return opened


def test_kokoro_speaks_and_its_files_are_fetched_by_the_job(call: Call, fetch: Fetch) -> None:
    made = call("generate_kokoro_tts", {"text": TEXT, "voice": "bm_george", "speed": 1.1})
    assert made["engine"] == "kokoro" and made["voice"] == "bm_george" and made["status"] == "COMPLETED"
    assert made["audio_url"] == made["audio"]["url"] and made["audio_length"] == made["duration"] > 1
    assert set(made["timing_urls"]) == {"srt", "vtt", "csv", "json", "ass"}
    status = call("status", {"job_id": made["job_id"]})
    assert (status["status"], status["state"], status["operation"]) == ("COMPLETED", "done", "generate_kokoro_tts")
    again = call("result", {"job_id": made["job_id"]})
    assert again["narration_id"] == made["narration_id"] and again["audio_url"].startswith("http")
    audio = call("download", {"job_id": made["job_id"], "type": "audio"})
    assert audio["media_type"] == "audio/wav" and len(fetch(audio)) == made["audio"]["bytes"]
    for kind in ("srt", "csv"):
        timing = call("download", {"job_id": made["job_id"], "type": "timing", "format": kind})
        assert b"lighthouse" in fetch(timing) and timing["name"].endswith(kind)
    assert call("download", {"job_id": made["narration_id"]})["file_id"] == audio["file_id"]


def test_kokoros_voices_are_listed_by_either_code_of_a_language(call: Call) -> None:
    everyone = call("get_kokoro_voices", {})
    british = call("get_kokoro_voices", {"lang_code": "b"})
    assert everyone["total_count"] == len(everyone["voices"]) >= 54
    assert british == call("get_kokoro_voices", {"lang_code": "en-gb"})
    assert {voice["voice_id"][0] for voice in british["voices"]} == {"b"}


def test_a_file_is_uploaded_looked_at_fetched_and_deleted(call: Call, file: Any, fetch: Fetch) -> None:
    kept = call("upload", {"file": file, "media_type": "document"})
    assert call("status", {"file_id": kept["file_id"]}) == {"status": "ready"}
    assert b"Hello." in fetch(call("download", {"file_id": kept["file_id"]}))
    assert call("delete", {"file_id": kept["file_id"]}) == {"deleted": True}
    assert call("status", {"file_id": kept["file_id"]}) == {"status": "not_found"}


def test_the_command_line_takes_them_too(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_text("Hello.", encoding="utf-8")
    assert run(home, "call", "upload", json.dumps({"file": str(path)}))["name"] == "old.txt"
    made = run(home, "call", "generate_kokoro_tts", json.dumps({"text": TEXT}), "--save", str(tmp_path))
    assert Path(made["audio"]["path"]).stat().st_size == made["audio"]["bytes"]
    timing = {"job_id": made["job_id"], "type": "timing", "format": "vtt"}
    assert run(home, "call", "download", json.dumps(timing))["media_type"] == "text/vtt"


def test_a_voice_is_uploaded_with_consent_and_found_by_its_file_name(library: Studio, recording: Path) -> None:
    given = {"file": bring(library, recording), "voice_name": "George.wav", "consent": CONSENT}
    voice = library.call("upload", given)
    assert voice["kind"] == "cloned" and voice["name"] == "George" and voice["consent"]["basis"] == "synthetic"
    speak = {"text": TEXT, "voice": "george.wav"}
    error = refused(library, "generate_f5_tts", speak)
    assert error.code == "engine_not_installed" and "George" in error.message
    assert library.call("delete_voice", {"voice_id": voice["voice_id"]})["job_records"] >= 1
    assert refused(library, "generate_f5_tts", speak).code == "unknown_voice"


def test_the_other_workers_envelope_is_taken(studio: Studio) -> None:
    voices = through_runpod(studio, {"endpoint": "list_voices", "language": "ja"})["voices"]
    assert {voice["language"] for voice in voices} == {"ja"}
    spoken = through_runpod(studio, {"text": TEXT, "local_voice": "nobody.wav", "return_word_timings": True})
    assert json.loads(spoken["error"])["code"] == "unknown_voice"
    made = through_runpod(studio, {"operation": "generate_kokoro_tts", "text": TEXT})
    status = through_runpod(studio, {"endpoint": "status", "job_id": made["job_id"]})
    assert status["status"] == "COMPLETED"


JOB = "job_00000000000000000000000000"
FILE = "up_00000000000000000000000000.1.file.wav"


@pytest.mark.parametrize(
    ("operation", "arguments", "code"),
    [
        ("generate_kokoro_tts", {}, "missing_field"),
        ("generate_kokoro_tts", {"text": " "}, "script_empty"),
        ("generate_kokoro_tts", {"text": "Hi.", "voice": "nobody"}, "unknown_voice"),
        ("generate_kokoro_tts", {"text": "Hi.", "speed": 3}, "invalid_speed"),
        ("generate_kokoro_tts", {"text": "Hi.", "script": "Hi."}, "unknown_field"),
        ("generate_chatterbox_tts", {"text": "Hi."}, "missing_field"),
        ("generate_chatterbox_tts", {"text": "Hi.", "sample_audio": FILE}, "consent_needed"),
        ("generate_chatterbox_tts", {"text": "Hi.", "voice": FILE}, "consent_needed"),
        ("generate_chatterbox_tts", {"text": "Hi.", "voice": "nobody"}, "unknown_voice"),
        ("generate_f5_tts", {"text": "Hi.", "voice": "../x.wav"}, "unknown_voice"),
        ("get_kokoro_voices", {"lang_code": 7}, "invalid_lang_code"),
        ("upload", {}, "missing_field"),
        ("upload", {"file": FILE}, "file_not_found"),
        ("upload", {"file": "../../etc/passwd"}, "file_not_found"),
        ("upload", {"file": FILE, "voice_name": "Anna"}, "consent_needed"),
        ("upload", {"file": FILE, "voice_name": "", "consent": CONSENT}, "invalid_name"),
        ("upload", {"file": FILE, "voice_name": "Anna", "consent": {"basis": "none"}}, "invalid_consent"),
        ("upload", {"file": FILE, "media_type": "hologram"}, "invalid_media_type"),
        ("download", {}, "missing_field"),
        ("download", {"job_id": JOB, "file_id": FILE}, "invalid_file_id"),
        ("download", {"job_id": JOB}, "job_not_found"),
        ("download", {"job_id": "../jobs.db"}, "job_not_found"),
        ("download", {"job_id": JOB, "type": "video"}, "invalid_type"),
        ("download", {"job_id": JOB, "type": "timing", "format": "pdf"}, "invalid_format"),
        ("download", {"file_id": "../secret.key"}, "file_not_found"),
        ("delete", {}, "missing_field"),
        ("delete", {"file_id": FILE}, "file_not_found"),
        ("status", {}, "missing_field"),
        ("status", {"job_id": JOB}, "job_not_found"),
        ("status", {"job_id": 3}, "invalid_job_id"),
        ("result", {}, "missing_field"),
        ("result", {"job_id": JOB}, "job_not_found"),
    ],
)
def test_mistakes_are_refused_before_anything_is_queued(
    studio: Studio, operation: str, arguments: dict[str, Any], code: str
) -> None:
    before = studio.call("list_jobs", {"limit": 1000})["jobs"]
    assert refused(studio, operation, arguments).code == code
    assert studio.call("list_jobs", {"limit": 1000})["jobs"] == before
    assert leftovers(studio.settings.home) == []


def test_a_job_that_made_no_sound_says_so(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "plain.txt"
    path.write_text("Hello.", encoding="utf-8")
    kept = {"operation": "upload", "arguments": {"file": bring(studio, path)}}
    job_id = studio.call("submit_job", kept)["job_id"]
    while studio.call("status", {"job_id": job_id})["status"] in ("QUEUED", "PROCESSING"):
        time.sleep(0.05)
    assert refused(studio, "download", {"job_id": job_id, "type": "timing"}).code == "no_such_output"
