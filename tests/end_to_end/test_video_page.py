"""The Video tab in a real browser: frames at any moment, in all shapes; a render that is watched; what it made."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.test_joining_page import make
from tests.end_to_end.test_page import browser
from tests.media.makers import Maker, frames_of

__all__ = ["browser", "make"]
pytestmark = pytest.mark.browser
SCRUB = """(line, moment) => {
  line.value = moment;
  for (const kind of ["input", "change"]) line.dispatchEvent(new Event(kind, { bubbles: true }));
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, served: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(served)
    expect(page.locator("#make-video")).to_be_visible(timeout=60_000)
    page.get_by_role("tab", name="Video").click()
    yield page
    context.close()


def frames(page: Page) -> list[str | None]:
    """Addresses of the frames, once all are there."""
    expect(page.locator("#shapes [data-frame]:not([hidden])")).to_have_count(3, timeout=120_000)
    return [frame.get_attribute("src") for frame in page.locator("#shapes [data-frame]").all()]


def others(page: Page, before: list[str | None]) -> None:
    """Wait until each frame is another one."""
    for frame, old in zip(page.locator("#shapes [data-frame]").all(), before, strict=True):
        expect(frame).not_to_have_attribute("src", str(old), timeout=120_000)


def test_all_shapes_are_seen_before_there_is_a_script(page: Page) -> None:
    frames(page)
    drawn = page.locator("#shapes [data-frame]").all()
    sizes = [frame.evaluate("frame => [frame.naturalWidth, frame.naturalHeight]") for frame in drawn]
    assert [round(width / height, 1) for width, height in sizes] == [0.6, 1.0, 1.8]
    expect(page.locator("#scrubber")).to_contain_text("about 0:0")


def test_another_moment_and_another_background_are_other_frames(page: Page) -> None:
    first = frames(page)
    page.locator("[data-scrub]").evaluate(SCRUB, 2)
    others(page, first)
    second = frames(page)
    page.locator('#background [data-choice="colour:#17161A"]').click()
    others(page, second)


def test_a_title_and_a_bar_are_layers_that_are_seen_and_taken_away(page: Page) -> None:
    bare = frames(page)
    page.locator("[data-add=title]").click()
    page.locator("[data-layer] input[type=text]").fill("How to <b>paint</b>")
    expect(page.locator("[data-layer] [data-name]")).to_have_text("How to <b>paint</b>")
    expect(page.locator("[data-layer] [data-said]")).to_have_text("Headline at the top, the first 4 s")
    others(page, bare)
    page.locator("[data-set=position][data-to=bottom]").click()
    expect(page.locator("[data-layer] [data-said]")).to_have_text("Headline at the bottom, the first 4 s")
    page.locator("[data-remove-layer]").click()
    expect(page.locator("[data-layer]")).to_have_count(0)
    for frame, address in zip(page.locator("#shapes [data-frame]").all(), bare, strict=True):
        expect(frame).to_have_attribute("src", str(address), timeout=120_000)


def test_what_a_shape_is_called_and_whether_it_is_made_is_told_to_readers(page: Page) -> None:
    tall, square, wide = page.locator("#shapes [role=checkbox]").all()
    for box, checked, name in ((tall, "true", "9:16"), (square, "false", "1:1"), (wide, "false", "16:9")):
        expect(box).to_have_attribute("aria-checked", checked)
        expect(box).to_contain_text(name)
    expect(page.locator("[data-scrub]")).to_have_attribute("aria-label", "Moment of the video")


def test_a_render_is_watched_and_its_videos_are_taken_away_there(page: Page) -> None:
    page.get_by_role("tab", name="Speech").click()
    page.locator("#script textarea").fill("The fog came up.")
    page.get_by_role("tab", name="Video").click()
    expect(page.locator("#video-note")).to_contain_text("Speaks your script first.")
    expect(page.locator("#video-note b")).to_contain_text(re.compile("About .*B"))
    page.locator('#shapes [data-choice="1080x1080"]').click()
    expect(page.locator("#render")).to_have_text("Render 2 videos")
    page.locator('#quality [data-choice="draft"]').click()
    page.locator('#audio-export [data-choice="mp3"]').click()
    page.locator("#render").click()
    expect(page.locator("#video-job [data-stop]")).to_be_visible()
    expect(page.locator("#video-job .made-row")).to_have_count(3, timeout=200_000)
    expect(page.locator("#video-job .made-row").last).to_contain_text("Sound alone")
    expect(page.locator("#video-job .made-row").last.locator("a[download]")).to_have_attribute(
        "href", re.compile("mp3")
    )
    expect(page.locator("#video-job a[download]").first).to_have_attribute("href", re.compile("files/vid_"))
    page.locator('#video-job [data-look="1080x1080"]').click()
    expect(page.locator("#stage .stage")).to_have_attribute("data-size", "1080x1080")
    page.locator("#video-job [data-share]").first.click()
    expect(page.locator("dialog.share-box")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.share-box")).to_be_hidden()


def test_pictures_are_made_of_the_finished_video(page: Page) -> None:
    card = page.locator("#picturing")
    card.locator("[data-of=thumbnail] [data-field=text]").fill("Fog <b>now</b>")
    card.locator("[data-make]").click()
    picture = card.locator(".picturing-result img")
    expect(picture).to_be_visible(timeout=60_000)
    expect(card.locator("[data-of=thumbnail] [data-field=text]")).to_have_value("Fog <b>now</b>")
    before = picture.get_attribute("src") or ""
    card.locator("[data-kind=moving]").click()
    card.locator("[data-of=moving] [data-field=seconds]").fill("0.5")
    card.locator("[data-make]").click()
    expect(picture).not_to_have_attribute("src", before, timeout=60_000)
    expect(card.locator(".picturing-result a[download]")).to_have_attribute("href", re.compile("gif"))
    page.reload()
    page.get_by_role("tab", name="Video").click()
    expect(picture).to_be_visible(timeout=60_000)


def test_each_background_has_its_sentences_its_part_and_its_order(page: Page, make: Maker) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator("#upload-background").click()
    chooser.value.set_files([make.clip("sea.mp4", seconds=2.0, sound=False), make.picture("door.png")])
    shots = page.locator("#shots [data-shot]")
    expect(shots).to_have_count(2)
    expect(shots.first).to_contain_text("sea.mp4")
    shots.first.locator("summary").click()
    shots.first.locator("[data-path=trim_start]").fill("0.5")
    shots.first.locator("[data-to=hold]").click()
    expect(shots.first.locator("[data-said]")).to_have_text(
        "shares the time, its 0.5 s on, then its last picture stays"
    )
    shots.first.locator("[data-path=first]").fill("2")
    expect(shots.first.locator("[data-said]")).to_contain_text("sentence 2")
    shots.first.locator("[data-by='1']").click()
    expect(shots.last).to_contain_text("sea.mp4")
    shots.first.locator("summary").click()
    shots.first.locator("[data-path=first]").fill("3")
    expect(page.locator("#shots [data-shots-note]")).to_contain_text("Sentences go from the first")
    shots.first.locator("[data-path=first]").fill("1")
    expect(page.locator("#shots [data-shots-note]")).to_be_hidden()
    page.wait_for_timeout(600)  # until the choice has settled
    video = page.locator("#composition [data-video]")
    expect(video).to_have_attribute("data-video", re.compile(r'"sentences":\[1\],"trim_start":0.5'), timeout=60_000)
    told = json.loads(video.get_attribute("data-video") or "{}")
    assert [shot["sentences"] for shot in told["options"]["shots"]] == [[0], [1]]
    assert len(told["background"]) == 2
    page.locator('#background [data-choice="colour:#17161A"]').click()
    expect(page.locator("#shots .shots")).to_be_hidden()


def test_it_is_seen_moving_with_what_lies_over_it(page: Page, tmp_path: Path) -> None:
    page.get_by_role("tab", name="Speech").click()
    page.locator("#script textarea").fill("A bell rang.")
    page.locator("#speak-only").click()
    expect(page.locator("#stage [data-move]")).to_be_visible(timeout=150_000)
    page.get_by_role("tab", name="Video").click()
    page.locator("[data-add=progress_bar]").click()
    page.locator("[data-set=height][data-to='0.016']").click()
    page.locator("[data-layer] input[type=color]").fill("#00ff40")
    page.wait_for_timeout(600)  # until the choice has settled
    page.locator("#stage [data-move]").click()
    moving = page.locator("#stage video.moving")
    expect(moving).to_be_visible(timeout=150_000)
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(page.request.get(urljoin(page.url, moving.get_attribute("src") or "")).body())
    foot = frames_of(clip)[-1][-8:].astype(int)
    assert ((foot[..., 1] > 180) & (foot[..., 0] < 90)).mean() > 0.5, "the bar is missing"
    page.locator("[data-remove-layer]").click()
    expect(moving).to_have_count(0)


def test_it_fits_a_phone(browser: Browser, served: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(served)
    page.get_by_role("tab", name="Video").click()
    expect(page.locator("#scrubber")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
