"""The sound of videos as their options ask for it, in the files that a caller gets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile  # type: ignore[import-untyped]

from backend.errors import InvalidRequest
from backend.media.audio import measure_loudness
from backend.settings import Settings
from backend.studio import Studio
from tests.google_server import write_tones
from tests.media.makers import samples_of

Json = dict[str, Any]
STARTS = (0.5, 1.5, 2.2)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with Studio(Settings(home=tmp_path_factory.mktemp("heard"), hub_offline=True)) as studio:
        studio.start()
        yield studio


@pytest.fixture(scope="module")
def asked(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Json:
    """Arguments for a small video of three tones that are words, with music."""
    folder = tmp_path_factory.mktemp("tones")
    write_tones(folder / "said.wav", 16_000, 3.0, STARTS)
    write_tones(folder / "music.wav", 48_000, 1.0, [0.1, 0.6], channels=2)
    said, music = (studio.upload(folder / name, name)["file_id"] for name in ("said.wav", "music.wav"))
    words = [
        {"text": f"word{at}", "start": at, "end": at + 0.3, "confidence": 1.0, "source": "aligned"} for at in STARTS
    ]
    captions = studio.call("make_captions", {"source": words, "size": "128x128"})["captions_id"]
    return {"audio": said, "captions_id": captions, "sizes": ["128x128"], "background": "navy", "music": music}


def loudness(studio: Studio, link: Json, folder: Path) -> tuple[float, float]:
    samples, rate = samples_of(studio.local_file(link["file_id"]))
    soundfile.write(folder / "heard.wav", samples, rate, "FLOAT")
    return measure_loudness(studio.ffmpeg, folder / "heard.wav")


def test_a_video_and_its_sound_alone_are_as_loud_as_the_platforms_play(
    studio: Studio, asked: Json, tmp_path: Path
) -> None:
    made = studio.call("generate_captioned_video", {**asked, "options": {"audio_export": "flac"}})
    assert made["audio"]["name"] == "voicereel-audio.flac" and made["audio"]["media_type"] == "audio/flac"
    for link in (made["audio"], made["videos"][0]["file"]):
        level, peak = loudness(studio, link, tmp_path)
        assert level == pytest.approx(-14, abs=0.5) and peak <= -1.5
    video = made["videos"][0]
    assert video["loudness"] == pytest.approx(-14, abs=0.5) and video["true_peak"] <= -1.5
    again = studio.call("make_again", {"manifest": made["video_id"]})
    files = [studio.local_file(one["audio"]["file_id"]).read_bytes() for one in (made, again)]
    assert files[0] == files[1]


def test_sound_may_stay_as_loud_as_it_is(studio: Studio, asked: Json, tmp_path: Path) -> None:
    alone = {**asked, "music": None, "options": {"video_loudness": None}}
    made = studio.call("generate_captioned_video", alone)
    level, _ = loudness(studio, made["videos"][0]["file"], tmp_path)
    soundfile.write(tmp_path / "mono.wav", *soundfile.read(studio.local_file(asked["audio"])))
    assert level == pytest.approx(measure_loudness(studio.ffmpeg, tmp_path / "mono.wav")[0], abs=0.3)
    assert made["audio"] is None


@pytest.mark.parametrize(
    "options",
    [{"video_loudness": 0}, {"duck_distance": -1}, {"music_fade_in": 31}, {"audio_export": "aac"}, {"music_start": -1}],
    ids=str,
)
def test_what_cannot_be_is_refused_before_anything_is_queued(studio: Studio, asked: Json, options: Json) -> None:
    before = len(studio.call("list_jobs", {})["jobs"])
    with pytest.raises(InvalidRequest, match=f"options.{next(iter(options))}") as refused:
        studio.call("generate_captioned_video", {**asked, "options": options})
    assert refused.value.code == "invalid_options"
    assert len(studio.call("list_jobs", {})["jobs"]) == before
