"""Real servers on this machine for everything that connects to addresses which callers name."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Answer = Callable[[BaseHTTPRequestHandler], None]
"""Answers one request; its body is in ``asked`` already."""


@dataclass
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class LocalServer:
    """A running server; ``answer`` may be changed at any time."""

    answer: Answer
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    """Set when the test is over: answers that hang wait for it."""

    @property
    def name(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.name}"


def plain(status: int = 200, body: bytes = b"", **headers: str) -> Answer:
    """An answer of this status, body and headers (``_`` stands for ``-``)."""
    sent = {"Content_Length": str(len(body)), **headers}

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in sent.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def endless(request: BaseHTTPRequestHandler) -> None:
    """A body without an end."""
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(bytes(1 << 16))


def dripping(request: BaseHTTPRequestHandler) -> None:
    """A header that comes byte by byte, each in good time."""
    server: LocalServer = request.server.local  # type: ignore[attr-defined]
    while not server.ended.wait(0.05):
        request.wfile.write(b"X")
        request.wfile.flush()


def hanging(request: BaseHTTPRequestHandler) -> None:
    """No answer at all."""
    request.server.local.ended.wait()  # type: ignore[attr-defined]


@contextmanager
def local_server(answer: Answer, certificate: Path | None = None) -> Iterator[LocalServer]:
    """A server on a free port of 127.0.0.1, encrypted with this certificate and key (PEM, in one file) if given."""
    local = LocalServer(answer)

    class Handler(BaseHTTPRequestHandler):
        def setup(self) -> None:
            local.connections += 1
            super().setup()

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            local.asked.append(Asked(self.command, self.path, headers, body))
            with suppress(ConnectionError, TimeoutError):  # the other side had enough
                local.answer(self)
            self.close_connection = True

        do_GET = do_POST = handle_any

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.local = local  # type: ignore[attr-defined]
    local.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield local
    finally:
        local.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()
