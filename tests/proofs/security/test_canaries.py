"""Six secrets, the studio at debug level through every operation, and all that it leaves and says."""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psycopg
import pytest

from backend.operations import OPERATIONS
from backend.services.webhooks import new_secret
from backend.settings import PROJECT
from tests import s3_server as s3_module
from tests.end_to_end.every_field import ARCHIVE, CAPTIONS, FILE, FONT, JOB, NARRATION, RIGHT, SUBTITLES, VIDEO, VOICE
from tests.end_to_end.own_voices import CONSENT
from tests.google_server import GoogleServer
from tests.media.font_maker import make_font
from tests.outside.servers import local_server, plain
from tests.postgres_server import PostgresServer
from tests.proofs.security.conftest import Watched, watched_studio
from tests.proofs.security.knocking import called
from tests.s3_server import BUCKET, find_server, s3_server
from tests.voices.making import make_clip

pytestmark = pytest.mark.long
Note = Callable[[str, object], None]


@dataclass(frozen=True)
class Canaries:
    """Secrets of one run, by what they are."""

    key: str = field(default_factory=lambda: f"canarykey{secrets.token_hex(16)}")
    tenants: str = field(default_factory=lambda: f"canarytenant{secrets.token_hex(16)}")
    s3: str = field(default_factory=lambda: f"canarystore{secrets.token_hex(16)}")
    webhook: str = field(default_factory=new_secret)
    database: str = field(default_factory=lambda: f"canarybase{secrets.token_hex(16)}")

    def forms(self, google: GoogleServer) -> dict[str, list[bytes]]:
        """What to look for: each as it is, in addresses, and inside of base64."""
        whole = {name: [str(getattr(self, name))] for name in ("key", "tenants", "s3", "webhook", "database")}
        whole["webhook"].append(self.webhook.removeprefix("whsec_"))
        whole["google"] = google.credentials["private_key"].splitlines()[3:6]
        return {name: [form for text in texts for form in _forms(text)] for name, texts in whole.items()}


def _forms(text: str) -> list[bytes]:
    packed = [base64.b64encode(b"x" * shift + text.encode())[4:-4] for shift in range(3)]
    return [text.encode(), quote(text, safe="").encode(), *packed]


@dataclass
class Heard:
    """Everything that was said to callers and receivers."""

    answers: list[bytes] = field(default_factory=list)

    def note(self, answer: httpx.Response) -> None:
        """Keep an answer, its headers too."""
        answer.read()
        self.answers.append(repr(answer.headers.raw).encode() + answer.content)


@contextmanager
def canaries_at_work(
    folder: Path, canaries: Canaries, google: GoogleServer, places: dict[str, str], target: str
) -> Iterator[Watched]:
    settings = {
        "STUDIO_API_KEY": canaries.key,
        "STUDIO_API_KEYS": f"anna:{canaries.tenants}",
        "STUDIO_WEBHOOK_SECRET": canaries.webhook,
        "STUDIO_ALLOWED_TARGETS": target,
        "STUDIO_ALLOW_URL_INPUTS": "1",
        "GOOGLE_CREDENTIALS_JSON": google.key,
        "GOOGLE_SPEECH_ENDPOINT": google.endpoint,
        "GOOGLE_SPEECH_FOR_ALL_KEYS": "true",
        "STUDIO_MIRROR": "off",
        **places,
    }
    with watched_studio(folder, {}, settings, weights=True) as studio:
        yield studio


def everything_is_called(studio: Watched, key: str, folder: Path, heard: Heard, hook: str) -> int:
    """Every operation, right and wrong, every plain door; how many calls."""
    hooks = {"response": [heard.note]}
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=studio.url, headers=headers, timeout=120, event_hooks=hooks) as client:
        known = _bring(client, folder)
        # First of all: what it listens to is deleted by another operation later.
        heard_by_google = called(client, "transcribe", {"media": known[FILE], "recogniser": "google", "language": "en"})
        assert "transcript_id" in heard_by_google, heard_by_google
        for operation, right in RIGHT.items():
            known_right = {
                name: known.get(value, value) if isinstance(value, str) else value for name, value in right.items()
            }
            for arguments in (known_right, right, {**right, "warp": 1}):
                called(client, operation, arguments)
        speak = {"operation": "generate_speech", "arguments": RIGHT["generate_speech"], "webhook": hook}
        called(client, "submit_job", speak)
        for path in (
            "/",
            "/config",
            "/login",
            "/metrics",
            "/gradio_api/info",
            "/v1/models",
            "/v1/audio/voices",
            "/nothing",
        ):
            client.get(path)
        client.post("/v1/audio/speech", json={"model": "silence", "voice": "af_heart", "input": "Hi."})
        client.post("/login", data={"key": key, "next": "/"})
        client.get("/config", headers={"Authorization": f"Bearer x{key[1:]}"})
    return 3 * len(RIGHT) + 12


