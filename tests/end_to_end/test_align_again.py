"""A script that was put onto a recording: foreseen, and made again from its manifest."""

from __future__ import annotations

from typing import Any

from backend.studio import Studio

SCRIPT = "The harbour master counts the boats at dawn. Nobody has ever asked him why he does it."


def test_an_alignment_is_foreseen_and_made_again_to_the_word(studio: Studio) -> None:
    spoken = studio.call("generate_speech", {"script": SCRIPT, "voice": "bm_george"})
    asked = {"media": spoken["audio"]["file_id"], "script": SCRIPT}
    made = studio.call("align_script", asked)
    assert made["media"] == asked["media"] and made["warnings"] == []
    estimate: dict[str, Any] = studio.call("estimate", {"operation": "align_script", "arguments": asked})
    assert estimate["seconds"] > 0 and estimate["disk_bytes"] > 0 and estimate["cost"] is None
    again = studio.call("make_again", {"manifest": made["alignment_id"]})
    assert again["alignment_id"] != made["alignment_id"]
    assert again["words"] == made["words"] and again["warnings"] == []
    foreseen = studio.call("estimate", {"operation": "make_again", "arguments": {"manifest": made["alignment_id"]}})
    assert foreseen["seconds"] == estimate["seconds"] or foreseen["seconds"] > 0
    assert studio.open_item("recording", made["alignment_id"])["words"] == made["words"]
