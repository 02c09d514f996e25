"""The style editor in a real browser: changed, seen, kept, carried away, brought back, deleted, on a phone as well."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client
from playwright.sync_api import Browser, Locator, Page, expect

from tests.end_to_end.test_page import browser

__all__ = ["browser"]
pytestmark = pytest.mark.browser
SPEECH = {"script": "The fog came up before the boat was in.", "engine": "silence"}
CUES = "JSON.parse(document.querySelector('.stage').dataset.cues).length"
SET = """(row, value) => {
  const box = row.querySelector("[data-value]");
  if (box.type === "checkbox") box.checked = value; else box.value = value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}"""


@pytest.fixture(scope="module")
def studio(served: str) -> Client:
    return Client(served, verbose=False, download_files=False)


@pytest.fixture(scope="module")
def job(studio: Client) -> str:
    """Something spoken, to be opened on the stage."""
    asked: dict[str, Any] = {"operation": "generate_speech", "arguments": SPEECH}
    job_id = str(studio.predict(**asked, api_name="/submit_job")["job_id"])
    while studio.predict(job_id=job_id, api_name="/job_status")["state"] in ("queued", "running"):
        time.sleep(0.1)
    return job_id


DESK, PHONE = (1440, 1000), (390, 844)
ON_BOTH = pytest.mark.parametrize("page", [DESK, PHONE], ids=["desk", "phone"], indirect=True)


@pytest.fixture
def page(browser: Browser, served: str, job: str, studio: Client, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The Captions tab with the editor open and captions on the stage; own styles are gone afterwards."""
    width, height = getattr(request, "param", DESK)
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{served}/?job={job}")
    open_editor(page)
    page.locator("#style-editor .style-own > summary").click()
    expect(page.locator("[data-draft-picture] img")).to_be_visible()
    yield page
    context.close()
    for style in studio.predict(api_name="/list_caption_styles")["styles"]:
        if style["own"]:
            studio.predict(style_id=style["name"], api_name="/delete_caption_style")


def open_editor(page: Page) -> None:
    expect(page.locator(".stage.is-narration")).to_be_visible()
    page.locator('#tabs [data-tab-id="captions"]').first.click()
    expect(page.locator("#caption-style .style-card").first).to_be_visible()
    expect(page.locator("#style-editor [data-editor]")).to_be_attached()


def row(page: Page, path: str) -> Locator:
    return page.locator(f'#style-editor [data-path="{path}"]')


def set_to(page: Page, path: str, value: Any) -> None:
    row(page, path).evaluate(SET, value)


def captions_of(page: Page, studio: Client) -> dict[str, Any]:
    """The captions on the stage, as their own JSON file says."""
    captions_id = page.locator(".stage").get_attribute("data-captions")
    manifest = studio.predict(f"{captions_id}.{version_of(page)}.manifest.json", api_name="/download_file")
    with urllib.request.urlopen(manifest["url"]) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def version_of(page: Page) -> int:
    return int(page.locator(".stage").get_attribute("data-version") or 0)


def chosen(page: Page) -> Locator:
    return page.locator("#caption-style .chosen b")


