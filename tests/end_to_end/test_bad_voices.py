"""Bad recordings, transcripts, names and zip files: each with code, message and hint, and nothing half saved."""

from __future__ import annotations

import json
import stat
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]
import soxr  # type: ignore[import-untyped]

from backend.errors import StudioError
from backend.media.audio import read_wave
from backend.studio import Studio
from backend.work import Work
from tests.end_to_end.conftest import kept_files
from tests.end_to_end.own_voices import CONSENT, LINES, bring, own, refused, upload
from tests.voices import defects


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": ""}, "invalid_name"),
        ({"name": "x" * 10_000}, "invalid_name"),
        ({"name": '<img src=x onerror="alert(1)">'}, "invalid_name"),
        ({"tags": ["x"] * 50}, "invalid_tags"),
        ({"tags": ["x" * 500]}, "invalid_tags"),
        ({"consent": None}, "invalid_consent"),
        ({"consent": {}}, "missing_field"),
        ({"consent": {**CONSENT, "basis": "none"}}, "invalid_consent"),
        ({"consent": {**CONSENT, "speaker": " "}}, "invalid_consent"),
        ({"consent": {**CONSENT, "statement": ""}}, "invalid_consent"),
        ({"language": "klingon"}, "unknown_language"),
        ({"transcript": "word " * 1000}, "invalid_transcript"),
        ({"start": 3.0, "end": 2.0}, "invalid_cut"),
        ({"start": 0.0, "end": 13.0}, "invalid_cut"),
        ({"start": -1.0}, "invalid_start"),
        ({"start": float("nan")}, "invalid_start"),
        ({"audio": "/etc/passwd"}, "file_not_found"),
        ({"audio": "up_00000000000000000000000000.1.file.wav"}, "file_not_found"),
        ({"voice": "x"}, "unknown_field"),
    ],
)
def test_what_cannot_be_saved_is_refused_before_anything_is_queued(
    library: Studio, recording: Path, changes: dict[str, Any], code: str
) -> None:
    before = library.call("list_jobs", {"limit": 1000})["jobs"]
    arguments = {"audio": bring(library, recording), "name": "George", "consent": CONSENT, **changes}
    assert refused(library, "upload_voice", arguments).code == code
    assert library.call("list_jobs", {"limit": 1000})["jobs"] == before


def test_no_voice_without_consent(library: Studio, recording: Path) -> None:
    error = refused(library, "upload_voice", {"audio": bring(library, recording), "name": "George"})
    assert error.code == "missing_field"
    assert "consent" in error.message


def made(folder: Path, kind: str, speech: Path) -> Path:
    """A recording that cannot be used, and its name."""
    samples, rate = read_wave(speech)
    path, chance = folder / "bad.wav", np.random.default_rng(1)
    match kind:
        case "silence":
            soundfile.write(path, np.zeros(10 * rate), rate)
        case "0.3 s":
            soundfile.write(path, samples[rate : rate + rate * 3 // 10], rate)
        case "one sample":
            soundfile.write(path, samples[:1], rate)
        case "noise":
            soundfile.write(path, 0.2 * chance.standard_normal(10 * rate), rate)
        case "music":
            soundfile.write(path, defects.tune(), rate)
        case "ruined":
            soundfile.write(path, (samples * 60).clip(-0.99, 0.99), rate)
        case "only NaN":
            soundfile.write(path, np.full(10 * rate, np.nan), rate, "FLOAT")
    return path


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("silence", "silence"),
        ("0.3 s", "too_short"),
        ("one sample", "silence"),
        ("noise", "no_speech"),
        ("music", "no_speech"),
        ("ruined", "clipped"),
        ("only NaN", "silence"),
    ],
)
def test_a_recording_that_makes_no_voice_is_refused_and_nothing_is_kept(
    library: Studio, recording: Path, tmp_path: Path, kind: str, code: str
) -> None:
    with pytest.raises(StudioError) as caught:
        upload(library, made(tmp_path, kind, recording))
    assert caught.value.code == code
    assert caught.value.message
    assert caught.value.hint
    assert own(library) == []


@pytest.mark.parametrize(
    ("kind", "code"),
    [("24 hours", "media_too_long"), ("header", "no_content"), ("lying", "media_truncated"), ("text", "not_media")],
)
def test_a_file_that_is_no_recording_is_not_even_taken_in(
    library: Studio, recording: Path, tmp_path: Path, kind: str, code: str
) -> None:
    path = tmp_path / "bad.wav"
    match kind:
        case "24 hours":
            path = tmp_path / "bad.flac"
            silence = ["-f", "lavfi", "-i", "anullsrc=r=1000:cl=mono", "-t", "86400", "-c:a", "flac", "-y"]
            library.ffmpeg.run([*silence, "file:bad.flac"], folder=tmp_path, work=Work(), timeout=600)
            assert path.stat().st_size < 20_000_000
        case "header":
            soundfile.write(path, np.zeros(0), 24_000)
        case "lying":
            path.write_bytes(recording.read_bytes()[:100_000])
        case _:
            path.write_text("no sound at all")
    before = kept_files(library)
    with pytest.raises(StudioError) as caught:
        bring(library, path)
    assert caught.value.code == code
    assert caught.value.hint
    assert kept_files(library) == before


