"""What all tests share."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import settings as hypothesis_settings

from backend.engines import Engines
from backend.engines.weights import Places, fetch
from backend.media.ffmpeg import Ffmpeg, find_ffmpeg
from backend.settings import Settings
from backend.work import Work
from tests.google_server import GoogleServer, google_server
from tests.postgres_server import PostgresServer, find_programs, postgres_server
from tests.s3_server import S3Server, find_server, s3_server

# The same examples each time; `pytest --hypothesis-profile=default` looks for new ones.
hypothesis_settings.register_profile("repeatable", derandomize=True)
hypothesis_settings.load_profile("repeatable")


# Whoever runs the tests may have a bucket, or an account with Google; they never touch it.
_BUCKETS = ("S3_BUCKET", "AWS_S3_BUCKET", "S3_BUCKET_NAME", "BUCKET_NAME")
_GOOGLE = ("GOOGLE_CREDENTIALS_JSON", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT")
os.environ["CLOUDSDK_CONFIG"] = "/nowhere"
for _name in (*_BUCKETS, *_GOOGLE):
    os.environ.pop(_name, None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--prove``: see tests/proofs."""
    parser.addoption(
        "--prove", action="store_true", help="proofs in full, and docs/reliability.md from what they found"
    )
    parser.addoption("--soak-minutes", default="0", help="how long the soak lasts, instead of what belongs to its form")


@pytest.fixture(scope="session")
def models_folder() -> Path:
    """The machine's own weights, fetched if they are not there."""
    settings = Settings()
    fetch(("kokoro", "whisper"), Places(settings.models_folder, settings.weights_folder, hub_offline=True), Work())
    return settings.models_folder


@pytest.fixture(scope="session")
def engines(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """The real engines, started as they are needed and kept for all tests."""
    folder = tmp_path_factory.mktemp("engines")
    engines = Engines(
        models_folder=models_folder,
        engines_folder=folder / "engines",
        run_folder=folder / "run",
        weights_folder=None,
        hub_offline=True,
        idle_seconds=600,
    )
    yield engines
    engines.close()


@pytest.fixture(scope="session")
def ffmpeg() -> Ffmpeg:
    """The ffmpeg the studio finds."""
    return Ffmpeg(find_ffmpeg(None))


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A real S3 server with signatures on, one for all tests."""
    program = find_server()
    if program is None:
        pytest.skip("no S3 server for this machine among what requirements-dev.txt installs")
    with s3_server(tmp_path_factory.mktemp("s3"), program) as server:
        yield server


@pytest.fixture(scope="session")
def google_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoogleServer]:
    """Google's Speech service on this machine, one for all tests."""
    with google_server(tmp_path_factory.mktemp("google")) as server:
        yield server


@pytest.fixture
def server(google_service: GoogleServer) -> Iterator[GoogleServer]:
    """The same, as if nobody had asked it anything."""
    yield google_service
    google_service.forget()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL, one for all tests."""
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL: install Debian's postgresql, or what requirements-dev.txt has for 64-bit Linux")
    with postgres_server(programs) as server:
        yield server


@pytest.fixture
def database_url(postgres: PostgresServer) -> str:
    """The address of an empty database of the test's own."""
    return postgres.make_database(f"test_{secrets.token_hex(4)}")


@pytest.fixture
def started_here() -> Callable[[], list[psutil.Process]]:
    """The child processes that live now and did not when the test began (engines of other tests may)."""
    before = set(psutil.Process().children(recursive=True))

    def started() -> list[psutil.Process]:
        return [child for child in psutil.Process().children(recursive=True) if child not in before and is_alive(child)]

    return started


def is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
