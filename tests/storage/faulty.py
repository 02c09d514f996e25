"""A network between us and the server that refuses, hangs, cuts in the middle, or answers with something else."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

_BLOCK = 1 << 16
_UNKNOWN = b"<Error><Code>NotImplemented</Code></Error>"
_NOT_IMPLEMENTED = (
    b"HTTP/1.1 501 Not Implemented\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(_UNKNOWN) + _UNKNOWN
)


class FaultyNetwork:
    """A TCP relay on ``port`` to the server's. Whole until told otherwise; what is told holds for new connections."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._handle: Callable[[socket.socket], None] = self._relay
        self._open: list[socket.socket] = []
        self.connections = 0
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> FaultyNetwork:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        self._thread.join()

    # ------------------------------------------------------------ what can be told

    def mend(self) -> None:
        """Whole again."""
        self._handle = self._relay

    def refuse(self) -> None:
        """Every connection ends at once, those that are open too."""
        self._handle = lambda client: None
        self.cut()

    def hang(self) -> None:
        """Requests are taken and never answered."""
        self._handle = _take_and_wait
        self.cut()

    def cut_after(self, sent: int | None = None, received: int | None = None) -> None:
        """Break off after so many bytes from us, or to us."""
        self._handle = lambda client: self._relay(client, sent, received)
        self.cut()

    def trickle(self, seconds: float) -> None:
        """Pass everything on, each block so much later."""
        self._handle = lambda client: self._relay(client, delay=seconds)
        self.cut()

    def answer(self, status: str, headers: str = "", body: str = "") -> None:
        """Answer every request with this instead of the server's answer."""
        text = f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"

        def handle(client: socket.socket) -> None:
            client.recv(_BLOCK)
            client.sendall(text.encode())

        self._handle = handle
        self.cut()

    def refuse_header(self, name: str) -> None:
        """Answer requests that carry this header as a service does that does not know it; others pass."""
        self._handle = lambda client: self._relay(client, unless=f"\r\n{name}:".lower().encode())
        self.cut()

    def cut(self) -> None:
        """End what is open now."""
        for connection in self._open:
            _end(connection)
        self._open.clear()

    # ------------------------------------------------------------ the relay

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(client)
            threading.Thread(target=self._serve, args=(client, self._handle), daemon=True).start()

    def _serve(self, client: socket.socket, handle: Callable[[socket.socket], None]) -> None:
        try:
            handle(client)
        except OSError:
            pass
        finally:
            _end(client)
            client.close()

    def _relay(
        self,
        client: socket.socket,
        sent: int | None = None,
        received: int | None = None,
        unless: bytes = b"",
        delay: float = 0.0,
    ) -> None:
        with socket.create_connection(("127.0.0.1", self._server_port)) as server:
            up = threading.Thread(target=_pump, args=(client, server, sent, unless, delay), daemon=True)
            up.start()
            _pump(server, client, received, delay=delay)
            up.join()


def _pump(
    source: socket.socket, target: socket.socket, limit: int | None, unless: bytes = b"", delay: float = 0.0
) -> None:
    """Pass bytes on until there are no more, or ``limit`` of them have passed; then both ends are closed.

    Args:
        delay: seconds before each block of at most 4 kB.
    """
    passed = 0
    try:
        while limit is None or passed < limit:
            most = 4096 if delay else _BLOCK
            data = source.recv(most if limit is None else min(most, limit - passed))
            time.sleep(delay)
            if not data:
                break
            if unless and unless in data.lower():
                source.sendall(_NOT_IMPLEMENTED)
                break
            target.sendall(data)
            passed += len(data)
    except OSError:
        pass
    _end(source)
    _end(target)


def _take_and_wait(client: socket.socket) -> None:
    while client.recv(_BLOCK):
        pass


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
