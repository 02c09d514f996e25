"""Shared pages whose files are on a real S3 server."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from backend.settings import S3Settings, Settings
from tests.end_to_end.conftest import free_port
from tests.end_to_end.test_page import browser  # noqa: F401 - a fixture
from tests.fronts.test_sharing import SCRIPT, get, open_studio, page  # noqa: F401 - page is a fixture
from tests.s3_server import KEY as S3_KEY
from tests.s3_server import SECRET, S3Server


@pytest.mark.s3
@pytest.mark.browser
@pytest.mark.parametrize("presign", [True, False])
def test_results_in_a_bucket_play_through_its_links_or_through_ours(
    s3: S3Server,
    tmp_path: Path,
    page: Page,  # noqa: F811
    presign: bool,
) -> None:
    store = S3Settings(
        bucket=s3.bucket.name,
        prefix=f"shared-{presign}/".lower(),
        endpoint=f"http://127.0.0.1:{s3.port}",
        access_key_id=S3_KEY,
        secret_access_key=SECRET,
        presign=presign,
    )
    with open_studio(Settings(home=tmp_path, port=free_port(), s3=store)) as rig:
        narration = rig.studio.call("generate_speech", {"script": SCRIPT, "engine": "silence"})
        wanted = {"narration_id": narration["narration_id"], "sizes": ["256x256"]}
        shared = rig.share(rig.studio.call("generate_captioned_video", wanted)["videos"][0]["file"]["file_id"])
        sent: list[str] = []
        page.on("response", lambda answer: sent.append(answer.url) if answer.status in (200, 206) else None)
        page.goto(shared["url"])
        page.evaluate("() => document.querySelector('video').play()")
        page.evaluate("() => { document.querySelector('video').currentTime = 3.5; }")
        page.wait_for_function("() => document.querySelector('video').currentTime > 3.6")
        assert any(str(s3.port) in url for url in sent) == presign
        assert get(f"{shared['url']}/picture.jpg")[1][:3] == b"\xff\xd8\xff"
        rig.studio.call("unshare", {"share_id": shared["share_id"]})
        assert get(f"{shared['url']}/media")[0] == 410
