"""The main job in a real browser: type a script, press one button, watch the video."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.end_to_end.conftest import SCRIPT

pytestmark = pytest.mark.browser
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run", "--autoplay-policy=no-user-gesture-required"),
]
PATIENCE = 60_000
"""Milliseconds in which whatever is expected of a page comes true, on a machine that has much else to do."""
expect.set_options(timeout=PATIENCE)


def find_chromium() -> str | None:
    """The system's Chromium; None lets Playwright use its own, if it was downloaded."""
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = find_chromium()
        if path is None and not Path(playwright.chromium.executable_path).exists():
            pytest.skip("no Chromium: `apt-get install chromium` or `.venv/bin/playwright install chromium` gets one")
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(served)
    expect(page.locator("#make-video")).to_be_visible()
    yield page
    context.close()


def write_script(page: Page, text: str) -> None:
    page.locator("#script textarea").fill(text)


def test_a_script_becomes_a_video_that_plays(page: Page) -> None:
    write_script(page, SCRIPT)
    page.locator("#make-video").click()
    expect(page.locator("#stop")).to_be_visible()
    video = page.locator("#stage video")
    expect(video).to_have_attribute("src", re.compile("files/vid_"), timeout=150_000)
    video.evaluate("v => v.play()")
    page.wait_for_function("() => document.querySelector('#stage video').currentTime > 0.6")
    words = page.locator("#stage [data-word]")
    assert words.all_inner_texts() == SCRIPT.split()
    page.wait_for_function("() => document.querySelector('#stage [data-word].now') !== null")


def test_a_sentence_that_comes_out_the_same_again_leaves_nothing_to_choose(page: Page) -> None:
    page.locator("#script textarea").fill("One short sentence.")
    page.locator("#speak-only").click()
    page.locator("[data-respeak]").click()
    expect(page.locator("#job .takes-said")).to_contain_text("just the same")
    expect(page.locator("[data-keep]")).to_have_count(0)


def test_a_word_seeks_the_player(page: Page) -> None:
    write_script(page, SCRIPT)
    page.locator("#make-video").click()
    words = page.locator("#stage [data-word]")
    expect(words).to_have_count(len(SCRIPT.split()), timeout=150_000)
    words.nth(9).click()
    start = float(words.nth(9).get_attribute("data-start") or "nan")
    page.wait_for_function("s => Math.abs(document.querySelector('#stage video').currentTime - s) < 2", arg=start)


def test_a_reload_in_the_middle_of_a_job_loses_nothing(page: Page) -> None:
    script = " ".join(f"Sentence {n} goes on while the page is away." for n in range(8))
    write_script(page, script)
    page.locator("#make-video").click()
    expect(page.locator("#stop")).to_be_visible()
    page.reload()
    expect(page.locator("#script textarea")).to_have_value(script, timeout=60_000)
    expect(page.locator("#stage [data-word]")).to_have_count(len(script.split()), timeout=200_000)


def test_stop_stops(page: Page) -> None:
    write_script(page, " ".join(f"Sentence {n} will never be finished, because somebody stops it." for n in range(40)))
    page.locator("#make-video").click()
    expect(page.locator("#stop")).to_be_visible()
    page.locator("#stop").click()
    expect(page.locator("#stop")).to_be_hidden()


def test_a_mistake_is_explained_on_the_page(page: Page) -> None:
    write_script(page, "One [pause soon] two.")
    page.locator("#make-video").click()
    expect(page.get_by_role("alert").first).to_contain_text("pause")


@pytest.mark.parametrize("tab", ["Voices", "Speech", "Captions", "Video", "Library", "System"])
def test_every_tab_fits_a_phone(browser: Browser, served: str, tab: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(served)
    page.get_by_role("tab", name=tab).click()
    page.wait_for_timeout(300)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    context.close()


def test_the_page_asks_nothing_of_other_hosts(browser: Browser, served: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(served)
    expect(page.locator("#make-video")).to_be_visible()
    assert [url for url in asked if not url.startswith((served, "data:", "blob:"))] == []
    context.close()


def test_names_with_scripts_in_them_do_not_run(page: Page) -> None:
    write_script(page, 'Say <img src=x onerror="window.pwn=1"> this, [Bob](/bɑb/)!')
    page.locator("#speak-only").click()
    expect(page.locator("#stage [data-word]").first).to_be_visible(timeout=150_000)
    assert page.evaluate("() => window.pwn") is None
