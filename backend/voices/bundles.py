"""A voice as one file to carry elsewhere: a zip of the recording and a manifest with its words, consent and hashes.

Reading one trusts nothing: only the two names below are looked for, sizes are counted while inflating and never
believed, nothing is written under a name from inside, and what comes out must be exactly what a voice is kept as.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any, Literal

import numpy as np
import soundfile  # type: ignore[import-untyped]
from pydantic import Field, ValidationError

from backend.errors import InvalidRequest
from backend.models import Consent, Gender, Value
from backend.voices.choosing import LONGEST, SHORTEST
from backend.voices.recording import RATE
from backend.voices.records import CLIP, Record

MANIFEST = "voice.json"
MOST_ENTRIES = 16
"""Ours has two; a little room for what a file manager adds."""
MOST_BYTES = 4_000_000
"""Of the whole file: twelve seconds of a voice are 0.6 MB."""
_MOST_CLIP_BYTES = 1_000_000
_MOST_MANIFEST_BYTES = 100_000
_BLOCK = 65_536
_END = struct.Struct("<4s4H2LH")
"""The record at the end of every zip: signature, disks, entries here, entries in all, size, place, comment length."""
_ENCRYPTED = 0x1
_CLIP_SUBTYPE = "PCM_16"
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)


class Bundle(Value):
    """What a bundle's manifest says."""

    layout: Literal["voicereel-voice-1"] = "voicereel-voice-1"
    voice_id: str
    kind: Literal["cloned", "blend"]
    name: str
    language: str
    gender: Gender = "unknown"
    tags: tuple[str, ...] = ()
    transcript: str = ""
    heard: str = ""
    recipe: str = ""
    created_at: str
    consent: Consent
    files: dict[str, str] = Field(default_factory=dict)
    """SHA-256 of each file beside the manifest, by name."""


def write_bundle(record: Record, clip: Path | None, target: Path) -> None:
    """Write a voice as a zip; the same voice gives the same bytes."""
    files = {CLIP: clip} if clip is not None else {}
    hashes = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    facts = record.model_dump(include=set(Bundle.model_fields) & set(Record.model_fields) - {"layout"})
    manifest = Bundle(**facts, files=hashes)
    with zipfile.ZipFile(target, "w") as archive:
        _store(archive, MANIFEST, json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=1).encode())
        for name, path in files.items():
            _store(archive, name, path.read_bytes())


def read_bundle(path: Path, folder: Path) -> tuple[Bundle, Path | None]:
    """The manifest of a zip that somebody gave, and its recording copied to ``folder``.

    Raises:
        InvalidRequest: ``bundle_unreadable``, ``bundle_too_large``, ``bundle_refused`` or ``bundle_damaged``.
    """
    _check_envelope(path)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_count(len(archive.infolist()))  # the number at the end may lie
            manifest = _manifest(_inflate(archive, MANIFEST, _MOST_MANIFEST_BYTES))
            if manifest.kind == "blend":
                return manifest, None
            return manifest, _clip(archive, manifest, folder / "imported.wav")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise _unreadable() from error


# ------------------------------------------------------------ before anything is unpacked


def _check_envelope(path: Path) -> None:
    """Size and number of entries, from the last bytes, before a library builds a list of them."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise _too_large(f"The file has {size / 1e6:.1f} MB; a voice has {MOST_BYTES / 1e6:.0f} MB at most.")
    data = path.read_bytes()
    place = data.rfind(b"PK\x05\x06")
    if place < 0 or len(data) - place < _END.size:
        raise _unreadable()
    _, disk, first_disk, here, entries, _, _, comment = _END.unpack_from(data, place)
    if disk or first_disk or here != entries or place + _END.size + comment != len(data):
        raise _unreadable()
    _check_count(entries)


def _check_count(entries: int) -> None:
    if entries > MOST_ENTRIES:
        raise _refused(f"The file holds {entries:,} entries; a voice has two.")


def _inflate(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """What is in the one entry of this name, counted while it is inflated."""
    found = [entry for entry in archive.infolist() if entry.filename == name]
    if len(found) != 1:
        raise _refused(f"There is {'no' if not found else 'more than one'} {name} in the file.")
    entry = found[0]
    if entry.flag_bits & _ENCRYPTED or entry.is_dir() or _is_link(entry):
        raise _refused(f"{name} is a link, a folder or locked with a password.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refused(f"{name} is packed in a way that is not used here.")
    data = bytearray()
    with archive.open(entry) as file:
        while block := file.read(_BLOCK):
            data += block
            if len(data) > most:
                raise _too_large(f"{name} is larger than a voice can be.")
    return bytes(data)


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return (entry.external_attr >> 16) & 0o170000 == 0o120000


# ------------------------------------------------------------ what came out


def _manifest(data: bytes) -> Bundle:
    try:
        return Bundle.model_validate_json(data)
    except ValidationError as error:
        first: Any = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])[:80] or "it"
        raise _damaged(f"{MANIFEST} does not describe a voice: {place} is wrong.") from error


def _clip(archive: zipfile.ZipFile, manifest: Bundle, target: Path) -> Path:
    data = _inflate(archive, CLIP, _MOST_CLIP_BYTES)
    found = hashlib.sha256(data).hexdigest()
    if manifest.files.get(CLIP) != found or manifest.consent.sample_sha256 != found:
        raise _damaged("The recording is not the one that the voice and its consent were saved with.")
    target.write_bytes(data)
    try:
        info = soundfile.info(str(target))
        samples, _ = soundfile.read(target, dtype="float32")
    except soundfile.LibsndfileError as error:
        raise _damaged("The recording in the file cannot be read.") from error
    whole = info.format == "WAV" and info.subtype == _CLIP_SUBTYPE and info.samplerate == RATE and info.channels == 1
    if not whole or not 0.5 * SHORTEST <= info.duration <= LONGEST + 0.5 or len(samples) != info.frames:
        raise _damaged("The recording in the file is not prepared as a voice's is (mono WAV, 24 kHz, at most 12 s).")
    if not np.any(np.abs(samples) > 1e-3):
        raise _damaged("The recording in the file is silent.")
    return target


def _store(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _FIXED_DATE), data, zipfile.ZIP_DEFLATED)


def _unreadable() -> InvalidRequest:
    return InvalidRequest(
        "This is not a voice file that can be read.",
        hint="Choose a zip that export_voice made, unchanged.",
        code="bundle_unreadable",
    )


def _too_large(message: str) -> InvalidRequest:
    return InvalidRequest(message, hint="Choose a zip that export_voice made.", code="bundle_too_large")


def _refused(message: str) -> InvalidRequest:
    return InvalidRequest(
        message, hint="Choose a zip that export_voice made, with nothing put into it.", code="bundle_refused"
    )


def _damaged(message: str) -> InvalidRequest:
    return InvalidRequest(message, hint="Export the voice again and carry the file over whole.", code="bundle_damaged")