def _bring(client: httpx.Client, folder: Path) -> dict[str, str]:
    """One of each thing that operations take, by the id that otherwise names nothing."""

    def put(path: Path) -> str:
        return str(client.put(f"/files/{path.name}", content=path.read_bytes()).json()["file_id"])

    clip = make_clip(folder / "clip.wav", seconds=3.0)
    (folder / "words.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello.\n", encoding="utf-8")
    made = called(client, "generate_captioned_video", RIGHT["generate_captioned_video"])
    assert "videos" in made, made
    known = {
        FILE: put(clip),
        SUBTITLES: put(folder / "words.srt"),
        FONT: put(make_font(folder / "font.ttf")),
        VIDEO: made["videos"][0]["file"]["file_id"],
        NARRATION: made["narration"]["narration_id"],
        CAPTIONS: made["captions"][0]["captions_id"],
        JOB: called(client, "list_jobs", {})["jobs"][0]["job_id"],
    }
    voice = {"audio": known[FILE], "name": "Anna", "consent": CONSENT, "transcript": "Hello there."}
    known[VOICE] = called(client, "upload_voice", voice).get("voice_id", VOICE)
    known[ARCHIVE] = called(client, "export_voice", {"voice_id": known[VOICE]}).get("file_id", ARCHIVE)
    return known


def everywhere(studio: Watched, heard: Heard) -> Iterator[tuple[str, bytes]]:
    """All that a run left on the disk and said, each with where it is."""
    for path in (path for path in (*studio.home.rglob("*"), *studio.folder.rglob("*")) if path.is_file()):
        yield str(path.relative_to(studio.home.parent)), path.read_bytes()
    for number, answer in enumerate(heard.answers):
        yield f"answer {number}", answer


def in_database(address: str) -> Iterator[tuple[str, bytes]]:
    """Every row of every table."""
    with psycopg.connect(address) as connection:
        tables = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, table in tables:
            for row in connection.execute(f'SELECT * FROM "{schema}"."{table}"'.encode()).fetchall():
                yield f"database {schema}.{table}", repr(row).encode()


def in_bucket(store: Any) -> Iterator[tuple[str, bytes]]:
    """Every object with what is written on it."""
    for page in store.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
        for entry in page.get("Contents", ()):
            found = store.get_object(Bucket=BUCKET, Key=entry["Key"])
            yield f"bucket {entry['Key']}", found["Body"].read() + repr(found["ResponseMetadata"]).encode()


def hits(places: Iterator[tuple[str, bytes]], forms: dict[str, list[bytes]]) -> tuple[list[str], int]:
    """Where which secret was found, and how many places were looked into."""
    found, looked = [], 0
    for place, content in places:
        looked += 1
        found += [f"{name} in {place}" for name, texts in forms.items() if any(text in content for text in texts)]
    return found, looked


def test_no_secret_is_left_or_said_by_a_studio_on_this_machine(
    tmp_path: Path, google_service: GoogleServer, record_property: Note
) -> None:
    canaries, heard = Canaries(), Heard()
    with local_server(plain(200)) as receiver:
        with canaries_at_work(tmp_path, canaries, google_service, {}, receiver.name) as studio:
            calls = sum(
                everything_is_called(studio, key, _folder(tmp_path / name), heard, f"{receiver.url}/hook")
                for name, key in (("main", canaries.key), ("anna", canaries.tenants))
            )
        heard.answers += [asked.body + repr(asked.headers).encode() for asked in receiver.asked]
    found, looked = hits(everywhere(studio, heard), canaries.forms(google_service))
    assert "DEBUG:" in studio.log and receiver.asked and google_service.requests, "it was loud, and used its secrets"
    assert found == []
    record_property("calls", calls)
    record_property("places", looked)
    record_property("hits", len(found))


