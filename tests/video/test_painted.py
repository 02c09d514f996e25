from __future__ import annotations

import numpy as np
import pytest

from backend.video.backgrounds.painted import gradient, solid


@pytest.mark.parametrize("size", [(64, 64), (270, 480), (480, 270), (66, 70)])
def test_painted_frames_are_whole_in_any_size(size: tuple[int, int]) -> None:
    expected = size[0] * size[1] * 3 // 2
    assert len(solid(size, (1, 2, 3))) == len(gradient(size)) == expected


@pytest.mark.parametrize(
    ("rgb", "yuv"),
    [((0, 0, 0), (16, 128, 128)), ((255, 255, 255), (235, 128, 128)), ((255, 0, 0), (63, 102, 240))],
)
def test_colours_are_converted_by_bt709(rgb: tuple[int, int, int], yuv: tuple[int, int, int]) -> None:
    frame = solid((2, 2), rgb)
    assert (frame[0], frame[4], frame[5]) == yuv


def test_the_gradient_is_dark_above_and_warm_below() -> None:
    luma = np.frombuffer(gradient((270, 480))[: 270 * 480], np.uint8).reshape(480, 270)
    thirds = [float(luma[start : start + 160].mean()) for start in (0, 160, 320)]
    assert thirds == sorted(thirds)
    assert thirds[0] < 45
    assert luma.max() < 180


def test_the_gradient_has_no_bands() -> None:
    """Within a few rows there is always more than one level."""
    luma = np.frombuffer(gradient((270, 480))[: 270 * 480], np.uint8).reshape(480, 270)
    assert min(len(np.unique(luma[row : row + 4])) for row in range(0, 480, 4)) >= 4


def test_the_gradient_is_always_the_same() -> None:
    assert gradient((64, 64)) == gradient((64, 64))
