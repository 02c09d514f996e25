"""Links that we sign ourselves."""

from __future__ import annotations

import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import InvalidRequest, StorageError
from backend.storage.links import LinkSigner, iso_utc

FILE_ID = "nar_00000000000000000000000000.1.audio.wav"


def signature_of(signer: LinkSigner, expires: int) -> str:
    return signer.link(FILE_ID, expires).rpartition("=")[2]


def test_a_good_link_passes_until_it_ends(signer: LinkSigner, monkeypatch: pytest.MonkeyPatch) -> None:
    expires = int(time.time()) + 3600
    signature = signature_of(signer, expires)
    signer.verify(FILE_ID, expires, signature)
    monkeypatch.setattr(time, "time", lambda: expires - 0.1)
    signer.verify(FILE_ID, expires, signature)
    monkeypatch.setattr(time, "time", lambda: float(expires))
    with pytest.raises(InvalidRequest) as caught:
        signer.verify(FILE_ID, expires, signature)
    assert caught.value.code == "link_expired"


@pytest.mark.parametrize("change", ["", "0" * 64, "é" * 64, "\ud800", "A" * 100_000])
def test_a_wrong_signature_is_refused(signer: LinkSigner, change: str) -> None:
    expires = int(time.time()) + 3600
    with pytest.raises(InvalidRequest) as caught:
        signer.verify(FILE_ID, expires, change)
    assert caught.value.code == "link_invalid"
    with pytest.raises(InvalidRequest):
        signer.verify(FILE_ID, expires, signature_of(signer, expires).upper())


@given(position=st.integers(0, 63), character=st.sampled_from("0123456789abcdef"))
def test_no_changed_character_passes(tmp_path_factory: pytest.TempPathFactory, position: int, character: str) -> None:
    signer = LinkSigner(tmp_path_factory.getbasetemp() / "home", "http://studio.test")
    expires = int(time.time()) + 3600
    good = signature_of(signer, expires)
    changed = good[:position] + character + good[position + 1 :]
    if changed != good:
        with pytest.raises(InvalidRequest):
            signer.verify(FILE_ID, expires, changed)


@pytest.mark.parametrize("expires", [0, -1, 10**30, -(10**30)])
def test_any_number_can_come_as_the_end_of_a_link(signer: LinkSigner, expires: int) -> None:
    with pytest.raises(InvalidRequest):
        signer.verify(FILE_ID, expires, "0" * 64)


def test_the_secret_is_for_its_owner_only_and_stays(tmp_path: Path) -> None:
    home = tmp_path / "home"
    link = LinkSigner(home, "").link(FILE_ID, 1)
    secret = home / "secret.key"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert len(secret.read_bytes()) == 32
    assert LinkSigner(home, "").link(FILE_ID, 1) == link
    assert [path.name for path in home.iterdir()] == ["secret.key"]


def test_studios_that_start_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        links = list(pool.map(lambda _: LinkSigner(tmp_path / "home", "").link(FILE_ID, 1), range(16)))
    assert len(set(links)) == 1


def test_a_damaged_secret_is_named_and_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"")
    with pytest.raises(StorageError) as caught:
        LinkSigner(tmp_path, "").link(FILE_ID, 1)
    assert caught.value.code == "secret_damaged"


def test_times_are_utc() -> None:
    assert iso_utc(0) == "1970-01-01T00:00:00Z"
    assert iso_utc(1.25) == "1970-01-01T00:00:01.250Z"
    assert iso_utc(0.999) < iso_utc(1.0) < iso_utc(1.001)


def test_machines_with_a_common_secret_open_each_others_links_and_nobody_elses(tmp_path: Path) -> None:
    signer = LinkSigner(tmp_path / "a", "", shared="one key")
    link = signer.link(FILE_ID, 2_000_000_000_000)
    assert LinkSigner(tmp_path / "b", "", shared="one key").link(FILE_ID, 2_000_000_000_000) == link
    assert LinkSigner(tmp_path / "b", "", shared="another").link(FILE_ID, 2_000_000_000_000) != link
    assert LinkSigner(tmp_path / "b", "").link(FILE_ID, 2_000_000_000_000) != link
