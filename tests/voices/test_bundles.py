"""Voices as zip files: carried whole, and nothing else comes in with them."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.errors import InvalidRequest
from backend.voices.bundles import MANIFEST, read_bundle, write_bundle
from backend.voices.records import CLIP
from tests.voices.making import make_clip, record_of


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    clip = make_clip(folder / "clip.wav")
    write_bundle(record_of(clip, tags=("warm",)), clip, folder / "voice.zip")
    return folder / "voice.zip"


def contents(bundle: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(bundle) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def code_of(path: Path, folder: Path) -> str:
    with pytest.raises(InvalidRequest) as refused:
        read_bundle(path, folder)
    assert refused.value.message
    assert refused.value.hint
    return refused.value.code


def test_a_voice_comes_out_as_it_went_in(good: Path, tmp_path: Path) -> None:
    bundle, clip = read_bundle(good, tmp_path)
    assert clip is not None
    assert clip.read_bytes() == contents(good)[CLIP]
    assert (bundle.name, bundle.language, bundle.transcript, bundle.tags) == ("Anna", "en", "Hello there.", ("warm",))
    assert bundle.consent.speaker == "Anna"


def test_the_same_voice_gives_the_same_file(good: Path, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.wav")
    write_bundle(record_of(clip, tags=("warm",)), clip, tmp_path / "voice.zip")
    assert (tmp_path / "voice.zip").read_bytes() == good.read_bytes()


def test_what_only_this_machine_knows_stays_here(good: Path) -> None:
    manifest = json.loads(contents(good)[MANIFEST])
    assert not {"sources", "made_by", "outline", "version"} & set(manifest)


@pytest.mark.parametrize(
    "extra",
    ["../../evil.sh", "/etc/evil", "..\\..\\evil.exe", "C:\\evil", "-rf", "CON.wav", "a/../../b", "\u202egpj.wav"],
)
def test_entries_with_other_names_are_never_touched(good: Path, tmp_path: Path, extra: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    bundle = packed(tmp_path / "slip.zip", {**contents(good), extra: b"evil"})
    read_bundle(bundle, inside)
    assert [path.name for path in inside.iterdir()] == ["imported.wav"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inside", "slip.zip"]


@pytest.mark.parametrize("name", [MANIFEST, CLIP])
def test_a_link_is_refused(good: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for entry, data in contents(good).items():
            info = zipfile.ZipInfo(entry)
            info.external_attr = (0o120777 if entry == name else 0o100644) << 16
            archive.writestr(info, b"/etc/passwd" if entry == name else data)
    assert code_of(path, tmp_path) == "bundle_refused"


@pytest.mark.parametrize("name", [MANIFEST, CLIP])
def test_a_bomb_is_refused_while_it_is_inflated(good: Path, tmp_path: Path, name: str) -> None:
    bundle = packed(tmp_path / "bomb.zip", {**contents(good), name: b"\0" * 300_000_000})
    assert bundle.stat().st_size < 1_000_000
    assert code_of(bundle, tmp_path) == "bundle_too_large"


def test_a_bomb_that_lies_about_its_size_is_refused(good: Path, tmp_path: Path) -> None:
    bundle = packed(tmp_path / "bomb.zip", {**contents(good), CLIP: b"\0" * 50_000_000})
    data = bytearray(bundle.read_bytes())
    lie = struct.pack("<L", 1000)
    while (place := data.find(struct.pack("<L", 50_000_000))) >= 0:
        data[place : place + 4] = lie
    bundle.write_bytes(data)
    assert code_of(bundle, tmp_path) in ("bundle_too_large", "bundle_unreadable", "bundle_damaged")


def test_65_536_entries_are_refused_before_they_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(65_536):
            archive.writestr(zipfile.ZipInfo(f"{number:x}"), b"")
    assert code_of(path, tmp_path) == "bundle_too_large"
    # Small enough to be looked into: the same with 40,000, whose number stands at the end...
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(40_000):
            archive.writestr(zipfile.ZipInfo(f"{number:x}"), b"")
    data = path.read_bytes()
    assert len(data) < 4_000_000
    assert code_of(path, tmp_path) == "bundle_refused"
    # ...and with a number that lies.
    place = data.rfind(b"PK\x05\x06")
    path.write_bytes(data[: place + 8] + struct.pack("<2H", 2, 2) + data[place + 12 :])
    assert code_of(path, tmp_path).startswith("bundle_")


def test_two_entries_of_one_name_are_refused(good: Path, tmp_path: Path) -> None:
    path = tmp_path / "twice.zip"
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "w") as archive:
        for name, data in [*contents(good).items(), (MANIFEST, b"{}")]:
            archive.writestr(name, data)
    assert code_of(path, tmp_path) == "bundle_refused"


def test_a_locked_file_is_refused(good: Path, tmp_path: Path) -> None:
    data = bytearray(packed(tmp_path / "locked.zip", contents(good)).read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature)
        while place >= 0:
            data[place + offset] |= 1
            place = data.find(signature, place + 4)
    (tmp_path / "locked.zip").write_bytes(data)
    assert code_of(tmp_path / "locked.zip", tmp_path) == "bundle_refused"


@pytest.mark.parametrize("missing", [MANIFEST, CLIP])
def test_a_file_without_its_parts_is_refused(good: Path, tmp_path: Path, missing: str) -> None:
    entries = {name: data for name, data in contents(good).items() if name != missing}
    assert code_of(packed(tmp_path / "part.zip", entries), tmp_path) == "bundle_refused"


def with_manifest(good: Path, path: Path, **changes: Any) -> Path:
    entries = contents(good)
    manifest = {**json.loads(entries[MANIFEST]), **changes}
    return packed(path, {**entries, MANIFEST: json.dumps(manifest).encode()})


@pytest.mark.parametrize(
    "changes",
    [
        {"layout": "voicereel-voice-9"},
        {"consent": None},
        {"consent": {"basis": "finders_keepers"}},
        {"name": 7},
        {"files": {}},
        {"files": {CLIP: "0" * 64}},
        {"surprise": True},
        {"kind": "built_in"},
    ],
)
def test_a_manifest_that_describes_no_voice_is_refused(good: Path, tmp_path: Path, changes: dict[str, Any]) -> None:
    assert code_of(with_manifest(good, tmp_path / "odd.zip", **changes), tmp_path) == "bundle_damaged"


def test_a_consent_for_another_recording_is_refused(good: Path, tmp_path: Path) -> None:
    consent = {**json.loads(contents(good)[MANIFEST])["consent"], "sample_sha256": "0" * 64}
    assert code_of(with_manifest(good, tmp_path / "odd.zip", consent=consent), tmp_path) == "bundle_damaged"


@pytest.mark.parametrize("change", ["another", "stereo", "long", "float", "silent", "cut", "not sound"])
def test_a_recording_that_is_not_prepared_is_refused(good: Path, tmp_path: Path, change: str) -> None:
    wave = tmp_path / "odd.wav"
    sound = 0.1 * np.random.default_rng(1).standard_normal(48_000)
    match change:
        case "another":
            entries = contents(good)
            other = make_clip(tmp_path / "other.wav", 5).read_bytes()
            assert code_of(packed(tmp_path / "odd.zip", {**entries, CLIP: other}), tmp_path) == "bundle_damaged"
            return
        case "stereo":
            soundfile.write(wave, np.stack([sound, sound], axis=1), 24_000, "PCM_16")
        case "long":
            soundfile.write(wave, 0.1 * np.ones(24_000 * 13), 24_000, "PCM_16")
        case "float":
            soundfile.write(wave, sound, 24_000, "FLOAT")
        case "silent":
            soundfile.write(wave, np.zeros(48_000), 24_000, "PCM_16")
        case "cut":
            soundfile.write(wave, sound, 24_000, "PCM_16")
            wave.write_bytes(wave.read_bytes()[:4000])
        case _:
            wave.write_bytes(b"RIFF this is not a wave")
    digest = hashlib.sha256(wave.read_bytes()).hexdigest()
    manifest = json.loads(contents(good)[MANIFEST])
    manifest["files"] = {CLIP: digest}
    manifest["consent"]["sample_sha256"] = digest
    bundle = packed(tmp_path / "odd.zip", {MANIFEST: json.dumps(manifest).encode(), CLIP: wave.read_bytes()})
    assert code_of(bundle, tmp_path) == "bundle_damaged"


def test_a_flipped_byte_anywhere_is_refused_or_harmless(good: Path, tmp_path: Path) -> None:
    original = good.read_bytes()
    expected, clip = read_bundle(good, tmp_path)
    assert clip is not None
    sound = clip.read_bytes()
    chance = np.random.default_rng(3)
    for place in [*range(100), *chance.integers(0, len(original), 200), *range(len(original) - 200, len(original))]:
        data = bytearray(original)
        data[place] ^= 0xFF
        (tmp_path / "flipped.zip").write_bytes(data)
        try:
            bundle, imported = read_bundle(tmp_path / "flipped.zip", tmp_path)
        except InvalidRequest as refused:
            assert refused.code.startswith("bundle_")
        else:
            assert bundle == expected
            assert imported is not None
            assert imported.read_bytes() == sound


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=2000), tail=st.booleans())
def test_random_bytes_are_refused(tmp_path: Path, data: bytes, tail: bool) -> None:
    end = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 2, 2, len(data), 0, 0)
    (tmp_path / "random.zip").write_bytes(data + end * tail)
    assert code_of(tmp_path / "random.zip", tmp_path) in ("bundle_unreadable", "bundle_refused", "bundle_damaged")


def test_a_deflated_stream_that_ends_early_is_refused(good: Path, tmp_path: Path) -> None:
    entries = contents(good)
    squeezed = zlib.compress(entries[CLIP])
    bundle = packed(tmp_path / "cut.zip", {**entries, CLIP: squeezed[: len(squeezed) // 2]})
    assert code_of(bundle, tmp_path) == "bundle_damaged"
