"""A minute of real speech through OpenAI's client in every format, heard back; and what belongs to whom."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import httpx2
import jiwer
import numpy as np
import openai
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.media.ffmpeg import Ffmpeg
from backend.media.streaming import RATE, StreamFormat
from backend.settings import PROJECT
from backend.speech.loudness import integrated_loudness
from tests.end_to_end.openai_door import ANNAS, KEY, SLOW, Door, open_door, plain, until

pytestmark = pytest.mark.openai
MINUTE = (PROJECT / "benchmarks" / "scripts" / "one_minute.txt").read_text("utf-8")
PCM = ("-f", "s16le", "-ar", str(RATE), "-ac", "1")


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_door(tmp_path_factory.mktemp("openai") / "home") as door:
        yield door


def decoded(ffmpeg: Ffmpeg, data: bytes, form: str) -> np.ndarray:
    """Samples from -1 to 1 at `RATE`; a decoder that complains fails."""
    given = PCM if form == "pcm" else ()
    command = [str(ffmpeg.binary), "-v", "error", *given, "-i", "pipe:0", *PCM, "pipe:1"]
    done = subprocess.run(command, input=data, capture_output=True, timeout=120)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return np.frombuffer(done.stdout, "<i2").astype(np.float32) / 32768


@pytest.mark.long
@pytest.mark.parametrize("form", get_args(StreamFormat))
def test_a_minute_is_streamed_and_heard_back(door: Door, ffmpeg: Ffmpeg, tmp_path: Path, form: StreamFormat) -> None:
    create = door.client.audio.speech.with_streaming_response.create
    text = f"This is the {form} version. {MINUTE}"
    with create(model="tts-1", voice="nova", input=text, response_format=form) as answer:
        job_id = answer.headers["x-request-id"]
        data = b"".join(answer.iter_bytes())
    until(lambda: door.state(job_id) == "done")
    narration = door.studio.call("job_result", {"job_id": job_id})
    sound = decoded(ffmpeg, data, form)
    assert len(sound) / RATE == pytest.approx(narration["duration"], abs=0.1)
    assert integrated_loudness([sound], RATE) == pytest.approx(-16, abs=2.5)
    soundfile.write(tmp_path / "said.flac", sound, RATE)
    heard = door.client.audio.transcriptions.create(model="whisper-1", file=tmp_path / "said.flac", language="en")
    assert jiwer.wer(" ".join(plain(text)), " ".join(plain(heard.text))) < 0.12


@pytest.mark.long
def test_the_first_minute_of_a_fresh_voice_begins_long_before_it_ends(door: Door) -> None:
    create = door.client.audio.speech.with_streaming_response.create
    with create(model="tts-1", voice="fable", input=MINUTE, response_format="mp3") as answer:
        job_id = answer.headers["x-request-id"]
        came = answer.iter_bytes()
        next(came)
        sentences = door.studio.call("job_status", {"job_id": job_id})["details"]["sentences"]
        data = b"".join(came)
    assert sum(sentence["state"] == "done" for sentence in sentences) <= len(sentences) / 2
    assert len(data) > 500_000


@pytest.mark.long
def test_a_recording_of_whoever_hangs_up_is_not_written_down_to_its_end(door: Door, tmp_path: Path) -> None:
    said = door.client.audio.speech.create(model="tts-1", voice="nova", input=MINUTE, response_format="pcm").content
    soundfile.write(tmp_path / "long.flac", np.tile(np.frombuffer(said, "<i2"), 20), RATE)
    before = door.newest_job()
    hasty = door.other_client(timeout=httpx2.Timeout(60, read=3))
    with hasty, pytest.raises(openai.APITimeoutError):
        hasty.audio.transcriptions.create(model="whisper-1", file=tmp_path / "long.flac")
    until(lambda: door.newest_job() != before and door.state(door.newest_job()) not in ("queued", "running"))
    assert door.state(door.newest_job()) == "cancelled"
    until(lambda: door.studio.call("list_files", {})["files"] == [])
    until(lambda: list(door.studio.settings.uploads_folder.iterdir()) == [])


def test_the_examples_of_the_guide_run(door: Door, tmp_path: Path) -> None:
    guide = (PROJECT / "docs" / "openai.md").read_text("utf-8")
    guide = (
        guide.replace("http://127.0.0.1:7860", door.address).replace('"KEY"', f'"{KEY}"').replace("r KEY", f"r {KEY}")
    )
    blocks = re.findall(r"```(python|)\n(.*?)```", guide, re.DOTALL)
    program = "".join(code for language, code in blocks if language == "python")
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0 and "lighthouse keeper" in done.stdout, done.stderr
    commands = [code.replace("curl ", "curl -sSf ") for language, code in blocks if not language]
    for command in commands:
        done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=200)
        assert done.returncode == 0, done.stderr
    assert len(commands) == 2 and "-->" in done.stdout
    assert (tmp_path / "fog.mp3").stat().st_size > 10_000


QUIET: dict[str, Any] = {"model": "silence", "voice": "nova", "response_format": "pcm"}


@pytest.fixture
def anna(door: Door) -> Iterator[openai.OpenAI]:
    with door.other_client(api_key=ANNAS) as client:
        yield client


def test_each_key_has_what_it_made(door: Door, anna: openai.OpenAI) -> None:
    behind = door.studio.of("anna")
    assert len(anna.audio.speech.create(**QUIET, input="Anna says so.").content) > 20_000
    until(lambda: not _busy(door))
    assert [one["script"] for one in behind.call("list_narrations", {})["narrations"]] == ["Anna says so."]
    assert "Anna says so." not in [one["script"] for one in door.studio.call("list_narrations", {})["narrations"]]
    blend = {"recipe": "af_heart(2)+am_puck(1)", "name": "Anna's own"}
    job = {"job_id": behind.call("submit_job", {"operation": "blend_voices", "arguments": blend})["job_id"]}
    until(lambda: not _busy(door))
    hers = {**QUIET, "voice": behind.call("job_result", job)["voice_id"], "input": "Mine."}
    assert anna.audio.speech.create(**hers).content
    with pytest.raises(openai.NotFoundError):
        door.client.audio.speech.create(**hers)


def test_a_key_that_asks_for_more_than_it_may_hears_of_a_limit(door: Door, anna: openai.OpenAI) -> None:
    script = " ".join(f"Sentence {number} of hers." for number in range(200))
    until(lambda: not _busy(door))
    with anna.audio.speech.with_streaming_response.create(**QUIET, input=script, extra_body=SLOW):
        with pytest.raises(openai.RateLimitError) as refused:
            anna.audio.speech.create(**QUIET, input="One more.")
        assert refused.value.code == "too_many_jobs" and int(refused.value.response.headers["retry-after"]) > 0
    until(lambda: not _busy(door))


def _busy(door: Door) -> bool:
    jobs = door.studio.of("anna").call("list_jobs", {})["jobs"]
    return any(job["state"] in ("queued", "running") for job in jobs)


@pytest.mark.parametrize(("key", "tenant"), [(ANNAS, "anna"), (KEY, "")])
def test_a_file_that_is_put_is_kept_for_whose_key_it_was(door: Door, key: str, tenant: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    kept = httpx2.put(f"{door.address}/files/words.txt", content=b"Words.", headers=headers).json()["file_id"]
    assert [file["file_id"] for file in door.studio.of(tenant).call("list_files", {})["files"]] == [kept]
    assert door.studio.of("anna" if tenant == "" else "").call("list_files", {})["files"] == []
    door.studio.of(tenant).call("delete_file", {"file_id": kept})
