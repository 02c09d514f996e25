"""A voice of one's own from beginning to end, with the real Kokoro to speak and the real Whisper to listen."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.errors import NotFound, StudioError
from backend.ids import is_id, new_id
from backend.jobs import JobContext
from backend.media.audio import encode_audio, read_wave
from backend.requests import GenerateSpeech, UploadVoice
from backend.studio import Studio
from backend.tenants import MAIN
from backend.voices.transcripts import word_error_rate
from backend.work import Work, run_at_once
from tests.end_to_end.conftest import make_home
from tests.end_to_end.own_voices import CONSENT, LINES, bring, own, refused, upload
from tests.end_to_end.test_command_line import run


def test_a_voice_is_checked_saved_changed_carried_away_and_brought_back(
    library: Studio, recording: Path, tmp_path: Path
) -> None:
    report = library.call("check_voice", {"audio": bring(library, recording)})
    assert (report["verdict"], report["problems"]) == ("good", [])
    voice = upload(library, recording, tags=["calm"], language="en")
    assert is_id(voice["voice_id"], "voice")
    assert (voice["name"], voice["kind"], voice["language"], voice["tags"]) == ("George", "cloned", "en", ["calm"])
    assert voice["seconds"] <= 12
    assert voice["consent"]["speaker"] == "George of Kokoro"
    clip = library.local_file(voice["reference"]["file_id"])
    info = soundfile.info(str(clip))
    assert (info.samplerate, info.channels, info.subtype) == (24_000, 1, "PCM_16")
    assert own(library) == [voice["voice_id"]]

    changed = library.call("update_voice", {"voice_id": voice["voice_id"], "name": "Joe", "tags": []})
    assert (changed["name"], changed["tags"], changed["transcript"]) == ("Joe", [], voice["transcript"])

    bundle = library.call("export_voice", {"voice_id": voice["voice_id"]})
    assert bundle["name"] == "Joe.zip"
    shutil.copyfile(library.local_file(bundle["file_id"]), tmp_path / "joe.zip")
    gone = library.call("delete_voice", {"voice_id": voice["voice_id"]})
    assert gone["name"] == "Joe"
    assert {each["place"] for each in gone["removed"]} == {"library", "store", "previews and exports", "uploads"}
    assert own(library) == []
    assert copies_of(library, clip_hash(voice)) == []

    back = library.call("import_voice", {"file": bring(library, tmp_path / "joe.zip")})
    assert {**back, "created_at": "", "reference": ""} == {**changed, "created_at": "", "reference": ""}


def clip_hash(voice: Any) -> str:
    return str(voice["consent"]["sample_sha256"])


def copies_of(studio: Studio, digest: str) -> list[Path]:
    """Files under the studio's home that hold this clip."""
    files = [path for path in studio.settings.home.rglob("*") if path.is_file() and "models" not in path.parts]
    return [path for path in files if hashlib.sha256(path.read_bytes()).hexdigest() == digest]


def test_the_transcript_is_of_exactly_the_clip(library: Studio, recording: Path, tmp_path: Path) -> None:
    samples, rate = read_wave(recording)
    soundfile.write(tmp_path / "thrice.wav", np.concatenate([samples] * 3), rate)
    voice = upload(library, tmp_path / "thrice.wav")
    clip = library.local_file(voice["reference"]["file_id"])
    heard = library.engines.listen("whisper", clip, "en", Work()).text
    assert word_error_rate(voice["transcript"], heard, "en") == 0
    assert len(voice["transcript"].split()) < 0.5 * sum(len(line.split()) for line in LINES) * 3


def test_a_transcript_that_fits_is_kept_and_one_that_does_not_is_refused(library: Studio, recording: Path) -> None:
    report = library.call("check_voice", {"audio": bring(library, recording)})
    start, end = report["chosen"]
    voice = upload(library, recording, start=start, end=end)
    identity = {"voice_id": voice["voice_id"]}
    library.call("delete_voice", identity)
    given = voice["transcript"].replace(".", " .").upper()
    assert upload(library, recording, start=start, end=end, transcript=given)["transcript"] == given
    assert refused(library, "update_voice", {**identity, "transcript": "Something else."}).code == "transcript_mismatch"
    assert (
        library.call("update_voice", {**identity, "transcript": voice["transcript"]})["transcript"]
        == voice["transcript"]
    )
    library.call("delete_voice", identity)
    for wrong in (" ".join(LINES), "Something else altogether was said in this recording, was it not?"):
        with pytest.raises(StudioError) as caught:
            upload(library, recording, transcript=wrong)
        assert caught.value.code == "transcript_mismatch"
        assert "Heard there" in caught.value.hint
    assert own(library) == []


