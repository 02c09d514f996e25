"""What is made is what was asked for: heard by Whisper, seen in the frames, counted in samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]
from PIL import Image

from backend.errors import StudioError
from backend.studio import Studio
from backend.work import Work

SCRIPTS = [
    "Every lighthouse keeper learns one rule first. Never paint the door while the fog is thinking about you.",
    "The market opens at nine. By noon the bread is gone, and only the old baker still smiles at the empty shelves.",
    "She counted seven ships that morning. None of them carried mail, and yet she waited on the pier until dark.",
]


def word_error_rate(scripts: str | list[str], texts: str | list[str]) -> float:
    """Share of words that were misheard, in lower case and without punctuation."""
    jiwer_untyped: Any = jiwer
    plain = jiwer_untyped.Compose(
        [
            jiwer_untyped.ToLowerCase(),
            jiwer_untyped.RemovePunctuation(),
            jiwer_untyped.RemoveMultipleSpaces(),
            jiwer_untyped.Strip(),
            jiwer_untyped.ReduceToListOfListOfWords(),
        ]
    )
    return float(jiwer_untyped.wer(scripts, texts, reference_transform=plain, hypothesis_transform=plain))


def heard(studio: Studio, file_id: str) -> str:
    return studio.engines.listen("whisper", studio.local_file(file_id), "en", Work()).text


def test_whisper_hears_the_scripts(studio: Studio) -> None:
    narrations = [studio.call("generate_speech", {"script": script}) for script in SCRIPTS]
    texts = [heard(studio, narration["audio"]["file_id"]) for narration in narrations]
    assert word_error_rate(SCRIPTS, texts) < 0.10, texts


def test_duration_words_and_sentences_agree_with_the_samples(studio: Studio) -> None:
    narration = studio.call("generate_speech", {"script": SCRIPTS[1] + "\n\nHe won $100, twice!"})
    with soundfile.SoundFile(studio.local_file(narration["audio"]["file_id"])) as audio:
        assert narration["duration"] == pytest.approx(audio.frames / audio.samplerate, abs=1e-9)
        assert narration["sample_rate"] == audio.samplerate
    assert [word["text"] for word in narration["words"]] == (SCRIPTS[1] + " He won $100, twice!").split()
    times = [moment for word in narration["words"] for moment in (word["start"], word["end"])]
    assert times == sorted(times)
    assert narration["sentences"][-1]["end"] <= narration["duration"]


def test_one_changed_sentence_is_the_only_one_spoken_again(studio: Studio) -> None:
    script = "The first stays. The second will change. The third stays too."
    first = studio.call("generate_speech", {"script": script})
    second = studio.call(
        "regenerate_sentence",
        {"narration_id": first["narration_id"], "index": 1, "text": "The second is different now."},
    )
    assert (second["narration_id"], second["version"]) == (first["narration_id"], 2)
    assert [s["from_cache"] for s in second["sentences"]] == [True, False, True]
    assert [s["text"] for s in second["sentences"]][1] == "The second is different now."
    assert "different" in heard(studio, second["audio"]["file_id"]).lower()
    third = studio.call("regenerate_sentence", {"narration_id": first["narration_id"], "index": 1, "engine": "silence"})
    assert (third["engine"], [s["engine"] for s in third["sentences"]]) == ("mixed", ["kokoro", "silence", "kokoro"])
    back = {"narration_id": first["narration_id"], "index": 1, "from_version": 1}
    fourth = studio.call("regenerate_sentence", back)
    assert all(s["from_cache"] for s in fourth["sentences"])
    assert fourth["script"] == script
    sounds = [studio.local_file(made["audio"]["file_id"]).read_bytes() for made in (first, fourth)]
    assert sounds[0] == sounds[1]
    earlier = studio.call("get_narration", {"narration_id": first["narration_id"], "version": 2})
    assert (earlier["version"], earlier["sentences"][1]["text"]) == (2, "The second is different now.")
    for arguments, code in (({**back, "seed": 3}, "invalid_from_version"), ({**back, "from_version": 9}, "narration")):
        with pytest.raises(StudioError) as caught:
            studio.call("regenerate_sentence", arguments)
        assert caught.value.code.startswith(code)


def frames(studio: Studio, file_id: str, moments: list[float], folder: Path) -> list[np.ndarray[Any, Any]]:
    pictures = []
    for moment in moments:
        link = studio.call("extract_frame", {"video": file_id, "timestamp": moment})
        pictures.append(np.asarray(Image.open(studio.local_file(link["file_id"])).convert("RGB"), dtype=np.int16))
    return pictures


def test_a_caption_is_on_screen_exactly_while_its_word_is_spoken(studio: Studio, tmp_path: Path) -> None:
    arguments = {
        "script": "Never [pause 1.5s] again.",
        "background": "#203040",
        "captions_style": "one_big_word",
        "sizes": ["270x480"],
    }
    made = studio.call("generate_captioned_video", arguments)
    first, second = made["narration"]["words"]
    video = made["videos"][0]["file"]["file_id"]
    middle_of_pause = (first["end"] + second["start"]) / 2
    during_first, between, during_second = frames(
        studio,
        video,
        [(first["start"] + first["end"]) / 2, middle_of_pause, (second["start"] + second["end"]) / 2],
        tmp_path,
    )
    drawn_first = int((np.abs(during_first - between).max(axis=2) > 60).sum())
    drawn_second = int((np.abs(during_second - between).max(axis=2) > 60).sum())
    assert int((np.abs(between - between[0, 0]).max(axis=2) > 30).sum()) == 0  # nothing but the background in the pause
    assert drawn_first > 500
    assert drawn_second > 500
    frame = 1 / 30
    before, after = frames(studio, video, [second["start"] - 1.5 * frame, second["start"] + 1.5 * frame], tmp_path)
    assert int((np.abs(before - between).max(axis=2) > 60).sum()) == 0
    assert int((np.abs(after - between).max(axis=2) > 60).sum()) > 200


def test_video_says_the_script_and_has_the_asked_sizes(studio: Studio) -> None:
    sizes = ["270x480", "480x270"]
    made = studio.call("generate_captioned_video", {"script": SCRIPTS[0], "sizes": sizes})
    assert [video["size"] for video in made["videos"]] == sizes
    for video in made["videos"]:
        info = studio.call("get_video_info", {"video": video["file"]["file_id"]})
        assert f"{info['width']}x{info['height']}" == video["size"]
        assert info["duration"] == pytest.approx(made["narration"]["duration"], abs=0.05)
    text = heard(studio, made["videos"][0]["file"]["file_id"])
    assert word_error_rate(SCRIPTS[0], text) < 0.10
