"""Requests to addresses that callers name: each through the `Guard`, to the address that it checked, within a time.

No proxies, cookies, credentials or redirects of their own accord: what this does not do, an address cannot make it do.
Imported where a request is made, as the HTTP library takes a tenth of a second.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpcore2

from backend.errors import AddressFailed, InvalidRequest
from backend.outside.guard import Guard, Target

_STEP_SECONDS = 10.0
"""For each connection, handshake and read; the whole has a time of its own."""
_MAX_ADDRESSES = 3
_MAX_HOPS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_ANSWER_BYTES = 16 << 10
"""Read of what nobody looks at, so that the other side can end in good order."""
_FAULTS = (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError)


@dataclass(frozen=True)
class Fetched:
    """What came from an address."""

    url: str
    """Where it came from in the end."""
    media_type: str
    """As the server said; empty if it did not."""


def post(guard: Guard, url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> int:
    """Send a body; returns the status of the answer. Follows nothing and keeps nothing.

    Raises:
        AddressRefused, AddressFailed
    """
    target, ends = guard.target(url), time.monotonic() + seconds
    with _asked(guard, "POST", target, ends, headers, body) as answer:
        _read_some(answer)
        return int(answer.status)


def fetch(guard: Guard, url: str, destination: Path, most_bytes: int, seconds: float) -> Fetched:
    """Write what is at an address to ``destination``, in bounded memory. Three redirects at most are followed, each
    checked like the address itself.

    Raises:
        AddressRefused, AddressFailed
        InvalidRequest: ``file_too_large``.
    """
    ends = time.monotonic() + seconds
    for _ in range(_MAX_HOPS + 1):
        with _asked(guard, "GET", guard.target(url), ends) as answer:
            if answer.status not in _REDIRECTS:
                _write(answer, destination, most_bytes)
                return Fetched(url, _header(answer, b"content-type").partition(";")[0].strip().lower())
            url = _next(url, _header(answer, b"location"))
    raise AddressFailed("The address leads on and on.", hint="Use the address of the file itself.")


def _next(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:  # e.g. a bracket that is not closed
        raise AddressFailed(
            "The address leads to something that is no address.", hint="Use the address of the file itself."
        ) from error


def _read_some(answer: httpcore2.Response) -> None:
    size = 0
    for chunk in answer.iter_stream():
        size += len(chunk)
        if size > _ANSWER_BYTES:
            return


def _write(answer: httpcore2.Response, destination: Path, most_bytes: int) -> None:
    if answer.status != 200:
        raise AddressFailed(
            f"The address answered with status {answer.status}.", hint="Check that the file opens without signing in."
        )
    announced = _header(answer, b"content-length")
    size = int(announced) if announced.isdigit() else 0
    with destination.open("wb") as file:
        for chunk in answer.iter_stream() if size <= most_bytes else ():
            size = file.tell() + len(chunk)
            if size > most_bytes:
                break
            file.write(chunk)
    if size > most_bytes:
        raise InvalidRequest(
            f"The file at this address has more than {most_bytes / 1e6:.0f} MB.",
            hint="Make it shorter or compress it. Whoever runs the studio can raise STUDIO_MAX_UPLOAD_BYTES.",
            code="file_too_large",
        )


def _header(answer: httpcore2.Response, wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in answer.headers if name.lower() == wanted), "")


@contextmanager
def _asked(
    guard: Guard, method: str, target: Target, ends: float, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> Iterator[httpcore2.Response]:
    """The answer to one request, of which the body is still to be read."""
    # A body that comes packed would be larger than what was counted.
    sent = {"User-Agent": "Voicereel", "Accept": "*/*", "Accept-Encoding": "identity", **(headers or {})}
    host = f"[{target.host}]" if ":" in target.host else target.host
    url = httpcore2.URL(scheme=target.scheme, host=host, port=target.port, target=target.path)
    network = _Pinned(guard, target, ends)
    times = dict.fromkeys(("connect", "read", "write", "pool"), _STEP_SECONDS)
    try:
        with (
            httpcore2.ConnectionPool(network_backend=network, max_keepalive_connections=0) as pool,
            pool.stream(
                method, url, headers=list(sent.items()), content=body or None, extensions={"timeout": times}
            ) as answer,
        ):
            yield answer
    except _FAULTS as error:
        raise AddressFailed(
            f"{target.shown} did not answer: {_reason(error)}.", hint="Check that it can be reached."
        ) from error


def _reason(error: Exception) -> str:
    if isinstance(error, httpcore2.TimeoutException):
        return "it took too long"
    cause = next((given for given in error.args if isinstance(given, ssl.SSLError)), None)
    if cause:
        return f"its certificate or encryption is not valid ({getattr(cause, 'verify_message', '') or cause.reason})"
    failed = isinstance(error, httpcore2.NetworkError)
    return "the connection failed" if failed else "it does not speak HTTP as it should"


class _Pinned(httpcore2.NetworkBackend):
    """Connects to the checked addresses of one target, whatever name it is given, and to nothing else."""

    def __init__(self, guard: Guard, target: Target, ends: float) -> None:
        self._guard, self._target, self._ends = guard, target, ends

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        problem: Exception = httpcore2.ConnectError("no address")
        for address in self._guard.addresses(self._target)[:_MAX_ADDRESSES]:
            try:
                found = socket.create_connection((address, self._target.port), _left(self._ends))
            except OSError as error:
                problem = (
                    httpcore2.ConnectTimeout(error)
                    if isinstance(error, TimeoutError)
                    else httpcore2.ConnectError(error)
                )
                continue
            return _Timed(found, self._ends)
        raise problem


class _Timed(httpcore2.NetworkStream):
    """A connection that ends at a moment, however busily the other side drips."""

    def __init__(self, connection: socket.socket, ends: float) -> None:
        self._connection, self._ends = connection, ends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _translated(httpcore2.ReadTimeout, httpcore2.ReadError):
            self._connection.settimeout(_left(self._ends))
            return self._connection.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with _translated(httpcore2.WriteTimeout, httpcore2.WriteError):
            rest = memoryview(buffer)
            while rest:
                self._connection.settimeout(_left(self._ends))
                rest = rest[self._connection.send(rest) :]

    def close(self) -> None:
        self._connection.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        with _translated(httpcore2.ConnectTimeout, httpcore2.ConnectError):
            self._connection.settimeout(_left(self._ends))
            try:
                # server_hostname is the name that was asked for: the certificate is checked against that.
                wrapped = ssl_context.wrap_socket(self._connection, server_hostname=server_hostname)
            except Exception:
                self._connection.close()
                raise
            return _Timed(wrapped, self._ends)

    def get_extra_info(self, info: str) -> Any:
        return None


@contextmanager
def _translated(on_time: type[Exception], otherwise: type[Exception]) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise on_time(error) from error
    except (OSError, ValueError) as error:
        raise otherwise(error) from error


def _left(ends: float) -> float:
    """Seconds for the next step.

    Raises:
        TimeoutError: none are left.
    """
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return min(left, _STEP_SECONDS)