def test_the_coach_writes_down_the_chosen_part_and_says_when_a_transcript_does_not_fit(
    library: Studio, recording: Path
) -> None:
    audio = bring(library, recording)
    first = library.call("check_voice", {"audio": audio, "transcript": "", "start": 0.0, "end": 5.0})
    assert first["chosen"] == [0.0, 5.0]
    assert first["language"] == "en"
    assert word_error_rate(" ".join(LINES[0].split()[:10]), " ".join(first["heard"].split()[:10]), "en") < 0.4
    assert first["transcript_problem"] is None
    part = {"audio": audio, "start": 0.0, "end": 5.0}
    assert library.call("check_voice", {**part, "transcript": first["heard"]})["transcript_problem"] is None
    wrong = library.call("check_voice", {**part, "transcript": "Nothing like it was ever said by anybody."})
    assert wrong["transcript_problem"]["code"] == "transcript_mismatch"
    assert wrong["heard"] == first["heard"]
    assert upload(library, recording, start=0.0, end=5.0)["transcript"] == first["heard"]
    assert refused(library, "check_voice", {**part, "end": 20.0, "transcript": ""}).code == "invalid_cut"
    assert refused(library, "check_voice", {**part, "transcript": "la " * 1000}).code == "invalid_transcript"


def test_a_language_the_recogniser_does_not_know_needs_a_transcript_and_takes_it_as_given(
    library: Studio, recording: Path
) -> None:
    arguments = {"audio": bring(library, recording), "name": "Jorge", "consent": CONSENT, "language": "sw"}
    assert refused(library, "upload_voice", arguments).code == "transcript_needed"
    voice = library.call("upload_voice", {**arguments, "transcript": "Habari ya asubuhi."})
    assert (voice["language"], voice["language_name"], voice["transcript"]) == ("sw", "Swahili", "Habari ya asubuhi.")


def test_the_part_a_person_chose_is_the_part_that_is_kept(library: Studio, recording: Path) -> None:
    first = upload(library, recording, start=0.0, end=5.0)
    assert first["seconds"] <= 5
    assert word_error_rate(" ".join(LINES[0].split()[:10]), " ".join(first["transcript"].split()[:10]), "en") < 0.4
    samples, rate = read_wave(recording)
    second = upload(library, recording, start=len(samples) / rate - 5.0, name="The end")
    assert second["voice_id"] != first["voice_id"]
    assert "september" in second["transcript"].lower()


def test_the_same_recording_is_saved_once_however_it_comes(library: Studio, recording: Path, tmp_path: Path) -> None:
    voice = upload(library, recording)
    samples, rate = read_wave(recording)
    soundfile.write(tmp_path / "quiet.wav", 0.4 * samples, rate)
    encode_audio(library.ffmpeg, recording, tmp_path / "same.mp3", "mp3", Work())
    for same in (recording, tmp_path / "quiet.wav", tmp_path / "same.mp3"):
        with pytest.raises(StudioError) as caught:
            upload(library, same, name="Another name")
        assert caught.value.code == "voice_exists"
        assert "George" in caught.value.message
        assert voice["voice_id"] in caught.value.hint
    assert own(library) == [voice["voice_id"]]


def test_a_video_gives_its_sound(library: Studio, recording: Path, tmp_path: Path) -> None:
    shutil.copyfile(recording, tmp_path / "in.wav")
    picture = ["-f", "lavfi", "-i", "color=blue:s=64x64:r=10", "-i", "file:in.wav", "-shortest"]
    codecs = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-y", "file:talk.mp4"]
    library.ffmpeg.run([*picture, *codecs], folder=tmp_path, work=Work(), timeout=60)
    assert upload(library, tmp_path / "talk.mp4")["seconds"] > 5


