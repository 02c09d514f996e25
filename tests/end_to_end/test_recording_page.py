"""From a voice-over and its script to a burned video in a real browser, with real speech and a real recogniser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect, sync_playwright

from backend.studio import Studio
from backend.work import Work
from tests.end_to_end.test_page import ARGUMENTS, find_chromium

pytestmark = [pytest.mark.browser, pytest.mark.long]
PATIENCE = 90_000
"""Milliseconds after which a test gives up on what never comes."""
SCRIPT = (
    "The harbour master counts 12 boats at dawn. Nobody has ever asked him why he does it. "
    "He would say that numbers keep the fog away."
)


@pytest.fixture(scope="module")
def spoken(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A voice-over, as somebody brings it."""
    narration = studio.call("generate_speech", {"script": SCRIPT, "voice": "bm_george", "audio_format": "mp3"})
    path = tmp_path_factory.mktemp("spoken") / "voice-over.mp3"
    shutil.copyfile(studio.local_file(narration["audio"]["file_id"]), path)
    return path


@pytest.fixture
def page(served: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        path = find_chromium()
        if path is None and not Path(playwright.chromium.executable_path).exists():
            pytest.skip("no Chromium: `apt-get install chromium` or `.venv/bin/playwright install chromium` gets one")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.goto(served)
        expect(page.locator("#make-video")).to_be_visible()
        page.get_by_role("tab", name="Captions").click()
        yield page
        expect.set_options(timeout=5_000)
        browser.close()


def bring(page: Page, recording: Path) -> None:
    expect(page.locator("#recording [data-bring]")).to_be_visible()
    page.locator("#recording [data-file]").set_input_files(recording)
    expect(page.locator("#recording .take-words b")).to_have_text(recording.name)


def captions_on_stage(page: Page) -> list[list[object]]:
    found: list[list[object]] = page.evaluate("() => JSON.parse(document.querySelector('.stage').dataset.cues)")
    return found


def fix(page: Page, wrong: str, right: str) -> None:
    """Change one word where it stands, as a person does."""
    row = page.locator("#cues .cue", has=page.locator(".cue-text", has_text=wrong)).first.get_attribute("data-cue")
    text = page.locator(f'#cues .cue[data-cue="{row}"] .cue-text')
    version = page.locator("#stage .stage").get_attribute("data-version")
    text.click()
    text.evaluate("(box, words) => { box.textContent = box.textContent.replace(...words); }", [wrong, right])
    text.dispatch_event("input")
    text.press("Enter")
    expect(page.locator("#stage .stage")).not_to_have_attribute("data-version", str(version))  # it is kept
    expect(text).to_contain_text(right)


def test_a_voice_over_and_its_script_become_a_burned_video(page: Page, spoken: Path) -> None:
    bring(page, spoken)
    expect(page.locator("#recording [data-why-off]")).to_contain_text("no credentials")
    expect(page.locator("#recording option[value=google]")).to_be_disabled()
    page.locator("#recording [data-field=script]").fill(SCRIPT)
    expect(page.locator("#recording [data-start]")).to_have_text("Put the script on it")
    expect(page.locator("#recording [data-foreseen]")).not_to_be_empty()
    page.locator("#recording [data-start]").click()
    expect(page.locator("#recording-told [data-stop]")).to_be_visible()
    page.reload()  # in the middle of it: nothing is lost
    words = page.locator("#stage [data-word]")
    expect(words).to_have_count(len(SCRIPT.split()))
    assert words.all_inner_texts() == SCRIPT.split()
    page.get_by_role("tab", name="Captions").click()
    expect(page.locator("#recording [data-field=script]")).to_have_value(SCRIPT)
    expect(page.locator("#recording-told .notice")).to_contain_text("The script is on the recording")

    fix(page, "harbour", "harbor")
    fix(page, "fog", "mist")
    page.locator("#caption-style [data-choice=karaoke_sweep]").click()
    stage = page.locator("#stage .stage")
    expect(page.locator("#stage .live-caption")).to_have_attribute("data-style", "karaoke_sweep")
    before = captions_on_stage(page)
    said = " ".join(" ".join(str(cue[2]).split()) for cue in before)
    assert said == SCRIPT.replace("harbour", "harbor").replace("fog", "mist")

    expect(page.locator("#stage [data-still][data-shown]")).to_be_attached()  # as it will be burned in
    page.locator("#stage audio").evaluate("sound => { sound.currentTime = 0; return sound.play(); }")  # and moving
    seen = "() => { const now = document.querySelector('#stage .live-caption .now'); return now && now.textContent; }"
    first = page.wait_for_function(seen).json_value()
    page.wait_for_function(f"(first) => {{ const now = ({seen})(); return now && now !== first; }}", arg=first)

    page.get_by_role("tab", name="Video").click()
    expect(page.locator("#video-note")).to_contain_text("With the recording and the captions that are on the stage")
    page.locator("#render").click()
    video = page.locator("#stage .media video")
    expect(video).to_have_attribute("src", re.compile("files/vid_"))
    expect(stage).to_have_attribute("data-state", "video")
    assert captions_on_stage(page) == before, "what was edited is what is burned in"
    video.evaluate("v => v.play()")
    page.wait_for_function("() => document.querySelector('#stage .media video').currentTime > 0.6")

    page.reload()
    expect(video).to_have_attribute("src", re.compile("files/vid_"))
    assert page.locator("#stage [data-word]").count() == len(SCRIPT.split())


def test_a_video_without_a_script_is_written_down_and_keeps_its_own_picture(
    page: Page, studio: Studio, spoken: Path, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mp4"
    (tmp_path / "in.mp3").symlink_to(spoken)
    picture = ["-f", "lavfi", "-i", "testsrc2=s=180x320:r=25", "-f", "mp3", "-i", "file:in.mp3", "-shortest"]
    studio.ffmpeg.run(
        [*picture, "-pix_fmt", "yuv420p", "-c:a", "aac", "-f", "mp4", "-y", "file:clip.mp4"],
        folder=tmp_path, work=Work(), timeout=120,
    )  # fmt: skip
    bring(page, clip)
    expect(page.locator("#recording .take-words")).to_contain_text("its picture stands behind the words")
    expect(page.locator("#recording [data-start]")).to_have_text("Write it down")
    page.locator("#recording [data-start]").click()
    expect(page.locator("#recording-told .notice")).to_contain_text("written down")
    assert page.locator("#stage .media video").get_attribute("src")  # it plays behind the live captions
    page.get_by_role("tab", name="Video").click()
    expect(page.locator("#background .card-box.chosen")).to_contain_text("clip.mp4")


def test_what_only_one_of_them_has_is_told_in_plain_words(page: Page, spoken: Path) -> None:
    bring(page, spoken)
    more = "And then a whole sentence stands here which is not in the recording at all."
    page.locator("#recording [data-field=script]").fill(SCRIPT.replace("He would", f"{more} He would"))
    page.locator("#recording [data-start]").click()
    told = page.locator("#recording-told .differences")
    expect(told).to_contain_text("not said:")
    expect(told).to_contain_text("whole sentence stands here")
    told.locator("[data-seek-to]").first.click()
    page.wait_for_function("() => document.querySelector('#stage audio').currentTime > 3")


def test_a_recording_without_speech_is_explained_beside_the_button(page: Page, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "quiet.wav", np.zeros(16_000 * 3, np.float32), 16_000)
    bring(page, tmp_path / "quiet.wav")
    page.locator("#recording [data-field=script]").fill(SCRIPT)
    page.locator("#recording [data-start]").click()
    expect(page.locator("#recording-told [role=alert]")).to_contain_text("Nobody is heard in this recording.")


def test_it_fits_a_phone(page: Page, spoken: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    bring(page, spoken)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
