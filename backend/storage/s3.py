"""The store on any S3-compatible service. The only module that imports boto3; imported where a bucket is configured."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
from botocore.client import Config
from botocore.exceptions import ClientError
from s3transfer.manager import TransferConfig, TransferManager

from backend.errors import NotFound, StoreUnavailable
from backend.storage import disk
from backend.storage.base import ObjectInfo, check_key, check_prefix, is_key
from backend.storage.bucket import Bucket
from backend.storage.recent import Recent
from backend.storage.s3_errors import cut_off, no_store, translated

CONNECT_SECONDS = 3
ANSWER_SECONDS = 8
"""With three attempts, a service that hangs is named within 30 s (botocore's own settings: three minutes)."""
TRANSFER_SECONDS = 20
"""Without a byte, while a part of a file goes up or down; stores take a while to put large parts away."""
ATTEMPTS = 3
SETTLE_SECONDS = 1.0
"""Longer than a small request takes: by then whoever wrote at the same moment has written."""
_TAKEN = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")
_UNKNOWN = ("NotImplemented", "501")
_CHECK_SECONDS = 60.0
_PART_BYTES = 8 << 20
# Bounded memory: a part that goes up is read as it is sent. What comes down waits for the disk in at most 16 MiB
# (s3transfer's own limit is 256 MiB): with room for less than two parts they wait for each other and it takes three
# times as long, which `make bench-s3` shows.
_UP = TransferConfig(multipart_threshold=2 * _PART_BYTES, multipart_chunksize=_PART_BYTES, max_request_concurrency=10)
_DOWN = TransferConfig(
    multipart_threshold=2 * _PART_BYTES,
    multipart_chunksize=_PART_BYTES,
    max_request_concurrency=4,
    max_io_queue_size=32,
    io_chunksize=1 << 19,
    num_download_attempts=ATTEMPTS,
)

_making = threading.Lock()
"""Clients are safe in all threads, making them is not."""


class S3Store:
    """A `Store` in one bucket. Making it asks nothing of the service."""

    def __init__(self, bucket: Bucket) -> None:
        """Raises `InvalidRequest` (``store_settings``) for what cannot be a bucket."""
        self.bucket = bucket.check()
        self._clients: dict[int, Any] = {}
        self._transfers: set[TransferManager] = set()
        self._answered = -_CHECK_SECONDS
        self._recent = Recent()
        self._decides: bool | None = None

    def put(self, key: str, source: Path, media_type: str) -> None:
        name = self._name(check_key(key))
        with disk.translated():
            if source.is_symlink():
                raise disk.symlink_refused()
            source.stat()
        if time.monotonic() > self._answered + _CHECK_SECONDS:
            self.ask()  # by the client that does not wait long: a service that hangs is known before we begin
        with self._changing(key), translated(self.bucket):
            self._transfer(_UP, lambda up: up.upload(str(source), self.bucket.name, name, {"ContentType": media_type}))
        self._answered = time.monotonic()

    def put_bytes(self, key: str, data: bytes, media_type: str) -> None:
        name = self._name(check_key(key))
        with self._changing(key), translated(self.bucket):
            self._client().put_object(Bucket=self.bucket.name, Key=name, Body=data, ContentType=media_type)

    def put_new(self, key: str, data: bytes, media_type: str) -> bool:
        wanted = {
            "Bucket": self.bucket.name,
            "Key": self._name(check_key(key)),
            "Body": data,
            "ContentType": media_type,
        }
        with self._changing(key):
            return self._put_if_new(key, wanted) if self.decides else self._put_if_missing(key, wanted)

    @property
    def decides(self) -> bool:
        """Whether the service itself lets one of several win that write a new key at the same moment. Tried once."""
        if self._decides is None:
            key, data = f"trials/{secrets.token_hex(8)}.txt", b"Voicereel was here. This file may be deleted."
            wanted = {"Bucket": self.bucket.name, "Key": self._name(key), "Body": data, "ContentType": "text/plain"}
            try:
                self._decides = self._put_once(wanted) is True and self._put_once(wanted) is False
            finally:
                with suppress(StoreUnavailable), translated(self.bucket):
                    self._client().delete_object(Bucket=self.bucket.name, Key=self._name(key))
        return self._decides

    def _put_if_new(self, key: str, wanted: Mapping[str, Any]) -> bool:
        # Refused, it may be because our own first try arrived and only its answer was lost.
        return bool(self._put_once(wanted)) or self._holds(key, wanted["Body"])

    def _put_once(self, wanted: Mapping[str, Any]) -> bool | None:
        """Whether it was written, which it is if nothing was there; None where the service knows no such question."""
        with translated(self.bucket):
            try:
                self._client().put_object(**wanted, IfNoneMatch="*")
                return True
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code in _TAKEN:
                    return False
                if code in _UNKNOWN:
                    return None
                raise

    def _put_if_missing(self, key: str, wanted: Mapping[str, Any]) -> bool:
        """For services that do not decide: of two that saw nothing there the later one stays, and both see which."""
        if not self._is_missing(key):
            return self._holds(key, wanted["Body"])
        with translated(self.bucket):
            self._client().put_object(**wanted)
        time.sleep(SETTLE_SECONDS)
        return self._holds(key, wanted["Body"])

    def _is_missing(self, key: str) -> bool:
        try:
            self._size(key)
        except NotFound:
            return True
        return False

    def _holds(self, key: str, data: bytes) -> bool:
        self._recent.forget(key)
        try:
            return self.read(key) == data
        except NotFound:
            return False

    def read(self, key: str) -> bytes:
        name = self._name(check_key(key))
        known = self._recent.text(key)
        if known is not None:
            return known
        with translated(self.bucket, reading=True):
            answer = self._client().get_object(Bucket=self.bucket.name, Key=name)
            with closing(answer["Body"]) as body:
                data: bytes = body.read()
        if not _has_an_end(answer) or len(data) != answer.get("ContentLength", len(data)):
            raise cut_off(self.bucket)
        self._recent.keep(key, answer.get("ETag", ""), data)
        return data

    def fetch(self, key: str, destination: Path) -> None:
        size = self.info(key).bytes  # what is not there, or does not answer, is known before we begin
        with disk.translated(), translated(self.bucket, reading=True):
            self._transfer(_DOWN, lambda down: down.download(self.bucket.name, self._name(key), str(destination)))
            if destination.stat().st_size != size:
                destination.unlink()
                raise cut_off(self.bucket)

    def info(self, key: str) -> ObjectInfo:
        size = self._recent.size(check_key(key))
        return ObjectInfo(self._size(key) if size is None else size)

    def changed_at(self, key: str) -> float:
        changed: datetime = self._facts(check_key(key))["LastModified"]
        return changed.timestamp()

    def _size(self, key: str) -> int:
        """Bytes, as the service tells them now. Raises `NotFound`."""
        return int(self._facts(key)["ContentLength"])

    def _facts(self, key: str) -> Mapping[str, Any]:
        """What the service tells of an object now. Raises `NotFound`."""
        name = self._name(key)
        with translated(self.bucket, reading=True):
            try:
                facts: Mapping[str, Any] = self._client().head_object(Bucket=self.bucket.name, Key=name)
            except ClientError as error:
                if error.response["Error"]["Code"] not in ("404", "NoSuchKey"):
                    self.ask()  # the answer to HEAD has no body; this one says why
                raise
            if not {"ContentLength", "LastModified"} <= facts.keys():
                raise cut_off(self.bucket)
            return facts

    def ask(self) -> None:
        """One small request, to see whether the bucket can be used.

        Raises:
            StorageError: by its own code for each fault.
        """
        with translated(self.bucket):
            next(iter(self._pages(self.bucket.prefix, {"MaxItems": 1, "PageSize": 1})))

    def delete(self, key: str) -> bool:
        try:
            self._size(check_key(key))
        except NotFound:
            return False
        with self._changing(key), translated(self.bucket):
            self._client().delete_object(Bucket=self.bucket.name, Key=self._name(key))
        return True

    def delete_prefix(self, prefix: str) -> list[str]:
        # One by one: the request that deletes many needs a checksum of a kind that not every service knows.
        keys = self.list(prefix)
        for key in keys:
            with self._changing(key), translated(self.bucket):
                self._client().delete_object(Bucket=self.bucket.name, Key=self._name(key))
        return keys

    def local_path(self, key: str) -> Path | None:
        self.info(key)
        return None

    def link(self, key: str, name: str, media_type: str, seconds: int) -> str | None:
        if not self.bucket.presigns:
            return None
        wanted = {
            "Bucket": self.bucket.name,
            "Key": self._name(check_key(key)),
            "ResponseContentDisposition": attachment(name),
            "ResponseContentType": media_type,
        }
        with translated(self.bucket):
            url: str = self._client().generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds)
            return url

    def list(self, prefix: str) -> list[str]:
        wanted = self._name(check_prefix(prefix))
        start = len(self.bucket.prefix)
        with translated(self.bucket):
            found = [one for page in self._pages(wanted) for one in page.get("Contents", ())]
        for one in found:
            self._recent.saw(one["Key"][start:], int(one["Size"]), one.get("ETag", ""))
        # What is not a key was put there by somebody else.
        return sorted(filter(is_key, (one["Key"][start:] for one in found)))

    def _pages(self, prefix: str, limits: Mapping[str, int] | None = None) -> Iterator[Any]:
        """A listing, page by page. A web page that answers everything with 200 is no empty store."""
        lister = self._client().get_paginator("list_objects_v2")
        for page in lister.paginate(Bucket=self.bucket.name, Prefix=prefix, PaginationConfig=limits or {}):
            if "Name" not in page and "KeyCount" not in page:
                raise no_store(self.bucket) if _has_an_end(page) else cut_off(self.bucket)
            yield page

    def close(self) -> None:
        for manager in list(self._transfers):
            manager.shutdown(cancel=True)
        with _making:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    @contextmanager
    def _changing(self, key: str) -> Iterator[None]:
        """What listings told of it holds no longer, whether or not the change succeeds."""
        try:
            yield
        finally:
            self._recent.forget(key)

    def _name(self, key: str) -> str:
        return self.bucket.prefix + key

    def _transfer(self, config: TransferConfig, begin: Callable[[TransferManager], Any]) -> None:
        """A file up or down in parts, several at once; cut off, neither side shows any of it."""
        client = self._client(TRANSFER_SECONDS)
        with TransferManager(client, config) as manager:
            self._transfers.add(manager)
            try:
                begin(manager).result()
            except KeyError as error:  # it asks for the size, too
                raise cut_off(self.bucket) from error
            finally:
                self._transfers.discard(manager)

    def _client(self, answer_seconds: int = ANSWER_SECONDS) -> Any:
        """The client that waits so long for an answer; safe in all threads once it is made."""
        with _making, translated(self.bucket):
            if answer_seconds not in self._clients:
                self._clients[answer_seconds] = _make_client(self.bucket, answer_seconds)
            return self._clients[answer_seconds]


