from __future__ import annotations

import pytest

from backend.errors import InvalidRequest
from backend.video import check_volume


def test_two_hours_of_a_tall_video_fit_and_as_long_a_huge_one_does_not() -> None:
    frames = 7200 * 30
    check_volume(frames, (1080, 1920))
    with pytest.raises(InvalidRequest, match="216,000 frames of 3840x3840; 60,356 are the most") as refused:
        check_volume(frames, (3840, 3840))
    assert refused.value.code == "video_too_large"


def test_a_file_of_few_frames_that_last_an_hour_is_as_much_to_draw_as_any() -> None:
    with pytest.raises(InvalidRequest, match="108,000 frames of 3840x2160"):
        check_volume(3600 * 30, (3840, 2160))
