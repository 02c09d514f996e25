"""What ``python -m backend doctor`` finds: the store tried step by step, and what else a studio cannot do without."""

from __future__ import annotations

import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import urlsplit

from backend.engines import Engines
from backend.errors import NotFound, StorageError, StudioError
from backend.ids import StoredFile, new_id
from backend.media.ffmpeg import Ffmpeg, find_ffmpeg
from backend.recognisers import GoogleSpeech
from backend.services.status import LOW_DISK_BYTES
from backend.services.stores import configured_bucket
from backend.settings import Settings
from backend.storage import LocalStore, Store
from backend.storage.links import LinkSigner
from backend.storage.outbox import OutboxStore

if TYPE_CHECKING:
    from backend.storage.s3 import S3Store

_TEXT = b"Voicereel's doctor was here. This file may be deleted."
_NAME, _MEDIA_TYPE = "doctor's visit.txt", "text/plain"
_PATIENCE_SECONDS = 15.0
"""How much longer than it says a link may live: the store's clock need not be ours."""
_DECIDES = "the service says which came first"
_DECIDES_NOT = "the service cannot say which came first; docs/storage.md says what that means for voices"
_FULL_DISK_BYTES = 200_000_000
QUICK_SECONDS = 45.0
"""A service that hangs is named by then."""


_Step: TypeAlias = tuple[str, Callable[[], str]]


@dataclass(frozen=True)
class Finding:
    """One thing that was tried."""

    what: str
    state: Literal["ok", "note", "fault"]
    said: str
    hint: str = ""
    """What to do about it."""


def examine(settings: Settings, engines: Engines) -> Iterator[Finding]:
    """Try everything, one after the other."""
    yield from _names(settings)
    yield from _tried_store(settings)
    yield _tried("ffmpeg", lambda: Ffmpeg(find_ffmpeg(settings.ffmpeg)).version)
    yield from _weights(engines.describe())
    yield _google(GoogleSpeech(settings.google))
    yield _disk(settings.home)


def first_fault(settings: Settings, engines: Engines) -> Finding | None:
    """What keeps this machine from working, tried without waiting for anything to end; None if nothing does.

    The store (a write, a link opened without credentials, a delete), ffmpeg, weights and the disk, within
    `QUICK_SECONDS`.
    """
    found: list[Finding] = []

    def look() -> None:
        for tried in (
            _tried_store(settings, quick=True),
            iter([_tried("ffmpeg", lambda: Ffmpeg(find_ffmpeg(settings.ffmpeg)).version)]),
            _weights(engines.describe()),
            iter([_disk(settings.home)]),
        ):
            found.extend(tried)

    pool = ThreadPoolExecutor(1, thread_name_prefix="doctor")
    try:
        pool.submit(look).result(QUICK_SECONDS)
    except FutureTimeoutError:
        late = f"After {QUICK_SECONDS:.0f} s it was not known whether this machine can work."
        found.append(Finding("time", "fault", late, "Check the store and the disk: `python -m backend doctor`."))
    finally:
        pool.shutdown(wait=False)
    return next((finding for finding in found if finding.state == "fault"), None)


def _tried(what: str, act: Callable[[], str]) -> Finding:
    try:
        return Finding(what, "ok", act())
    except StudioError as error:
        return Finding(what, "fault", error.message, error.hint)


def _names(settings: Settings) -> Iterator[Finding]:
    for said in settings.s3.notices():
        unread = "is not read" in said
        yield Finding("settings", "fault" if unread else "note", said)


# ---------------------------------------------------------------- the store


def _tried_store(settings: Settings, quick: bool = False) -> Iterator[Finding]:
    if settings.s3.configured:
        try:
            bucket = configured_bucket(settings.s3).check()
        except StudioError as error:
            yield Finding("store", "fault", error.message, error.hint)
            return
        from backend.storage.s3 import S3Store  # boto3 only where there is a bucket

        store = S3Store(bucket)
        yield Finding("store", "ok", f"bucket {bucket.name} at {bucket.host or 'AWS'}, region {bucket.signing_region}")
        yield from _until_fault(_steps(store, store.ask, settings, () if quick else _only_in_s3(store)))
        store.close()
        if waiting := OutboxStore(settings.outbox_folder, store).waiting():
            yield Finding(
                "store, waiting", "note", f"{len(waiting)} files are still to be uploaded", "Start the studio."
            )
    else:
        yield Finding("store", "ok", f"the folder {settings.store_folder}")
        yield from _until_fault(_steps(LocalStore(settings.store_folder), lambda: None, settings))


def _until_fault(steps: Generator[_Step, None, None]) -> Iterator[Finding]:
    """Each step needs those before it; what it says if all is well, or how long it took."""
    with closing(steps):
        for what, act in steps:
            begun = time.monotonic()
            finding = _tried(f"store, {what}", act)
            yield finding if finding.said else replace(finding, said=f"{time.monotonic() - begun:.2f} s")
            if finding.state == "fault":
                return


def _fault(message: str, hint: str) -> StorageError:
    return StorageError(message, hint=hint, code="store_trial_failed")


def _only_in_s3(store: S3Store) -> Iterator[Callable[[StoredFile], _Step]]:
    """What takes a while to try, or cannot go wrong in a folder."""
    if store.bucket.presigns:
        yield lambda file: ("nothing without a link", lambda: _stay_out(store, file.key))
        yield lambda file: ("link ends", lambda: _let_link_end(store, file.key))
    yield lambda file: ("two changes at once", lambda: _DECIDES if store.decides else _DECIDES_NOT)


