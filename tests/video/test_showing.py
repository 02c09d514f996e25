"""What is shown when: shots for sentences, trimmed clips that begin again or stop, and looks of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from backend.errors import InvalidRequest, MediaFailed, MediaRejected
from backend.media.ffmpeg import Ffmpeg
from backend.shots import Shot
from backend.video import (
    Background,
    Clip,
    Colour,
    Image,
    RenderRequest,
    check_trim,
    open_background,
    render,
    video_still,
)
from backend.work import Work
from tests.media.makers import Maker, frames_of
from tests.video.test_preview_is_the_render import Tapped

SIZE = (120, 160)
FPS = 30
RED, BLUE = Colour("#ff0000"), Colour("#0000ff")


@pytest.fixture(scope="module")
def counting(make: Maker) -> Path:
    """Two seconds at 30 frames a second, each frame brighter than the one before: the level is twice its number."""
    grey = "nullsrc=s=64x64:r=30:d=2,format=yuv420p,geq=lum='16+3*N':cb=128:cr=128"
    return make.media("counting.mp4", "-f", "lavfi", "-i", grey, "-c:v", "libx264", "-qp", "0", "-g", "12")


def numbers(path: Path) -> list[int]:
    """Which frame of `counting` each frame of a video shows."""
    with av.open(str(path)) as container:
        levels = [frame.to_ndarray()[: frame.height].mean() for frame in container.decode(video=0)]
    return [round((level - 16) / 3) for level in levels]


Shown = Callable[..., Path]


@pytest.fixture
def shown(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path) -> Shown:
    """Renders so many seconds of backgrounds in these shots."""

    def run(seconds: float, shots: list[Shot], *backgrounds: Background, **more: Any) -> Path:
        audio = make.tone("showing.wav", seconds=3.0)
        request = RenderRequest(audio, seconds, backgrounds, SIZE, shots=tuple(shots), **more)
        return render(request, ffmpeg, tmp_path, Work()).path

    return run


def test_a_trimmed_clip_begins_again_where_it_was_cut(shown: Shown, counting: Path) -> None:
    shot = Shot(trim_start=0.5, trim_end=1.0)
    path = shown(1.2, [shot], open_background(counting))
    assert numbers(path) == [*range(15, 30), *range(15, 30), *range(15, 21)]


def test_a_clip_that_holds_stays_on_its_last_picture(shown: Shown, counting: Path) -> None:
    shot = Shot(trim_start=0.1, trim_end=0.5, at_end="hold")
    path = shown(1.0, [shot], open_background(counting))
    assert numbers(path) == [*range(3, 15), *[14] * 18]


def test_without_a_trim_a_clip_holds_its_own_end(shown: Shown, counting: Path) -> None:
    path = shown(2.5, [Shot(at_end="hold")], open_background(counting))
    assert numbers(path) == [*range(60), *[59] * 15]


def test_shots_change_with_their_sentences_and_have_looks_of_their_own(shown: Shown, make: Maker) -> None:
    wide = Image(make.picture("shot-wide.png", size=(400, 200)))
    shots = [Shot(sentences=(0, 1)), Shot(sentences=(2,), fit="contain"), Shot()]
    frames = frames_of(shown(2.0, shots, RED, wide, BLUE, cuts=(0.4, 0.8, 1.2, 2.0)))
    top = ["red" if r > 200 else "blue" if b > 200 else "black" for r, _, b in (frame[4, 60] for frame in frames)]
    assert top == ["red"] * 24 + ["black"] * 12 + ["blue"] * 24


def test_only_the_picture_that_asks_for_it_moves(shown: Shown, make: Maker) -> None:
    picture = Image(make.picture("shot-moves.png", size=(400, 200)))
    shots = [Shot(), Shot(image_effect="pan")]
    frames = np.array(frames_of(shown(2.0, shots, picture, picture, cuts=(1.0, 2.0)))).astype(int)
    assert np.abs(frames[3] - frames[25]).mean() < 3
    assert np.abs(frames[33] - frames[57]).mean() > 6


def test_parts_of_trimmed_clips_drawn_alone_are_those_of_the_whole(
    ffmpeg: Ffmpeg, make: Maker, counting: Path, tmp_path: Path
) -> None:
    film = make.media("film.mp4", "-f", "lavfi", "-i", "testsrc2=s=96x96:r=24000/1001:d=2", "-pix_fmt", "yuv420p")
    shots = (Shot(trim_start=0.31, trim_end=1.2), Shot(trim_start=0.2, trim_end=0.9, at_end="hold"), Shot())
    request = RenderRequest(
        audio=make.tone("showing.wav", seconds=3.0),
        duration=3.0,
        backgrounds=(open_background(film), open_background(film), open_background(counting)),
        size=SIZE,
        shots=shots,
    )
    tapped = Tapped(ffmpeg.binary)
    with pytest.raises(MediaFailed, match="Nothing was encoded"):
        render(request, tapped, tmp_path, Work())
    whole = tapped.seen
    for number in (5, 26, 29, 44, 52, 56, 59, 73, 89):
        with pytest.raises(MediaFailed, match="Nothing was encoded"):
            video_still(request, number / FPS, tapped, tmp_path, Work())
        assert tapped.seen == [whole[number]], f"frame {number}"


@pytest.mark.parametrize(
    ("kind", "shot", "told"),
    [
        ("colour", Shot(trim_start=1.0), "Only clips"),
        ("picture", Shot(trim_end=1.0), "Only clips"),
        ("clip", Shot(trim_start=1.0), "1.0 s long"),
    ],
)
def test_what_cannot_be_trimmed_is_refused(make: Maker, kind: str, shot: Shot, told: str) -> None:
    opened = {"colour": RED, "picture": open_background(make.picture()), "clip": open_background(make.clip())}
    with pytest.raises(MediaRejected, match=told) as refused:
        check_trim(opened[kind], shot)
    assert refused.value.code == "invalid_shots"


def test_a_clip_cut_to_almost_nothing_is_not_repeated_for_ever(shown: Shown, make: Maker, tmp_path: Path) -> None:
    with pytest.raises(MediaRejected, match="repeated 300 times") as refused:
        shown(10.0, [Shot(trim_end=0.03)], Clip(make.clip()))
    assert refused.value.code == "invalid_shots"
    assert list(tmp_path.iterdir()) == []


def test_sentences_that_nobody_says_are_told(shown: Shown) -> None:
    with pytest.raises(InvalidRequest, match="sentence 9"):
        shown(1.0, [Shot(sentences=(9,))], RED, cuts=(0.5, 1.0))
