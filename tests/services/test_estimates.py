"""What operations would take, from what they took before; nothing is started for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.errors import InvalidRequest
from backend.services.paces import Paces
from backend.settings import Settings
from backend.studio import Studio

SCRIPT = "Every lighthouse keeper learns one rule first. [pause 2s] Never paint the door in the fog."
SILENT = {"script": SCRIPT, "engine": "silence"}
VIDEO = {"script": SCRIPT, "options": {"engine": "silence"}, "sizes": ["256x256"]}


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with Studio(Settings(home=tmp_path / "home", hub_offline=True)) as studio:
        studio.start()
        yield studio


def estimate(studio: Studio, operation: str, **arguments: Any) -> dict[str, Any]:
    before = len(studio.call("list_jobs", {})["jobs"])
    answer: dict[str, Any] = studio.call("estimate", {"operation": operation, "arguments": arguments})
    assert len(studio.call("list_jobs", {})["jobs"]) == before
    assert list(answer) == ["seconds", "disk_bytes", "cost", "warnings"] and answer["cost"] is None
    return answer


def test_without_history_the_time_is_not_known_and_said_to_be_so(studio: Studio) -> None:
    first = estimate(studio, "generate_speech", **SILENT)
    assert first["seconds"] is None and first["disk_bytes"] > 100_000
    assert any("not spoken on this machine yet" in said for said in first["warnings"])


def test_after_a_narration_the_next_one_is_foreseen(studio: Studio) -> None:
    made = studio.call("generate_speech", SILENT)
    other = "A quite different script of about as many words as that one before it had. [pause 2s] It ends here."
    longer = estimate(studio, "generate_speech", script=f"{other} {other} {other}", engine="silence")
    once = estimate(studio, "generate_speech", script=other, engine="silence")
    assert 0 < once["seconds"] <= longer["seconds"] and once["warnings"] == []
    assert once["disk_bytes"] < longer["disk_bytes"]
    # The very same is there already: only joining is left.
    assert estimate(studio, "generate_speech", **SILENT)["seconds"] <= once["seconds"]
    kept = [path for path in (studio.settings.home / "store" / "narrations").rglob("*") if path.is_file()]
    assert kept and once["disk_bytes"] == pytest.approx(
        sum(path.stat().st_size for path in kept) + 2 * made["duration"] * 48_000, rel=0.6
    )
    again = estimate(studio, "make_again", manifest=made["narration_id"])
    assert again["seconds"] is not None and again["disk_bytes"] > made["audio"]["bytes"]
    sentence = estimate(studio, "regenerate_sentence", narration_id=made["narration_id"], index=0, text="Hello there.")
    assert sentence["seconds"] is not None


def test_a_video_is_foreseen_by_area_and_length(studio: Studio) -> None:
    assert estimate(studio, "generate_captioned_video", **VIDEO)["seconds"] is None
    made = studio.call("generate_captioned_video", VIDEO)
    one = estimate(
        studio, "generate_captioned_video", narration_id=made["narration"]["narration_id"], sizes=["256x256"]
    )
    four = estimate(
        studio, "generate_captioned_video", narration_id=made["narration"]["narration_id"], sizes=["512x512"]
    )
    assert four["seconds"] == pytest.approx(4 * one["seconds"], rel=0.2, abs=0.3)
    assert one["disk_bytes"] == pytest.approx(made["videos"][0]["file"]["bytes"], rel=0.05)


def test_warnings_name_glyphs_limits_engines_and_the_disk(studio: Studio) -> None:
    nasty = estimate(studio, "generate_captioned_video", **{**VIDEO, "script": "Hello \U00013000 there."})
    assert any("No font can draw" in said for said in nasty["warnings"])
    [long] = estimate(studio, "generate_speech", script="word " * 5000, engine="silence")["warnings"]
    assert "characters" in long
    clone = {"voice": "af_heart", "engine": "f5", "script": "Hello."}
    assert "not of f5" in estimate(studio, "generate_speech", **clone)["warnings"][0]
    [refused] = estimate(studio, "convert_voice", media=f"up_{'0' * 26}.1.file.wav", voice="x")["warnings"]
    assert refused
    real = estimate(studio, "generate_speech", script="Hello.")
    assert any("is fetched first" in said for said in real["warnings"])
    assert not studio.settings.models_folder.exists()
    huge = estimate(
        studio, "generate_captioned_video", **{**VIDEO, "script": "A. [pause 60s] " * 10, "sizes": ["3840x2160"]}
    )
    assert huge["disk_bytes"] > 100_000_000


def test_other_operations_take_what_they_took(studio: Studio, tmp_path: Path) -> None:
    assert estimate(studio, "list_voices") == {"seconds": 0.0, "disk_bytes": 0, "cost": None, "warnings": []}
    assert estimate(studio, "blend_voices", recipe="af_heart+am_puck", name="Both")["seconds"] is None
    studio._machine.paces.note("operation", "blend_voices", 1, 3.0)
    assert estimate(studio, "blend_voices", recipe="af_heart+am_puck", name="Both")["seconds"] == 3.0
    assert estimate(studio, "generate_kokoro_tts", text="Hello.")["disk_bytes"] > 0


@pytest.mark.parametrize(
    ("operation", "arguments", "code"),
    [
        ("x", {}, "unknown_operation"),
        ("generate_speech", {}, "missing_field"),
        ("generate_speech", {"script": 1}, "invalid_script"),
    ],
)
def test_what_is_no_request_is_refused_as_the_operation_would(
    studio: Studio, operation: str, arguments: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        studio.call("estimate", {"operation": operation, "arguments": arguments})
    assert refused.value.code == code


def test_a_pace_is_the_median_of_the_latest_and_survives_a_broken_file(tmp_path: Path) -> None:
    paces = Paces(tmp_path / "paces")
    for seconds in (1.0, 2.0, 90.0):
        paces.note("speak", "silence", 10, seconds, made_bytes=100)
    pace = Paces(tmp_path / "paces").of("speak", "silence")
    assert pace is not None and (pace.seconds, pace.bytes) == (0.2, 10.0)
    for _ in range(40):
        paces.note("speak", "silence", 1, 5.0)
    assert (found := paces.of("speak", "silence")) is not None and found.seconds == 5.0
    next((tmp_path / "paces").iterdir()).write_text("{")
    assert paces.of("speak", "silence") is None
    paces.note("speak", "silence", 0, 5.0)
    assert paces.of("speak", "silence") is None
