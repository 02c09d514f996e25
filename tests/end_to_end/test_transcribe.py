"""Recordings written down by the real recogniser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.errors import InvalidRequest, MediaRejected, NotFound, StudioError
from backend.models import Word
from backend.services.transcriptions import segments_of
from backend.settings import Settings
from backend.studio import Studio

SCRIPT = "The harbour master counts the boats at dawn. Nobody has ever asked him why he does it."


@pytest.fixture(scope="module")
def narration(studio: Studio) -> dict[str, Any]:
    asked = {"script": SCRIPT, "voice": "bm_george", "audio_format": "mp3"}
    made: dict[str, Any] = studio.call("generate_speech", asked)
    return made


@pytest.fixture(scope="module")
def transcript(studio: Studio, narration: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = studio.call("transcribe", {"media": narration["audio"]["file_id"]})
    return made


def plain(text: str) -> list[str]:
    return "".join(letter for letter in text.casefold() if letter.isalnum() or letter.isspace()).split()


def test_what_is_said_is_written_down_with_the_time_of_every_word(
    transcript: dict[str, Any], narration: dict[str, Any]
) -> None:
    assert plain(transcript["text"]) == plain(SCRIPT) and transcript["language"] == "en"
    assert transcript["duration"] == pytest.approx(narration["duration"], abs=0.1)
    assert [plain(word["text"]) for word in transcript["words"]] == [[word] for word in plain(SCRIPT)]
    for heard, said in zip(transcript["words"], narration["words"], strict=True):
        assert heard["start"] == pytest.approx(said["start"], abs=0.35)
        assert heard["source"] == "recognised" and 0 < heard["confidence"] <= 1
    assert " ".join(segment["text"] for segment in transcript["segments"]) == transcript["text"]
    assert set(transcript["timings"]) == {"srt", "vtt", "csv", "json", "ass"}


def test_its_words_and_its_files_become_captions(studio: Studio, transcript: dict[str, Any]) -> None:
    for source in (transcript["words"], transcript["timings"]["srt"]["file_id"]):
        captions = studio.call("make_captions", {"source": source})
        assert plain(" ".join(cue["text"] for cue in captions["cues"])) == plain(SCRIPT)


def upload(studio: Studio, path: Path) -> str:
    return str(studio.upload(path, path.name)["file_id"])


def test_a_recording_in_which_nobody_speaks_has_no_words(studio: Studio, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "quiet.wav", np.zeros(40 * 8000, np.float32), 8000)
    heard = studio.call("transcribe", {"media": upload(studio, tmp_path / "quiet.wav")})
    assert (heard["text"], heard["words"], heard["segments"]) == ("", [], [])
    assert json.loads(studio.local_file(heard["timings"]["json"]["file_id"]).read_text())["words"] == []


@pytest.mark.parametrize(
    ("fields", "kind", "code"),
    [
        ({"language": "klingon"}, InvalidRequest, "unknown_language"),
        ({"recogniser": "parrot"}, InvalidRequest, "invalid_recogniser"),
        ({"media": "up_00000000000000000000000000.1.file.wav"}, NotFound, "file_not_found"),
        ({"media": "../../etc/passwd"}, NotFound, "file_not_found"),
    ],
)
def test_what_cannot_be_written_down_is_refused_before_it_is_queued(
    studio: Studio, narration: dict[str, Any], fields: dict[str, str], kind: type[StudioError], code: str
) -> None:
    before = studio.call("list_jobs", {})
    with pytest.raises(kind) as refused:
        studio.call("transcribe", {"media": narration["audio"]["file_id"], **fields})
    assert refused.value.code == code and refused.value.hint
    assert studio.call("list_jobs", {}) == before


def test_a_language_that_nothing_here_understands_is_refused(home: Path, narration: dict[str, Any]) -> None:
    settings = Settings.model_validate({"home": home, "HF_HUB_OFFLINE": True})
    with Studio(settings) as offline, pytest.raises(InvalidRequest) as refused:
        offline.call("transcribe", {"media": narration["audio"]["file_id"], "language": "ja"})
    assert refused.value.code == "language_not_understood" and "whisper" in refused.value.hint


def test_pictures_and_recordings_of_more_than_an_hour_are_refused(studio: Studio, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "long.flac", np.zeros(3700 * 1000, np.int16), 1000)
    with pytest.raises(MediaRejected) as refused:
        studio.call("transcribe", {"media": upload(studio, tmp_path / "long.flac")})
    assert refused.value.code == "media_too_long"
    picture = Path("assets/backgrounds/paper.jpg")
    with pytest.raises(MediaRejected) as refused:
        studio.call("transcribe", {"media": upload(studio, picture)})
    assert refused.value.code == "no_audio"


def words(*said: tuple[str, float, float]) -> list[Word]:
    return [Word(text=text, start=start, end=end) for text, start, end in said]


def test_segments_end_with_sentences_at_pauses_and_before_they_grow_too_long() -> None:
    found = segments_of(words(("One", 0, 0.2), ("two.", 0.3, 0.5), ("three", 0.6, 0.8), ("four", 2.0, 2.2)))
    parts = [(each.text, each.start, each.end) for each in found]
    assert parts == [("One two.", 0, 0.5), ("three", 0.6, 0.8), ("four", 2.0, 2.2)]
    endless = segments_of(words(*[("and", n * 0.5, n * 0.5 + 0.4) for n in range(100)]))
    assert len(endless) == 4 and all(each.end - each.start <= 15 for each in endless)
    assert [each.text for each in segments_of(words(("你", 0, 0.2), ("好。", 0.2, 0.4)))] == ["你好。"]
    assert segments_of([]) == []
