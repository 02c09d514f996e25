"""A script put onto recordings of it, with the real Kokoro as the truth and as the clock, and the real recogniser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.errors import InvalidRequest, StudioError
from backend.settings import Settings
from backend.studio import Studio
from benchmarks.timing.recordings import reading

SCRIPT = (
    "The harbour master counts the boats at dawn. It costs $100 to rent one for 3 days; Dr. Okonkwo paid less in 1987. "
    "Nobody has ever asked him why he does it. He says that the fog took it, one quiet evening in September."
)
RATE = 24_000


@pytest.fixture(scope="module")
def spoken(studio: Studio) -> dict[str, Any]:
    """In a voice that is none of the clocks."""
    made: dict[str, Any] = studio.call("generate_speech", {"script": SCRIPT, "voice": "bf_emma", "speed": 1.1})
    return made


@pytest.fixture(scope="module")
def sound(studio: Studio, spoken: dict[str, Any]) -> np.ndarray:
    samples, rate = soundfile.read(studio.local_file(spoken["audio"]["file_id"]), dtype="float32")
    assert rate == RATE
    return np.asarray(samples)


def kept(studio: Studio, folder: Path, *parts: np.ndarray) -> str:
    path = folder / "recording.wav"
    soundfile.write(path, np.concatenate(parts), RATE)
    return str(studio.upload(path, path.name)["file_id"])


def align(studio: Studio, media: str, script: str = SCRIPT, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = studio.call("align_script", {"media": media, "script": script, **more})
    return made


def errors(aligned: dict[str, Any], truth: list[dict[str, Any]], edge: str, later: float = 0.0) -> np.ndarray:
    """Seconds between where each word is and where it was found."""
    return np.array([abs(a[edge] - b[edge] - later) for a, b in zip(aligned["words"], truth, strict=True)])


def test_every_word_of_the_script_is_found_where_it_is_said(studio: Studio, spoken: dict[str, Any]) -> None:
    aligned = align(studio, spoken["audio"]["file_id"])
    assert [word["text"] for word in aligned["words"]] == [word["text"] for word in spoken["words"]]
    assert errors(aligned, spoken["words"], "start").mean() < 0.015
    assert errors(aligned, spoken["words"], "end").mean() < 0.02
    assert (errors(aligned, spoken["words"], "start") < 0.05).mean() >= 0.95
    assert {word["source"] for word in aligned["words"]} == {"aligned"}
    assert aligned["duration"] == pytest.approx(spoken["duration"], abs=0.02)
    assert aligned["differences"] == [] and aligned["language"] == "en"
    assert min(word["confidence"] for word in aligned["words"]) > 0.4
    captions = studio.call("make_captions", {"source": aligned["timings"]["srt"]["file_id"]})
    assert " ".join(cue["text"] for cue in captions["cues"]).replace("\n", " ").startswith("The harbour master")


def test_a_human_reader_is_aligned_as_another_aligner_does_it(studio: Studio) -> None:
    """That one works with hidden Markov models in steps of 10 ms; where the two differ, nobody knows who is right."""
    read = reading()
    media = str(studio.upload(read.path, read.path.name)["file_id"])
    aligned = align(studio, media, read.script)
    theirs = [{"start": start, "end": end} for start, end in read.truth]
    assert [word["text"] for word in aligned["words"]] == list(read.words)
    for edge in ("start", "end"):
        off = errors(aligned, theirs, edge)
        assert off.mean() < 0.04
        assert (off < 0.05).mean() > 0.8


def test_silence_before_after_and_in_between_moves_the_words_and_nothing_else(
    studio: Studio, spoken: dict[str, Any], sound: np.ndarray, tmp_path: Path
) -> None:
    break_at = spoken["sentences"][1]["start"]
    cut = round(break_at * RATE)
    quiet = np.zeros(4 * RATE, np.float32)
    aligned = align(studio, kept(studio, tmp_path, quiet, sound[:cut], quiet, sound[cut:], quiet))
    later = np.array([4.0 if word["start"] < break_at else 8.0 for word in spoken["words"]])
    found = np.array([word["start"] for word in aligned["words"]])
    truth = np.array([word["start"] for word in spoken["words"]])
    assert np.abs(found - truth - later).mean() < 0.02


def test_what_the_recording_lacks_and_what_it_has_besides_is_told(
    studio: Studio, spoken: dict[str, Any], sound: np.ndarray, tmp_path: Path
) -> None:
    third = [word for word in spoken["words"] if word["start"] >= spoken["sentences"][-2]["start"]]
    lacking = studio.call("generate_speech", {"script": "We now return to our story.", "voice": "bf_emma"})
    besides, _ = soundfile.read(studio.local_file(lacking["audio"]["file_id"]), dtype="float32")
    start, end = (round(spoken["sentences"][-2][edge] * RATE) for edge in ("start", "end"))
    aligned = align(studio, kept(studio, tmp_path, besides, sound[:start], sound[end:]))
    kinds = {each["kind"]: each["text"] for each in aligned["differences"]}
    assert "return to our story" in kinds["added"] and kinds["missing"] == spoken["sentences"][-2]["text"]
    assert len(aligned["words"]) == len(spoken["words"])
    unsaid = [word for word in aligned["words"] if word["confidence"] <= 0.1]
    assert len(unsaid) == len(spoken["sentences"][-2]["text"].split()) <= len(third)
    said = [(a, b) for a, b in zip(aligned["words"], spoken["words"], strict=True) if a["confidence"] > 0.1]
    later = np.array([a["start"] - b["start"] for a, b in said])
    before = len(besides) / RATE
    expected = np.array([before if b["start"] < start / RATE else before - (end - start) / RATE for _, b in said])
    assert np.abs(later - expected).mean() < 0.03


@pytest.mark.parametrize("level", [0.05])
def test_noise_under_the_voice_hardly_moves_a_word_and_loses_none(
    studio: Studio, spoken: dict[str, Any], sound: np.ndarray, tmp_path: Path, level: float
) -> None:
    noise = level * sound.std() * 3 * np.random.default_rng(1).standard_normal(len(sound)).astype(np.float32)
    aligned = align(studio, kept(studio, tmp_path, sound + noise))
    assert len(aligned["words"]) == len(spoken["words"])
    assert errors(aligned, spoken["words"], "start").mean() < 0.025


def test_another_text_is_refused_with_what_is_heard_instead(studio: Studio, spoken: dict[str, Any]) -> None:
    other = "Bread needs flour, water, salt and a warm place to rise. Knead it for ten minutes and wait two hours."
    with pytest.raises(StudioError, match="master counts") as refused:
        align(studio, spoken["audio"]["file_id"], other)
    assert refused.value.code == "script_not_said"


@pytest.mark.parametrize(
    ("script", "more", "code"),
    [
        (" ", {}, "script_empty"),
        ("Hello there.", {"language": "xx"}, "unknown_language"),
        ("Guten Tag.", {"language": "de"}, "language_not_aligned"),
    ],
)
def test_what_cannot_be_aligned_is_refused_at_once(
    studio: Studio, spoken: dict[str, Any], script: str, more: dict[str, str], code: str
) -> None:
    before = len(studio.call("list_jobs", {})["jobs"])
    with pytest.raises(InvalidRequest) as refused:
        align(studio, spoken["audio"]["file_id"], script, **more)
    assert refused.value.code == code and len(studio.call("list_jobs", {})["jobs"]) == before


def test_a_recording_without_speech_is_told(studio: Studio, tmp_path: Path) -> None:
    tone = np.sin(np.arange(3 * RATE) * 0.05).astype(np.float32) * 0.1
    with pytest.raises(StudioError) as refused:
        align(studio, kept(studio, tmp_path, tone))
    assert refused.value.code in ("no_speech", "script_not_said")


def test_the_same_again_speaks_nothing_anew(studio: Studio, spoken: dict[str, Any]) -> None:
    takes = sorted(Settings(home=studio.settings.home).takes_of("").rglob("*.wav"))
    align(studio, spoken["audio"]["file_id"])
    assert sorted(studio.settings.takes_of("").rglob("*.wav")) == takes


def test_a_range_of_captions_is_put_anew_to_where_it_is_said(studio: Studio, spoken: dict[str, Any]) -> None:
    made = studio.call("make_captions", {"source": spoken["narration_id"], "style": "clean_two_line"})
    truth = {(cue["index"], place): word for cue in made["cues"] for place, word in enumerate(cue["words"])}
    spoilt = [cue if cue["index"] not in (1, 2) else late(cue, 0.3) for cue in made["cues"]]
    studio.call("update_captions", {"captions_id": made["captions_id"], "cues": spoilt})
    put = studio.call("realign_captions", {"captions_id": made["captions_id"], "first": 1, "last": 2})
    assert put["version"] == 3
    assert [cue["text"] for cue in put["cues"]] == [cue["text"] for cue in made["cues"]]
    outside = [cue for cue in put["cues"] if cue["index"] not in (1, 2)]
    assert outside[1:] == made["cues"][3:]
    assert outside[0]["words"] == made["cues"][0]["words"]
    off = [
        abs(word["start"] - truth[cue["index"], place]["start"])
        for cue in put["cues"][1:3]
        for place, word in enumerate(cue["words"])
    ]
    assert np.mean(off) < 0.03
    assert {word["source"] for cue in put["cues"][1:3] for word in cue["words"]} == {"aligned"}


def late(cue: dict[str, Any], seconds: float) -> dict[str, Any]:
    """All its words in the second half of its time."""
    middle = (cue["start"] + cue["end"]) / 2
    words = [
        {**word, **{edge: min(cue["end"], max(middle, word[edge] + seconds)) for edge in ("start", "end")}}
        for word in cue["words"]
    ]
    return {**cue, "words": words}


def test_what_cannot_be_put_anew_is_refused_at_once(studio: Studio, spoken: dict[str, Any]) -> None:
    words = spoken["words"][:5]
    alone = studio.call("make_captions", {"source": words})["captions_id"]
    for asked, code in (({}, "no_sound"), ({"first": 9}, "no_such_caption"), ({"first": 1, "last": 0}, "bad_range")):
        with pytest.raises(InvalidRequest) as caught:
            studio.call("realign_captions", {"captions_id": alone, **asked})
        assert caught.value.code == code
