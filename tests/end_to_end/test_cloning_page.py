"""The page with engines that clone and convert: their real code on tiny random weights, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.settings import Settings
from tests.end_to_end.conftest import free_port, serve
from tests.end_to_end.test_command_line_cloning import CommandLine
from tests.end_to_end.test_page import PATIENCE as PAGES
from tests.end_to_end.test_page import browser as browser
from tests.end_to_end.test_voice_page import consent
from tests.end_to_end.test_voice_page import spoken as spoken
from tests.voices.making import make_clip

pytestmark = [pytest.mark.engines, pytest.mark.long, pytest.mark.browser]
PATIENCE = 180_000


@pytest.fixture(scope="module")
def cloning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a studio with a voice, two engines that speak it and one that converts."""
    line, port = CommandLine(tmp_path_factory.mktemp("page")), free_port()
    (line.home / "models").symlink_to(Settings().models_folder)
    program = ("-m", "tests.end_to_end.tiny_app", str(line.given))
    with serve(line.home, port, program, STUDIO_WEIGHTS_FOLDER=str(line.given), STUDIO_DEVICE="cpu"):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(browser: Browser, cloning: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page.goto(cloning)
    expect(page.locator("#make-video")).to_be_visible()
    page.get_by_role("tab", name="Voices").click()
    yield page
    expect.set_options(timeout=PAGES)
    context.close()


def test_doubtful_sentences_are_taken_again_compared_and_engines_judged_blind(page: Page) -> None:
    page.locator(".own-voice [data-use]").click()
    page.locator("#script textarea").fill("Nobody ever paints the door in the fog.")
    page.locator("#verify [data-choice=on]").click()
    page.locator("#speak-only").click()
    # Random weights speak noise, so there is something to doubt.
    expect(page.locator("#job .is-doubtful .doubts")).not_to_be_empty()
    page.locator("[data-respeak]").click()
    takes = page.locator("#job .take")
    expect(takes).to_have_count(2)
    expect(takes.first).to_contain_text("As it was")
    page.reload()
    expect(takes).to_have_count(2)
    page.locator("[data-keep=A]").click()
    expect(takes).to_have_count(0)
    page.locator("#job [data-ask-blind]").click()
    page.locator("#job [data-rivals] [data-blind=chatterbox]").click()
    expect(takes).to_have_count(2)
    expect(page.locator("#job")).not_to_contain_text(re.compile("Chatterbox|F5"))
    page.locator("[data-keep=B]").click()
    expect(page.locator("#job .takes-said")).to_contain_text(re.compile("You kept B, by (Chatterbox|F5-TTS v1)"))


def test_a_recording_is_said_in_another_voice_heard_and_taken_away(page: Page, tmp_path: Path) -> None:
    make_clip(tmp_path / "me.wav", 2, seconds=4.0)
    converter = page.locator("#converter")
    converter.locator("[data-file]").set_input_files(tmp_path / "me.wav")
    converter.locator("[data-field=engine]").select_option("chatterbox")
    converter.locator("[data-convert]").click()
    expect(converter.locator("a[download]")).to_be_visible()
    converter.locator("[data-hear]").last.click()
    expect(converter.locator("[data-hear]").last).to_have_class(re.compile("playing"))
    page.reload()
    page.get_by_role("tab", name="Voices").click()
    with page.expect_download() as taken:
        converter.locator("a[download]").click()
    assert taken.value.suggested_filename.endswith(".wav")


def test_a_voice_is_made_speaks_travels_and_speaks_again(page: Page, spoken: Path, tmp_path: Path) -> None:
    mine = page.locator(".own-voice", has_text="George")

    def speak(script: str) -> None:
        mine.locator("[data-use]").click()
        page.locator("#script textarea").fill(script)
        page.locator("#speak-only").click()
        expect(page.locator("#job")).to_contain_text(script)
        expect(page.locator("#job [data-respeak]")).to_be_visible()
        page.get_by_role("tab", name="Voices").click()

    page.locator("#maker [data-file]").set_input_files(spoken)
    expect(page.locator("#maker .verdict")).to_have_class(re.compile("is-(good|usable)"))
    consent(page)
    page.locator("[data-save]").click()
    expect(mine).to_have_count(1)
    speak("The boats are counted at dawn.")
    with page.expect_download() as taken:
        mine.locator("[data-export]").click()
    taken.value.save_as(tmp_path / "george.zip")
    mine.locator("[data-delete]").click()
    mine.locator("[data-delete-yes]").click()
    expect(mine).to_have_count(0)
    page.locator("[data-import-file]").set_input_files(tmp_path / "george.zip")
    expect(mine).to_have_count(1)
    speak("Nobody has ever asked him why.")
