"""Whatever writes media says so when the disk is full, and not that something is wrong with what was given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from backend.errors import MediaFailed
from backend.media.audio import write_wave
from backend.media.copying import Original, copy_together
from backend.media.fonts import prepare_font
from backend.work import Cancel
from tests.media.makers import Maker
from tests.small_disks import PAGE, SmallDisk, small_disk

BUNDLED = Path(__file__).parents[2] / "assets" / "fonts" / "Anton-Regular.ttf"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk of one megabyte."""
    with small_disk(tmp_path / "small", 1 << 20) as disk:
        yield disk


def test_a_recording_that_does_not_fit_is_told(disk: SmallDisk) -> None:
    with pytest.raises(MediaFailed) as refused:
        write_wave(disk.folder / "a.wav", np.zeros(2 << 20, np.float32), 24_000)
    assert refused.value.code == "disk_full"


@pytest.mark.parametrize("pages", [0, 20, 30])
def test_a_font_is_not_called_damaged(disk: SmallDisk, pages: int) -> None:
    folder = disk.folder / "font"
    folder.mkdir()
    disk.fill(pages * PAGE)
    with pytest.raises(MediaFailed) as refused:
        prepare_font(BUNDLED, "font_01k0000000000000000000000000", folder, None)
    assert refused.value.code == "disk_full"


@pytest.mark.parametrize("pages", [1, 3])
def test_copied_videos_are_not_called_unreadable(disk: SmallDisk, make: Maker, pages: int) -> None:
    (disk.folder / "clip").symlink_to(make.clip())
    disk.fill(pages * PAGE)
    with pytest.raises(MediaFailed) as refused:
        copy_together([Original("clip", "mov")] * 2, "clips", "joined.mp4", disk.folder, Cancel())
    assert refused.value.code == "disk_full"
