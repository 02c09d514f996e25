"""The options of a captioned video: checked before anything is queued."""

from __future__ import annotations

from typing import Any

import pytest

from backend.errors import InvalidRequest
from backend.requests import GenerateCaptionedVideo
from backend.services.video_requests import options_of, speech_request


def video(**options: Any) -> GenerateCaptionedVideo:
    return GenerateCaptionedVideo(script="Hello.", options=options)


def test_what_is_said_of_speech_goes_to_speech() -> None:
    spoken = speech_request(video(speed=1.2, loudness=None, options={"x": 1}, layout={"max_lines": 1}))
    assert (spoken.script, spoken.speed, spoken.loudness, spoken.options) == ("Hello.", 1.2, None, {"x": 1})
    assert options_of(video(layout={"max_lines": 1})).layout.max_lines == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"warp": 9}, "options has no 'warp'"),
        ({"speed": 9}, "options.speed: "),
        ({"layout": {"max_lines": 0}}, "options.layout.max_lines: "),
        ({"layout": {"warp": 1}}, "options has no 'layout.warp'"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidRequest, match=said) as caught:
        options_of(video(**options))
    assert caught.value.code == "invalid_options" and caught.value.hint
