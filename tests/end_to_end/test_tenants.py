"""Two people with keys of their own on one studio: whatever one makes is not there for the other, by any door."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client, handle_file
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.end_to_end.conftest import free_port, make_home, serve
from tests.end_to_end.test_key import get
from tests.end_to_end.test_page import ARGUMENTS, find_chromium
from tests.media.font_maker import make_font

MAIN_KEY, ANNAS, BENS = "the-key-of-the-host-1", "the-key-of-anna-1", "the-key-of-ben-22"
SPOKEN = {"script": "The fog came up.", "engine": "silence"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a studio that two tenants share, each with two jobs at most."""
    port = free_port()
    keys = {"STUDIO_API_KEY": MAIN_KEY, "STUDIO_API_KEYS": f"anna:{ANNAS},ben:{BENS}", "STUDIO_MAX_JOBS_PER_KEY": "2"}
    with serve(make_home(tmp_path_factory.mktemp("shared")), port, **keys):
        yield f"http://127.0.0.1:{port}"


class Caller:
    """Calls operations with one key."""

    def __init__(self, url: str, key: str) -> None:
        self._client = Client(url, headers={"Authorization": f"Bearer {key}"}, verbose=False, download_files=False)

    def __call__(self, name: str, /, **arguments: Any) -> Any:
        return self._client.predict(**arguments, api_name=f"/{name}")

    def refused(self, name: str, /, **arguments: Any) -> str:
        """The code with which a call is refused."""
        with pytest.raises(Exception, match='"code"') as error:
            self(name, **arguments)
        return str(json.loads(str(error.value))["error"]["code"])


@pytest.fixture(scope="module")
def anna(shared: str) -> Caller:
    return Caller(shared, ANNAS)


@pytest.fixture(scope="module")
def ben(shared: str) -> Caller:
    return Caller(shared, BENS)


