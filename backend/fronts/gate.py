"""The gate in front of every route: who may come in, and what browsers may do with the answers.

Pure ASGI around the whole application, so that no route, mounted page or later door can be forgotten behind it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.errors import InvalidRequest
from backend.fronts.login_page import login_page
from backend.fronts.sessions import SESSION_SECONDS, Attempts, Sessions

COOKIE = "voicereel"
_OPEN = re.compile(r"/healthz|/readyz|/files/[^/]+|/studio/(?:brand|fonts)/.+|/share/[^/]+(?:/[^/]+)?")
"""Signed links carry their own proof, as do the ids of shared pages; fonts and the logo are no secret."""
_READING = ("GET", "HEAD")


class Gate:
    """Lets those through who show a key: programs as a bearer token, people on a page that gives them a session.

    What stands behind it finds in ``scope["state"]["tenant"]`` whose key it was.
    """

    def __init__(self, app: ASGIApp, *, keys: Mapping[str, str], framed_by: str = "") -> None:
        """Args:
        app: everything behind the gate.
        keys: what callers have to show, by tenant.
        framed_by: the origin of a site that shows the page in a frame, where browsers keep cookies only if told so.
        """
        self._app = app
        self._sessions = Sessions(keys)
        self._attempts = Attempts()
        self._framed_by = framed_by

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            answer = await self._answer(Request(scope, receive))
            await (answer or self._app)(scope, receive, send)
        else:
            # Nothing of ours speaks websockets, and a rule for them would be one more to keep.
            await receive()
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, request: Request) -> Response | None:
        """What the gate itself says; None for those who may pass."""
        path, reads = request.scope["path"], request.method in _READING
        if reads and _OPEN.fullmatch(path) and ".." not in path:
            return None
        if path == "/login":
            return await self._login(request)
        if path == "/logout" and request.method == "POST":
            return self._forget(_redirected(request, "/login"))
        tenant = self._sessions.tenant_of_session(request.cookies.get(COOKIE, ""))
        if tenant is None:
            return self._by_key(request)
        request.state.tenant = tenant
        return None if reads or _from_own_page(request) else _refused(_FOREIGN, 403)

    def _by_key(self, request: Request) -> Response | None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
                return _redirected(request, f"/login?{urlencode({'next': _target_of(request)})}")
            return _refused(_NEEDED, 401)
        return self._try(request, given.strip())

    def _try(self, request: Request, given: str) -> Response | None:
        """None where it is somebody's key."""
        address = request.client.host if request.client else ""
        wait = self._attempts.wait(address)
        if wait > 0:
            return _refused(_TOO_MANY, 429, {"Retry-After": str(math.ceil(wait))})
        tenant = self._sessions.tenant_of_key(given)
        if tenant is not None:
            request.state.tenant = tenant
            return None
        self._attempts.failed(address)
        return _refused(_WRONG, 401)

    async def _login(self, request: Request) -> Response:
        if request.method != "POST":
            return HTMLResponse(login_page(request.query_params.get("next", "/")))
        form = parse_qs((await request.body()).decode(errors="replace"))
        target = form.get("next", ["/"])[0]
        refused = self._try(request, form.get("key", [""])[0].strip())
        if refused is None:
            return self._remember(_redirected(request, safe_target(target)), request.state.tenant)
        problem = _TOO_MANY if refused.status_code == 429 else _WRONG
        return HTMLResponse(login_page(target, problem.message), status_code=refused.status_code)

    def _remember(self, answer: Response, tenant: str) -> Response:
        session = self._sessions.new(tenant)
        answer.headers["Set-Cookie"] = f"{COOKIE}={session}; Max-Age={SESSION_SECONDS}; {self._manner}"
        return answer

    def _forget(self, answer: Response) -> Response:
        answer.headers["Set-Cookie"] = f"{COOKIE}=; Max-Age=0; {self._manner}"
        return answer

    @property
    def _manner(self) -> str:
        """In another site's frame a cookie is kept only if it says so, and then only for that site (CHIPS)."""
        return "Path=/; HttpOnly; " + ("SameSite=None; Secure; Partitioned" if self._framed_by else "SameSite=Lax")


class SafeHeaders:
    """Adds to each answer what keeps browsers from misusing it."""

    def __init__(self, app: ASGIApp, *, framed_by: str = "") -> None:
        """Args:
        app: everything behind it.
        framed_by: the origin of a site that may show the page in a frame, besides our own.
        """
        self._app = app
        self._headers = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Content-Security-Policy": f"frame-ancestors 'self' {framed_by}".rstrip() + "; object-src 'none'",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, add)


def safe_target(target: str) -> str:
    """A path on this host to go on to; the start page for anything that leads elsewhere."""
    plain = target.startswith("/") and target[1:2] not in ("/", "\\") and target.isprintable() and target.isascii()
    return target if plain else "/"


def _target_of(request: Request) -> str:
    return str(request.scope["path"]) + (f"?{request.url.query}" if request.url.query else "")


def _redirected(request: Request, path: str) -> Response:
    return RedirectResponse(request.scope.get("root_path", "") + path, status_code=303)


def _from_own_page(request: Request) -> bool:
    """Whether a browser's request comes from our page: a session is sent along by any page that posts to us."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _refused(error: InvalidRequest, status: int, headers: Mapping[str, str] | None = None) -> Response:
    needed = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse({"error": error.to_dict()}, status_code=status, headers={**needed, **(headers or {})})


_NEEDED = InvalidRequest(
    "This studio asks for its key.",
    hint="Send it as the header Authorization: Bearer KEY, or open the page in a browser and sign in.",
    code="key_needed",
)
_WRONG = InvalidRequest(
    "That is no key of this studio's.",
    hint="It is what STUDIO_API_KEY says where the studio runs, or one of STUDIO_API_KEYS.",
    code="key_wrong",
)
_TOO_MANY = InvalidRequest(
    "Too many wrong keys came from this address. Wait a minute, then try again.",
    hint="Check the key where the studio runs: STUDIO_API_KEY or STUDIO_API_KEYS.",
    code="too_many_attempts",
)
_FOREIGN = InvalidRequest(
    "This request comes from another site's page.",
    hint="Open the studio itself; programs send the key as Authorization: Bearer KEY.",
    code="foreign_origin",
)
