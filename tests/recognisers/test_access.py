"""Google's credentials as people really set them: by content, by file, by default; and each way to get them wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from backend.errors import RecogniserOff
from backend.recognisers import GoogleSpeech
from backend.recognisers.access import read_access
from backend.settings import GoogleSettings
from tests.google_server import ACCOUNT, PROJECT, make_credentials

CREDENTIALS = make_credentials()
KEY = json.dumps(CREDENTIALS)
NAMES = ("GOOGLE_CREDENTIALS_JSON", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT")


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without credentials of its own."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "gcloud"))


def without(name: str) -> str:
    return json.dumps({key: value for key, value in CREDENTIALS.items() if key != name})


def changed(**fields: Any) -> str:
    return json.dumps({**CREDENTIALS, **fields})


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        json.dumps(CREDENTIALS, indent=2),
        f"\n '{KEY}' \n",
        KEY.replace("\\n", "\n"),  # a shell made real line breaks of it
        changed(private_key=CREDENTIALS["private_key"].replace("\n", "\\n")),  # a host escaped them once more
        without("token_uri"),
    ],
)
def test_the_json_itself_is_taken_as_it_comes(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CREDENTIALS_JSON", text)
    settings = GoogleSettings()
    access = read_access(settings)
    assert (access.where, access.project, access.billed) == ("json", PROJECT, "")
    assert GoogleSpeech(settings).fault() is None


def test_a_file_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key.json").write_text("\ufeff" + KEY, encoding="utf-8")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
    settings = GoogleSettings()
    assert read_access(settings).said == (
        f"credentials from GOOGLE_APPLICATION_CREDENTIALS, {ACCOUNT}, project {PROJECT}"
    )
    assert GoogleSpeech(settings).fault() is None


def test_a_machine_s_own_credentials_are_taken_where_it_has_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gcloud").mkdir()
    own = {"type": "authorized_user", "client_id": "a", "client_secret": "b", "refresh_token": "c"}
    (tmp_path / "gcloud" / "application_default_credentials.json").write_text(json.dumps(own))
    assert read_access(GoogleSettings()).where == "default"
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "harbour-2")
    access = read_access(GoogleSettings())
    assert (access.where, access.project, access.billed) == ("default", "harbour-2", "harbour-2")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("GOOGLE_CREDENTIALS_JSON", "/secrets/google.json", "credentials_path"),
        ("GOOGLE_CREDENTIALS_JSON", "google-key.json", "credentials_path"),
        ("GOOGLE_CREDENTIALS_JSON", "C:\\keys\\google.json", "credentials_path"),
        ("GOOGLE_CREDENTIALS_JSON", "{", "credentials_broken"),
        ("GOOGLE_CREDENTIALS_JSON", KEY[:400], "credentials_broken"),
        ("GOOGLE_CREDENTIALS_JSON", "hello", "credentials_broken"),
        ("GOOGLE_CREDENTIALS_JSON", "[1]", "credentials_broken"),
        ("GOOGLE_CREDENTIALS_JSON", "[" * 90_000, "credentials_broken"),
        ("GOOGLE_CREDENTIALS_JSON", "[" * 200_000, "credentials_broken"),
        ("GOOGLE_CREDENTIALS_JSON", "{}", "credentials_incomplete"),
        ("GOOGLE_CREDENTIALS_JSON", without("project_id"), "credentials_incomplete"),
        ("GOOGLE_CREDENTIALS_JSON", without("private_key"), "credentials_incomplete"),
        ("GOOGLE_CREDENTIALS_JSON", without("client_email"), "credentials_incomplete"),
        ("GOOGLE_CREDENTIALS_JSON", without("type"), "credentials_incomplete"),
        ("GOOGLE_CREDENTIALS_JSON", changed(client_email=[1]), "credentials_incomplete"),
        ("GOOGLE_CREDENTIALS_JSON", changed(type="robot"), "credentials_kind"),
        ("GOOGLE_CREDENTIALS_JSON", changed(type=["x"]), "credentials_kind"),
        ("GOOGLE_CREDENTIALS_JSON", json.dumps({"installed": {"client_id": "x"}}), "credentials_kind"),
        ("GOOGLE_CREDENTIALS_JSON", changed(private_key="secret-but-no-key"), "key_invalid"),
        ("GOOGLE_CREDENTIALS_JSON", changed(private_key=CREDENTIALS["private_key"][:900]), "key_invalid"),
        ("GOOGLE_CREDENTIALS_JSON", changed(private_key=CREDENTIALS["private_key"].replace("M", "N")), "key_invalid"),
        ("GOOGLE_APPLICATION_CREDENTIALS", KEY, "credentials_not_a_path"),
        ("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/key.json", "credentials_file"),
        ("GOOGLE_APPLICATION_CREDENTIALS", "/", "credentials_file"),
        ("GOOGLE_CLOUD_PROJECT", "", "not_configured"),
    ],
)  # fmt: skip
def test_each_fault_is_named_and_the_secret_is_not(
    name: str, value: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    google = GoogleSpeech(GoogleSettings())
    off = google.fault()
    assert isinstance(off, RecogniserOff) and off.code == f"google_{code}" and off.message and off.hint
    assert off.__cause__ is None and (off.__context__ is None or off.__suppress_context__)
    said = json.dumps([off.to_dict(), google.describe(), repr(GoogleSettings()), repr(off)])
    for secret in (CREDENTIALS["private_key"].splitlines()[1][:40], "secret-but-no-key"):
        assert secret not in said
    described = google.describe()
    assert (described["available"], described["code"], described["reason"]) == (False, off.code, off.message)