def test_what_one_makes_is_not_there_for_the_other(shared: str, anna: Caller, ben: Caller, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("Hello.")
    kept = anna("upload_file", file=handle_file(str(tmp_path / "words.txt")))["file_id"]
    spoken = anna("generate_speech", **SPOKEN)
    captions = anna("make_captions", source=spoken["narration_id"])["captions_id"]
    blend = anna("blend_voices", recipe="af_heart(2)+am_puck(1)", name="Anna's")["voice_id"]
    job = anna("list_jobs")["jobs"][0]["job_id"]
    font = anna("upload_font", file=handle_file(str(make_font(tmp_path / "squares.ttf"))))["font_id"]
    style = {**anna("list_caption_styles")["styles"][0], "font": font}
    for other in (ben, Caller(shared, MAIN_KEY)):
        assert (
            other("list_narrations")["narrations"] == other("list_files")["files"] == other("list_jobs")["jobs"] == []
        )
        assert not [voice for voice in other("list_voices")["voices"] if voice["voice_id"] == blend]
        assert other.refused("get_narration", narration_id=spoken["narration_id"]) == "narration_not_found"
        assert other.refused("delete_narration", narration_id=spoken["narration_id"]) == "narration_not_found"
        assert other.refused("update_captions", captions_id=captions) == "captions_not_found"
        assert other.refused("download_file", file_id=kept) == "file_not_found"
        assert other.refused("download_file", file_id=spoken["audio"]["file_id"]) == "file_not_found"
        assert other.refused("delete_file", file_id=kept) == "file_not_found"
        assert other.refused("make_captions", source=spoken["narration_id"]) == "narration_not_found"
        assert other.refused("generate_speech", script="Hi.", voice=blend) == "voice_not_found"
        assert other.refused("delete_voice", voice_id=blend) == "voice_not_found"
        assert not [each for each in other("list_fonts")["fonts"] if each["own"]]
        assert other.refused("delete_font", font_id=font) == "font_not_found"
        assert other.refused("save_caption_style", style=style) == "unknown_font"
        assert other.refused("download", file_id=kept) == other.refused("delete", file_id=kept) == "file_not_found"
        assert other("status", file_id=kept) == {"status": "not_found"}
        for asked in ("job_status", "job_result", "cancel_job", "status", "result", "download"):
            assert other.refused(asked, job_id=job) == "job_not_found"
    assert anna("get_narration", narration_id=spoken["narration_id"])["words"] == spoken["words"]
    assert anna("job_status", job_id=job)["state"] == "done"
    assert anna("save_caption_style", style=style)["font"] == font


def test_links_open_for_anybody_and_only_as_they_were_given(anna: Caller) -> None:
    link = anna("generate_speech", **SPOKEN)["audio"]["url"]
    assert get(link)[1][:4] == b"RIFF"
    for of in ("&of=ben", "&of=../x", ""):
        assert get(link.replace("&of=anna", of))[0] == 403


def test_a_shared_page_opens_for_anybody_and_is_taken_back_by_its_maker_alone(anna: Caller, ben: Caller) -> None:
    audio = anna("generate_speech", **SPOKEN)["audio"]["file_id"]
    assert ben.refused("share", file_id=audio) == "file_not_found"
    shared = anna("share", file_id=audio)
    assert get(shared["url"])[0] == 200 and get(f"{shared['url']}/media")[1][:4] == b"RIFF"
    assert ben("unshare", share_id=shared["share_id"]) == {"revoked": False}
    assert get(shared["url"])[0] == 200
    assert anna("unshare", share_id=shared["share_id"]) == {"revoked": True}
    assert get(shared["url"])[0] == 410


def test_a_file_sent_as_it_is_belongs_to_whoever_sent_it(shared: str, anna: Caller, ben: Caller) -> None:
    request = urllib.request.Request(
        f"{shared}/files/a.txt", b"Hello.", {"Authorization": f"Bearer {BENS}"}, method="PUT"
    )
    with urllib.request.urlopen(request) as answer:
        kept = json.load(answer)["file_id"]
    assert ben("file_status", file_id=kept) == {"status": "ready"}
    assert anna("file_status", file_id=kept) == {"status": "not_found"}


def test_the_numbers_of_the_machine_are_for_whoever_runs_it(shared: str) -> None:
    assert get(f"{shared}/metrics", Authorization=f"Bearer {ANNAS}")[0] == 403
    assert b"voicereel" in get(f"{shared}/metrics", Authorization=f"Bearer {MAIN_KEY}")[1]


def test_keys_of_jobs_belong_to_their_tenant(anna: Caller, ben: Caller) -> None:
    mine, again, theirs = (
        caller("submit_job", operation="generate_speech", arguments=SPOKEN, idempotency_key="the same")["job_id"]
        for caller in (anna, anna, ben)
    )
    assert mine == again != theirs


def test_a_tenant_has_only_so_many_jobs_at_once(anna: Caller, ben: Caller) -> None:
    long = {"operation": "generate_captioned_video", "arguments": {"script": "The fog came up. " * 200}}
    started = [anna("submit_job", **long)["job_id"] for _ in range(2)]
    assert anna.refused("submit_job", **long) == anna.refused("generate_speech", **SPOKEN) == "too_many_jobs"
    theirs = ben("submit_job", **long)["job_id"]
    ben("cancel_job", job_id=theirs)
    for job in started:
        anna("cancel_job", job_id=job)
    assert anna("generate_speech", **SPOKEN)["duration"] > 0


def test_engines_are_for_whoever_runs_the_studio(anna: Caller) -> None:
    assert anna.refused("install_engine", engine="silence") == "not_allowed"


@pytest.mark.browser
def test_each_sees_their_own_work_on_the_page(shared: str, anna: Caller, ben: Caller) -> None:
    anna("generate_speech", script="Only Anna reads this.", engine="silence")
    ben("generate_speech", script="Only Ben reads this.", engine="silence")
    with sync_playwright() as playwright:
        path = find_chromium()
        if path is None and not Path(playwright.chromium.executable_path).exists():
            pytest.skip("no Chromium: `apt-get install chromium` or `.venv/bin/playwright install chromium` gets one")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        annas, bens = (signed_in(browser, shared, key) for key in (ANNAS, BENS))
        expect(annas.get_by_text("Only Anna reads this.").first).to_be_visible(timeout=60_000)
        expect(bens.get_by_text("Only Ben reads this.").first).to_be_visible(timeout=60_000)
        for page, text in ((annas, "Only Ben reads this."), (bens, "Only Anna reads this.")):
            expect(page.get_by_text(text)).to_have_count(0)


def signed_in(browser: Browser, url: str, key: str) -> Page:
    """The Library of whoever has this key."""
    page = browser.new_context().new_page()
    page.goto(url)
    page.fill("#key", key)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("tab", name="Library").click()
    return page
