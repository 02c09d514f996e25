"""What Gradio gave to one tenant is not there for another, over an application that knows no users either."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.fronts.belongings import Belongings
from backend.fronts.gate import Gate
from tests.fronts.test_gate import Answer, ask

KEYS = {"": "the-key-of-the-host-1", "anna": "the-key-of-anna-1", "ben": "the-key-of-ben-22"}
EVENT = "5f0f70a1b9d34c0e"
AT = "/gradio_api"


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    return tmp_path / "incoming"


@pytest.fixture
def app(uploads: Path) -> ASGIApp:
    """Gives out events and uploads as Gradio does, and answers all else with what it was asked."""

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        request, path = Request(scope, receive), scope["path"]
        body = (await request.body()).decode()
        answer: Any = {"path": path, "body": body}
        if path == f"{AT}/upload":
            kept = uploads / "0a1b" / body
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(body)
            answer = [str(kept)]
        elif path in (f"{AT}/queue/join", f"{AT}/call/list_files"):
            answer = {"event_id": EVENT}
        await JSONResponse(answer)(scope, receive, send)

    return Gate(Belongings(behind, uploads=uploads), keys=KEYS)


def asked(app: ASGIApp, who: str, method: str, path: str, body: Any = None) -> Answer:
    sent = body if isinstance(body, str) else json.dumps(body) if body is not None else ""
    return ask(app, method, AT + path, {"authorization": f"Bearer {KEYS[who]}"}, [sent.encode()])


NAMES_A_SESSION: list[tuple[str, str, Any]] = [
    ("GET", "/queue/data?session_hash=annas", None),
    ("GET", "/heartbeat/annas", None),
    ("GET", "/stream/annas/1/2/playlist.m3u8", None),
    ("GET", "/deep_link?session_hash=annas", None),
    ("POST", "/queue/join", {"data": [], "fn_index": 3, "session_hash": "annas"}),
    ("POST", "/run/speak", {"data": [], "session_hash": "annas"}),
    ("POST", "/cancel", {"session_hash": "annas", "fn_index": 1, "event_id": "x"}),
    ("POST", "/component_server", {"data": 1, "component_id": 1, "fn_name": "x", "session_hash": "annas"}),
]
NAMES_AN_EVENT: list[tuple[str, str, Any]] = [
    ("GET", f"/call/list_files/{EVENT}", None),
    ("GET", f"/call/v2/list_files/{EVENT}", None),
    ("GET", f"/queue/data?session_hash={EVENT}", None),
    ("POST", f"/stream/{EVENT}", {"data": []}),
    ("POST", f"/stream/{EVENT}/close", None),
    ("POST", "/cancel", {"session_hash": "bens", "fn_index": 1, "event_id": EVENT}),
    ("POST", "/reset", {"event_id": EVENT}),
]


@pytest.mark.parametrize(("method", "path", "body"), NAMES_A_SESSION)
def test_a_session_is_whose_who_came_with_it_first(app: ASGIApp, method: str, path: str, body: Any) -> None:
    assert asked(app, "anna", "GET", "/heartbeat/annas").status == 200
    for other in ("ben", ""):
        refused = asked(app, other, method, path, body)
        assert (refused.status, refused.code) == (404, "session_not_found")
    assert asked(app, "anna", method, path, body).status == 200


@pytest.mark.parametrize("given", ["/queue/join", "/call/list_files"])
@pytest.mark.parametrize(("method", "path", "body"), NAMES_AN_EVENT)
def test_an_event_is_whose_it_was_given_to(app: ASGIApp, method: str, path: str, body: Any, given: str) -> None:
    assert asked(app, "anna", "POST", given, {"data": []}).status == 200
    refused = asked(app, "ben", method, path, body)
    assert (refused.status, refused.code) == (404, "session_not_found")


def test_an_upload_under_way_is_told_to_its_sender_alone(app: ASGIApp) -> None:
    assert asked(app, "anna", "POST", "/upload?upload_id=u1", "a.txt").status == 200
    assert asked(app, "ben", "GET", "/upload_progress?upload_id=u1").status == 404
    assert asked(app, "anna", "GET", "/upload_progress?upload_id=u1").status == 200


def upload(app: ASGIApp, who: str, name: str = "a.txt") -> str:
    [path] = json.loads(asked(app, who, "POST", "/upload", name).body)
    return str(path)


@pytest.mark.parametrize("form", ["{}", "//{}", "/proc/self/root{}", "{folder}/../{folder.name}/0a1b/a.txt"])
def test_an_uploaded_file_is_its_senders_alone(app: ASGIApp, uploads: Path, form: str) -> None:
    path = form.format(upload(app, "anna"), folder=uploads)
    file = {"path": path, "meta": {"_type": "gradio.FileData"}}
    named = ({"path": path}, json.dumps(path), {"data": [[{"x": file}]]}, [path])
    for body in named:
        refused = asked(app, "ben", "POST", "/queue/join", body)
        assert (refused.status, refused.code) == (400, "not_uploaded"), body
        assert asked(app, "anna", "POST", "/queue/join", body).status == 200
    for at in (f"/file={path}", f"/file/{path}"):
        assert asked(app, "ben", "GET", at).code == "file_not_found"
        assert asked(app, "anna", "GET", at).status == 200


def test_the_same_file_may_be_brought_by_two(app: ASGIApp) -> None:
    path = upload(app, "anna")
    assert upload(app, "ben") == path
    assert [asked(app, who, "GET", f"/file={path}").status for who in KEYS] == [404, 200, 200]


def test_an_upload_stays_its_senders_after_a_restart(app: ASGIApp, uploads: Path) -> None:
    path = upload(app, "anna")
    again = Gate(Belongings(app, uploads=uploads), keys=KEYS)
    assert [asked(again, who, "GET", f"/file={path}").status for who in ("ben", "anna")] == [404, 200]


def test_what_arrives_beside_the_uploads_is_nobodys(app: ASGIApp, uploads: Path) -> None:
    (uploads / "put-x").mkdir(parents=True)
    (uploads / "put-x" / "file").write_text("on its way")
    for path in (uploads, uploads / "put-x" / "file", uploads / "tmp9", f"{uploads}\0"):
        assert asked(app, "anna", "GET", f"/file={path}").status == 404


@pytest.mark.parametrize(
    "body", ["session_hash=annas", '--x\r\nContent-Disposition: form-data; name="session_hash"', "{"]
)
def test_a_body_in_which_a_name_could_hide_is_refused(app: ASGIApp, body: str) -> None:
    assert asked(app, "ben", "POST", "/component_server", body).code == "invalid_json"


def test_everything_else_passes_as_it_is(app: ASGIApp) -> None:
    body = {"data": ["and/or", "/etc/hostname", "a" * 5000 + "/", None, 7], "session_hash": None}
    answer = json.loads(asked(app, "ben", "POST", "/run/x", body).body)
    assert json.loads(answer["body"]) == body
    assert asked(app, "ben", "GET", "/info").status == asked(app, "ben", "POST", "/queue/data").status == 200


@pytest.mark.parametrize(
    "path", ["/call/v2/list_files", "/call/v2/list_files/", "/call/list_files", "/call/list_files/"]
)
def test_an_operation_that_is_called_by_name_is_everybodys(app: ASGIApp, path: str) -> None:
    for who in KEYS:
        assert asked(app, who, "POST", path, {"data": []}).status == 200
