"""Videos joined and laid over each other in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.media.ffmpeg import Ffmpeg, find_ffmpeg
from tests.end_to_end.test_page import browser
from tests.media.makers import Maker

__all__ = ["browser"]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    return Maker(tmp_path_factory.mktemp("clips"), Ffmpeg(find_ffmpeg(None)))


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    page.goto(served)
    open_tab(page)
    yield page
    context.close()


def open_tab(page: Page) -> None:
    page.locator('#tabs [data-tab-id="video"]').first.click()
    expect(page.locator("#merging h2")).to_be_visible()


def test_videos_are_put_in_order_joined_and_found_again(page: Page, make: Maker) -> None:
    card = page.locator("#merging")
    clips = [make.clip("one.mp4", seconds=0.5), make.clip("two.mp4", seconds=0.7)]
    card.locator("[data-picker=videos]").set_input_files(clips)
    rows = card.locator(".joined-row")
    expect(rows).to_have_count(2)
    rows.nth(1).locator("[data-by='-1']").click()
    expect(rows.nth(0)).to_contain_text("two.mp4")
    card.locator("[data-field=transition]").select_option("slide")
    card.locator("[data-field=transition_seconds]").select_option("0.3")
    expect(card.locator("[data-foreseen]")).to_contain_text("About")
    card.locator("[data-join]").click()
    expect(card.locator(".joined-result video")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.reload()
    open_tab(page)
    expect(card.locator(".joined-result video")).to_be_visible()
    expect(rows.nth(0)).to_contain_text("two.mp4")
    expect(card.locator("[data-field=transition]")).to_have_value("slide")


def test_what_is_no_video_is_told_and_the_others_stay(page: Page, make: Maker) -> None:
    card = page.locator("#merging")
    card.locator("[data-picker=videos]").set_input_files([make.clip("one.mp4", seconds=0.5), make.tone()])
    expect(card.locator(".joined-row")).to_have_count(1)
    expect(card.locator(".problem")).to_contain_text("This file has sound but no picture.")
    expect(card.locator("[data-join]")).to_be_disabled()


def test_an_overlay_is_tuned_in_its_picture_and_made(page: Page, make: Maker) -> None:
    card = page.locator("#colorkey")
    drawing = "color=0x12a63c:s=160x120:r=30:d=0.3,drawbox=60:40:40:40:white:fill,format=yuv420p"
    screen = make.media("screen.mp4", "-f", "lavfi", "-i", drawing)
    card.locator("[data-picker=video]").set_input_files(make.clip("one.mp4", seconds=0.5))
    card.locator("[data-picker=overlay]").set_input_files(screen)
    picture = card.locator("[data-look-picture]")
    expect(picture).to_be_visible()
    expect(card.locator("[data-found-said]")).to_contain_text("found: #1")
    before = picture.get_attribute("src") or ""
    card.locator("[data-set=view][data-to=matte]").click()
    expect(picture).not_to_have_attribute("src", before)
    card.locator("[data-set=position][data-to=top_left]").click()
    expect(card.locator("[data-foreseen]")).to_contain_text("About")
    card.locator("[data-second=start]").fill("7")
    expect(card.locator("[data-foreseen]")).to_contain_text("would come at 7 s")
    card.locator("[data-second=start]").fill("0")
    card.locator("[data-make]").click()
    expect(card.locator(".key-result video")).to_be_visible()
    expect(card.locator("[data-set=position][data-to=top_left]")).to_have_attribute("aria-checked", "true")
