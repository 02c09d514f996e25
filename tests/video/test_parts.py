"""The hash of a part changes with everything its frames depend on, and with nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend import captions as drawing
from backend.media.ffmpeg import Ffmpeg
from backend.models import CaptionLayout, Cue, CueWord
from backend.video import Clip, Colour, Image, RenderRequest
from backend.video.rendering.parts import Run, part_hashes, runs
from backend.video.rendering.render import place_scene
from tests.media.makers import Maker
from tests.video.scenes import SIZE, boxes

SECONDS = 7.0
FPS = 10
CODING = ("an ffmpeg", "its settings")


@pytest.fixture
def request_of_four(make: Maker, fonts: Path) -> RenderRequest:
    """Seven seconds: three parts of two seconds and one of one; a picture for the first half, then a colour."""
    return RenderRequest(
        audio=make.tone("seven.wav", seconds=SECONDS),
        duration=SECONDS,
        backgrounds=(Image(make.picture()), Colour("#204060")),
        cuts=(3.5,),
        size=SIZE,
        ass=boxes((0.5, 1.5), (2.5, 3.5), (3.9, 4.1), (6.2, 6.8)),
        fonts=fonts,
        fps=FPS,
    )


def hashes(request: RenderRequest, ffmpeg: Ffmpeg, folder: Path, coding: tuple[str, ...] = CODING) -> tuple[str, ...]:
    inner = folder / f"job{sum(1 for _ in folder.iterdir())}"
    inner.mkdir()
    scene = place_scene(request, inner, ffmpeg)
    return part_hashes(scene, coding, inner)


def changed(one: tuple[str, ...], other: tuple[str, ...]) -> list[int]:
    return [place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]


def test_the_same_video_has_the_same_hashes(ffmpeg: Ffmpeg, request_of_four: RenderRequest, tmp_path: Path) -> None:
    found = hashes(request_of_four, ffmpeg, tmp_path)
    assert len(set(found)) == 4
    assert hashes(request_of_four, ffmpeg, tmp_path) == found


@pytest.mark.parametrize(
    ("spans", "parts"),
    [
        (((0.5, 1.6), (2.5, 3.5), (3.9, 4.1), (6.2, 6.8)), [0]),
        (((0.5, 1.5), (2.5, 3.5), (3.9, 4.2), (6.2, 6.8)), [1, 2]),
        (((0.5, 1.5), (2.5, 3.5), (3.9, 4.1), (6.2, 6.8), (5.0, 5.1)), [2]),
        (((0.5, 1.5), (2.5, 3.5), (3.9, 4.1)), [3]),
        (((0.5, 1.5), (2.5, 3.5), (3.9, 4.0), (6.2, 6.8)), [1, 2]),
    ],
    ids=["longer", "over a cut", "one more", "one less", "up to a cut"],
)
def test_a_caption_touches_the_parts_it_is_seen_in(
    ffmpeg: Ffmpeg,
    request_of_four: RenderRequest,
    tmp_path: Path,
    spans: tuple[tuple[float, float], ...],
    parts: list[int],
) -> None:
    edited = replace(request_of_four, ass=boxes(*spans))
    assert changed(hashes(request_of_four, ffmpeg, tmp_path), hashes(edited, ffmpeg, tmp_path)) == parts


def test_what_is_behind_touches_the_parts_it_is_seen_in(
    ffmpeg: Ffmpeg, request_of_four: RenderRequest, make: Maker, tmp_path: Path
) -> None:
    first = hashes(request_of_four, ffmpeg, tmp_path)
    image, colour = request_of_four.backgrounds
    other = Image(make.picture("other.png", size=(90, 90)))

    def touched(**change: object) -> list[int]:
        return changed(first, hashes(replace(request_of_four, **change), ffmpeg, tmp_path))  # type: ignore[arg-type]

    assert touched(backgrounds=(other, colour)) == [0, 1]
    assert touched(backgrounds=(image, Colour("#204061"))) == [1, 2, 3]
    assert touched(cuts=(3.7,)) == [1]
    assert touched(effect="ken_burns") == [0, 1]
    assert touched(fit="blur") == [0, 1]
    assert touched(size=(272, 480)) == [0, 1, 2, 3]
    assert touched(ass=boxes((0.5, 1.5), colour="00FF00")) == [0, 1, 2, 3]
    assert touched(music=make.tone(), duck=False) == []


def test_a_title_in_another_look_touches_the_parts_it_is_seen_in(
    ffmpeg: Ffmpeg, request_of_four: RenderRequest, fonts: Path, tmp_path: Path
) -> None:
    words = (CueWord(text="Fog", start=4.5, end=5.5),)
    captions = drawing.ass_document(
        (Cue(index=0, start=4.5, end=5.5, text="Fog", words=words),), drawing.STYLES["bold_pop"], SIZE, CaptionLayout()
    )

    def titled(**look: Any) -> tuple[str, ...]:
        title = drawing.Title("Lighthouses", 0.0, 1.5, **look)
        document = drawing.put_beneath(captions, [title], SIZE)
        return hashes(replace(request_of_four, ass=document), ffmpeg, tmp_path)

    first = titled()
    assert changed(first, titled(template="card")) == [0]
    assert changed(first, titled(font_scale=0.6)) == [0]
    other = replace(request_of_four, ass=captions.replace("Style: Text,", "Style: Text,,"))
    assert changed(
        hashes(replace(request_of_four, ass=captions), ffmpeg, tmp_path), hashes(other, ffmpeg, tmp_path)
    ) == [2]


def test_a_tag_that_goes_back_to_a_style_makes_all_styles_count(
    ffmpeg: Ffmpeg, request_of_four: RenderRequest, tmp_path: Path
) -> None:
    resetting = (request_of_four.ass or "").replace("{\\p1", "{\\rOther\\p1")
    other = "Style: Other,Anton,40,&H00FFFFFF,1,0,0,7"
    first, second = (
        hashes(
            replace(request_of_four, ass=resetting.replace("\n\n[Events]", f"\n{style}\n\n[Events]")), ffmpeg, tmp_path
        )
        for style in (other, other.replace("40", "50"))
    )
    assert changed(first, second) == [0, 1, 2, 3]


def test_a_picture_with_other_content_under_the_same_name_is_another(
    ffmpeg: Ffmpeg, request_of_four: RenderRequest, make: Maker, tmp_path: Path
) -> None:
    picture = tmp_path / "picture.png"
    request = replace(request_of_four, backgrounds=(Image(picture),))
    found = []
    for name, size in (("one.png", (90, 60)), ("two.png", (60, 90))):
        picture.write_bytes(make.picture(name, size=size).read_bytes())
        found.append(hashes(request, ffmpeg, tmp_path))
    assert changed(*found) == [0, 1, 2, 3]


def test_another_encoder_or_another_font_changes_all(
    ffmpeg: Ffmpeg, request_of_four: RenderRequest, fonts: Path, tmp_path: Path
) -> None:
    first = hashes(request_of_four, ffmpeg, tmp_path)
    assert changed(first, hashes(request_of_four, ffmpeg, tmp_path, ("another ffmpeg",))) == [0, 1, 2, 3]
    fewer = tmp_path / "fonts"
    fewer.mkdir()
    (fewer / "one.ttf").write_bytes(next(fonts.glob("*.ttf")).read_bytes())
    assert changed(first, hashes(replace(request_of_four, fonts=fewer), ffmpeg, tmp_path)) == [0, 1, 2, 3]


def test_a_clip_goes_on_through_the_parts(
    ffmpeg: Ffmpeg, request_of_four: RenderRequest, make: Maker, tmp_path: Path
) -> None:
    clip = replace(request_of_four, backgrounds=(Clip(make.clip()),), ass=None)
    assert len(set(hashes(clip, ffmpeg, tmp_path))) == 4


def test_a_longer_video_keeps_what_it_begins_with(
    ffmpeg: Ffmpeg, request_of_four: RenderRequest, tmp_path: Path
) -> None:
    request = replace(request_of_four, backgrounds=(Colour("#204060"),))
    short, long = hashes(request, ffmpeg, tmp_path), hashes(replace(request, duration=9.0), ffmpeg, tmp_path)
    assert long[:3] == short[:3] and len(long) == 5 and long[3] != short[3]


def test_neighbours_that_change_are_one_run() -> None:
    assert runs("abcdefg", "abXdeYZ", 130, 10) == (
        Run(0, 40, new=False),
        Run(40, 20, new=True),
        Run(60, 40, new=False),
        Run(100, 30, new=True),
    )
    assert runs("abc", "ab", 55, 10) == (Run(0, 40, new=False), Run(40, 15, new=True))
    assert runs("ab", "abc", 40, 10) == (Run(0, 40, new=False),)
