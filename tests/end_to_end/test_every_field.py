"""Every field of every operation wrong in type, missing, unknown, huge: refused by name, nothing left or leaked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from backend.errors import StudioError
from backend.fronts.cli import main
from backend.fronts.runpod_handler import Handler
from backend.operations import OPERATIONS
from backend.settings import Settings
from backend.studio import Studio
from tests.end_to_end.conftest import leftovers
from tests.end_to_end.every_field import (
    ARCHIVE,
    CAPTIONS,
    FILE,
    FONT,
    JOB,
    NARRATION,
    RIGHT,
    SUBTITLES,
    VIDEO,
    VOICE,
    wrong_calls,
)
from tests.end_to_end.own_voices import bring
from tests.media.font_maker import make_font
from tests.voices.making import make_clip, record_of

LONGEST_ERROR = 4000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("idle")


@pytest.fixture(scope="module")
def known(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One of each thing that operations take, by the id that otherwise names nothing."""
    folder = tmp_path_factory.mktemp("things")
    (folder / "words.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello.\n", encoding="utf-8")
    clip = make_clip(folder / "clip.wav", seconds=3.0)
    record = record_of(clip)
    with Studio(Settings(home=home, hub_offline=True)) as studio:
        studio.start()
        studio.voices.add(record, clip)
        made = studio.call("generate_captioned_video", RIGHT["generate_captioned_video"])
        video = studio.local_file(made["videos"][0]["file"]["file_id"])
        archive = studio.local_file(studio.call("export_voice", {"voice_id": record.voice_id})["file_id"])
        return {
            FILE: bring(studio, clip),
            FONT: bring(studio, make_font(folder / "font.ttf")),
            SUBTITLES: bring(studio, folder / "words.srt"),
            VIDEO: bring(studio, video),
            ARCHIVE: bring(studio, archive),
            VOICE: record.voice_id,
            NARRATION: made["narration"]["narration_id"],
            CAPTIONS: made["captions"][0]["captions_id"],
            JOB: studio.call("list_jobs", {})["jobs"][0]["job_id"],
        }


@pytest.fixture(scope="module")
def idle(home: Path, known: dict[str, str]) -> Iterator[Studio]:
    """A studio that takes jobs and does none, so that a call which is right after all costs nothing."""
    with Studio(Settings(home=home, hub_offline=True)) as studio:
        studio.start(work=False)
        yield studio


def call(studio: Studio, operation: str, arguments: dict[str, Any]) -> Any:
    """A long operation is only submitted: what is wrong has to be found before it is queued."""
    if OPERATIONS[operation].queue is None:
        return studio.call(operation, arguments)
    return studio.call("submit_job", {"operation": operation, "arguments": arguments})


def test_every_operation_is_swept() -> None:
    assert set(RIGHT) == set(OPERATIONS), "add what is new to every_field.py"
    for name, arguments in RIGHT.items():
        needed = {field for field, info in OPERATIONS[name].request.model_fields.items() if info.is_required()}
        assert needed <= set(arguments) <= set(OPERATIONS[name].request.model_fields), name


@pytest.mark.parametrize(
    ("operation", "exist"),
    [
        # Each look at a recording starts a process: two hundred of them are for the long run.
        pytest.param(name, exist, marks=[pytest.mark.long] if exist and name in ("check_voice", "upload_voice") else [])
        for name in OPERATIONS
        for exist in (False, True)
    ],
)
def test_a_wrong_value_ends_in_an_answer_or_an_error_that_helps(
    idle: Studio, known: dict[str, str], operation: str, exist: bool
) -> None:
    for what, arguments in wrong_calls(operation, known if exist else {}):
        try:
            answer = call(idle, operation, arguments)
        except StudioError as error:
            check_error(error.to_dict(), f"{operation}, {what}")
        except Exception as error:
            raise AssertionError(f"{operation}, {what}: {error!r}"[:1000]) from error
        else:
            json.dumps(answer, ensure_ascii=False).encode()
    assert leftovers(idle.settings.home) == []


def check_error(error: dict[str, Any], what: str) -> None:
    assert set(error) == {"code", "message", "hint"} and all(error.values()), (what, error)
    assert error["code"].isascii() and len(error["code"]) < 60, (what, error["code"][:200])
    assert error["code"] not in ("internal_error", "studio_error"), (what, error)
    text = json.dumps(error, ensure_ascii=False)
    text.encode()
    assert len(text) < LONGEST_ERROR, (what, text[:500])
    assert "Traceback" not in text and "root:" not in text and "site-packages" not in text, (what, text[:500])
    assert "pydantic" not in text, (what, text[:500])


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name not in ("submit_job", "estimate")])
def test_a_missing_or_unknown_field_is_refused_by_name_under_runpod(idle: Studio, operation: str) -> None:
    handler = Handler(idle, lambda *_: None)
    calls = [{**RIGHT[operation], "warp": 1}, *({**RIGHT[operation], field: {"x": 1}} for field in RIGHT[operation])]
    for number, arguments in enumerate(calls):
        given = {"operation": operation, **arguments}
        answer = asyncio.run(handler({"id": f"{operation}-{number}", "input": given}))
        assert "error" in answer, (operation, arguments)
        check_error(json.loads(answer["error"]), operation)


@pytest.mark.parametrize("operation", list(OPERATIONS))
def test_the_command_line_refuses_the_same(operation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    right = RIGHT[operation] if operation != "upload_file" else {"file": str(tmp_path / "nothing.png")}
    for arguments in ({**right, "warp": 1}, *({**right, name: 7.5e300} for name in right)):
        with redirect_stdout(StringIO()) as printed:
            status = main(["call", operation, json.dumps(arguments)])
        assert status == 1, (operation, arguments)
        check_error(json.loads(printed.getvalue())["error"], operation)
