"""Fonts of one's own in a real browser: brought, offered to styles, refused with the reason, deleted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.test_page import browser
from tests.media.font_maker import make_font

__all__ = ["browser"]
pytestmark = pytest.mark.browser


@pytest.fixture(params=[(1280, 900), (390, 844)], ids=["desk", "phone"])
def page(browser: Browser, served: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(served)
    page.locator('#tabs [data-tab-id="captions"]').first.click()
    expect(page.locator("#own-fonts [data-bring-font]")).to_be_visible()
    yield page
    context.close()


def test_a_font_is_brought_offered_and_deleted(page: Page, tmp_path: Path) -> None:
    shelf = page.locator("#own-fonts")
    page.locator("[data-brought-font]").set_input_files(make_font(tmp_path / "brand.ttf", family="Brand"))
    row = shelf.locator(".own-font")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Brand Regular")
    expect(shelf.locator(".notice")).to_contain_text("Brand Regular is there.")
    expect(page.locator("#style-editor option", has_text="Brand Regular")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    row.locator("[data-delete]").click()
    row.locator("[data-delete-yes]").click()
    expect(row).to_have_count(0)
    expect(page.locator("#style-editor option", has_text="Brand Regular")).to_have_count(0)


def test_what_is_no_font_is_refused_with_the_reason(page: Page, tmp_path: Path) -> None:
    (tmp_path / "text.ttf").write_text("no font")
    page.locator("[data-brought-font]").set_input_files(tmp_path / "text.ttf")
    expect(page.locator("#own-fonts")).to_contain_text(re.compile("This is not a font"))
    expect(page.locator("#own-fonts [data-bring-font]")).to_be_enabled()