@ON_BOTH
def test_a_style_is_changed_on_the_stage_kept_carried_away_and_brought_back(
    page: Page, studio: Client, tmp_path: Path
) -> None:
    before = version_of(page)
    set_to(page, "highlight", "box")
    set_to(page, "accent", "#12ab34")
    set_to(page, "size", 0.12)
    set_to(page, "plate", True)
    expect(page.locator("#style-editor .is-changed")).to_be_attached()
    expect(page.locator(f'.stage:not([data-version="{before}"])')).to_be_attached()
    expect(page.locator("[data-still]")).to_have_attribute("src", re.compile("files/made_"))
    page.wait_for_function("() => document.querySelector('[data-own-style] .is-box.plated')")
    drawn = captions_of(page, studio)
    assert drawn["style"] == "custom" and drawn["own_style"]["accent"] == ["#12AB34"]
    assert drawn["own_style"]["size"] == 0.12 and drawn["own_style"]["plate"]["padding"] == 0.4
    assert drawn["own_style"]["outline"] == 0.085, "what nobody touched stays"

    page.locator("[data-title]").fill("Harbour")
    page.locator("[data-save=new]").click()
    expect(page.locator("#style-editor .notice.good")).to_contain_text("Harbour")
    expect(chosen(page)).to_have_text("Harbour")
    kept = next(style for style in studio.predict(api_name="/list_caption_styles")["styles"] if style["own"])
    assert (kept["title"], kept["accent"], kept["description"]) == ("Harbour", ["#12AB34"], "")
    page.wait_for_function(f"() => document.querySelector('.stage [data-style=\"{kept['name']}\"]')")

    with page.expect_download() as export:
        page.locator("[data-export]").click()
    export.value.save_as(tmp_path / "harbour.json")
    assert json.loads((tmp_path / "harbour.json").read_text(encoding="utf-8"))["title"] == "Harbour"
    page.locator("#style-editor [data-delete]").click()
    page.locator("#style-editor [data-delete-yes]").click()
    expect(chosen(page)).to_have_text("Bold pop")
    expect(page.locator("#caption-style .style-card .tag")).to_have_count(0)
    bring(page, tmp_path / "harbour.json")
    expect(chosen(page)).to_have_text("Harbour")

    page.reload()
    open_editor(page)
    expect(chosen(page)).to_have_text("Harbour")
    expect(page.locator("#style .chosen b")).to_have_text("Harbour")


def bring(page: Page, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator("#style-editor [data-bring]").click()
    chooser.value.set_files(file)


def test_one_goes_back_to_the_style_one_started_from(page: Page, studio: Client) -> None:
    set_to(page, "uppercase", False)
    set_to(page, "rules.max_words", 1)
    expect(page.locator("#style-editor .is-changed")).to_be_attached()
    page.wait_for_function(f"() => {CUES} === 9")
    page.locator("[data-back]").click()
    expect(page.locator("#style-editor .is-changed")).to_have_count(0)
    page.wait_for_function(f"() => {CUES} < 9")
    drawn = captions_of(page, studio)
    assert drawn["style"] == "bold_pop" and drawn["own_style"] is None
    expect(row(page, "uppercase").locator("input")).to_be_checked()


def test_what_was_changed_is_still_there_after_a_reload_and_gone_when_another_style_is_picked(page: Page) -> None:
    set_to(page, "color", "#ffee00")
    page.wait_for_function("() => (localStorage.getItem('voicereel-choices') || '').length > 0")
    page.wait_for_timeout(1500)
    page.reload()
    open_editor(page)
    expect(row(page, "color").locator("code")).to_have_text("#FFEE00")
    page.locator('#caption-style [data-choice="podcast"]').click()
    expect(page.locator("#style-editor .style-look b")).to_have_text("Podcast")
    expect(row(page, "color").locator("code")).to_have_text("#FFFFFF")
    expect(row(page, "plate").locator("input")).to_be_checked()


def test_a_file_that_is_no_style_is_refused_with_what_is_wrong(page: Page, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"font": "Comic Sans", "size": 9, "highlight": "pop"}', encoding="utf-8")
    bring(page, tmp_path / "bad.json")
    expect(page.locator("#captions-problem")).to_contain_text("size: ")
    expect(page.locator("#captions-problem")).to_contain_text("Comic Sans")


@ON_BOTH
def test_nothing_of_the_editor_reaches_beyond_the_page(page: Page) -> None:
    page.evaluate("document.querySelectorAll('#style-editor details').forEach((each) => { each.open = true; })")
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]
    outside = page.evaluate(
        """() => [...document.querySelectorAll("#style-editor .style-row > *, .style-keeping button")]
          .filter((each) => each.offsetParent && each.getBoundingClientRect().right > innerWidth - 10).length"""
    )
    assert outside == 0
