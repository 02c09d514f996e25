"""Holes that Gradio had once, or leaves to whoever builds on it, tried against the studio as it is served."""

from __future__ import annotations

import hashlib
import http.client
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from backend.operations import OPERATIONS
from tests.proofs.scale import Scale
from tests.proofs.security.conftest import BENS, Watched
from tests.proofs.security.knocking import called, filled, heard, listeners, server_functions

Note = Callable[[str, object], None]
PREFIXES = (
    *("/gradio_api/file=", "/gradio_api/file/", "/file=", "/file/", "/static/", "/assets/", "/svelte/", "/studio/"),
    *("/studio/fonts/", "/pwa_icon/", "/gradio_api/custom_component/7/client/component/", "/files/", "/share/x/"),
    *("/gradio_api/file=./", "/gradio_api/file=file://", "/gradio_api/file=/proc/self/root/", "/share/"),
)
"""CVE-2021-43831, -2023-51449, -2024-1561, -2024-1728, -2024-47164, -2026-28414: where paths are taken."""
CLIMBS = ("", "../" * 12, "..%2f" * 12, "%2e%2e/" * 12, "..%252f" * 12, "..%5c" * 12, "..\\" * 12, "/", "//", "%00/../")
ENDLESS = ("heartbeat", "queue/data")
"""Go on and on; what stands in front of them answers for all routes alike."""


def raw(studio: Watched, method: str, path: str, **headers: str) -> tuple[int, bytes, http.client.HTTPMessage]:
    """Exactly this path, with Ben's key: no client that tidies it up."""
    connection = http.client.HTTPConnection(urlsplit(studio.url).netloc, timeout=60)
    try:
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in {"Authorization": f"Bearer {BENS}", **headers}.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        try:
            body = answer.read(1 << 16)
        except http.client.IncompleteRead as cut:  # a stream that the server ended
            body = cut.partial
        return answer.status, body, answer.headers
    except (http.client.RemoteDisconnected, ValueError):  # no request at all
        return 400, b"", http.client.HTTPMessage()
    finally:
        connection.close()


def secrets_of(studio: Watched) -> list[Path]:
    """Files whose content nobody may read by a path."""
    home = studio.home
    found = [home / "jobs.db", home / "secret.key", *home.glob("server-*.log"), *home.glob("store/*/*/*/manifest.json")]
    return [path for path in (Path("/etc/passwd"), Path("/proc/self/environ"), *found[:6]) if path.exists()]


def gives_away(body: bytes, path: Path) -> bool:
    """Whether an answer holds what begins this file."""
    return b"STUDIO_" in body if path.name == "environ" else path.read_bytes()[:64] in body


def test_no_path_leads_out_of_its_folder(shared: Watched, scale: Scale, record_property: Note) -> None:
    tried, paths = 0, secrets_of(shared)
    for prefix, climb in itertools.product(PREFIXES, CLIMBS if scale.full else CLIMBS[:3]):
        for path in paths if scale.full else paths[:3]:
            status, body, _ = raw(shared, "GET", f"{prefix}{climb}{str(path).lstrip('/') if climb else path}")
            tried += 1
            assert not gives_away(body, path), (prefix, climb, path, status)
    assert len(paths) > 2
    record_property("paths", tried)
    record_property("reads", 0)


def test_no_listener_hands_out_a_file_that_is_named_to_it(shared: Watched, scale: Scale, record_property: Note) -> None:
    """CVE-2024-47868: what echoes a text into a file's place copies that file to where everybody finds it."""
    paths = secrets_of(shared)
    wanted = [*map(str, paths), "jobs.db", "app.py", "../jobs.db"][: scale(short=1, full=100)]
    digests, tried = {hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}, 0
    with shared.client("ben") as ben:
        found = listeners(ben)
        for listener, path in itertools.product(found[:: scale(short=20, full=1)], wanted[:3]):
            for value in (path, {"path": path, "orig_name": "x.wav", "meta": {"_type": "gradio.FileData"}}):
                said = heard(ben, listener, [value] * len(listener["inputs"]), value, f"bens1session{tried}")
                tried += 1
                assert f"file={path}" not in said and "root:x" not in said, (listener["api_name"], value)
        for operation in OPERATIONS.values():
            for field, path in itertools.product(operation.media, wanted):
                for value in (path, {"path": path, "orig_name": "x.wav", "meta": {"_type": "gradio.FileData"}}):
                    said = json.dumps(called(ben, operation.name, {field: value}))
                    tried += 1
                    assert "code" in said and "root:x" not in said, (operation.name, field, value)
                    refused = any(code in said for code in ("not_uploaded", "missing_field"))
                    assert refused or value == path, (operation.name, field, value, said)
    kept = [path for path in (shared.home / "incoming").rglob("*") if path.is_file()]
    assert not {path.name for path in kept} & {Path(path).name for path in wanted}
    assert not {hashlib.sha256(path.read_bytes()).hexdigest() for path in kept} & digests
    record_property("tries", tried)


