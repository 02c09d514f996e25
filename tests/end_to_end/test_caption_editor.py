"""The caption editor as a person uses it, by keys and mouse; what became of it is read from the files it links to."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.end_to_end.conftest import SCRIPT
from tests.end_to_end.test_page import browser  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:  # noqa: F811 - the fixture above
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(served)
    page.locator("#script textarea").fill(SCRIPT)
    page.locator("#speak-only").click()
    expect(page.locator("#stage [data-word]")).to_have_count(len(SCRIPT.split()), timeout=150_000)
    page.locator("#tabs [data-tab-id=captions]").click()
    expect(page.locator("#cues [data-cue='0']")).to_be_visible()
    yield page
    context.close()


def kept(page: Page) -> list[dict[str, Any]]:
    """The cues as the studio has them, from the JSON file behind the editor's link."""
    link = page.locator("#cues [data-format=json]").get_attribute("href") or ""
    with urllib.request.urlopen(urljoin(page.url, link)) as answer:
        cues: list[dict[str, Any]] = json.load(answer)["cues"]
    return cues


def said(page: Page) -> list[str]:
    return [" ".join(cue["text"].split()) for cue in kept(page)]


def text(page: Page, index: int) -> Locator:
    return page.locator(f"#cues [data-cue='{index}'] [data-cue-text]")


def settled(page: Page, action: Any) -> None:
    """Do something, and wait until the studio has answered and the links lead to what it made."""
    before = page.locator("#cues [data-format=json]").get_attribute("href")
    action()
    page.wait_for_function(
        "before => document.querySelector('#cues [data-format=json]').getAttribute('href') !== before", arg=before
    )


def write(page: Page, index: int, words: str) -> None:
    text(page, index).fill(words)
    text(page, index).press("Enter")


def test_words_are_changed_split_merged_and_deleted_by_keys(page: Page) -> None:
    before = kept(page)
    settled(page, lambda: write(page, 0, "Each lighthouse"))
    assert kept(page)[0]["words"][0] == {**before[0]["words"][0], "text": "Each"}
    assert kept(page)[0]["words"][1:] == before[0]["words"][1:]

    text(page, 0).press("Home")
    for _ in range(4):
        text(page, 0).press("ArrowRight")
    settled(page, lambda: text(page, 0).press("Control+Enter"))
    assert said(page)[:2] == ["Each", "lighthouse"]
    expect(text(page, 1)).to_be_focused()
    settled(page, lambda: text(page, 1).press("Backspace"))
    assert said(page)[0] == "Each lighthouse"
    assert len(kept(page)) == len(before)
    text(page, 0).press("End")
    settled(page, lambda: text(page, 0).press("Delete"))
    assert said(page)[0] == f"Each lighthouse {' '.join(before[1]['text'].split())}"

    def empty() -> None:
        text(page, 0).fill("")
        text(page, 0).press("Enter")

    settled(page, empty)
    assert said(page)[0] == " ".join(before[2]["text"].split())


def test_undo_and_redo_go_deep_and_outlive_a_reload(page: Page) -> None:
    before = said(page)
    for number in range(4):
        settled(page, lambda number=number: write(page, 1, f"Text {number}"))
    page.reload()
    page.locator("#tabs [data-tab-id=captions]").click()
    expect(text(page, 1)).to_have_text("Text 3")
    for _ in range(4):
        settled(page, lambda: page.locator("#cues [data-undo]").click())
    assert said(page) == before
    expect(page.locator("#cues [data-undo]")).to_be_disabled()
    text(page, 1).focus()
    settled(page, lambda: text(page, 1).press("Control+Shift+z"))
    settled(page, lambda: text(page, 1).press("Control+y"))
    assert said(page)[1] == "Text 1"
    settled(page, lambda: text(page, 1).press("Control+z"))
    assert said(page)[1] == "Text 0"


