"""Moving pictures move smoothly: their place is measured to a fraction of a pixel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pictures
from PIL import ImageDraw

from backend.media.ffmpeg import Ffmpeg
from backend.models import ImageEffect
from backend.video import Image, RenderRequest, render
from backend.video.encoding.encoders import x264
from backend.work import Work
from tests.media.makers import Maker, frames_of

SIZE = (540, 960)


def _dot(folder: Path) -> Path:
    """A soft white dot on black, away from the middle, in a wide picture."""
    large = Pictures.new("L", (4320, 1920), 0)
    ImageDraw.Draw(large).ellipse((2220, 500, 2340, 620), fill=255)
    large.resize((2160, 960), Pictures.Resampling.LANCZOS).save(folder / "dot.png")
    return folder / "dot.png"


def _centre(frame: np.ndarray) -> tuple[float, float]:
    weight = frame[..., 1].astype(float)
    weight[weight < 16] = 0
    rows, columns = np.indices(weight.shape)
    return float((weight * columns).sum() / weight.sum()), float((weight * rows).sum() / weight.sum())


def _zoomed(start: np.ndarray, progress: np.ndarray) -> np.ndarray:
    """Where a point that begins at ``start`` is when the sides have been cut by a growing share."""
    inset = 0.065 * progress[:, None]
    path: np.ndarray = (start - np.array(SIZE) * (1, 0.8) * inset) / (1 - 2 * inset)
    return path


def _panned(start: np.ndarray, progress: np.ndarray) -> np.ndarray:
    """Where it is when the frame travels to the right, by 12 % of its width in a second."""
    path: np.ndarray = start - progress[:, None] * np.array([0.12 * SIZE[0] * 1.5, 0])
    return path


@pytest.mark.parametrize("effect", ["ken_burns", "pan"])
def test_motion_is_eased_and_does_not_tremble(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path, effect: ImageEffect) -> None:
    request = RenderRequest(make.tone(), 1.5, (Image(_dot(tmp_path)),), SIZE, effect=effect, encoder=x264("ultrafast"))
    centres = np.array([_centre(frame) for frame in frames_of(render(request, ffmpeg, tmp_path, Work()).path)])
    progress = 0.5 - 0.5 * np.cos(np.pi * np.arange(len(centres)) / (len(centres) - 1))
    planned = _zoomed(centres[0], progress) if effect == "ken_burns" else _panned(centres[0], progress)
    assert np.linalg.norm(centres[-1] - centres[0]) > 5
    assert np.linalg.norm(centres - planned, axis=1).max() < 0.15
