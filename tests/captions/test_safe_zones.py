"""Captions stay out of what the apps draw over a video, in every style."""

from __future__ import annotations

import pytest

from backend.captions import SAFE_ZONES, STYLES, SafeZone, make_cues
from backend.captions.frame import TALL, around, make_frame, shape_of
from backend.captions.place import place
from backend.captions.spoken import match_words
from backend.models import CaptionLayout, CaptionPosition, FrameSize
from tests.captions.spoken_text import LIGHTHOUSE, speak

SIZES: dict[str, list[FrameSize]] = {
    "tall": [(1080, 1920), (720, 1280), (2160, 3840)],
    "wide": [(1920, 1080), (1080, 1080), (3840, 2160), (1080, 1350)],
}
ZONES = {zone.name: zone for zone in SAFE_ZONES}


def test_the_zones_of_the_three_apps_are_known_with_their_source() -> None:
    assert {"tiktok", "reels", "shorts"} <= {zone.name for zone in SAFE_ZONES if zone.shape == "tall"}
    assert all(zone.source.startswith("https://") and zone.note for zone in SAFE_ZONES)
    assert (ZONES["reels"].top, ZONES["reels"].bottom, ZONES["reels"].left) == (0.14, 0.35, 0.06)
    shorts = ZONES["shorts"]
    pixels = [round(1920 * shorts.top), round(1080 * shorts.right), round(1920 * shorts.bottom)]
    assert [*pixels, round(1080 * shorts.left)] == [288, 192, 672, 48]


@pytest.mark.parametrize("zone", [zone for zone in SAFE_ZONES if zone.shape == "tall"], ids=lambda zone: zone.name)
def test_the_tall_layout_lies_inside_each(zone: SafeZone) -> None:
    assert TALL.top >= zone.top
    assert TALL.bottom >= zone.bottom
    assert TALL.side >= max(zone.left, zone.right)


@pytest.mark.parametrize("zone", SAFE_ZONES, ids=lambda zone: zone.name)
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("position", ["top", "center", "bottom"])
def test_every_caption_with_all_that_is_drawn_around_it_stays_inside(
    zone: SafeZone, style: str, position: CaptionPosition
) -> None:
    layout = CaptionLayout(position=position, font_scale=1.3)
    for size in SIZES[zone.shape]:
        frame = make_frame(STYLES[style], size, layout)
        for cue in make_cues(speak(LIGHTHOUSE), STYLES[style], size, layout):
            block = place(match_words(cue), frame)
            reach = around(STYLES[style]) * block.em
            assert block.top - reach >= zone.top * size[1] - 0.01
            assert block.bottom + reach <= (1 - zone.bottom) * size[1] + 0.01
            assert block.left - reach >= zone.left * size[0] - 0.01
            assert block.right + reach <= (1 - zone.right) * size[0] + 0.01


def test_a_frame_of_the_apps_shape_is_laid_out_for_them() -> None:
    assert all(shape_of(size) is TALL for size in SIZES["tall"])