def test_no_secret_is_left_or_said_with_a_bucket_and_a_database(
    tmp_path: Path,
    google_service: GoogleServer,
    postgres: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Note,
) -> None:
    program = find_server()
    if program is None:
        pytest.skip("no S3 server for this machine among what requirements-dev.txt installs")
    canaries, heard = Canaries(), Heard()
    monkeypatch.setattr(s3_module, "SECRET", canaries.s3)
    role = f"canary{secrets.token_hex(4)}"
    with psycopg.connect(postgres.url_of("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN SUPERUSER PASSWORD '{canaries.database}'".encode())
    plain_address = postgres.make_database(role)
    places = {
        "STUDIO_DATABASE_URL": f"postgresql://{role}:{canaries.database}@127.0.0.1:{postgres.port}/{role}",
        "S3_BUCKET": BUCKET,
        "AWS_ACCESS_KEY_ID": s3_module.KEY,
        "AWS_SECRET_ACCESS_KEY": canaries.s3,
        "S3_ADDRESSING": "path",
    }
    with s3_server(_folder(tmp_path / "s3"), program) as server, local_server(plain(200)) as receiver:
        places["AWS_ENDPOINT_URL"] = server.endpoint
        with canaries_at_work(tmp_path / "it", canaries, google_service, places, receiver.name) as studio:
            calls = everything_is_called(
                studio, canaries.key, _folder(tmp_path / "main"), heard, f"{receiver.url}/hook"
            )
        heard.answers += [asked.body + repr(asked.headers).encode() for asked in receiver.asked]
        forms = canaries.forms(google_service)
        counted = [
            hits(everywhere(studio, heard), forms),
            hits(in_database(plain_address), forms),
            hits(in_bucket(_client(server.endpoint, canaries.s3)), forms),
        ]
    assert all(looked > 10 for _, looked in counted), "there was something to look into"
    assert [found for some, _ in counted for found in some] == []
    record_property("calls", calls)
    record_property("places", sum(looked for _, looked in counted))
    record_property("hits", sum(len(some) for some, _ in counted))


def _client(endpoint: str, secret: str) -> Any:
    import boto3

    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=s3_module.KEY,
        aws_secret_access_key=secret,
    )


BROKEN = {
    "a database that is not there": {"STUDIO_DATABASE_URL": "postgresql://studio:{secret}@127.0.0.1:9/jobs"},
    "an address of a database that is none": {"STUDIO_DATABASE_URL": "postgresql:/studio:{secret}@[/jobs"},
    "keys of a wrong form": {"STUDIO_API_KEYS": "Anna:{secret}"},
    "one key for two": {"STUDIO_API_KEYS": "anna:{secret},ben:{secret}"},
    "a webhook secret that is none": {"STUDIO_WEBHOOK_SECRET": "{secret}"},
    "credentials that are no JSON": {"GOOGLE_CREDENTIALS_JSON": '{{"private_key": "{secret}"'},
    "credentials without a key": {"GOOGLE_CREDENTIALS_JSON": '{{"client_secret": "{secret}"}}'},
    "credentials where a path belongs": {"GOOGLE_APPLICATION_CREDENTIALS": '{{"private_key": "{secret}"}}'},
    "a bucket that is not there": {"S3_BUCKET": "b-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_REGION": "x-1",
                                   "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "{secret}"},
    "a port that is none": {"STUDIO_PORT": "x", "STUDIO_API_KEY": "{secret}"},
}  # fmt: skip


@pytest.mark.parametrize("fault", list(BROKEN))
def test_no_secret_is_said_by_a_studio_that_cannot_start(fault: str, tmp_path: Path) -> None:
    secret = f"canary{secrets.token_hex(16)}"
    settings = {name: value.format(secret=secret) for name, value in BROKEN[fault].items()}
    environment = {**os.environ, "STUDIO_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1", **settings}
    loud = "import logging, sys; logging.basicConfig(level=10); from backend.fronts.cli import main; sys.exit(main())"
    for arguments in (["doctor"], ["call", "system_status", "{}"], ["call", "list_jobs", "{}"]):
        command = [sys.executable, "-c", loud, *arguments]
        done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, timeout=120)
        assert secret.encode() not in done.stdout + done.stderr, arguments
    left = [path for path in tmp_path.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
    assert left == []


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def test_a_secret_that_is_there_is_found(google_service: GoogleServer) -> None:
    canaries = Canaries()
    forms = canaries.forms(google_service)
    assert set(forms) == {"key", "tenants", "s3", "webhook", "database", "google"}
    packed = base64.b64encode(f"ab{canaries.tenants}".encode()).decode()
    said = [
        *(json.dumps({"x": canaries.key}), quote(canaries.s3), packed, canaries.webhook[10:40]),
        *(google_service.key, f"postgresql://a:{canaries.database}@b"),
    ]
    found = [hits(iter([("here", text.encode())]), forms)[0] for text in said]
    assert [bool(some) for some in found] == [True, True, True, False, True, True]
    assert OPERATIONS.keys() == RIGHT.keys()