def _has_an_end(answer: Mapping[str, Any]) -> bool:
    """Whether an answer says where it ends; one that broke off among its headers does not, and would be believed."""
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    return "content-length" in headers or "transfer-encoding" in headers


@cache
def _session() -> Any:
    """Reads the descriptions of the service once: that takes longer than anything else a client needs."""
    return boto3.session.Session()


def _make_client(bucket: Bucket, answer_seconds: int) -> Any:
    # Checksums that Amazon adds by itself are unknown to many other services, which then refuse.
    checksums = "when_supported" if bucket.is_aws else "when_required"
    return _session().client(
        "s3",
        endpoint_url=bucket.endpoint_url,
        region_name=bucket.signing_region,
        aws_access_key_id=bucket.access_key_id or None,
        aws_secret_access_key=bucket.secret_access_key or None,
        aws_session_token=bucket.session_token or None,
        config=Config(
            signature_version="s3v4",
            connect_timeout=CONNECT_SECONDS,
            read_timeout=answer_seconds,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            max_pool_connections=16,
            s3={"addressing_style": bucket.addressing_style},
            request_checksum_calculation=checksums,
            response_checksum_validation=checksums,
        ),
    )


def attachment(name: str) -> str:
    """The ``Content-Disposition`` (RFC 6266) that has a browser save a file as ``name``, whatever its alphabet."""
    plain = "".join(character if character.isascii() and character not in '"\\%' else "_" for character in name)
    encoded = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'attachment; filename="{plain}"{encoded}'
