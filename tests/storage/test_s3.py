"""What only the store on S3 has to care about: links, keys, rights, and a network that breaks. On a real server."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

import botocore.auth
import pytest

from backend.errors import NotFound, StorageError
from backend.storage import s3 as module
from backend.storage.bucket import Bucket
from backend.storage.s3 import S3Store, attachment
from tests.s3_server import READER_KEY, READER_SECRET, SECRET
from tests.storage.faulty import FaultyNetwork

pytestmark = pytest.mark.s3
KEY = "videos/vid_1/1/video.mp4"
MEBIBYTE = 1 << 20


def get(url: str, **headers: str) -> tuple[int, bytes, Message]:
    """What somebody without credentials gets."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(StorageError) as caught:
        act()
    assert caught.value.hint
    assert SECRET not in str(caught.value)
    return caught.value.code


# ------------------------------------------------------------ links


def test_a_link_opens_without_credentials_under_its_name_and_type(s3_store: S3Store) -> None:
    s3_store.put_bytes(KEY, b"moving pictures", "video/mp4")
    url = s3_store.link(KEY, 'Grüße, "ihr".mp4', "video/mp4", 60) or ""
    status, data, headers = get(url)
    assert (status, data, headers["Content-Type"]) == (200, b"moving pictures", "video/mp4")
    assert headers["Content-Disposition"].startswith("attachment; filename=")
    assert headers["Content-Disposition"].endswith("filename*=UTF-8''Gr%C3%BC%C3%9Fe%2C%20%22ihr%22.mp4")
    assert get(url, Range="bytes=7-9")[:2] == (206, b"pic")


def test_a_link_ends(s3_store: S3Store) -> None:
    s3_store.put_bytes(KEY, b"x", "video/mp4")
    url = s3_store.link(KEY, "x.mp4", "video/mp4", 1) or ""
    time.sleep(2.5)
    status, data, _ = get(url)
    assert status == 403
    assert b"expired" in data


def test_a_link_opens_its_own_file_only_and_cannot_be_changed(s3_store: S3Store, bucket: Bucket) -> None:
    other = "videos/vid_2/1/video.mp4"
    for key in (KEY, other):
        s3_store.put_bytes(key, b"x", "video/mp4")
    url = s3_store.link(KEY, "x.mp4", "video/mp4", 60) or ""
    changed = (
        url.replace("vid_1", "vid_2"),
        url.replace("vid_1", "vid_1/../vid_2"),
        url.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"),
        url.replace("x.mp4", "y.html"),
        urlsplit(url)._replace(query="").geturl(),
        f"{bucket.endpoint}/{bucket.name}?list-type=2",
    )
    assert [get(one)[0] for one in changed if get(one)[0] not in (400, 403)] == []
    request = urllib.request.Request(url, data=b"mine now", method="PUT")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    caught.value.close()
    assert s3_store.read(KEY) == b"x"


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("audio.wav", 'attachment; filename="audio.wav"'),
        ("my talk.wav", 'attachment; filename="my talk.wav"'),
        ("Tee für zwei.wav", "attachment; filename=\"Tee f_r zwei.wav\"; filename*=UTF-8''Tee%20f%C3%BCr%20zwei.wav"),
        ('a"b\\c.wav', "attachment; filename=\"a_b_c.wav\"; filename*=UTF-8''a%22b%5Cc.wav"),
        ("100%.wav", "attachment; filename=\"100_.wav\"; filename*=UTF-8''100%25.wav"),
    ],
)
def test_download_names_are_quoted_by_the_rules(name: str, disposition: str) -> None:
    assert attachment(name) == disposition


def test_a_store_that_cannot_sign_hands_out_no_links(bucket: Bucket) -> None:
    assert S3Store(replace(bucket, presign=False)).link(KEY, "x.mp4", "video/mp4", 60) is None


# ------------------------------------------------------------ large files


def test_a_large_file_goes_up_and_down_in_parts(s3_store: S3Store, tmp_path: Path) -> None:
    source, back = tmp_path / "large", tmp_path / "back"
    data = b"".join(bytes([n]) * MEBIBYTE for n in range(40))
    source.write_bytes(data)
    s3_store.put(KEY, source, "video/mp4")
    assert s3_store.info(KEY).bytes == len(data)
    s3_store.fetch(KEY, back)
    assert back.read_bytes() == data
    assert {path.name for path in tmp_path.iterdir()} == {"large", "back"}


