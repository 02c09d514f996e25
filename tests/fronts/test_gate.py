"""Who may come in through the gate, and how much may be brought, over an application that lets everything happen."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.fronts.bounds import FILES_A_REQUEST, MAX_BODY_BYTES, Bounds
from backend.fronts.gate import Gate, SafeHeaders, safe_target
from backend.fronts.sessions import ATTEMPT_SECONDS, ATTEMPTS, SESSION_SECONDS, Attempts, Sessions
from backend.tenants import MAIN

KEY = "a-key-of-more-than-sixteen-characters"
ANNAS = "anna's-key-is-another-one"
KEYS = {MAIN: KEY, "anna": ANNAS}
BEARER = {"authorization": f"Bearer {KEY}"}
UPLOADS_AT = "/upload"
MAX_UPLOAD_BYTES = 8 << 20
MEGABYTE = b"x" * (1 << 20)


async def behind(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers everything with what it got."""
    body = await Request(scope, receive).body()
    tenant = scope.get("state", {}).get("tenant")
    await JSONResponse({"bytes": len(body), "tenant": tenant})(scope, receive, send)


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def code(self) -> str:
        return str(json.loads(self.body)["error"]["code"])

    @property
    def passed(self) -> bool:
        return self.status == 200 and self.body.startswith(b'{"bytes"')


def ask(
    app: ASGIApp,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    body: Sequence[bytes] = (b"",),
    address: str = "192.0.2.7",
) -> Answer:
    """One request exactly as written: no client that tidies up its path."""
    bare, _, query = path.partition("?")
    sent = {"host": "studio.test", **(headers or {})}
    given = [(name.lower().encode(), value.encode()) for name, value in sent.items()]
    scope: dict[str, Any] = {
        "type": "http", "method": method, "path": bare, "query_string": query.encode(), "headers": given,
        "client": (address, 1234), "server": ("studio.test", 80), "scheme": "http", "root_path": "",
    }  # fmt: skip
    parts, answer = list(body), Answer()

    async def receive() -> Message:
        part = parts.pop(0) if parts else b""
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            assert not answer.status, "answered twice"
            answer.status = message["status"]
            answer.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        else:
            answer.body += message.get("body", b"")

    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    return answer


@pytest.fixture
def app() -> ASGIApp:
    return SafeHeaders(Gate(Bounds(behind, uploads_at=UPLOADS_AT, max_upload_bytes=MAX_UPLOAD_BYTES), keys=KEYS))


OPEN = ["/healthz", "/readyz", "/files/up_1.1.a.wav?expires=1&signature=x", "/studio/fonts/web/inter.woff2"]
SHUT = [
    ("GET", "/"), ("GET", "/config"), ("GET", "/gradio_api/info"), ("POST", "/gradio_api/upload"),
    ("POST", "/gradio_api/queue/join"), ("POST", "/healthz"), ("POST", "/files/x"), ("DELETE", "/files/x"),
    ("GET", "/files/a/b"), ("GET", "/files/.."), ("GET", "/files/../config"), ("GET", "/studio/music/calm.opus"),
    ("GET", "/studio/fonts/../../config"), ("GET", "//healthz"), ("GET", "/healthz/"), ("GET", "/HEALTHZ"),
    ("GET", "/login/x"), ("GET", "/logout"), ("OPTIONS", "/config"), ("GET", "/healthz\n"), ("GET", ""),
]  # fmt: skip


@pytest.mark.parametrize("path", OPEN)
def test_signed_links_health_and_the_logo_need_no_key(app: ASGIApp, path: str) -> None:
    assert ask(app, "GET", path).passed


@pytest.mark.parametrize(("method", "path"), SHUT)
def test_everything_else_asks_for_the_key(app: ASGIApp, method: str, path: str) -> None:
    answer = ask(app, method, path)
    assert (answer.status, answer.code) == (401, "key_needed")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert ask(app, method, path, BEARER).passed