def test_no_picture_that_was_sent_as_an_input_is_shown_as_a_page(shared: Watched) -> None:
    """Gradio takes an SVG that it comes upon before a page runs for one of the page's own."""
    body = b'<svg xmlns="http://www.w3.org/2000/svg" onload="pwn=1"/>'
    with shared.client("ben") as ben:
        [there] = ben.post("/gradio_api/upload", files={"files": ("drawing.svg", body)}).json()
        called(ben, "upload_file", {"file": {"path": there, "meta": {"_type": "gradio.FileData"}}})
        answer = ben.get(f"/gradio_api/file={there}")
        assert answer.headers["content-disposition"].startswith("attachment"), dict(answer.headers)


def test_only_what_the_pages_scripts_call_can_be_called(shared: Watched, record_property: Note) -> None:
    """CVE-2024-1561: every method of every component could be."""
    names = ("postprocess", "preprocess", "move_resource_to_block_cache", "__init__", "__class__", "get_config")
    with shared.client("ben") as ben:
        components = {number for number, _ in server_functions(ben)}
        for component, name in itertools.product(components, names):
            asked = {"component_id": component, "data": "/etc/passwd", "fn_name": name, "session_hash": "bens2session"}
            answer = ben.post("/gradio_api/component_server", json=asked)
            assert answer.status_code == 404 and "root:" not in answer.text, (component, name)
    record_property("tries", len(components) * len(names))


def test_no_other_site_may_read_any_answer(shared: Watched, scale: Scale, record_property: Note) -> None:
    """GHSA-48cq-79qq-6f7x, CVE-2024-47084, -47165: Gradio lets every origin in, with credentials."""
    tried = 0
    for path, methods in shared.routes[:: scale(short=6, full=1)]:
        place = next(filled(path, ["x"]))
        for method, host in itertools.product(("GET", "OPTIONS"), ("studio.example", "127.0.0.1")):
            if any(word in place for word in ENDLESS) and method == "GET":
                continue
            asked = {"Origin": "https://evil.test", "Host": host, "Access-Control-Request-Method": methods[0]}
            _, _, answered = raw(shared, method, place, **asked)
            tried += 1
            assert "access-control-allow-origin" not in answered, (method, place, host)
    record_property("tries", tried)


@pytest.mark.parametrize(
    "name", ["page.html", "drawing.svg", "feed.xml", "code.js", "-n;x.html.wav", "a.txt", "b.xhtml"]
)
def test_nothing_that_was_uploaded_runs_in_a_browser(shared: Watched, name: str) -> None:
    """CVE-2024-47872: what people upload must not come back as a page of the studio's."""
    body = b'<svg xmlns="http://www.w3.org/2000/svg" onload="pwn=1"><script>pwn=1</script></svg>'
    with shared.client("ben") as ben:
        [there] = ben.post("/gradio_api/upload", files={"files": (name, body)}).json()
        kept = ben.put(f"/files/{name}", content=body).json()
        for url in (f"/gradio_api/file={there}", *([kept["url"]] if "url" in kept else [])):
            answer = ben.get(url)
            kind, policy = answer.headers["content-type"], answer.headers.get("content-security-policy", "")
            harmless = kind.startswith(("application/octet-stream", "text/plain", "audio/"))
            attached = answer.headers.get("content-disposition", "").startswith("attachment")
            assert harmless or attached or "sandbox" in policy, (url, dict(answer.headers))
            assert answer.headers["x-content-type-options"] == "nosniff"


def test_no_route_leads_to_another_host(shared: Watched, scale: Scale, record_property: Note) -> None:
    """CVE-2024-4940, -8021, -2026-59806: redirects and relays."""
    tried = 0
    routes = [path for path, _ in shared.routes[:: scale(short=6, full=1)]]
    for path in dict.fromkeys(place for route in routes for place in filled(route, ["https:%2f%2fevil.test"])):
        for place in (path, f"//evil.test{path}", f"/%5cevil.test{path}", f"{path}?next=//evil.test"):
            if not any(word in place for word in ENDLESS):
                status, _, headers = raw(shared, "GET", place)
                tried += 1
                leads = urlsplit(headers.get("location", "")).netloc
                assert status < 300 or status >= 400 or leads in ("", urlsplit(shared.url).netloc), (place, leads)
    assert not [host for host, _ in shared.connections() if "evil" in host]
    record_property("tries", tried)


@pytest.mark.parametrize("path", [
    "/monitoring", "/monitoring/summary", "/monitoring/x", "/gradio_api/deep_link", "/gradio_api/dev/reload",
    "/gradio_api/runs", "/gradio_api/run-history/records", "/gradio_api/stream/a/1/2/playlist.m3u8",
    "/gradio_api/vibe-code", "/gradio_api/process_recording", "/gradio_api/undo-vibe-edit", "/login/huggingface",
])  # fmt: skip
def test_doors_that_nobody_needs_are_shut(shared: Watched, path: str) -> None:
    for method in ("GET", "POST"):
        assert raw(shared, method, path, **{"Content-Length": "0"})[0] in (404, 405), (method, path)


def test_a_request_of_any_size_is_bounded(shared: Watched) -> None:
    with shared.client("ben") as ben:
        assert ben.post("/gradio_api/run/x", content=b"[" + b"1," * (9 << 20) + b"1]").status_code == 413
        many = [("files", (f"{number}.txt", b"x")) for number in range(1001)]
        assert ben.post("/gradio_api/upload", files=many).status_code in (400, 413)