@pytest.mark.parametrize("megabytes", [5, 40])
def test_an_upload_that_is_cut_leaves_what_was_there(
    faulty: FaultyNetwork, bucket: Bucket, s3_store: S3Store, tmp_path: Path, megabytes: int
) -> None:
    s3_store.put_bytes(KEY, b"old", "video/mp4")
    source = tmp_path / "large"
    source.write_bytes(bytes(megabytes * MEBIBYTE))
    faulty.cut_after(sent=2 * MEBIBYTE)
    broken = S3Store(replace(bucket, endpoint=f"http://127.0.0.1:{faulty.port}"))
    assert code_of(lambda: broken.put(KEY, source, "video/mp4")) in ("store_cut", "store_unreachable")
    assert s3_store.read(KEY) == b"old"
    faulty.mend()
    broken.put(KEY, source, "video/mp4")
    assert s3_store.info(KEY).bytes == megabytes * MEBIBYTE
    broken.close()


@pytest.mark.parametrize("megabytes", [5, 40])
def test_a_download_that_is_cut_leaves_no_file(
    faulty: FaultyNetwork, bucket: Bucket, s3_store: S3Store, tmp_path: Path, megabytes: int
) -> None:
    source, back = tmp_path / "large", tmp_path / "back"
    source.write_bytes(bytes(megabytes * MEBIBYTE))
    s3_store.put(KEY, source, "video/mp4")
    faulty.cut_after(received=2 * MEBIBYTE)
    broken = S3Store(replace(bucket, endpoint=f"http://127.0.0.1:{faulty.port}"))
    assert code_of(lambda: broken.fetch(KEY, back)) in ("store_cut", "store_unreachable")
    assert code_of(lambda: broken.read(KEY)) == "store_cut"
    assert [path.name for path in tmp_path.iterdir()] == ["large"]
    broken.close()


# ------------------------------------------------------------ faults, each by its name


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"access_key_id": "nobody"}, "store_wrong_key"),
        ({"secret_access_key": "wrong"}, "store_wrong_secret"),
        ({"name": "no-such-bucket"}, "store_no_bucket"),
        ({"access_key_id": READER_KEY, "secret_access_key": READER_SECRET}, "store_no_right"),
        ({"endpoint": "http://127.0.0.1:9"}, "store_unreachable"),
        ({"endpoint": "https://no-such-host.invalid"}, "store_unreachable"),
    ],
)
def test_a_fault_is_named(bucket: Bucket, change: dict[str, str], code: str) -> None:
    store = S3Store(replace(bucket, **change))  # type: ignore[arg-type]  # all of these are texts
    assert code_of(lambda: store.put_bytes(KEY, b"x", "video/mp4")) == code
    if code != "store_no_right":  # this one may read
        assert code_of(lambda: store.list("videos/")) == code
    if code not in ("store_no_right", "store_no_bucket"):
        assert code_of(lambda: store.info(KEY)) == code
    store.close()


def test_tls_where_there_is_none_is_named(s3_store: S3Store, bucket: Bucket) -> None:
    store = S3Store(replace(bucket, endpoint=bucket.endpoint.replace("http", "https")))
    assert code_of(lambda: store.list("videos/")) == "store_certificate"


def test_a_wrong_clock_is_named_with_how_wrong_it_is(s3_store: S3Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        botocore.auth, "get_current_datetime", lambda **_: datetime.now(timezone.utc) + timedelta(hours=1)
    )
    with pytest.raises(StorageError) as caught:
        s3_store.list("videos/")
    assert caught.value.code == "store_clock"