@pytest.mark.parametrize("given", ["", KEY[:-1], KEY + "x", KEY.upper(), "ключ", "\x00", "x" * 100_000])
def test_a_wrong_key_is_refused(app: ASGIApp, given: str) -> None:
    sent = {"authorization": f"Bearer {given}".encode().decode("latin-1")}
    assert (ask(app, "GET", "/config", sent).status, ask(app, "GET", "/config", sent).code) == (401, "key_wrong")


@pytest.mark.parametrize("scheme", ["Basic", "Digest", "", "Bearer\t"])
def test_another_scheme_is_no_key(app: ASGIApp, scheme: str) -> None:
    assert ask(app, "GET", "/config", {"authorization": f"{scheme} {KEY}"}).status == 401


def test_keys_cannot_be_tried_by_the_thousand(app: ASGIApp) -> None:
    wrong = {"authorization": "Bearer wrong"}
    assert [ask(app, "GET", "/config", wrong).status for _ in range(ATTEMPTS + 5)] == [401] * ATTEMPTS + [429] * 5
    limited = ask(app, "GET", "/config", BEARER)
    assert limited.code == "too_many_attempts" and 0 < int(limited.headers["retry-after"]) <= ATTEMPT_SECONDS
    assert ask(app, "POST", "/login", body=[urlencode({"key": KEY}).encode()]).status == 429
    assert ask(app, "GET", "/config", BEARER, address="198.51.100.9").passed, "others are not kept out"


def test_attempts_are_forgotten_after_a_minute() -> None:
    now = [100.0]
    attempts = Attempts(lambda: now[0])
    for _ in range(ATTEMPTS):
        assert attempts.wait("a") == 0
        attempts.failed("a")
    assert attempts.wait("a") == ATTEMPT_SECONDS and attempts.wait("b") == 0
    now[0] += ATTEMPT_SECONDS
    assert attempts.wait("a") == 0


def session(app: ASGIApp, path: str = "/login", target: str = "/", key: str = KEY) -> tuple[Answer, dict[str, str]]:
    answer = ask(app, "POST", path, body=[urlencode({"key": key, "next": target}).encode()])
    return answer, {"cookie": answer.headers.get("set-cookie", "").split(";")[0]}


def test_a_browser_is_led_to_the_login_and_back(app: ASGIApp) -> None:
    asked = ask(app, "GET", "/?job=job_1&x=%22", {"accept": "text/html,*/*"})
    assert (asked.status, asked.headers["location"]) == (303, "/login?next=%2F%3Fjob%3Djob_1%26x%3D%2522")
    page = ask(app, "GET", asked.headers["location"]).body.decode()
    assert 'value="/?job=job_1&amp;x=%22"' in page and 'type="password"' in page
    entered, cookie = session(app, target="/?job=job_1")
    assert (entered.status, entered.headers["location"]) == (303, "/?job=job_1")
    kept = entered.headers["set-cookie"]
    assert "HttpOnly" in kept and "SameSite=Lax" in kept and KEY not in kept
    assert ask(app, "GET", "/config", cookie).passed
    left = ask(app, "POST", "/logout", cookie)
    assert left.headers["location"] == "/login" and "Max-Age=0" in left.headers["set-cookie"]


def test_a_wrong_key_in_the_form_is_told_on_the_page(app: ASGIApp) -> None:
    answer = ask(app, "POST", "/login", body=[b"key=<script>alert(1)</script>&next=%22><script>"])
    assert answer.status == 401 and b"no key of this studio" in answer.body and b"<script>" not in answer.body
    assert "set-cookie" not in answer.headers
    assert ask(app, "POST", "/login", body=[b"\xff\xfe&&==" + b"a=1&" * 500]).status == 401


@pytest.mark.parametrize(
    "target", ["https://evil.test", "//evil.test", "/\\evil.test", "evil", "", "/a\r\nSet-Cookie: x", "/ünsafe"]
)
def test_the_login_leads_nowhere_else(app: ASGIApp, target: str) -> None:
    assert safe_target(target) == "/"
    assert session(app, target=target)[0].headers["location"] == "/"


