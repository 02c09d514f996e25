"""A voice of one's own in a real browser: recorded, judged, saved with consent, found again, carried away and back."""

from __future__ import annotations

import re
import shutil
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from backend.studio import Studio
from tests.end_to_end.test_page import ARGUMENTS, find_chromium

pytestmark = pytest.mark.browser
PATIENCE = 120_000
"""Milliseconds after which a test gives up on what never comes."""
SCRIPT = (
    "The harbour master counts the boats at dawn, and writes their names in a long green book. "
    "Nobody has ever asked him why he does it. On the last page there is a drawing of a lighthouse."
)


@pytest.fixture(scope="module")
def spoken(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """About ten seconds that somebody says into the microphone."""
    narration = studio.call("generate_speech", {"script": SCRIPT, "voice": "bm_george"})
    path = tmp_path_factory.mktemp("spoken") / "george.wav"
    shutil.copyfile(studio.local_file(narration["audio"]["file_id"]), path)
    return path


@pytest.fixture
def page(spoken: Path, served: str) -> Iterator[Page]:
    """The Voices tab of a browser whose microphone hears the recording, over and over."""
    microphone = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={spoken}"]
    with sync_playwright() as playwright:
        path = find_chromium()
        if path is None and not Path(playwright.chromium.executable_path).exists():
            pytest.skip("no Chromium: `apt-get install chromium` or `.venv/bin/playwright install chromium` gets one")
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *microphone])
        page = browser.new_context(viewport={"width": 1440, "height": 1000}, permissions=["microphone"]).new_page()
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.goto(served)
        expect(page.locator("#make-video")).to_be_visible()
        page.get_by_role("tab", name="Voices").click()
        yield page
        expect.set_options(timeout=5_000)
        browser.close()


def consent(page: Page) -> None:
    page.locator("#maker [data-field=name]").fill("George")
    page.locator("[data-choice=synthetic]").click()
    page.locator("#maker [data-field=speaker]").fill("A machine")


def test_a_voice_is_recorded_judged_saved_deleted_and_brought_back(page: Page, tmp_path: Path) -> None:
    page.locator("#maker [data-record]").click()
    expect(page.locator("#maker [data-clock]")).to_have_text("0:09")
    page.locator("#maker [data-record-stop]").click()
    expect(page.locator("#maker .verdict")).to_have_class(re.compile("is-(good|usable)"))
    save = page.locator("[data-save]")
    expect(save).to_be_disabled()
    page.reload()
    page.get_by_role("tab", name="Voices").click()
    consent(page)
    expect(save).to_be_enabled()
    save.click()
    expect(page.locator("#maker .made [data-field=transcript]")).to_have_value(re.compile("harbour|boats|book", re.I))
    row = page.locator(".own-voice")
    expect(row).to_have_count(1)
    with page.expect_download() as taken:
        row.locator("[data-export]").click()
    taken.value.save_as(tmp_path / "george.zip")
    row.locator("[data-delete]").click()
    row.locator("[data-delete-yes]").click()
    expect(page.locator("#own-voices .notice")).to_contain_text("is deleted")
    expect(row).to_have_count(0)
    page.locator("[data-import-file]").set_input_files(tmp_path / "george.zip")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("George")


def test_the_part_can_be_moved_and_what_is_said_in_it_is_written_down_again(page: Page, spoken: Path) -> None:
    page.locator("#maker [data-file]").set_input_files(spoken)
    handle, text = page.locator("[data-handle=start]"), page.locator("#maker [data-field=transcript]")
    said, is_good, is_bad = page.locator("#maker .said"), re.compile("is-good"), re.compile("is-bad")
    expect(said).to_have_class(is_good)
    whole = text.input_value()
    before = float(handle.get_attribute("aria-valuenow") or "nan")
    handle.focus()
    for _ in range(3):
        page.keyboard.press("PageUp")
    page.keyboard.press("ArrowRight")
    assert float(handle.get_attribute("aria-valuenow") or "nan") == pytest.approx(before + 3.1, abs=0.02)
    expect(said).to_have_class(is_good)
    written = text.input_value()
    assert 0 < len(written) < len(whole)
    text.fill(whole)
    expect(said).to_have_class(is_bad)
    consent(page)
    expect(page.locator("[data-save]")).to_be_disabled()
    page.reload()
    page.get_by_role("tab", name="Voices").click()
    expect(said).to_have_class(is_bad)
    page.locator("[data-use-heard]").click()
    expect(text).to_have_value(written)
    expect(page.locator("[data-save]")).to_be_enabled()
    page.locator("[data-part-back]").click()
    assert float(handle.get_attribute("aria-valuenow") or "nan") == pytest.approx(before, abs=0.02)
    expect(text).to_have_value(whole)


def test_a_recording_that_cannot_be_used_has_advice_and_no_form(page: Page, tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "silence.wav"), "wb") as silence:
        silence.setparams((1, 2, 24_000, 0, "NONE", ""))
        silence.writeframes(bytes(2 * 24_000 * 5))
    page.locator("#maker [data-file]").set_input_files(tmp_path / "silence.wav")
    expect(page.locator("#maker .advice li")).to_have_count(1)
    expect(page.locator("[data-save]")).to_have_count(0)


def test_a_blend_is_heard_and_saved(page: Page) -> None:
    page.locator("#blend [data-preview]").click()
    expect(page.locator("#blend [data-preview]")).to_have_class(re.compile("playing"))
    page.locator("#blend [data-field=name]").fill("Morning radio")
    page.locator("[data-save-blend]").click()
    expect(page.locator(".own-voice", has_text="Morning radio")).to_have_count(1)


def test_a_studio_that_cannot_convert_says_what_is_needed_and_where_it_is_installed(page: Page) -> None:
    expect(page.locator("#converter .needs")).to_contain_text("not installed yet")
    page.locator("#converter [data-tab=system]").click()
    expect(page.locator(".engine [data-install]").first).to_be_visible()