@pytest.mark.parametrize(
    ("status", "headers", "body", "code", "said"),
    [
        (
            "400 Bad Request",
            "x-amz-bucket-region: eu-central-1\r\n",
            "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-central-1</Region></Error>",
            "store_wrong_region",
            "eu-central-1",
        ),
        ("403 Forbidden", "", "<Error><Code>ExpiredToken</Code></Error>", "store_token_ended", "session token"),
        ("403 Forbidden", "", "<Error><Code>QuotaExceeded</Code></Error>", "store_full", "room"),
        (
            "403 Forbidden",
            "Date: {late:%a, %d %b %Y %H:%M:%S GMT}\r\n",
            "<Error><Code>RequestTimeTooSkewed</Code></Error>",
            "store_clock",
            "ahead",
        ),
        ("503 Slow Down", "", "<Error><Code>SlowDown</Code></Error>", "store_busy", "by itself"),
        ("500 Oops", "", "", "store_busy", "by itself"),
        ("418 Teapot", "", "<html>no S3 here</html>", "store_refused", "418"),
        ("200 OK", "", "<html>a login page</html>", "store_no_s3", "console"),
    ],
)
def test_what_other_services_answer_is_named(
    faulty: FaultyNetwork, bucket: Bucket, status: str, headers: str, body: str, code: str, said: str
) -> None:
    faulty.answer(status, headers.format(late=datetime.now(timezone.utc) - timedelta(minutes=90)), body)
    store = S3Store(replace(bucket, endpoint=f"http://127.0.0.1:{faulty.port}"))
    with pytest.raises(StorageError) as caught:
        store.list("videos/")
    assert (caught.value.code, said in str(caught.value)) == (code, True)
    store.close()


@pytest.mark.parametrize("received", [20, 40, 60, 90, 130, 180, 240, 300])
def test_an_answer_that_breaks_off_anywhere_is_never_taken_for_a_whole_one(
    faulty: FaultyNetwork, bucket: Bucket, s3_store: S3Store, tmp_path: Path, received: int
) -> None:
    s3_store.put_bytes(KEY, b"whole" * 200, "video/mp4")
    store = S3Store(replace(bucket, endpoint=f"http://127.0.0.1:{faulty.port}"))
    faulty.cut_after(received=received)
    reads = (lambda: store.read(KEY), lambda: store.fetch(KEY, tmp_path / "x"), lambda: store.changed_at(KEY))
    for read in (*reads, lambda: store.info(KEY), lambda: store.list("videos/")):
        try:
            answer = read()
        except StorageError as error:
            assert error.code in ("store_cut", "store_unreachable", "store_busy", "store_no_s3")
        else:
            assert answer in (b"whole" * 200, s3_store.info(KEY), s3_store.changed_at(KEY), [KEY])
    assert not (tmp_path / "x").exists()
    store.close()


def test_a_service_that_was_busy_for_a_moment_is_asked_again(faulty: FaultyNetwork, bucket: Bucket) -> None:
    faulty.refuse()
    store = S3Store(replace(bucket, endpoint=f"http://127.0.0.1:{faulty.port}"))
    code_of(lambda: store.list("videos/"))
    assert faulty.connections == module.ATTEMPTS
    faulty.mend()
    assert store.list("videos/") == []
    store.close()


def test_a_service_that_hangs_is_named(
    faulty: FaultyNetwork, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(S3Store._client, "__defaults__", (0.2,))
    faulty.hang()
    store = S3Store(replace(bucket, endpoint=f"http://127.0.0.1:{faulty.port}"))
    assert code_of(lambda: store.put_bytes(KEY, b"x", "video/mp4")) == "store_silent"
    assert code_of(lambda: store.fetch(KEY, tmp_path / "x")) == "store_silent"
    store.close()


@pytest.mark.long
def test_whoever_waits_for_a_service_that_hangs_knows_within_thirty_seconds(
    faulty: FaultyNetwork, bucket: Bucket
) -> None:
    faulty.hang()
    store = S3Store(replace(bucket, endpoint=f"http://127.0.0.1:{faulty.port}"))
    begun = time.monotonic()
    assert code_of(lambda: store.list("videos/")) == "store_silent"
    assert time.monotonic() - begun <= 30
    store.close()


def test_nobody_elses_objects_are_listed_or_touched(s3_store: S3Store, bucket: Bucket) -> None:
    neighbour = S3Store(replace(bucket, prefix=f"{bucket.prefix}more/"))
    neighbour.put_bytes(KEY, b"x", "video/mp4")
    s3_store.put_bytes(KEY, b"y", "video/mp4")
    assert s3_store.list("videos/") == neighbour.list("videos/") == [KEY]
    s3_store.delete_prefix("videos/vid_1/")
    with pytest.raises(NotFound):
        s3_store.read(KEY)
    assert neighbour.read(KEY) == b"x"
    neighbour.close()
