"""Sharing and making again on the page, in a real browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.test_page import browser, page, write_script  # noqa: F401 - fixtures

pytestmark = pytest.mark.browser
SCRIPT = "The tide takes the letters back at noon."


def test_what_is_on_the_stage_is_shared_and_taken_back(page: Page) -> None:  # noqa: F811
    write_script(page, SCRIPT)
    page.locator("#speak-only").click()
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_role("radio", name="A month").click()
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("Link to the page").input_value()
    visitor = page.context.browser.new_context().new_page() if page.context.browser else page
    visitor.goto(link)
    expect(visitor.locator("h1")).to_have_text(SCRIPT)
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_label("Link to the page")).to_have_value(link)
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_role("button", name="Make the link")).to_be_visible()
    visitor.reload()
    expect(visitor.locator("h1")).to_have_text("This link has ended")
    visitor.close()


def test_a_piece_of_the_library_is_made_again_from_itself_and_from_a_file(page: Page, tmp_path: Path) -> None:  # noqa: F811
    script = "Somebody keeps the keys of the lighthouse."
    write_script(page, script)
    page.locator("#speak-only").click()
    audio = page.locator("#stage audio")
    expect(audio).to_have_count(1)
    first = str(audio.get_attribute("src")).split("?")[0]
    page.get_by_role("tab", name="Library").click()
    page.get_by_role("button", name=f"Make {script} again").first.click()
    page.wait_for_function("was => !document.querySelector('#stage audio').src.includes(was)", arg=first)
    second = str(audio.get_attribute("src")).split("?")[0]
    (tmp_path / "not.json").write_text(json.dumps({"hello": 1}))
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Make again from a file").click()
    chooser.value.set_files(tmp_path / "not.json")
    expect(page.locator("#library-problem")).to_contain_text("not_made_here")
    with page.expect_download() as kept:
        page.evaluate(
            "name => Object.assign(document.createElement('a'), {href: name, download: 'm.json'}).click()",
            str(page.evaluate(MANIFEST_LINK, first.split("/")[-1].split(".")[0])),
        )
    kept.value.save_as(tmp_path / "manifest.json")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Make again from a file").click()
    chooser.value.set_files(tmp_path / "manifest.json")
    page.wait_for_function("was => !document.querySelector('#stage audio').src.includes(was)", arg=second)
    expect(page.locator("#stage [data-word]")).to_have_text(script.split())


MANIFEST_LINK = """async id => {
  const call = await fetch("gradio_api/call/download_file", {
    method: "POST",
    headers: {"Content-Type": "application/json"},
    body: JSON.stringify({data: [`${id}.1.manifest.json`]}),
  });
  const { event_id } = await call.json();
  const said = await (await fetch(`gradio_api/call/download_file/${event_id}`)).text();
  const url = JSON.parse(said.split("data: ")[1].split("\\n")[0])[0].url;
  return url.slice(url.indexOf("/files/")) + "&download=1";
}"""


def test_the_main_button_says_beforehand_what_it_takes(page: Page) -> None:  # noqa: F811
    write_script(page, "How long will this one take, and how large will it be?")
    expect(page.locator("#foreseen .hint")).to_contain_text("B")
