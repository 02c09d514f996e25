"""A preview is the video: for every style, the frames that a preview encodes are those that the render encodes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from backend.captions import STYLES, ass_document, make_cues
from backend.errors import MediaFailed
from backend.media.ffmpeg import Ffmpeg
from backend.models import CaptionLayout, FrameSize
from backend.video import Image, RenderRequest, paint, preview_clip, preview_still, render
from backend.work import Work
from tests.captions.spoken_text import LIGHTHOUSE, speak
from tests.media.makers import Maker

SECONDS = 2.6
FPS = 30
SMALL = [(270, 480), (300, 300), (480, 270)]
FULL = [(1080, 1920), (1080, 1080), (1920, 1080)]
STILLS = (0.7349, 2.0666)
"""Between frames: what is on screen then is the frame before."""
CLIP = (1.3171, 0.4)
"""Start and length."""
PICTURE = "[picture]"
"""Where the graph is finished and an encoder, or the picture of a preview, begins."""


class Tapped(Ffmpeg):
    """The real ffmpeg, told to hash what it would have encoded: same inputs, same graph up to the finished picture."""

    def __init__(self, binary: Path) -> None:
        super().__init__(binary)
        self.seen: list[str] = []
        """A hash for each frame, in order."""

    def run(self, arguments: Sequence[str], *, folder: Path, **options: Any) -> str:
        if "-filter_complex" not in arguments:
            return super().run(arguments, folder=folder, **options)
        place = arguments.index("-filter_complex")
        graph = arguments[place + 1].partition(PICTURE)[0] + PICTURE
        hashed = ["-filter_complex", graph, "-map", PICTURE, "-f", "framemd5", "file:hashes"]
        super().run([*arguments[:place], *hashed], folder=folder, **options)
        lines = (folder / "hashes").read_text("utf-8").splitlines()
        self.seen = [line.split(",")[-1].strip() for line in lines if not line.startswith("#")]
        raise MediaFailed("Nothing was encoded.", hint="That was the wish.")


def document(style: str, size: FrameSize, during: tuple[float, float] | None = None) -> str:
    cues = make_cues(speak(LIGHTHOUSE), STYLES[style], size, CaptionLayout())
    return ass_document(cues, STYLES[style], size, CaptionLayout(), during=during)


def same_frames(ffmpeg: Ffmpeg, make: Maker, fonts: Path, folder: Path, style: str, size: FrameSize) -> None:
    """Compare what a whole render and previews of parts of it would encode."""
    tapped, picture = Tapped(ffmpeg.binary), Image(make.picture())
    whole = RenderRequest(
        audio=make.tone("long-tone.wav", seconds=SECONDS),
        duration=SECONDS,
        backgrounds=(picture,),
        size=size,
        ass=document(style, size),
        fonts=fonts,
        fps=FPS,
    )
    with pytest.raises(MediaFailed, match="Nothing was encoded"):
        render(whole, tapped, folder, Work())
    rendered = tapped.seen
    assert len(rendered) == round(SECONDS * FPS)
    painted = paint(picture, size, ffmpeg, folder, Work())
    for time in STILLS:
        part = document(style, size, (time, time))
        with pytest.raises(MediaFailed, match="Nothing was encoded"):
            preview_still(part, fonts, size, time, painted, tapped, folder, Work())
        assert tapped.seen == [rendered[int(time * FPS)]], f"still at {time}"
    first, frames = int(CLIP[0] * FPS), round(CLIP[1] * FPS)
    part = document(style, size, (CLIP[0], sum(CLIP)))
    with pytest.raises(MediaFailed, match="Nothing was encoded"):
        preview_clip(part, fonts, size, CLIP[0], painted, tapped, folder, Work(), seconds=CLIP[1])
    assert tapped.seen == rendered[first : first + frames]
    assert len(set(rendered)) > 1, "nothing moves in this video"


@pytest.mark.parametrize(("style", "size"), list(zip(STYLES, cycle(SMALL), strict=False)), ids=str)
def test_every_frame_of_a_preview_is_the_frame_that_is_burned_in(
    ffmpeg: Ffmpeg, make: Maker, fonts: Path, tmp_path: Path, style: str, size: FrameSize
) -> None:
    same_frames(ffmpeg, make, fonts, tmp_path, style, size)


@pytest.mark.captions
@pytest.mark.parametrize("size", FULL, ids=str)
@pytest.mark.parametrize("style", STYLES)
def test_it_is_so_in_every_size(
    ffmpeg: Ffmpeg, make: Maker, fonts: Path, tmp_path: Path, style: str, size: FrameSize
) -> None:
    same_frames(ffmpeg, make, fonts, tmp_path, style, size)
