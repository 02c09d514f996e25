"""Pictures over the background: where and when they are seen, what is seen through them, and what lies over them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pictures

from backend.captions import FONTS, Card, Progress, Title, put_beneath
from backend.captions.events import EVENT_FIELDS
from backend.errors import MediaFailed
from backend.layers import ImageLayer
from backend.media.ffmpeg import Ffmpeg
from backend.media.formats import PNG
from backend.media.info import MediaInfo
from backend.media.probe import probe
from backend.models import FrameSize
from backend.video import Clip, Colour, Overlay, RenderRequest, render, video_still
from backend.video.picture.overlays import box
from backend.work import Work
from tests.media.makers import Maker, frames_of
from tests.video.scenes import boxes, picture
from tests.video.test_preview_is_the_render import Tapped

SIZE = (180, 320)


@pytest.fixture(scope="module")
def logo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A green disc on nothing, 100 pixels a side; where nothing is seen the file says bright red."""
    path = tmp_path_factory.mktemp("logo") / "logo.png"
    rows, columns = np.indices((100, 100)) - 49.5
    inside = np.hypot(rows, columns) < 48
    pixels = np.zeros((100, 100, 4), np.uint8)
    pixels[..., 0], pixels[inside] = 255, (0, 255, 0, 255)
    Pictures.fromarray(pixels, "RGBA").save(path)
    return path


def overlay(path: Path, **look: object) -> Overlay:
    return Overlay(path, probe(path), ImageLayer.model_validate({"kind": "image", "file": "x", **look}))


def whole_captions(start: float, end: float, size: FrameSize = SIZE) -> str:
    """White in the middle third of the frame, in a document with the fields of ours."""
    short = boxes((start, end), size=size, colour="FFFFFF")
    return short.replace("Format: Layer, Start, End, Style, Text", f"Format: {EVENT_FIELDS}").replace(
        ",Box,{", ",Box,,0,0,0,,{"
    )


def _request(make: Maker, *overlays: Overlay, seconds: float = 1.0, **more: object) -> RenderRequest:
    return RenderRequest(
        audio=make.tone("overlaid.wav", seconds=3.0),
        duration=seconds,
        backgrounds=(Colour("#000000"),),
        size=SIZE,
        overlays=overlays,
        **more,  # type: ignore[arg-type]
    )


def test_a_logo_is_where_it_should_be_while_it_should_be(
    ffmpeg: Ffmpeg, make: Maker, logo: Path, tmp_path: Path
) -> None:
    layer = overlay(logo, position="bottom_left", width=0.5, margin=0.1, start=0.2, end=0.5)
    frames = frames_of(render(_request(make, layer), ffmpeg, tmp_path, Work()).path)
    seen = [number for number, frame in enumerate(frames) if frame[320 - 18 - 45, 18 + 45, 1] > 180]
    assert seen == [*range(6, 15)]
    green = frames[10][..., 1] > 128
    rows, columns = np.where(green.any(axis=1))[0], np.where(green.any(axis=0))[0]
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == pytest.approx((20, 106, 214, 300), abs=3)


def test_edges_do_not_take_the_colour_of_what_is_not_seen(
    ffmpeg: Ffmpeg, make: Maker, logo: Path, tmp_path: Path
) -> None:
    pixels = np.asarray(Pictures.open(logo)).copy()
    pixels[pixels[..., 3] == 0] = (0, 0, 255, 0)
    Pictures.fromarray(pixels, "RGBA").save(tmp_path / "blue.png")
    layers = (overlay(logo, width=0.61), overlay(tmp_path / "blue.png", width=0.61))
    stills = [video_still(_request(make, layer), 0.1, ffmpeg, tmp_path, Work()).read_bytes() for layer in layers]
    assert stills[0] == stills[1]


def test_a_faint_logo_lets_the_background_through(ffmpeg: Ffmpeg, make: Maker, logo: Path, tmp_path: Path) -> None:
    layer = overlay(logo, position="center", width=0.5, opacity=0.5)
    frame = frames_of(render(_request(make, layer, seconds=0.1), ffmpeg, tmp_path, Work()).path)[1]
    assert 105 < frame[160, 90, 1] < 150


