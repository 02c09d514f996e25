"""A video made out of an earlier one: what did not change is the same bits, what did is as in a whole render."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import av
import numpy as np
import psutil
import pytest

from backend.errors import Cancelled, MediaFailed
from backend.media.ffmpeg import Ffmpeg
from backend.media.stitching import Piece, stitch
from backend.video import Clip, Earlier, Prints, Rendered, RenderRequest, render
from backend.video.encoding.encoders import x264
from backend.video.rendering.patching import MIXING, sound_print
from backend.video.sound.mixing import Mix, place_mix
from backend.work import Cancel, Work
from tests.media.makers import Maker, frames_of, samples_of
from tests.video.scenes import SIZE, boxes

SECONDS, FPS, PART = 9.0, 30, 60
SPANS = ((0.5, 1.5), (2.5, 3.5), (4.2, 4.8), (6.2, 6.8), (8.1, 8.9))
EDITED = (*SPANS[:2], (4.3, 5.1), *SPANS[3:])
"""The third caption, which is seen in the third part alone, stands at other times."""

Packet = tuple[int, int, bool, bytes]


def packets(path: Path, kind: str = "video") -> list[Packet]:
    """Time to show, time to decode, whether key, and the bits of each packet."""
    with av.open(str(path)) as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        found = [packet for packet in container.demux(stream) if packet.size]
        return [(int(each.pts or 0), int(each.dts or 0), bool(each.is_keyframe), bytes(each)) for each in found]


class Studio:
    """Renders one after the other, each into a folder of its own."""

    def __init__(self, ffmpeg: Ffmpeg, folder: Path) -> None:
        self._ffmpeg, self._folder = ffmpeg, folder

    def render(self, request: RenderRequest, earlier: Rendered | None = None, work: Work | None = None) -> Rendered:
        folder = self._folder / f"render{sum(1 for _ in self._folder.iterdir())}"
        folder.mkdir()

        def find(prints: Prints) -> Earlier | None:
            return Earlier(earlier.path, earlier.prints, earlier.metered) if earlier else None

        made = render(request, self._ffmpeg, folder, work or Work(), find)
        assert list(folder.iterdir()) == [made.path]
        return made


@pytest.fixture(scope="module")
def studio(ffmpeg: Ffmpeg, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return Studio(ffmpeg, tmp_path_factory.mktemp("patching"))


@pytest.fixture(scope="module")
def request_of_five(make: Maker, fonts: Path) -> RenderRequest:
    """Nine seconds: four parts of two seconds and one of one, over a clip that moves and repeats."""
    return RenderRequest(
        audio=make.tone("nine.wav", seconds=SECONDS),
        duration=SECONDS,
        backgrounds=(Clip(make.clip("behind.mp4", seconds=3.1, sound=False)),),
        size=SIZE,
        ass=boxes(*SPANS),
        fonts=fonts,
        fps=FPS,
        encoder=x264("ultrafast"),
    )


@pytest.fixture(scope="module")
def first(studio: Studio, request_of_five: RenderRequest) -> Rendered:
    return studio.render(request_of_five)


@pytest.fixture(scope="module")
def edited(request_of_five: RenderRequest) -> RenderRequest:
    return replace(request_of_five, ass=boxes(*EDITED))


@pytest.fixture(scope="module")
def patched(studio: Studio, edited: RenderRequest, first: Rendered) -> Rendered:
    return studio.render(edited, first)


@pytest.fixture(scope="module")
def whole(studio: Studio, edited: RenderRequest) -> Rendered:
    return studio.render(edited)


def test_every_part_begins_with_a_key_frame_and_nothing_refers_across(first: Rendered) -> None:
    found = packets(first.path)
    assert len(found) == SECONDS * FPS
    for part in range(5):
        inside = found[part * PART : (part + 1) * PART]
        ticks = 512  # of a frame
        assert inside[0][2] and inside[0][0] == part * PART * ticks
        assert all(part * PART * ticks <= shown < (part + 1) * PART * ticks for shown, *_ in inside)


def test_only_the_part_that_changed_is_encoded(first: Rendered, patched: Rendered) -> None:
    assert (first.copied, patched.copied) == (0, 4)
    old, new = packets(first.path), packets(patched.path)
    assert [shown for shown, *_ in new] == [shown for shown, *_ in old]
    assert [decoded for _, decoded, *_ in new] == [decoded for _, decoded, *_ in old]
    assert new[: 2 * PART] == old[: 2 * PART] and new[3 * PART :] == old[3 * PART :]
    assert new[2 * PART : 3 * PART] != old[2 * PART : 3 * PART]


def test_the_sound_is_the_same_to_the_bit(first: Rendered, patched: Rendered) -> None:
    assert packets(patched.path, "audio") == packets(first.path, "audio")
    assert patched.metered == first.metered
    assert np.array_equal(samples_of(patched.path)[0], samples_of(first.path)[0])


def test_it_is_the_video_that_a_whole_render_makes(whole: Rendered, patched: Rendered) -> None:
    """Frame by frame, within what the encoder loses; also where parts meet."""
    one, other = frames_of(whole.path), frames_of(patched.path)
    assert len(one) == len(other) == SECONDS * FPS
    apart = [np.abs(a.astype(int) - b).mean() for a, b in zip(one, other, strict=True)]
    assert max(apart) < 1.5
    seams = [apart[number] for place in (2, 3) for number in (place * PART - 1, place * PART)]
    assert max(seams) <= 2 * np.median(apart[2 * PART : 3 * PART])
    assert whole.prints == patched.prints
    assert patched.info.duration == whole.info.duration


def test_a_caption_is_seen_exactly_when_it_should_be(patched: Rendered) -> None:
    red = [frame[240, 135, 0] > 200 and frame[240, 135, 1] < 60 for frame in frames_of(patched.path)]
    wanted = [any(start <= number / FPS < end for start, end in EDITED) for number in range(len(red))]
    assert red == wanted


def test_an_edit_of_an_edit_goes_on_from_there(
    studio: Studio, request_of_five: RenderRequest, edited: RenderRequest, first: Rendered, patched: Rendered
) -> None:
    again = studio.render(replace(edited, ass=boxes((0.6, 1.2), *EDITED[1:])), patched)
    assert again.copied == 4
    assert packets(again.path)[PART:] == packets(patched.path)[PART:]
    back = studio.render(request_of_five, patched)
    assert back.copied == 4 and back.prints == first.prints


def test_the_same_again_is_the_same_file(studio: Studio, request_of_five: RenderRequest, first: Rendered) -> None:
    again = studio.render(request_of_five, first)
    assert again.copied == 5
    assert again.path.read_bytes() == first.path.read_bytes()


def test_other_sound_leaves_the_picture_as_it_is(
    studio: Studio, request_of_five: RenderRequest, first: Rendered, make: Maker
) -> None:
    louder = replace(request_of_five, audio=make.tone("louder.wav", seconds=SECONDS, level=0.5))
    made = studio.render(louder, first)
    assert made.copied == 5
    assert packets(made.path) == packets(first.path)
    assert np.array_equal(samples_of(made.path)[0], samples_of(studio.render(louder).path)[0])


def test_all_code_that_mixes_is_in_the_print_of_the_sound(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path) -> None:
    ran: set[Path] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        ran.add(Path(frame.f_code.co_filename))

    mix = Mix(make.tone(), 2.0, make.tone(), speech=((0.2, 0.8),), loudness=-14.0)
    sys.setprofile(note)
    try:
        place_mix(mix, ffmpeg, tmp_path, Work()).graph()
    finally:
        sys.setprofile(None)
    ours = {path for path in ran if "backend/video" in path.as_posix()}
    assert len(ours) >= 4 and ours <= set(MIXING)


def test_the_print_of_a_sound_is_another_when_the_code_that_mixes_is(
    make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, mix = tmp_path / "mixing.py", Mix(make.tone(), 2.0)
    monkeypatch.setattr("backend.video.rendering.patching.MIXING", (code,))
    code.write_text("quieter = 20")
    before = sound_print(mix, ("aac",))
    assert sound_print(mix, ("aac",)) == before
    code.write_text("quieter = 12.0")
    assert sound_print(mix, ("aac",)) != before


def test_a_longer_narration_keeps_the_parts_before(
    studio: Studio, request_of_five: RenderRequest, first: Rendered, make: Maker
) -> None:
    longer = replace(request_of_five, audio=make.tone("eleven.wav", seconds=11.0), duration=11.0)
    made = studio.render(longer, first)
    assert made.copied == 4
    assert made.info.require_video().frames == 330
    assert packets(made.path)[: 4 * PART] == packets(first.path)[: 4 * PART]


@pytest.mark.parametrize("fault", ["another encoder", "cut off", "another grid", "no video", "no sound"])
def test_what_does_not_fit_is_rendered_whole(
    studio: Studio,
    request_of_five: RenderRequest,
    edited: RenderRequest,
    first: Rendered,
    make: Maker,
    tmp_path: Path,
    fault: str,
) -> None:
    """The index is not believed: a file that is not what it says costs time, and never a wrong video."""
    wrong = tmp_path / "wrong.mp4"
    if fault == "cut off":
        wrong.write_bytes(first.path.read_bytes()[: first.path.stat().st_size // 2])
    elif fault == "another encoder":
        wrong = studio.render(replace(request_of_five, encoder=x264("superfast"))).path
    elif fault == "another grid":
        wrong = make.media(
            f"{tmp_path.name}.mp4", "-i", f"file:{first.path}", "-c:a", "copy", "-g", "50", "-preset", "ultrafast"
        )
    elif fault == "no sound":
        wrong = make.media(f"{tmp_path.name}.mp4", "-i", f"file:{first.path}", "-c", "copy", "-an")
    else:
        wrong.write_bytes(b"This was a video.")
    made = studio.render(edited, replace(first, path=wrong))
    assert made.copied == 0
    assert made.info.require_video().frames == SECONDS * FPS
    assert made.info.require_audio().duration == pytest.approx(SECONDS, abs=0.05)


def test_stop_leaves_nothing(
    ffmpeg: Ffmpeg,
    edited: RenderRequest,
    first: Rendered,
    tmp_path: Path,
    started_here: Callable[[], list[psutil.Process]],
) -> None:
    cancel = Cancel()

    def stop(fraction: float, message: str, **details: Any) -> None:
        cancel.set()

    with pytest.raises(Cancelled):
        render(
            edited,
            ffmpeg,
            tmp_path,
            Work(stop, cancel),
            lambda prints: Earlier(first.path, first.prints, first.metered),
        )
    assert list(tmp_path.iterdir()) == []
    assert started_here() == []


def test_pieces_that_cannot_be_cut_there_are_refused(first: Rendered, tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(first.path)
    for piece in (Piece("a", 30, 60), Piece("a", 240, 60), Piece("b", 0, 60)):
        if piece.name == "b":
            (tmp_path / "b").write_bytes(b"nothing")
        with pytest.raises(MediaFailed) as failed:
            stitch([Piece("a", 0, 60), piece], None, FPS, "joined.mp4", tmp_path, Cancel())
        assert failed.value.code == "stitch_failed"