def test_a_word_is_emphasised_by_a_button_and_seen_so(page: Page) -> None:
    page.locator("#cues [data-cue='1'] [data-w='0']").click()
    button = page.locator("#cues [data-mark-word]")
    settled(page, button.click)
    assert kept(page)[1]["words"][0]["emphasis"] is True
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#cues [data-cue='1'] .marked")).to_have_count(1)
    settled(page, button.click)
    assert kept(page)[1]["words"][0]["emphasis"] is None
    expect(page.locator("#cues .marked")).to_have_count(0)


def test_words_and_edges_are_nudged_by_keys_and_stop_at_their_neighbours(page: Page) -> None:
    before = kept(page)
    word = before[1]["words"][0]
    page.locator("#cues [data-cue='1'] [data-w='0']").click()
    page.wait_for_function(
        "s => Math.abs(document.querySelector('#stage audio').currentTime - s) < 0.05", arg=word["start"]
    )
    settled(page, lambda: page.keyboard.press("Alt+ArrowRight"))
    assert kept(page)[1]["words"][0]["start"] == pytest.approx(word["start"] + 0.01, abs=0.0006)
    settled(page, lambda: page.keyboard.press("Alt+Shift+ArrowRight"))
    assert kept(page)[1]["words"][0]["start"] == pytest.approx(word["start"] + 0.11, abs=0.0006)
    assert kept(page)[1]["words"][0]["source"] == "edited"

    end = page.locator("#cues [data-cue='2'] [data-edge=end]")
    end.focus()
    settled(page, lambda: end.press("Alt+ArrowLeft"))
    assert kept(page)[2]["end"] == pytest.approx(before[2]["end"] - 0.01, abs=0.0006)
    start = page.locator("#cues [data-cue='0'] [data-edge=start]")

    def type_time() -> None:
        start.fill("0:00.10")
        start.press("Enter")

    settled(page, type_time)
    assert kept(page)[0]["start"] == 0.1
    start.fill("never")
    start.press("Enter")
    expect(page.locator("#voicereel-says")).to_contain_text("0:03.25")
    cues = kept(page)
    assert all(one["end"] <= other["start"] + 0.001 for one, other in pairwise(cues))


def test_find_and_replace_says_how_many(page: Page) -> None:
    text(page, 0).press("Control+f")
    page.locator("#cues [data-find]").fill("THE")
    page.locator("#cues [data-by]").fill("a")
    expect(page.locator("#cues [data-found]")).to_have_text("2 found")
    page.locator("#cues [data-case]").check()
    expect(page.locator("#cues [data-found]")).to_have_text("0 found")
    page.locator("#cues [data-case]").uncheck()
    page.locator("#cues [data-find]").press("Enter")
    settled(page, lambda: page.locator("#cues [data-replace-all]").click())
    expect(page.locator("#voicereel-says")).to_have_text("2 places replaced.")
    assert " ".join(said(page)) == SCRIPT.replace("the", "a")


def test_a_range_is_moved_snapped_and_shared_out(page: Page) -> None:
    before = kept(page)
    page.locator("#cues [data-panel-of=range]").click()
    page.locator("#cues [data-by-ms]").fill("250")
    settled(page, lambda: page.locator("#cues [data-on-range=move]").click())
    moved = kept(page)
    assert [cue["start"] for cue in moved] == pytest.approx([cue["start"] + 0.25 for cue in before], abs=0.0006)
    settled(page, lambda: page.locator("#cues [data-undo]").click())
    page.locator("#cues [data-first]").fill("2")
    page.locator("#cues [data-last]").fill("3")
    settled(page, lambda: page.locator("#cues [data-on-range=spread]").click())
    spread = kept(page)
    assert [word["confidence"] for cue in spread[1:3] for word in cue["words"]] == [0.5] * sum(
        len(cue["words"]) for cue in spread[1:3]
    )
    assert (spread[0], spread[3:]) == (before[0], before[3:])
    page.locator("#cues [data-next-doubtful]").click()
    expect(page.locator("#cues [data-word-text]")).to_have_value(spread[1]["words"][0]["text"])