def test_a_recording_of_two_hours_becomes_a_voice(library: Studio, recording: Path, tmp_path: Path) -> None:
    shutil.copyfile(recording, tmp_path / "in.wav")
    encode = ["-i", "file:in.wav", "-ar", "16000", "-c:a", "libmp3lame", "-b:a", "32k", "-y", "file:once.mp3"]
    library.ffmpeg.run(encode, folder=tmp_path, work=Work(), timeout=60)
    again = ["-stream_loop", "-1", "-i", "file:once.mp3", "-t", "7200", "-c", "copy", "-y", "file:long.mp3"]
    library.ffmpeg.run(again, folder=tmp_path, work=Work(), timeout=60)
    file = bring(library, tmp_path / "long.mp3")
    report = library.call("check_voice", {"audio": file})
    assert report["duration"] == pytest.approx(7200, abs=60)
    assert report["verdict"] == "good"
    first, last = report["examined"]
    assert first <= report["chosen"][0] < report["chosen"][1] <= last <= first + 60.1
    voice = library.call(
        "upload_voice", {"audio": file, "name": "Podcast", "consent": CONSENT, "start": 7000.0, "end": 7010.0}
    )
    assert voice["seconds"] <= 10
    assert set(voice["transcript"].lower().split()) & set(" ".join(LINES).lower().split())


def test_a_job_that_is_run_again_after_a_crash_finds_its_own_voice(library: Studio, recording: Path) -> None:
    request = UploadVoice(audio=bring(library, recording), name="George", consent=CONSENT)
    context = JobContext("job_" + "0" * 26, Work(), run_at_once)
    made = [library.voice_recordings.upload(request, context) for _ in range(2)]
    assert made[0] == made[1]
    assert len(own(library)) == 1


# ------------------------------------------------------------ speaking


def test_a_blend_is_saved_and_speaks(library: Studio) -> None:
    blend = library.call("blend_voices", {"recipe": "am_puck + af_heart(2)", "name": "Dusk"})
    assert (blend["kind"], blend["engine"], blend["recipe"]) == ("blend", "kokoro", "af_heart(2)+am_puck(1)")
    assert blend["consent"]["basis"] == "licensed"
    spoken = library.call("generate_speech", {"script": "It is getting dark.", "voice": blend["voice_id"]})
    direct = library.call("generate_speech", {"script": "It is getting dark.", "voice": "af_heart(2)+am_puck(1)"})
    sounds = [library.local_file(each["audio"]["file_id"]).read_bytes() for each in (spoken, direct)]
    assert sounds[0] == sounds[1]
    assert spoken["voice"] == blend["voice_id"]
    again = {"recipe": "af_heart(4)+am_puck(2)", "name": "Dawn"}
    assert refused(library, "blend_voices", again).code == "voice_exists"
    bundle = library.call("export_voice", {"voice_id": blend["voice_id"]})
    file = bring(library, library.local_file(bundle["file_id"]))
    library.call("delete_voice", {"voice_id": blend["voice_id"]})
    back = library.call("import_voice", {"file": file})
    assert (back["voice_id"], back["name"], back["recipe"]) == (blend["voice_id"], "Dusk", blend["recipe"])


def test_a_voice_deleted_while_it_speaks_ends_its_job_and_leaves_no_take(library: Studio, recording: Path) -> None:
    voice = upload(library, recording)
    arguments = {
        "script": "One. Two. Three. Four. Five. Six. Seven. Eight.",
        "voice": voice["voice_id"],
        "engine": "silence",
        "options": {"seconds_to_think": 0.5},
    }
    job = library.call("submit_job", {"operation": "generate_speech", "arguments": arguments})
    while library.call("job_status", job)["state"] == "queued" or not takes_of(library, voice["voice_id"]):
        assert library.call("job_status", job)["state"] in ("queued", "running")
        time.sleep(0.05)
    gone = library.call("delete_voice", {"voice_id": voice["voice_id"]})
    assert "takes" in {each["place"] for each in gone["removed"]}
    while (status := library.call("job_status", job))["state"] == "running":
        time.sleep(0.05)
    assert status["state"] == "failed"
    assert status["error"]["code"] == "voice_not_found"
    assert takes_of(library, voice["voice_id"]) == []
    assert refused(library, "generate_speech", arguments).code == "voice_not_found"


@pytest.mark.parametrize("moment", ["Joining", "Spoken"])
def test_a_voice_deleted_when_all_is_said_leaves_no_narration(library: Studio, recording: Path, moment: str) -> None:
    voice = upload(library, recording)
    request = GenerateSpeech(script="One. Two.", voice=voice["voice_id"], engine="silence")
    before = library.call("list_narrations", {})["narrations"]

    def delete(fraction: float, message: str, **_: Any) -> None:
        if message.startswith(moment) and own(library):
            library.call("delete_voice", {"voice_id": voice["voice_id"]})

    context = JobContext(new_id("job"), Work(), run_at_once)
    with pytest.raises(NotFound) as caught:
        library.narrations.generate(request, context, Work(delete))
    assert (caught.value.code, bool(caught.value.hint)) == ("voice_not_found", True)
    assert takes_of(library, voice["voice_id"]) == []
    assert len(library.call("list_narrations", {})["narrations"]) == len(before)


