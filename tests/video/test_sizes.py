"""Several sizes from one run: each is the very video that it is alone, though what is read is decoded once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from backend.errors import Cancelled, MediaFailed, MediaRejected
from backend.media.ffmpeg import Ffmpeg
from backend.video import Clip, Earlier, Gradient, Image, Rendered, RenderRequest, render, render_sizes
from backend.video.encoding.encoders import x264
from backend.video.rendering.patching import find_nothing
from backend.work import Cancel, Work
from tests.media.makers import Maker
from tests.video.scenes import boxes
from tests.video.test_patching import packets

SIZES = [(90, 160), (120, 120), (160, 90)]
SECONDS = 3.0


class Counting(Ffmpeg):
    """The real ffmpeg; remembers what it was told."""

    def __init__(self, binary: Path) -> None:
        super().__init__(binary)
        self.told: list[Sequence[str]] = []

    def run(self, arguments: Sequence[str], **options: Any) -> str:
        self.told.append(arguments)
        return super().run(arguments, **options)

    @property
    def renders(self) -> list[Sequence[str]]:
        return [arguments for arguments in self.told if "libx264" in arguments]


@pytest.fixture(scope="module")
def requests(make: Maker, fonts: Path) -> list[RenderRequest]:
    """A clip, a picture that moves and what the studio paints, each for a second; captions of each size's own."""
    whole = RenderRequest(
        audio=make.tone("three.wav", seconds=SECONDS),
        duration=SECONDS,
        backgrounds=(Clip(make.clip("shared.mp4", sound=False)), Image(make.picture()), Gradient()),
        effect="ken_burns",
        cuts=(1.0, 2.0),
        fonts=fonts,
        encoder=x264("ultrafast"),
    )
    spans = ((0.5, 1.5), (2.2, 2.8))
    return [replace(whole, size=size, ass=boxes(*spans, size=size)) for size in SIZES]


@pytest.fixture(scope="module")
def alone(
    ffmpeg: Ffmpeg, requests: list[RenderRequest], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Rendered, ...]:
    folder = tmp_path_factory.mktemp("alone")
    return tuple(render(request, ffmpeg, folder, Work()) for request in requests)


def together(
    requests: Sequence[RenderRequest], ffmpeg: Ffmpeg, folder: Path, work: Work | None = None
) -> tuple[Rendered, ...]:
    return render_sizes(requests, ffmpeg, folder, work or Work(), [find_nothing] * len(requests))


def test_each_size_is_what_it_is_alone(
    ffmpeg: Ffmpeg, requests: list[RenderRequest], alone: tuple[Rendered, ...], tmp_path: Path
) -> None:
    counting = Counting(ffmpeg.binary)
    made = together(requests, counting, tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted(each.path for each in made)
    assert [each.path.name for each in made] == ["90x160.mp4", "120x120.mp4", "160x90.mp4"]
    for one, other in zip(made, alone, strict=True):
        assert packets(one.path) == packets(other.path)
        assert packets(one.path, "audio") == packets(other.path, "audio")
        assert (one.prints, one.metered) == (other.prints, other.metered)
    (arguments,) = counting.renders
    read = [arguments[place + 1] for place, option in enumerate(arguments) if option == "-i"]
    assert len(read) == 6  # the clip, the picture, three gradients and the sound
    assert arguments.count("aac") == 1


def test_how_far_each_size_is_is_told(ffmpeg: Ffmpeg, requests: list[RenderRequest], tmp_path: Path) -> None:
    seen: list[tuple[float, dict[str, float]]] = []

    def report(fraction: float, message: str, **details: Any) -> None:
        seen.append((fraction, details.get("sizes", {})))

    together(requests[:2], ffmpeg, tmp_path, Work(report))
    assert [fraction for fraction, _ in seen] == sorted(fraction for fraction, _ in seen)
    assert seen[-1][0] == 1.0
    assert all(set(sizes) == {"90x160", "120x120"} for _, sizes in seen[:-1])


def test_a_size_that_is_there_is_taken_and_only_the_others_rendered(
    ffmpeg: Ffmpeg, requests: list[RenderRequest], alone: tuple[Rendered, ...], tmp_path: Path
) -> None:
    there = Earlier(alone[1].path, alone[1].prints, alone[1].metered)
    counting = Counting(ffmpeg.binary)
    finds = [find_nothing, lambda prints: there, find_nothing]
    made = render_sizes(requests, counting, tmp_path, Work(), finds)
    assert [each.copied for each in made] == [0, 2, 0]
    assert len(counting.renders) == 1 and counting.renders[0].count("libx264") == 2
    assert [packets(each.path) for each in made] == [packets(each.path) for each in alone]


def test_one_that_does_not_fit_is_rendered_with_the_others(
    ffmpeg: Ffmpeg, requests: list[RenderRequest], alone: tuple[Rendered, ...], tmp_path: Path
) -> None:
    (tmp_path / "wrong.mp4").write_bytes(alone[0].path.read_bytes()[:5000])
    wrong = Earlier(tmp_path / "wrong.mp4", alone[1].prints, alone[1].metered)
    made = render_sizes(requests[:2], ffmpeg, tmp_path, Work(), [find_nothing, lambda prints: wrong])
    assert [each.copied for each in made] == [0, 0]
    assert packets(made[1].path) == packets(alone[1].path)


def test_stop_ends_all_of_them(
    ffmpeg: Ffmpeg,
    requests: list[RenderRequest],
    tmp_path: Path,
    started_here: Callable[[], list[psutil.Process]],
) -> None:
    cancel = Cancel()
    work = Work(lambda fraction, message, **details: cancel.set(), cancel)
    with pytest.raises(Cancelled):
        together(requests, ffmpeg, tmp_path, work)
    assert list(tmp_path.iterdir()) == [] and started_here() == []


def test_what_cannot_be_made_in_one_size_is_made_in_none(
    ffmpeg: Ffmpeg, requests: list[RenderRequest], make: Maker, tmp_path: Path
) -> None:
    bad = replace(requests[1], backgrounds=(Image(make.text("no.png", b"hello")),))
    with pytest.raises((MediaRejected, MediaFailed)):
        together([requests[0], bad], ffmpeg, tmp_path)
    assert list(tmp_path.iterdir()) == []
