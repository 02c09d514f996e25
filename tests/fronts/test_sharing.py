"""Shared pages through a real server: played in a browser, taken back, ended, gone with what they show."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Page, expect

from backend.errors import InvalidRequest, NotFound
from backend.fronts.http import create_app
from backend.services.shares import Shares
from backend.settings import Settings
from backend.studio import Studio
from tests.end_to_end.conftest import free_port
from tests.end_to_end.test_page import browser  # noqa: F401 - a fixture

KEY = "a-key-of-more-than-sixteen-characters"
SCRIPT = "Every lighthouse keeper <b>learns</b> one rule first. [pause 0.4s] Never paint the door in the fog."


class Clock:
    """Time that moves when it is told to."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class Rig:
    studio: Studio
    url: str
    clock: Clock

    def share(self, file_id: str, days: int = 7) -> dict[str, str]:
        shared: dict[str, str] = self.studio.call("share", {"file_id": file_id, "days": days})
        return shared


@contextmanager
def open_studio(settings: Settings) -> Iterator[Rig]:
    """A studio with a clock of ours, served without its page; nobody shows the key."""
    with Studio(settings) as studio:
        clock = Clock()
        studio.shares = Shares(studio.artifacts, studio.artifacts, settings, clock=clock)
        served = uvicorn.Config(
            create_app(studio), port=settings.port, log_level="warning", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(served)
        thread = threading.Thread(target=server.run)
        thread.start()
        while not studio.ready():
            time.sleep(0.05)
        yield Rig(studio, settings.base_url, clock)
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with open_studio(Settings(home=tmp_path_factory.mktemp("shares"), port=free_port(), api_key=KEY)) as rig:
        yield rig


@pytest.fixture(scope="module")
def narration(rig: Rig) -> dict[str, Any]:
    spoken: dict[str, Any] = rig.studio.call("generate_speech", {"script": SCRIPT, "engine": "silence"})
    return spoken


@pytest.fixture(scope="module")
def video(rig: Rig, narration: dict[str, Any]) -> dict[str, Any]:
    arguments = {"narration_id": narration["narration_id"], "sizes": ["256x256"]}
    made: dict[str, Any] = rig.studio.call("generate_captioned_video", arguments)["videos"][0]["file"]
    return made


def get(url: str, **headers: str) -> tuple[int, bytes, Message]:
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read(), refused.headers


@pytest.fixture
def page(browser) -> Iterator[Page]:  # type: ignore[no-untyped-def]  # noqa: F811
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


@pytest.mark.browser
def test_a_visitor_without_the_key_plays_a_video_and_seeks_in_it(rig: Rig, video: dict[str, Any], page: Page) -> None:
    broken: list[str] = []
    page.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)
    page.goto(rig.share(video["file_id"])["url"])
    expect(page.locator("h1")).to_have_text(
        "Every lighthouse keeper learns one rule first. Never paint the door in the fog."
    )
    page.evaluate("() => document.querySelector('video').play()")
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.4")
    page.evaluate("() => { document.querySelector('video').currentTime = 3.5; }")
    page.wait_for_function("() => document.querySelector('video').currentTime > 3.6")
    assert page.evaluate("() => document.querySelector('video').seekable.end(0)") > 4
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    with page.expect_download() as kept:
        page.get_by_role("link", name="Download").click()
    assert Path(kept.value.path()).stat().st_size == video["bytes"]
    assert broken == []


@pytest.mark.browser
def test_a_narration_plays_with_its_words_on_screen(rig: Rig, narration: dict[str, Any], page: Page) -> None:
    page.goto(rig.share(narration["audio"]["file_id"])["url"])
    page.evaluate("() => document.querySelector('video').play()")
    page.wait_for_function("() => (document.querySelector('video').textTracks[0].activeCues || []).length > 0")
    cue = page.evaluate("() => document.querySelector('video').textTracks[0].activeCues[0].text")
    assert cue.startswith("Every lighthouse keeper")
    expect(page.locator("#said")).to_have_text(cue)


@pytest.mark.browser
def test_a_page_that_plays_stops_being_fed_once_it_is_taken_back(rig: Rig, video: dict[str, Any], page: Page) -> None:
    shared = rig.share(video["file_id"])
    page.goto(shared["url"])
    assert rig.studio.call("unshare", {"share_id": shared["share_id"]}) == {"revoked": True}
    assert get(f"{shared['url']}/media", Range="bytes=0-9")[0] == 410
    page.reload()
    expect(page.locator("h1")).to_have_text("This link has ended")
    assert rig.studio.call("unshare", {"share_id": shared["share_id"]}) == {"revoked": False}