def test_job_records_lose_what_was_said_and_agreed_when_a_voice_is_deleted(library: Studio, recording: Path) -> None:
    secret = {**CONSENT, "speaker": "Anna Wintergreen", "statement": "Anna Wintergreen agreed on the phone."}
    library.call("check_voice", {"audio": bring(library, recording), "transcript": ""})
    file = bring(library, recording)
    asked = {"audio": file, "name": "Anna", "consent": secret}
    library.call("check_voice", {"audio": file, "transcript": "Wintergreen was heard."})
    assert refused(library, "upload_voice", {**asked, "transcript": "Wintergreen again."}).code == "transcript_mismatch"
    voice = library.call("upload_voice", asked)
    narration = library.call("generate_speech", {"script": "Hi.", "voice": voice["voice_id"], "engine": "silence"})
    again = {**asked, "audio": bring(library, recording)}
    assert refused(library, "upload_voice", again).code == "voice_exists"
    assert "Wintergreen" in written_in_jobs(library)

    gone = library.call("delete_voice", {"voice_id": voice["voice_id"]})
    assert gone["job_records"] == 4
    assert "Wintergreen" not in written_in_jobs(library)
    history = library.call("list_jobs", {"limit": 1000})["jobs"]
    assert {"check_voice", "generate_speech"} <= {job["operation"] for job in history}
    assert gone["kept"] == [narration["narration_id"]]
    library.call("delete_narration", {"narration_id": narration["narration_id"]})


def written_in_jobs(studio: Studio) -> str:
    """All that is in the tables of the jobs database."""
    with sqlite3.connect(studio.settings.home / "jobs.db") as database:
        return "\n".join(database.iterdump())


def takes_of(studio: Studio, voice_id: str) -> list[Path]:
    return [path for path in (studio.settings.takes_of(MAIN) / voice_id).rglob("*") if path.is_file()]


def test_narrations_of_a_deleted_voice_are_named_and_stay(library: Studio, recording: Path) -> None:
    voice = upload(library, recording)
    arguments = {"script": "Kept.", "voice": voice["voice_id"], "engine": "silence"}
    narration = library.call("generate_speech", arguments)
    gone = library.call("delete_voice", {"voice_id": voice["voice_id"]})
    assert gone["kept"] == [narration["narration_id"]]
    assert library.call("get_narration", {"narration_id": narration["narration_id"]})["script"] == "Kept."


def test_a_transcript_is_converted(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_text("end,word,start\n0.5,Hello,0\n1.0,there.,0.5\n")
    assert studio.call("convert_transcript", {"file": bring(studio, tmp_path / "words.csv")}) == {
        "text": "Hello there."
    }
    (tmp_path / "empty.srt").write_text("\n")
    assert (
        refused(studio, "convert_transcript", {"file": bring(studio, tmp_path / "empty.srt")}).code
        == "transcript_empty"
    )


def test_the_command_line_saves_a_voice_from_a_path(recording: Path, tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    report = run(home, "call", "check_voice", json.dumps({"audio": str(recording)}))
    assert report["verdict"] == "good"
    arguments = {"audio": str(recording), "name": "George", "consent": CONSENT}
    voice = run(home, "call", "upload_voice", json.dumps(arguments))
    identity = json.dumps({"voice_id": voice["voice_id"]})
    bundle = run(home, "call", "export_voice", identity, "--save", str(tmp_path))
    assert run(home, "call", "delete_voice", identity)["name"] == "George"
    assert run(home, "call", "import_voice", json.dumps({"file": bundle["path"]}))["voice_id"] == voice["voice_id"]
    blend = run(home, "call", "blend_voices", '{"recipe": "af_heart(2)+am_puck(1)", "name": "Dusk"}')
    assert blend["kind"] == "blend"
    (tmp_path / "words.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello.\n")
    text = run(home, "call", "convert_transcript", json.dumps({"file": str(tmp_path / "words.srt")}))
    assert text == {"text": "Hello."}