def odd(folder: Path, kind: str, speech: Path) -> Path:
    """A recording that can be used although something is odd about it."""
    samples, rate = read_wave(speech)
    path = folder / "odd.wav"
    match kind:
        case "8 kHz":
            soundfile.write(path, soxr.resample(samples, rate, 8000), 8000)
        case "192 kHz, 5.1, floats":
            fast, still = soxr.resample(samples, rate, 192_000), np.zeros(len(samples) * 192_000 // rate)
            length = min(len(fast), len(still))
            surround = (still, still, fast, still, still, still)
            soundfile.write(path, np.stack([each[:length] for each in surround], axis=1), 192_000, "FLOAT")
        case "a little clipped":
            soundfile.write(path, defects.clipped(samples, 2.0), rate)
        case "some NaN":
            samples = samples.copy()
            samples[::5000] = np.nan
            soundfile.write(path, samples, rate, "FLOAT")
        case "of unknown length":
            soundfile.write(path, samples, rate)
            data = bytearray(path.read_bytes())
            data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
            path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("kind", "problems"),
    [
        ("8 kHz", ["phone_band"]),
        ("192 kHz, 5.1, floats", []),
        ("a little clipped", ["clipped"]),
        ("some NaN", ["invalid_samples"]),
        ("of unknown length", []),
    ],
)
def test_an_odd_recording_is_read_and_what_is_wrong_is_told(
    library: Studio, recording: Path, tmp_path: Path, kind: str, problems: list[str]
) -> None:
    report = library.call("check_voice", {"audio": bring(library, odd(tmp_path, kind, recording))})
    assert [problem["code"] for problem in report["problems"]] == problems
    assert report["verdict"] == ("usable" if problems else "good")
    assert all(problem["message"] and problem["advice"] for problem in report["problems"])
    assert report["chosen"][1] - report["chosen"][0] > 5


def test_two_speakers_are_told(library: Studio, tmp_path: Path) -> None:
    voices = ("af_heart", "am_michael")
    script = " [pause 0.6s] ".join(f"[voice {voices[n % 2]}] {line}" for n, line in enumerate(LINES))
    narration = library.call("generate_speech", {"script": script})
    report = library.call("check_voice", {"audio": narration["audio"]["file_id"]})
    assert [problem["code"] for problem in report["problems"]] == ["second_speaker"]


@pytest.mark.parametrize(
    ("place", "lie"),
    [(22, b"\0\0"), (22, b"\xff\xff"), (24, b"\0\0\0\0"), (24, b"\xff\xff\xff\xff"), (32, b"\0\0"), (34, b"\xff\xff")],
    ids=["no channel", "65,535 channels", "0 Hz", "4 GHz", "no bytes a frame", "65,535 bits"],
)
def test_a_header_that_lies_is_refused_or_harmless(
    library: Studio, recording: Path, tmp_path: Path, place: int, lie: bytes
) -> None:
    data = bytearray(recording.read_bytes())
    data[place : place + len(lie)] = lie
    (tmp_path / "lying.wav").write_bytes(data)
    try:
        upload(library, tmp_path / "lying.wav")
    except StudioError as error:
        assert error.code != "internal_error", error.to_dict()
        assert error.message and error.hint
        assert own(library) == []


def test_a_video_without_sound_is_refused(library: Studio, tmp_path: Path) -> None:
    picture = ["-f", "lavfi", "-i", "color=blue:s=64x64:r=10:d=1", "-c:v", "libx264", "-y", "file:mute.mp4"]
    library.ffmpeg.run(picture, folder=tmp_path, work=Work(), timeout=60)
    for operation, more in (("check_voice", {}), ("upload_voice", {"name": "Mute", "consent": CONSENT})):
        error = refused(library, operation, {"audio": bring(library, tmp_path / "mute.mp4"), **more})
        assert error.code == "no_audio"


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"not a zip", "not_a_zip"), (b"PK\x05\x06" + b"\0" * 18, "bundle_refused"), (b"PK\x03\x04", "bundle_unreadable")],
)
def test_what_is_no_voice_is_not_imported(library: Studio, tmp_path: Path, data: bytes, code: str) -> None:
    (tmp_path / "voice.zip").write_bytes(data)
    with pytest.raises(StudioError) as caught:
        library.call("import_voice", {"file": bring(library, tmp_path / "voice.zip")})
    assert caught.value.code == code
    assert own(library) == []


