"""The doctor finds what is wrong with a store, and says so when nothing is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from backend.engines import Engines
from backend.fronts.cli import main
from backend.services import doctor
from backend.services.doctor import Finding, examine, first_fault
from backend.settings import S3Settings, Settings
from tests.s3_server import KEY, READER_KEY, READER_SECRET, SECRET, S3Server
from tests.storage.faulty import FaultyNetwork


@pytest.fixture
def idle_engines(tmp_path: Path) -> Iterator[Engines]:
    engines = Engines(
        models_folder=tmp_path / "models",
        engines_folder=tmp_path / "engines",
        run_folder=tmp_path / "run",
        weights_folder=None,
        hub_offline=True,
        idle_seconds=1,
    )
    yield engines
    engines.close()


def store_findings(home: Path, engines: Engines, s3: S3Settings) -> list[Finding]:
    return [finding for finding in examine(Settings(home=home, s3=s3), engines) if finding.what.startswith("store")]


def on(server: S3Server, **changes: object) -> S3Settings:
    values = {"bucket": "results", "endpoint": server.endpoint, "access_key_id": KEY, "secret_access_key": SECRET}
    return S3Settings(**{**values, **changes})  # type: ignore[arg-type]  # each test knows its types


def test_what_keeps_a_machine_from_working_is_found_quickly(
    tmp_path: Path, idle_engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    well = Settings(home=tmp_path, s3=S3Settings(bucket=""))
    assert first_fault(well, idle_engines) is None
    without = first_fault(well.model_copy(update={"ffmpeg": tmp_path / "no-ffmpeg"}), idle_engines)
    assert without and without.what == "ffmpeg" and without.hint
    with FaultyNetwork(9) as network:
        network.hang()
        monkeypatch.setattr(doctor, "QUICK_SECONDS", 0.5)
        keys = {"access_key_id": SecretStr(KEY), "secret_access_key": SecretStr(SECRET)}
        s3 = S3Settings(bucket="results", endpoint=f"http://127.0.0.1:{network.port}", **keys)  # type: ignore[arg-type]
        slow = first_fault(Settings(home=tmp_path, s3=s3), idle_engines)
        assert slow and (slow.what, slow.state) == ("time", "fault")


def test_a_folder_on_this_machine_is_proved(tmp_path: Path, idle_engines: Engines) -> None:
    findings = store_findings(tmp_path, idle_engines, S3Settings(bucket=""))
    assert {finding.state for finding in findings} == {"ok"}
    assert [finding.what for finding in findings][-1] == "store, delete"
    assert [path for path in (tmp_path / "store").rglob("*") if path.is_file()] == []


@pytest.mark.s3
def test_a_good_bucket_is_proved_from_the_write_to_the_delete(
    s3: S3Server, tmp_path: Path, idle_engines: Engines
) -> None:
    findings = store_findings(tmp_path, idle_engines, on(s3))
    assert {finding.state for finding in findings} == {"ok"}
    assert [finding.what.partition(", ")[2] for finding in findings] == [
        *("", "answer", "write", "read"),
        *("link without credentials", "nothing without a link", "link ends", "two changes at once", "delete"),
    ]


@pytest.mark.s3
@pytest.mark.parametrize(
    ("changes", "what", "said"),
    [
        ({"bucket": "a/b"}, "store", "no bucket's name"),
        ({"bucket": "no-such-bucket"}, "store, answer", "no bucket of this name"),
        ({"access_key_id": "nobody"}, "store, answer", "does not know the access key"),
        ({"secret_access_key": "wrong"}, "store, answer", "refused the signature"),
        ({"access_key_id": READER_KEY, "secret_access_key": READER_SECRET}, "store, write", "does not allow"),
        ({"endpoint": "http://127.0.0.1:9"}, "store, answer", "cannot be reached"),
    ],
)
def test_a_fault_is_the_last_thing_said_of_the_store_with_what_to_do(
    s3: S3Server, tmp_path: Path, idle_engines: Engines, changes: dict[str, str], what: str, said: str
) -> None:
    last = store_findings(tmp_path, idle_engines, on(s3, **changes))[-1]
    assert (last.state, last.what, said in last.said) == ("fault", what, True)
    assert last.hint
    assert SECRET not in f"{last.said}{last.hint}"


@pytest.mark.s3
def test_a_store_that_signs_no_links_is_served_by_the_studio(
    s3: S3Server, tmp_path: Path, idle_engines: Engines
) -> None:
    findings = store_findings(tmp_path, idle_engines, on(s3, presign=False))
    assert "store, link of our own" in [finding.what for finding in findings]
    assert {finding.state for finding in findings} == {"ok"}


def test_the_command_says_it_in_lines_and_in_its_exit_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path))
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "No faults." in said
    assert "ffmpeg" in said
    assert "weights of kokoro" in said
    monkeypatch.setenv("BACKBLAZE_KEY_ID", "value")
    monkeypatch.setenv("S3_BUCKET", "s3://results")
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "AWS_ACCESS_KEY_ID" in said
    assert "-> Give the name alone" in said
    assert "2 faults." in said