def test_pictures_lie_under_titles_and_captions_and_each_over_the_one_before(
    ffmpeg: Ffmpeg, make: Maker, logo: Path, tmp_path: Path
) -> None:
    blue = overlay(make.picture("layer-blue.png", size=(64, 64)), position="center", width=1.0, margin=0.0)
    captions = put_beneath(
        whole_captions(0, 1),
        [Progress(0.0, 1.0, "#ffff00", "bottom", 0.05, 0.0)],
        SIZE,
    )
    layers = (blue, overlay(logo, position="bottom", width=0.4, margin=0.0))
    still = video_still(_request(make, *layers, ass=captions, fonts=FONTS), 0.9, ffmpeg, tmp_path, Work())
    frame = np.asarray(Pictures.open(still))
    assert (frame[160, 90] > 230).all(), "captions over the picture"
    assert tuple(frame[316, 90] > 128) == (True, True, False), "the bar over the logo"
    assert tuple(frame[285, 90] > 128) == (False, True, False), "the logo over the background"


def test_a_bar_grows_evenly_and_a_title_comes_and_goes(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path) -> None:
    cards: list[Card] = [Progress(0.0, 2.0, "#ff0000", "bottom", 0.05, 0.0), Title("HHHH", 0.5, 1.5, "card")]
    captions = put_beneath(whole_captions(8, 9), cards, SIZE)
    path = render(_request(make, seconds=2.0, ass=captions, fonts=FONTS), ffmpeg, tmp_path, Work()).path
    frames = frames_of(path)
    full = float(frames[-1][314, 0, 0])
    lengths = np.array([(frame[314, :, 0] / full).sum() for frame in frames])
    assert np.abs(lengths - np.arange(60) / 60 * SIZE[0]).max() < 2.5
    assert np.diff(lengths).min() > 0, "it never goes back"
    letters = [number for number, frame in enumerate(frames) if frame[40:120].min(axis=-1).max() > 100]
    assert letters[0] in range(15, 22)
    assert letters[-1] in range(38, 45)
    assert len(letters) == letters[-1] - letters[0] + 1


def test_frames_with_layers_drawn_alone_are_those_of_the_whole(
    ffmpeg: Ffmpeg, make: Maker, logo: Path, tmp_path: Path
) -> None:
    captions = put_beneath(whole_captions(0.2, 0.7), [Progress(0, 1, "#ff0000", "top", 0.02, 0.3)], SIZE)
    layers = (overlay(logo, start=0.3, end=0.8), overlay(logo, position="left", opacity=0.4, start=0.6))
    request = _request(make, *layers, ass=captions, fonts=FONTS)
    request = RenderRequest(**{**request.__dict__, "backgrounds": (Clip(make.clip()), Colour("#203040"))})
    tapped = Tapped(ffmpeg.binary)
    with pytest.raises(MediaFailed, match="Nothing was encoded"):
        render(request, tapped, tmp_path, Work())
    whole = tapped.seen
    for number in (0, 8, 9, 17, 18, 23, 24, 29):
        with pytest.raises(MediaFailed, match="Nothing was encoded"):
            video_still(request, number / 30, tapped, tmp_path, Work())
        assert tapped.seen == [whole[number]], f"frame {number}"


shares = st.floats(0, 0.45)


@given(
    st.tuples(st.integers(1, 8000), st.integers(1, 8000)),
    st.tuples(*[st.integers(32, 1920).map(lambda half: half * 2)] * 2),
    st.sampled_from(["top_left", "top", "right", "center", "bottom_right", "bottom"]),
    st.floats(0.01, 4),
    st.floats(0, 0.4),
    st.tuples(shares, shares, shares, shares),
)
def test_no_picture_leaves_the_frame(
    shape: tuple[int, int],
    size: tuple[int, int],
    position: str,
    width: float,
    margin: float,
    keep_out: tuple[float, float, float, float],
) -> None:
    info = MediaInfo(PNG, 1, 0.0, picture(*shape), None)
    look = ImageLayer.model_validate(
        {"kind": "image", "file": "x", "position": position, "width": width, "margin": margin}
    )
    found = box(Overlay(Path("x"), info, look, keep_out), size)
    assert all(side % 2 == 0 for side in (found.left, found.top, found.width, found.height))
    assert found.width >= 2
    assert found.height >= 2
    assert 0 <= found.left <= size[0] - found.width
    assert 0 <= found.top <= size[1] - found.height