def _steps(
    store: Store,
    ask: Callable[[], None],
    settings: Settings,
    more: Iterable[Callable[[StoredFile], _Step]] = (),
) -> Generator[_Step, None, None]:
    file = StoredFile(new_id("made"), 1, "doctor.txt")
    yield "answer", lambda: _quietly(ask)
    yield "write", lambda: _quietly(lambda: store.put_bytes(file.key, _TEXT, _MEDIA_TYPE))
    try:
        yield "read", lambda: _read_back(store, file.key)
        if store.link(file.key, _NAME, _MEDIA_TYPE, 60) is not None:
            yield "link without credentials", lambda: _open_link(store, file.key)
        else:
            yield "link of our own", lambda: _own_link(settings, file.file_id)
        for step in more:
            yield step(file)
        yield "delete", lambda: _delete(store, file.key)
    finally:
        _clear_away(store, file.key)


def _quietly(act: Callable[[], None]) -> str:
    act()
    return ""


def _read_back(store: Store, key: str) -> str:
    if store.read(key) != _TEXT:
        raise _fault("What was written comes back changed.", "Something between here and the store alters it.")
    return ""


def _open_link(store: Store, key: str) -> str:
    status, data, headers = _get(store.link(key, _NAME, _MEDIA_TYPE, 60) or "")
    if (status, data) != (200, _TEXT):
        raise _fault(
            f"A link does not open: status {status}.",
            "Does the key have the right to read? If the store signs no links, set S3_PRESIGN=false.",
        )
    if "attachment" not in headers.get("Content-Disposition", "") or _MEDIA_TYPE not in headers.get("Content-Type", ""):
        raise _fault(
            "A link opens, but the file does not come under its name and type.",
            "The store ignores response-content-disposition; set S3_PRESIGN=false and the studio serves the files.",
        )
    return _clock(headers.get("Date", ""))


def _clock(date: str) -> str:
    if not date:
        return ""
    seconds = time.time() - parsedate_to_datetime(date).timestamp()
    if abs(seconds) < 60:
        return ""
    return f"opens; set this clock right, it is {abs(seconds):.0f} s {'ahead' if seconds > 0 else 'behind'}"


def _stay_out(store: Store, key: str) -> str:
    url = urlsplit(store.link(key, _NAME, _MEDIA_TYPE, 60) or "")
    if _get(url._replace(query="").geturl())[0] == 200:
        raise _fault(
            "Anyone can read the bucket, without any link.",
            "Make the bucket private: block public access, remove public policies.",
        )
    return ""


def _let_link_end(store: Store, key: str) -> str:
    url = store.link(key, _NAME, _MEDIA_TYPE, 1) or ""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    time.sleep(1.5)
    while _get(url)[0] == 200:
        if time.monotonic() > deadline:
            raise _fault(
                "A link that should have ended still opens.",
                "Compare this machine's clock with the store's; a proxy in front of the store must keep nothing.",
            )
        time.sleep(0.5)
    return ""


def _own_link(settings: Settings, file_id: str) -> str:
    signer = LinkSigner(settings.home, settings.base_url)
    for expires in (int(time.time()) + 60, int(time.time()) - 1):
        url = urlsplit(signer.link(file_id, expires))
        signature = url.query.rpartition("signature=")[2]
        try:
            signer.verify(file_id, expires, signature)
        except StudioError:
            if expires > time.time():
                raise
    return f"signed by the studio, opens at {settings.base_url}"


def _delete(store: Store, key: str) -> str:
    store.delete(key)
    try:
        store.info(key)
    except NotFound:
        return ""
    raise _fault("What was deleted is still there.", "Does the key have the right to delete?")


def _clear_away(store: Store, key: str) -> None:
    with suppress(StudioError):
        store.delete(key)


def _get(url: str) -> tuple[int, bytes, Message]:
    """What somebody without credentials gets."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - the store's own address
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b"", error.headers
    except OSError as error:
        raise _fault(
            f"The link's address cannot be reached: {error}.", "Check AWS_ENDPOINT_URL and this machine's network."
        ) from error


# ---------------------------------------------------------------- the rest


def _weights(described: list[dict[str, Any]]) -> Iterator[Finding]:
    for engine in described:
        name, state = engine["engine"], engine["weights"]
        if engine["installed"] and engine["weights_bytes"]:
            hint = "" if state == "there" else f"`python -m backend weights {name}` fetches them; else first use does."
            yield Finding(f"weights of {name}", "note" if hint else "ok", str(state), hint)


def _google(google: GoogleSpeech) -> Finding:
    """Whether the service lets us in; nobody pays for that. Off is how most studios are."""
    off = google.fault()
    if off is not None and off.code == "google_not_configured":
        return Finding("google speech", "note", off.message, off.hint)
    return _tried("google speech", google.try_out)


def _disk(home: Path) -> Finding:
    free = shutil.disk_usage(home).free
    state: Literal["ok", "note", "fault"] = (
        "ok" if free >= LOW_DISK_BYTES else "note" if free >= _FULL_DISK_BYTES else "fault"
    )
    hint = "" if state == "ok" else f"Free some space in {home}, or set STUDIO_HOME to a larger disk."
    return Finding("disk", state, f"{free / 1e9:.1f} GB free", hint)