@pytest.mark.parametrize("framed", [False, True])
def test_a_session_counts_only_for_requests_of_our_own_page(framed: bool) -> None:
    app: ASGIApp = Gate(behind, keys=KEYS, framed_by="https://site.test" if framed else "")
    answer, cookie = session(app)
    assert ("SameSite=None; Secure; Partitioned" in answer.headers["set-cookie"]) is framed
    foreign = ask(app, "POST", "/gradio_api/queue/join", {**cookie, "origin": "https://site.test"})
    assert (foreign.status, foreign.code) == (403, "foreign_origin")
    for sent in ({"origin": "http://studio.test"}, {}):
        assert ask(app, "POST", "/gradio_api/queue/join", {**cookie, **sent}).passed
    assert ask(app, "POST", "/x", {**BEARER, "origin": "https://site.test"}).passed, "a key is no session"


def test_sessions_end_and_cannot_be_made_up() -> None:
    now = [1_000_000.0]
    sessions = Sessions(KEYS, lambda: now[0])
    mine = sessions.new("anna")
    _, end, signature = mine.split(".")
    assert sessions.tenant_of_session(mine) == "anna"
    assert Sessions({**KEYS, "anna": ANNAS + "x"}, lambda: now[0]).tenant_of_session(mine) is None
    for forged in (
        "",
        ".",
        signature,
        f"anna.{int(end) + 1}.{signature}",
        f".{end}.{signature}",
        f"ben.{end}.{signature}",
        f"anna.{end}.{signature[:-1]}",
        f"anna.{end}.ü",
        f"²{mine}",
    ):
        assert sessions.tenant_of_session(forged) is None
    now[0] += SESSION_SECONDS
    assert sessions.tenant_of_session(mine) is None


def test_what_stands_behind_the_gate_is_told_whose_key_it_was(app: ASGIApp) -> None:
    by_key = ask(app, "GET", "/x", {"authorization": f"Bearer {ANNAS}"})
    assert json.loads(by_key.body)["tenant"] == "anna"
    assert json.loads(ask(app, "GET", "/x", BEARER).body)["tenant"] == MAIN
    _, cookie = session(app, key=ANNAS)
    assert json.loads(ask(app, "GET", "/x", cookie).body)["tenant"] == "anna"


def test_websockets_are_closed(app: ASGIApp) -> None:
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        said.append(message)

    asyncio.run(app({"type": "websocket", "path": "/", "headers": []}, receive, send))  # type: ignore[arg-type]
    assert said == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(("path", "most"), [("/x", MAX_BODY_BYTES), (UPLOADS_AT, FILES_A_REQUEST * MAX_UPLOAD_BYTES)])
def test_a_body_that_is_too_large_is_refused_announced_or_not(app: ASGIApp, path: str, most: int) -> None:
    announced = ask(app, "POST", path, {**BEARER, "content-length": str(most + 1)})
    assert (announced.status, announced.code) == (413, "request_too_large")
    megabytes = most >> 20
    assert ask(app, "POST", path, BEARER, [MEGABYTE] * megabytes).passed
    unannounced = ask(app, "POST", path, BEARER, [MEGABYTE] * megabytes + [b"x"])
    assert (unannounced.status, unannounced.code) == (413, "request_too_large")


def test_what_an_application_says_of_a_cut_body_is_not_what_the_caller_hears() -> None:
    async def careless(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await behind(scope, receive, send)
        except Exception:
            await JSONResponse({"oops": True}, status_code=500)(scope, receive, send)
            raise

    app = Bounds(careless, uploads_at=(UPLOADS_AT,), max_upload_bytes=1)
    assert ask(app, "POST", "/x", body=[MEGABYTE] * 17).status == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "abc", ""])
def test_a_length_that_is_no_number_is_refused(app: ASGIApp, length: str) -> None:
    assert ask(app, "POST", "/x", {**BEARER, "content-length": length}).status == 413


def test_answers_carry_headers_that_keep_browsers_safe(app: ASGIApp) -> None:
    for answer in (ask(app, "GET", "/healthz"), ask(app, "GET", "/"), ask(app, "GET", "/login")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["content-security-policy"].startswith("frame-ancestors 'self';")
    framed = ask(SafeHeaders(behind, framed_by="https://site.test"), "GET", "/")
    assert "frame-ancestors 'self' https://site.test;" in framed.headers["content-security-policy"]
