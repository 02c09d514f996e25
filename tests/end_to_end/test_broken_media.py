"""Broken media through every operation that opens media: refused before anything is queued, or used for what it is.

The files are put into the store as if a studio had once taken them, so that each operation has to see for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.errors import StudioError
from backend.ids import StoredFile, new_id
from backend.media.ffmpeg import Ffmpeg, find_ffmpeg
from backend.studio import Studio
from tests.end_to_end.conftest import kept_files, leftovers
from tests.media.faults import FAULTS, SECRET, Fault
from tests.media.makers import Maker

Call = Callable[[str], dict[str, Any]]
QUICK = {"sizes": ["96x128"], "options": {"engine": "silence"}}
HOURS = ("long2h.flac",)
"""What nobody listens to, renders or measures in a test."""

# operation, what the file has to hold, arguments; several uses of one operation are told apart by their first word
USES: dict[str, tuple[str, str, Call]] = {
    "background": ("generate_captioned_video", "picture", lambda file: {"script": "Hi.", "background": file, **QUICK}),
    "music": ("generate_captioned_video", "sound", lambda file: {"script": "Hi.", "music": file, **QUICK}),
    "narration": ("generate_captioned_video", "sound", lambda file: {"audio": file, "sizes": ["96x128"]}),
    "merging": ("merge_videos", "picture", lambda file: {"videos": [file, file], "transition": "fade"}),
    "music of a merge": ("merge_videos", "sound", lambda file: {"videos": ["good"], "background_music": file}),
    "overlay": ("add_colorkey_overlay", "picture", lambda file: {"video": "good", "overlay": file}),
    "overlaid": ("add_colorkey_overlay", "picture", lambda file: {"video": file, "overlay": "good", "color": "blue"}),
    "look": ("preview_captions", "picture", lambda file: {"captions_id": "captions", "time": 0.1, "background": file}),
    "look at a video": (
        "preview_video",
        "picture",
        lambda file: {"script": "Hi.", "background": file, "width": 96, **QUICK},
    ),
    "logo": (
        "generate_captioned_video",
        "picture",
        lambda file: {
            "script": "Hi.",
            "sizes": ["96x128"],
            "options": {"engine": "silence", "layers": [{"kind": "image", "file": file}]},
        },
    ),
    "thumbnail": ("make_thumbnail", "picture", lambda file: {"video": file, "text": "Hi", "timestamp": 0.4}),
    "sheet": ("make_contact_sheet", "picture", lambda file: {"video": file, "columns": 2, "rows": 1, "width": 320}),
    "animation": ("make_animation", "picture", lambda file: {"video": file, "seconds": 0.4, "width": 64}),
    "frame": ("extract_frame", "picture", lambda file: {"video": file, "timestamp": 0.4}),
    "video info": ("get_video_info", "picture", lambda file: {"video": file}),
    "audio info": ("get_audio_info", "sound", lambda file: {"audio": file}),
    "measured": ("get_audio_info", "sound", lambda file: {"audio": file, "measure": True}),
    "coach": ("check_voice", "sound", lambda file: {"audio": file}),
    "transcript": ("transcribe", "sound", lambda file: {"media": file}),
    "alignment": ("align_script", "sound", lambda file: {"media": file, "script": "Hello there."}),
}
SLOW = ("transcript", "alignment", "narration", "coach")
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


def kept(studio: Studio, path: Path) -> str:
    """The id of a file that lies in the store, whatever it is."""
    file = StoredFile(new_id("up"), 1, f"file{path.suffix}")
    facts = {"name": path.name, "file": file.name, "sha256": "0" * 64}
    studio.artifacts.publish(file.owner, 1, {file.name: path}, facts)
    return file.file_id


def arguments_of(use: str, file_id: str, captions_id: str, good: str) -> tuple[str, dict[str, Any]]:
    operation, _, call = USES[use]
    arguments = {name: good if value == "good" else value for name, value in call(file_id).items()}
    if "captions_id" in arguments:
        arguments["captions_id"] = captions_id
    if arguments.get("videos") == ["good"]:
        arguments["videos"] = [good]
    return operation, arguments


def refusal(studio: Studio, operation: str, arguments: dict[str, Any]) -> StudioError | None:
    try:
        studio.call(operation, arguments)
    except StudioError as error:
        return error
    return None


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