def test_the_words_view_follows_and_edits(page: Page) -> None:
    page.locator("#cues [data-as=words]").click()
    chips = page.locator("#cues .flow-word")
    expect(chips).to_have_text(SCRIPT.split())
    chips.nth(3).click()
    expect(page.locator("#cues [data-word-text]")).to_have_value(SCRIPT.split()[3])
    settled(page, lambda: page.keyboard.press("Alt+ArrowLeft"))
    chips.nth(3).press("Enter")

    def rename() -> None:
        page.locator("#cues [data-word-text]").fill("studies")
        page.locator("#cues [data-word-text]").press("Enter")

    settled(page, rename)
    assert " ".join(said(page)).split()[3] == "studies"
    top = page.evaluate("scrollY")
    page.locator("#stage [data-play]").last.click()
    page.wait_for_function("() => document.querySelector('#cues .flow-word.now') !== null")
    assert page.evaluate("scrollY") == top


def test_a_menu_does_it_by_mouse_and_finger(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    before = said(page)

    def choose(index: int, what: str) -> None:
        page.locator(f"#cues [data-cue='{index}'] [data-cue-more]").click()
        page.locator(f"#cues [data-act={what}]").click()

    settled(page, lambda: choose(0, "merge"))
    assert said(page)[0] == f"{before[0]} {before[1]}"
    settled(page, lambda: choose(0, "delete"))
    assert said(page) == before[2:]
    settled(page, lambda: choose(len(before) - 3, "insert"))
    assert said(page) == [*before[2:], "New caption"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_somebody_else_changed_is_not_overwritten(page: Page, browser: Browser) -> None:  # noqa: F811
    before = said(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("#tabs [data-tab-id=captions]").click()
    expect(text(other, 0)).to_be_visible()
    settled(other, lambda: write(other, 0, "From elsewhere"))
    text(page, 1).fill("From here")
    text(page, 1).press("Enter")
    expect(text(page, 0)).to_have_text("From elsewhere")
    expect(text(page, 1)).to_have_text(before[1])


def test_a_range_is_realigned_to_the_sound_by_a_job_and_can_be_undone(page: Page) -> None:
    before = kept(page)
    page.locator("#cues [data-panel-of=range]").click()
    settled(page, lambda: page.locator("#cues [data-on-range=spread]").click())
    assert [word["start"] for cue in kept(page) for word in cue["words"]] != [
        word["start"] for cue in before for word in cue["words"]
    ]
    settled(page, lambda: page.locator("#cues [data-on-range=realign]").click())
    put = kept(page)
    assert [cue["text"].split() for cue in put] == [cue["text"].split() for cue in before]
    pairs = [
        (mine["start"], engines["start"])
        for one, other in zip(put, before, strict=True)
        for mine, engines in zip(one["words"], other["words"], strict=True)
    ]
    assert sum(abs(one - other) for one, other in pairs) / len(pairs) < 0.03
    settled(page, lambda: page.locator("#cues [data-undo]").click())
    assert {word["source"] for cue in kept(page) for word in cue["words"]} == {"edited"}


@pytest.mark.parametrize("form", ["csv", "json"])
def test_captions_come_back_from_their_own_files(page: Page, form: str, tmp_path: Path) -> None:
    before = kept(page)
    settled(page, lambda: write(page, 0, "Mended words"))
    mended = kept(page)
    link = page.locator(f"#cues [data-format={form}]").get_attribute("href") or ""
    file = tmp_path / f"mine.{form}"
    with urllib.request.urlopen(urljoin(page.url, link)) as answer:
        file.write_bytes(answer.read())
    settled(page, lambda: page.locator("#cues [data-undo]").click())
    assert said(page) == [" ".join(cue["text"].split()) for cue in before]
    with page.expect_file_chooser() as chosen:
        page.locator("#import-captions").click()
    settled(page, lambda: chosen.value.set_files(file))
    brought = [word for cue in kept(page) for word in cue["words"]]
    assert [word["text"] for word in brought] == [word["text"] for cue in mended for word in cue["words"]]
    starts = [word["start"] for cue in mended for word in cue["words"]]
    assert [word["start"] for word in brought] == pytest.approx(starts, abs=0.002)