def test_a_share_ends_after_its_days_and_is_swept_away(rig: Rig, video: dict[str, Any]) -> None:
    short, long = rig.share(video["file_id"], days=1), rig.share(video["file_id"], days=2)
    rig.clock.ahead = 24 * 3600.0 + 60
    assert [get(share["url"])[0] for share in (short, long)] == [410, 200]
    assert rig.studio.shared(video["file_id"])["share_id"] != short["share_id"]
    rig.studio.shares.sweep()
    rig.clock.ahead = 0.0
    assert [get(share["url"])[0] for share in (short, long)] == [410, 200]


def test_the_page_tells_no_more_than_it_must(rig: Rig, video: dict[str, Any]) -> None:
    shared = rig.share(video["file_id"])
    status, body, headers = get(shared["url"])
    html = body.decode()
    assert status == 200 and headers["X-Robots-Tag"] == "noindex, nofollow" and headers["Cache-Control"] == "no-store"
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-") and "unsafe" not in policy
    assert "<script" not in html and "script-src" not in policy and "vid_" not in html and "nar_" not in html
    assert f'<meta property="og:image" content="{rig.url}/share/{shared["share_id"]}/picture.jpg">' in html
    picture = get(f"{shared['url']}/picture.jpg")
    assert picture[:1] == (200,) and picture[1][:3] == b"\xff\xd8\xff" and picture[2]["Content-Type"] == "image/jpeg"
    captions = get(f"{shared['url']}/captions.vtt")
    assert captions[1].startswith(b"WEBVTT") and captions[2]["Content-Type"].startswith("text/vtt")


def test_what_a_person_wrote_cannot_become_a_tag(rig: Rig, tmp_path: Path) -> None:
    sound = rig.studio.local_file(
        rig.studio.call("generate_speech", {"script": "Hello.", "engine": "silence"})["audio"]["file_id"]
    )
    kept = rig.studio.upload(sound, '"><script>alert(1)<︎script>.wav')
    html = get(rig.share(kept["file_id"])["url"])[1].decode()
    assert "<script" not in html and "&lt;script&gt;alert(1)" in html


def test_a_part_of_the_media_can_be_asked_for(rig: Rig, video: dict[str, Any]) -> None:
    url = rig.share(video["file_id"])["url"]
    status, body, headers = get(f"{url}/media", Range="bytes=4-7")
    assert (status, body, headers["Content-Type"]) == (206, b"ftyp", "video/mp4")


def test_every_link_that_leads_nowhere_gets_one_answer(rig: Rig, video: dict[str, Any]) -> None:
    revoked = rig.share(video["file_id"])
    rig.studio.call("unshare", {"share_id": revoked["share_id"]})
    deleted = rig.studio.call("generate_speech", {"script": "Soon gone.", "engine": "silence"})
    gone = rig.share(deleted["audio"]["file_id"])
    rig.studio.call("delete_narration", {"narration_id": deleted["narration_id"]})
    unknown = f"{rig.url}/share/share_{'0' * 26}"
    answers = [get(url) for url in (revoked["url"], gone["url"], unknown, f"{rig.url}/share/x%20y", f"{unknown}/media")]
    assert {(status, body) for status, body, _ in answers} == {(410, answers[0][1])}
    same = [{name: value for name, value in headers.items() if name != "date"} for _, _, headers in answers]
    assert all(headers == same[0] for headers in same)


def test_only_reading_is_open_at_a_share(rig: Rig) -> None:
    request = urllib.request.Request(f"{rig.url}/share/share_{'0' * 26}", method="POST", data=b"x")
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(request)


@pytest.mark.parametrize("name", ["srt", "json"])
def test_what_no_browser_plays_is_not_shared(rig: Rig, narration: dict[str, Any], name: str) -> None:
    with pytest.raises(InvalidRequest, match="Only audio"):
        rig.share(narration["timings"][name]["file_id"])
    with pytest.raises(NotFound):
        rig.studio.call(
            "download_file", {"file_id": f"{rig.share(narration['audio']['file_id'])['share_id']}.1.manifest.json"}
        )


def test_a_worker_without_an_address_says_where_a_page_could_be(tmp_path: Path) -> None:
    with Studio(Settings(home=tmp_path, RUNPOD_ENDPOINT_ID="e1")) as studio:
        (tmp_path / "a.txt").write_text("Hello.")
        kept = studio.upload(tmp_path / "a.txt", "a.txt")
        with pytest.raises(InvalidRequest, match="no address"):
            studio.call("share", {"file_id": kept["file_id"]})
