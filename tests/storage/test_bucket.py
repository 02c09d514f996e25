"""What is known of a bucket without asking it, and what the environment says of it."""

from __future__ import annotations

import os

import pytest

from backend.errors import InvalidRequest
from backend.settings import S3Settings, Settings
from backend.storage.bucket import Bucket

NAMES = ("AWS_", "S3_", "BUCKET_", "BACKBLAZE_")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(NAMES):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("endpoint", "region", "style", "presigns"),
    [
        ("", "us-east-1", "auto", True),
        ("https://s3.eu-west-1.amazonaws.com", "eu-west-1", "auto", True),
        ("s3.us-west-004.backblazeb2.com", "us-west-004", "path", True),
        ("https://nyc3.digitaloceanspaces.com/", "nyc3", "path", True),
        ("https://0123abc.r2.cloudflarestorage.com", "us-east-1", "path", True),
        ("http://127.0.0.1:9000", "us-east-1", "path", True),
        ("https://s3api-eu-ro-1.runpod.io", "eu-ro-1", "path", False),
    ],
)
def test_known_services_need_no_more_than_their_address(endpoint: str, region: str, style: str, presigns: bool) -> None:
    bucket = Bucket("results", endpoint=endpoint).check()
    assert (bucket.signing_region, bucket.addressing_style, bucket.presigns) == (region, style, presigns)


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"name": "s3://results"}, "S3_BUCKET"),
        ({"name": "results/folder"}, "S3_PREFIX"),
        ({"name": ""}, "S3_BUCKET"),
        ({"prefix": "Folder"}, "S3_PREFIX"),
        ({"prefix": "../"}, "S3_PREFIX"),
        ({"endpoint": "ftp://host"}, "AWS_ENDPOINT_URL"),
        ({"endpoint": "http://host:port"}, "AWS_ENDPOINT_URL"),
        ({"endpoint": "https://key:secret@host"}, "AWS_ENDPOINT_URL"),
        ({"endpoint": "http://[::1"}, "AWS_ENDPOINT_URL"),
        ({"endpoint": "https://results.s3.us-west-004.backblazeb2.com"}, "bucket's name in it"),
        ({"endpoint": "https://s3.us-west-004.backblazeb2.com/results"}, "bucket's name in it"),
        ({"access_key_id": "one"}, "AWS_SECRET_ACCESS_KEY"),
        ({"secret_access_key": "hidden"}, "AWS_ACCESS_KEY_ID"),
    ],
)
def test_what_cannot_be_right_is_named_before_anything_is_asked(settings: dict[str, str], word: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        Bucket(**{"name": "results", **settings}).check()  # type: ignore[arg-type]  # all of these are texts
    assert caught.value.code == "store_settings"
    assert word in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_the_environment_is_read_by_the_usual_names(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Settings().s3.configured
    for name in ("S3_BUCKET", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        monkeypatch.setenv(name, name.lower())
    s3 = Settings().s3
    assert (s3.bucket, s3.endpoint, s3.region) == ("s3_bucket", "aws_endpoint_url", "aws_region")
    assert s3.access_key_id.get_secret_value() == "aws_access_key_id"
    assert s3.notices() == []


@pytest.mark.parametrize("name", ["AWS_S3_BUCKET", "S3_BUCKET_NAME", "BUCKET_NAME"])
def test_other_names_are_taken_and_reported(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "results")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("BUCKET_ENDPOINT_URL", "https://host")
    monkeypatch.setenv("BUCKET_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("BUCKET_SECRET_ACCESS_KEY", "secret")
    s3 = S3Settings()
    assert (s3.bucket, s3.region, s3.endpoint) == ("results", "eu-west-1", "https://host")
    assert s3.secret_access_key.get_secret_value() == "secret"
    assert f"{name} was taken for S3_BUCKET." in s3.notices()
    assert len(s3.notices()) == 4
    monkeypatch.setenv("S3_BUCKET", "the-one")
    assert S3Settings().bucket == "the-one"


def test_backblazes_own_names_are_answered_with_the_ones_to_use(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KEY_ID", "APPLICATION_KEY", "BUCKET", "ENDPOINT"):
        monkeypatch.setenv(f"BACKBLAZE_{name}", "value")
    s3 = S3Settings()
    assert not s3.configured
    said = " ".join(s3.notices())
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "S3_BUCKET", "AWS_ENDPOINT_URL"):
        assert name in said
    assert "value" not in said.replace("same value", "")


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIACANARY")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    assert "canary" not in repr(Settings()).lower()
    assert "canary" not in repr(Bucket("results", access_key_id="canary", secret_access_key="canary"))
