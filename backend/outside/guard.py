"""The rule for every address that a caller names, before anything is connected to."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from backend.errors import AddressFailed, AddressRefused
from backend.outside.addresses import is_public

MAX_CHARACTERS = 2048
_PORTS = {"https": 443, "http": 80}
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*|[0-9a-f:.]*:[0-9a-f:.]*")
"""A name, or an address; nothing that two programs could read differently."""

Resolve = Callable[[str, int], list[str]]
"""The addresses of a host, e.g. from the domain name system; raises OSError where it has none."""


@dataclass(frozen=True)
class Target:
    """An address that is allowed by its form: what is asked there, and of whom."""

    scheme: str
    host: str
    """Lower case; an IPv6 address without brackets."""
    port: int
    path: str
    """With the query; starts with a slash."""

    @property
    def name(self) -> str:
        """``host:port``."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def shown(self) -> str:
        """What may be logged and shown: path and query can hold secrets."""
        return f"{self.scheme}://{self.name.removesuffix(f':{_PORTS[self.scheme]}')}"


class Guard:
    """Allows what is on the public internet, encrypted and at the usual port; and hosts that were allowed by name."""

    def __init__(self, allowed: Iterable[str] = (), resolve: Resolve | None = None) -> None:
        """Args:
        allowed: ``host`` or ``host:port`` that may be anywhere and need no encryption; without a port it is 80 or 443.
        resolve: asks for the addresses of a host; the system's own way if None.
        """
        self._allowed = frozenset(entry.strip().lower() for entry in allowed if entry.strip())
        self._resolve = resolve or _system_resolve

    def target(self, url: str) -> Target:
        """What a URL leads to, judged by its form alone.

        Raises:
            AddressRefused: ``address_refused``.
        """
        target = _parsed(url)
        if self._is_allowed(target):
            return target
        if target.scheme != "https":
            raise _refused("It is not encrypted.", "Use https://.")
        if target.port != _PORTS["https"]:
            raise _refused(f"Port {target.port} is not connected to.", "Use port 443.")
        return target

    def addresses(self, target: Target) -> list[str]:
        """The addresses of its host, each of them checked. Whoever connects does so to one of these, never by name: a
        name may lead elsewhere a moment later.

        Raises:
            AddressRefused: ``address_refused``: one of them is not public.
            AddressFailed: ``host_not_found``.
        """
        try:
            found = self._resolve(target.host, target.port)
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise AddressFailed(
                f"There is no host {target.host} to be found.", hint="Check the address.", code="host_not_found"
            )
        if not self._is_allowed(target) and not all(is_public(address) for address in found):
            raise _refused("It leads into a private network or to this machine.", "Use a public address.")
        return found

    def _is_allowed(self, target: Target) -> bool:
        plain = target.port in _PORTS.values()
        return target.name in self._allowed or (plain and target.host in self._allowed)


def is_url(text: str) -> bool:
    """Whether somebody means a web address by this."""
    return bool(re.match(r"https?://", text, re.IGNORECASE))


def _parsed(url: str) -> Target:
    if len(url) > MAX_CHARACTERS:
        raise _refused(f"It has more than {MAX_CHARACTERS} characters.", "Use a shorter one.")
    # Before it is parsed: parsers drop such characters, or read a backslash as a slash.
    if not url.isascii() or not url.isprintable() or re.search(r'[\s\\"<>^`{|}]', url):
        raise _refused(
            "It holds characters that no URL has.", "Percent-encode them; write a host name in its xn-- form."
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refused("It is not a URL.", "Use one such as https://example.com/file.") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise _refused("It is not a web address.", "Use one such as https://example.com/file.")
    if "@" in parts.netloc:
        raise _refused("It holds a user name or a password.", "Put a secret into its path or query instead.")
    if not _HOST.fullmatch(parts.hostname) or len(parts.hostname) > 253 or "%" in parts.netloc:
        raise _refused("Its host name is not a plain one.", "Use a name such as example.com.")
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    return Target(parts.scheme, parts.hostname, _PORTS[parts.scheme] if port is None else port, path)


def _system_resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _refused(why: str, hint: str) -> AddressRefused:
    return AddressRefused(
        f"This address is not connected to. {why}",
        hint=f"{hint} Whoever runs the studio can allow a host with STUDIO_ALLOWED_TARGETS.",
    )