def trapped(exported: Path, folder: Path, trap: str) -> Path:
    """An exported voice with something in it that should not be there."""
    with zipfile.ZipFile(exported) as archive:
        entries = {zipfile.ZipInfo(name): archive.read(name) for name in archive.namelist()}
    link = zipfile.ZipInfo("reference.wav")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    match trap:
        case "slip":
            entries[zipfile.ZipInfo("../../evil.sh")] = b"evil"
        case "link":
            entries = {each: data for each, data in entries.items() if each.filename != link.filename}
            entries[link] = b"/etc/passwd"
        case "bomb":
            entries = {each: b"\0" * 100_000_000 for each in entries}
        case "65,536 entries":
            entries |= {zipfile.ZipInfo(f"{number:x}"): b"" for number in range(65_536)}
        case "40,000 entries":
            entries |= {zipfile.ZipInfo(f"{number:x}"): b"" for number in range(40_000)}
    with zipfile.ZipFile(folder / "trap.zip", "w") as archive:
        for info, content in entries.items():
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    if trap == "40,000 entries":
        data = bytearray((folder / "trap.zip").read_bytes())
        struct.pack_into("<2H", data, data.rfind(b"PK\x05\x06") + 8, 2, 2)  # and the number lies
        (folder / "trap.zip").write_bytes(data)
    return folder / "trap.zip"


@pytest.mark.parametrize(
    ("trap", "code"),
    [
        ("link", "bundle_refused"),
        ("bomb", "bundle_too_large"),
        ("65,536 entries", "file_too_large"),
        ("40,000 entries", "bundle_refused"),
    ],
)
def test_a_zip_with_a_trap_is_refused_and_nothing_is_kept(
    library: Studio, recording: Path, tmp_path: Path, trap: str, code: str
) -> None:
    voice = upload(library, recording)
    bundle = library.call("export_voice", {"voice_id": voice["voice_id"]})
    path = trapped(library.local_file(bundle["file_id"]), tmp_path, trap)
    library.call("delete_voice", {"voice_id": voice["voice_id"]})
    with pytest.raises(StudioError) as caught:
        library.call("import_voice", {"file": bring(library, path)})
    assert caught.value.code == code
    assert caught.value.message and caught.value.hint
    assert own(library) == []


def test_a_zip_that_points_outside_writes_nothing_there(library: Studio, recording: Path, tmp_path: Path) -> None:
    voice = upload(library, recording)
    bundle = library.call("export_voice", {"voice_id": voice["voice_id"]})
    path = trapped(library.local_file(bundle["file_id"]), tmp_path, "slip")
    library.call("delete_voice", {"voice_id": voice["voice_id"]})
    before = set(library.settings.home.parent.rglob("evil*"))
    assert library.call("import_voice", {"file": bring(library, path)})["voice_id"] == voice["voice_id"]
    assert set(library.settings.home.parent.rglob("evil*")) == before


def test_a_voice_whose_engine_is_not_installed_says_how_to_install_it(library: Studio, recording: Path) -> None:
    voice = upload(library, recording)["voice_id"]
    asked = (
        ("generate_speech", {"script": "Hi.", "voice": voice}),
        ("generate_speech", {"script": "Hi.", "voice": voice, "engine": "chatterbox"}),
        ("generate_f5_tts", {"text": "Hi.", "voice": voice}),
        ("convert_voice", {"media": bring(library, recording), "voice": voice}),
    )
    for operation, arguments in asked:
        error = refused(library, operation, arguments)
        assert error.code == "engine_not_installed"
        assert "install_engine" in error.hint


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "<script>", "invalid_name"),
        ("name", "n" * 5000, "invalid_name"),
        ("language", "nowhere", "unknown_language"),
        ("transcript", "", "bundle_damaged"),
        ("tags", ["<i>"], "invalid_tags"),
    ],
)
def test_an_imported_voice_obeys_the_rules_of_a_recorded_one(
    library: Studio, recording: Path, tmp_path: Path, field: str, value: Any, code: str
) -> None:
    voice = upload(library, recording)
    bundle = library.call("export_voice", {"voice_id": voice["voice_id"]})
    with zipfile.ZipFile(library.local_file(bundle["file_id"])) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    library.call("delete_voice", {"voice_id": voice["voice_id"]})
    entries["voice.json"] = json.dumps({**json.loads(entries["voice.json"]), field: value}).encode()
    with zipfile.ZipFile(tmp_path / "odd.zip", "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    with pytest.raises(StudioError) as caught:
        library.call("import_voice", {"file": bring(library, tmp_path / "odd.zip")})
    assert caught.value.code == code
    assert own(library) == []


def test_a_wrong_voice_is_refused_everywhere(library: Studio) -> None:
    for operation in ("update_voice", "delete_voice", "export_voice"):
        for voice_id in ("af_heart", "../x", "voice_" + "0" * 26, "x" * 9999):
            assert refused(library, operation, {"voice_id": voice_id}).code == "voice_not_found"
    for recipe, code in (("", "invalid_recipe"), ("af_heart", "invalid_recipe"), ("af_heart+nobody", "unknown_voice")):
        assert refused(library, "blend_voices", {"recipe": recipe, "name": "Mix"}).code == code
