"""Names and texts with scripts in them, in every view of the page and on shared pages, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.test_page import browser
from tests.media.font_maker import make_font
from tests.proofs.scale import Scale
from tests.proofs.security.conftest import HOST_KEY, Watched
from tests.proofs.security.knocking import called
from tests.voices.making import make_clip

__all__ = ["browser"]
pytestmark = pytest.mark.browser
Note = Callable[[str, object], None]
SCRIPTS = (
    '<img src=x onerror="window.pwn=1">',
    '"><svg onload=window.pwn=1>',
    "</script><script>window.pwn=1</script>",
    '" autofocus onfocus="window.pwn=1" x="',
    "' onmouseover='window.pwn=1' x='",
    "${window.pwn=1}{{window.pwn=1}}`${window.pwn=1}`",
    '<iframe srcdoc="<script>parent.pwn=1</script>">',
    '<a href="javascript:window.pwn=1">pwn</a>',
    "]]><style onload=window.pwn=1>x{}</style><!--",
    "\\u003cimg src=x onerror=window.pwn=1\\u003e&lt;img src=x onerror=window.pwn=1&gt;",
)
_FOUND = """() => {
  const acts = (name, value) => /^on|^srcdoc$/i.test(name) || /^\\s*javascript:/i.test(value);
  const bad = [...document.querySelectorAll("*")].filter((each) =>
    [...each.attributes].some((a) => acts(a.name, a.value) && a.value.includes("pwn"))
    || (each.tagName === "SCRIPT" && /^\\s*window\\.pwn=1/.test(each.textContent)));
  return [window.pwn ?? null, bad.map((each) => each.outerHTML.slice(0, 200))];
}"""
"""Whether a script ran; elements that carry one, which would run when somebody touches them."""


@pytest.fixture(scope="module")
def links(shared: Watched, scale: Scale, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Everything that can be named is named so; the addresses of shared pages."""
    folder, links = tmp_path_factory.mktemp("names"), list[str]()
    recording = make_clip(folder / "clip.wav", seconds=0.5)
    with shared.client("") as host:
        for number, script in enumerate(SCRIPTS[: scale(short=3, full=len(SCRIPTS))]):
            named = "".join(f"%{byte:02X}" for byte in script.replace("/", "").encode())
            assert "file_id" in host.put(f"/files/{named}.txt", content=script.encode()).json()
            spoken = called(host, "generate_speech", {"script": f"{script} Say {script}.", "engine": "silence"})
            made = called(host, "make_captions", {"source": spoken["narration_id"]})
            if "cues" in made:  # of some, nothing is left to be spoken or shown
                cues = [{**cue, "text": f"{script} x"} for cue in made["cues"]]
                called(host, "update_captions", {"captions_id": made["captions_id"], "cues": cues})
            style = called(host, "list_caption_styles", {})["styles"][-1]
            called(host, "save_caption_style", {"style": {**style, "title": script[:60], "description": script}})
            for name in (script, script.translate(str.maketrans("", "", "<>"))):
                called(host, "blend_voices", {"recipe": "af_heart+am_puck", "name": name[:80]})
            font = make_font(folder / f"{number}.ttf", family=script[:60])
            sent = host.put(f"/files/{named}.ttf", content=font.read_bytes()).json()
            called(host, "upload_font", {"file": sent["file_id"]})
            clip = host.put(f"/files/{named}.wav", content=recording.read_bytes()).json()
            links += [
                called(host, "share", {"file_id": shared_file["file_id"]})["url"]
                for shared_file in (clip, spoken["audio"])
            ]
    return links


@pytest.fixture
def page(browser: Browser, shared: Watched, links: list[str]) -> Iterator[Page]:
    """The page of whoever runs the studio, signed in."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(shared.url)
    page.fill("#key", HOST_KEY)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#make-video")).to_be_visible(timeout=60_000)
    yield page
    context.close()


def nothing_ran(page: Page) -> None:
    """No script of a name ran, and none waits for a hand to touch it."""
    for frame in page.frames:
        assert frame.evaluate(_FOUND) == [None, []], frame.url


def test_no_name_runs_in_any_tab(page: Page, record_property: Note) -> None:
    seen = 0
    for tab in ("Voices", "Speech", "Captions", "Video", "Library", "System"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_timeout(1500)
        seen += page.locator("body").inner_text().count("pwn")
        nothing_ran(page)
    assert seen > 3, "the names are there to be read"
    record_property("names seen", seen)


def test_nothing_runs_when_what_is_named_so_is_opened(page: Page, scale: Scale, record_property: Note) -> None:
    opened = scale(short=1, full=len(SCRIPTS))
    for number in range(opened):
        page.get_by_role("tab", name="Library").click()
        page.locator("[data-reopen]").nth(number).click()
        page.wait_for_timeout(2000)
        nothing_ran(page)
        for tab in ("Speech", "Captions", "Video"):
            page.get_by_role("tab", name=tab).click()
            page.wait_for_timeout(400)
            nothing_ran(page)
    record_property("opened", opened)


def test_nothing_runs_in_what_the_page_says_of_a_mistake(page: Page, scale: Scale) -> None:
    for script in SCRIPTS[: scale(short=2, full=len(SCRIPTS))]:
        page.get_by_role("tab", name="Speech").click()
        page.locator("#script textarea").fill(f"One [voice {script}] two [pause {script}].")
        page.locator("#speak-only").click()
        page.wait_for_timeout(1200)
        nothing_ran(page)
    page.goto(f"{page.url.split('?')[0]}?job={SCRIPTS[0]}")
    page.wait_for_timeout(1500)
    nothing_ran(page)


def test_nothing_runs_on_a_shared_page(page: Page, links: list[str], record_property: Note) -> None:
    for number, link in enumerate(links):
        page.goto(link)
        nothing_ran(page)
        assert number % 2 or "pwn" in page.content(), "its title is the script"
    record_property("pages", len(links))


def test_a_script_that_could_run_is_seen(page: Page) -> None:
    page.evaluate("() => document.body.insertAdjacentHTML('beforeend', '<b onclick=\"window.pwn=1\">x</b>')")
    with pytest.raises(AssertionError):
        nothing_ran(page)
