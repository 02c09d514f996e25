"""Broken media through every operation that opens media: refused before anything is queued, or used for what it is.

The files are put into the store as if a studio had once taken them, so that each operation has to see for itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from backend.errors import StudioError
from backend.media.ffmpeg import Ffmpeg, find_ffmpeg
from backend.studio import Studio
from tests.end_to_end.conftest import kept_files, leftovers
from tests.end_to_end.media_uses import SLOW, USES, arguments_of, kept, refusal
from tests.media.faults import FAULTS, SECRET, Fault
from tests.media.makers import Maker

HOURS = ("long2h.flac",)
"""What nobody listens to, renders or measures in a test."""

ABOUT_WORDS = ("no_speech", "script_not_said")
"""Nobody speaks in any of these files: that is said, and nothing else."""
SAID = {
    ("narrow.png", "merging"): "not_a_video",
    ("narrow.png", "overlaid"): "not_a_video",
    ("narrow.png", "logo"): "invalid_layers",
    ("narrow.png", "sheet"): "not_a_video",
    ("narrow.png", "animation"): "not_a_video",
    ("long2h.flac", "measured"): "media_too_long",
    ("one_frame.mp4", "merging"): "transition_too_long",
    ("sparse4k_1h.mp4", "merging"): "video_too_large",
    ("sparse4k_1h.mp4", "overlaid"): "video_too_large",
}
"""What cannot be done with some that are taken otherwise."""

BROKEN = [
    fault for fault in FAULTS if fault.code and fault.kind != "text" and fault.name not in ("fifo.wav", "link.wav")
]
ODD = [fault for fault in FAULTS if not fault.code and fault.kind != "text"]
TEXTS = [fault for fault in FAULTS if fault.kind == "text"]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    return Maker(tmp_path_factory.mktemp("faults"), Ffmpeg(find_ffmpeg(None)))


@pytest.fixture(scope="module")
def captions_id(studio: Studio) -> str:
    word = {"text": "Hi", "start": 0.0, "end": 0.4, "confidence": 1.0, "source": "engine"}
    return str(studio.call("make_captions", {"source": [word], "size": "96x128"})["captions_id"])


@pytest.fixture(scope="module")
def good(studio: Studio, make: Maker) -> Iterator[str]:
    file_id = str(studio.upload(make.clip("good.mp4", size="96x128"), "good.mp4")["file_id"])
    yield file_id
    studio.call("delete_file", {"file_id": file_id})


def check_refused(studio: Studio, fault: Fault, operation: str, arguments: dict[str, Any]) -> None:
    before = studio.call("list_jobs", {"limit": 1000})["jobs"]
    refused = refusal(studio, operation, arguments)
    assert refused is not None
    assert (refused.code, fault.says in refused.message) == (fault.code, True), str(refused)
    assert refused.hint
    assert studio.call("list_jobs", {"limit": 1000})["jobs"] == before
    assert leftovers(studio.settings.home) == []


def check_used(studio: Studio, fault: Fault, use: str, operation: str, arguments: dict[str, Any]) -> None:
    """Done if it has what is needed; else what is missing is said."""
    needed = USES[use][1]
    refused = refusal(studio, operation, arguments)
    said = "invalid_layers" if use == "logo" and fault.kind != "image" else SAID.get((fault.name, use))
    if said:
        assert refused is not None
        assert refused.code == said
    elif needed in fault.has:
        assert refused is None or (use == "alignment" and refused.code in ABOUT_WORDS), str(refused)
    else:
        assert refused is not None
        assert refused.code == ("no_audio" if needed == "sound" else "no_video")
    assert leftovers(studio.settings.home) == []


@pytest.mark.parametrize("fault", [pytest.param(fault, id=fault.name) for fault in BROKEN])
def test_what_is_broken_is_not_taken(studio: Studio, make: Maker, fault: Fault) -> None:
    path, before = fault.make(make, fault.name), kept_files(studio)
    with pytest.raises(StudioError) as refused:
        studio.upload(path, fault.name)
    assert refused.value.code == fault.code
    assert kept_files(studio) == before


@pytest.mark.parametrize(
    ("fault", "use"),
    [
        pytest.param(fault, list(USES)[number % len(USES)], id=f"{fault.name}-{list(USES)[number % len(USES)]}")
        for number, fault in enumerate(BROKEN)
    ],
)
def test_what_is_broken_is_refused_before_anything_is_queued(
    studio: Studio, make: Maker, captions_id: str, good: str, fault: Fault, use: str
) -> None:
    file_id = kept(studio, fault.make(make, fault.name))
    check_refused(studio, fault, *arguments_of(use, file_id, captions_id, good))


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("short.wav", "music"),
        ("surround51.wav", "music"),
        ("silent.wav", "narration"),
        ("narrow.png", "background"),
        ("sparse4k_1h.mp4", "frame"),
        ("attachment.mkv", "background"),
        ("audio_only.mp4", "look"),
        ("nan_inf.wav", "music of a merge"),
        ("sparse4k_1h.mp4", "overlaid"),
        ("odd639x359.mp4", "overlay"),
        ("noaudio.mp4", "coach"),
    ],
)
def test_what_is_odd_is_used_for_what_it_is(
    studio: Studio, make: Maker, captions_id: str, good: str, name: str, use: str
) -> None:
    fault = next(fault for fault in ODD if fault.name == name)
    file_id = kept(studio, fault.make(make, name))
    check_used(studio, fault, use, *arguments_of(use, file_id, captions_id, good))


def test_samples_that_are_no_sound_are_muted_and_told(studio: Studio, make: Maker) -> None:
    fault = next(fault for fault in ODD if fault.name == "nan_inf.wav")
    file_id = kept(studio, fault.make(make, fault.name))
    made = studio.call("generate_captioned_video", {"audio": file_id, "sizes": ["96x128"]})
    assert any("3 samples that are no sound" in warning for warning in made["warnings"])
    assert any("3 samples" in warning for warning in studio.call("transcribe", {"media": file_id})["warnings"])


@pytest.mark.parametrize("fault", [pytest.param(fault, id=fault.name) for fault in TEXTS])
def test_subtitles_are_read_by_rule_or_refused_by_line(studio: Studio, make: Maker, fault: Fault) -> None:
    file_id = kept(studio, fault.make(make, fault.name))
    make.text("secret.srt", f"1\n00:00:00,000 --> 00:00:01,000\n{SECRET}\n")
    refused = refusal(studio, "make_captions", {"source": file_id, "size": "96x128"})
    assert (refused.code if refused else "") == fault.code
    if refused is None:
        captions = studio.call("make_captions", {"source": file_id, "size": "96x128"})
        texts = " ".join(cue["text"] for cue in captions["cues"])
        assert "Two" in texts
        assert not set("{}\\\0\u202e\u2066") & set(texts)
        assert SECRET not in texts


@pytest.mark.faults
@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("fault", [pytest.param(fault, id=fault.name) for fault in (*BROKEN, *ODD)])
def test_every_kind_through_every_operation(
    studio: Studio, make: Maker, captions_id: str, good: str, fault: Fault, use: str
) -> None:
    if fault.name in HOURS and use in SLOW:
        pytest.skip("two hours of silence are listened to, or rendered, in two hours")
    operation, arguments = arguments_of(use, kept(studio, fault.make(make, fault.name)), captions_id, good)
    if fault.code:
        check_refused(studio, fault, operation, arguments)
    else:
        check_used(studio, fault, use, operation, arguments)
