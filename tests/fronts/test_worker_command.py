"""``python -m backend worker``: which queues it takes, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backend.errors import InvalidRequest
from backend.fronts.cli import main
from backend.operations import read_queues


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--queues", "cpu,tpu"], "unknown_queue"),
        (["--queues", "none"], "no_queues"),
    ],
)
def test_a_worker_refuses_queues_that_are_not_there(
    options: list[str],
    code: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "home"))
    assert main(["worker", *options]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code


def test_a_wrong_address_of_the_database_is_refused_without_a_word_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("STUDIO_DATABASE_URL", "postgresql://anna:canary@x@db/jobs")
    assert main(["worker"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["error"]["code"] == "database_url"
    assert "canary" not in said.out + said.err


def test_queues_are_read_as_people_write_them() -> None:
    assert read_queues("") is None
    assert read_queues(" Render, gpu ") == ("gpu", "render")
    assert read_queues("none") == ()
    with pytest.raises(InvalidRequest):
        read_queues("none,cpu")
