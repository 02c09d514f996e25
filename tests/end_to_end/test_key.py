"""A studio that listens to the whole network: programs and browsers come in with its key, nobody without."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from backend.errors import InvalidRequest
from backend.settings import Settings
from tests.end_to_end.conftest import free_port, make_home, serve
from tests.end_to_end.test_page import ARGUMENTS, find_chromium

KEY = "a-key-of-more-than-sixteen-characters"
CALLS = """
import sys, json
from gradio_client import Client, handle_file
client = Client(sys.argv[1], headers={"Authorization": "Bearer " + sys.argv[2]}, verbose=False, download_files=False)
kept = client.predict(handle_file(sys.argv[3]), api_name="/upload_file")
spoken = client.predict(script="The fog came up.", api_name="/generate_speech")
print(json.dumps([kept["url"], spoken["audio"]["url"]]))
"""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a studio that has a key."""
    port = free_port()
    with serve(make_home(tmp_path_factory.mktemp("guarded")), port, STUDIO_HOST="0.0.0.0", STUDIO_API_KEY=KEY):
        yield f"http://127.0.0.1:{port}"


def get(url: str, **headers: str) -> tuple[int, bytes, Message]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read(), refused.headers


@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/info", "/theme.css", "/x"])
def test_nothing_is_shown_without_the_key(guarded: str, path: str) -> None:
    status, body, _ = get(guarded + path, Origin="https://evil.test")
    assert status == 401 and json.loads(body)["error"]["code"] == "key_needed"
    status, _, headers = get(guarded + path, Origin="https://evil.test", Authorization=f"Bearer {KEY}")
    assert status != 401 and "access-control-allow-origin" not in headers


def test_a_program_with_the_key_uploads_speaks_and_opens_its_links_without_it(guarded: str, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("Hello.")
    command = [sys.executable, "-c", CALLS, guarded, KEY, str(tmp_path / "words.txt")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr[-2000:]
    kept, spoken = json.loads(done.stdout.splitlines()[-1])
    assert get(kept)[1] == b"Hello." and get(spoken)[1][:4] == b"RIFF"


@pytest.mark.browser
def test_a_person_signs_in_works_and_signs_out(guarded: str) -> None:
    with sync_playwright() as playwright:
        path = find_chromium()
        if path is None and not Path(playwright.chromium.executable_path).exists():
            pytest.skip("no Chromium: `apt-get install chromium` or `.venv/bin/playwright install chromium` gets one")
        page = playwright.chromium.launch(executable_path=path, args=ARGUMENTS).new_page()
        page.goto(f"{guarded}/?job=job_unknown")
        page.fill("#key", "not the key at all")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("no key of this studio's")
        page.fill("#key", KEY)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#make-video")).to_be_visible(timeout=60_000)
        assert page.url.endswith("/?job=job_unknown")
        expect(page.get_by_text("There is no such job.")).to_be_visible(timeout=60_000)
        page.locator("#script textarea").fill("The fog came up.")
        page.get_by_role("button", name="Speak only").click()
        expect(page.locator("#stage audio, #stage video").first).to_be_attached(timeout=120_000)
        page.get_by_role("tab", name="System").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.locator("#key")).to_be_visible()
        page.goto(guarded)
        expect(page.locator("#key")).to_be_visible()


@pytest.mark.parametrize("where", [{"host": "0.0.0.0"}, {"SPACE_HOST": "a-b.hf.space"}, {"RUNPOD_POD_ID": "abc"}])
def test_strangers_are_not_let_near_a_studio_without_a_key(where: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest, match="STUDIO_API_KEY") as refused:
        Settings.model_validate(where).refuse_open_door()
    assert refused.value.code == "open_door"
    Settings.model_validate({**where, "api_key": KEY}).refuse_open_door()
    with pytest.raises(InvalidRequest, match="shorter"):
        Settings.model_validate({**where, "api_key": "short"}).refuse_open_door()
