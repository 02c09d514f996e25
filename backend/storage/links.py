"""Links that we sign ourselves, for stores that hand out none: anyone who has one can open that file for an hour."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from contextlib import suppress
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path

from backend.errors import InvalidRequest, StorageError
from backend.storage.disk import translated
from backend.tenants import MAIN

LINK_SECONDS = 3600
_SECRET_BYTES = 32


class LinkSigner:
    """Signs and checks links of the form ``<base_url>/files/<file_id>?expires=…&signature=…``.

    A link to what a tenant other than the main one made ends in ``&of=<tenant>``; no signature opens another's files.

    The secret is ``home/secret.key``, made when first needed, readable only by its owner. Deleting it ends all links.
    """

    def __init__(self, home: Path, base_url: str, tenant: str = MAIN, shared: str = "") -> None:
        """Args:
        shared: a secret that several machines have in common, so that each opens the links of all.
        """
        self._shared = shared
        self._home = home
        self._base_url = base_url
        self._tenant = tenant

    def link(self, file_id: str, expires: int) -> str:
        """The URL of a file that works until ``expires`` (Unix seconds)."""
        of = f"&of={self._tenant}" if self._tenant else ""
        return f"{self._base_url}/files/{file_id}?expires={expires}&signature={self._sign(file_id, expires)}{of}"

    def verify(self, file_id: str, expires: int, signature: str) -> None:
        """Let a good link pass.

        Raises:
            InvalidRequest: ``link_invalid`` (not signed by this studio, or changed) or ``link_expired``.
        """
        if not hmac.compare_digest(self._sign(file_id, expires).encode(), signature.encode(errors="replace")):
            raise InvalidRequest(
                "This link is not one of this studio's.", hint="Copy the whole link again.", code="link_invalid"
            )
        if expires <= time.time():
            raise InvalidRequest(
                "This link has ended; links work for an hour.",
                hint="Open the result again, or ask download_file for a fresh link.",
                code="link_expired",
            )

    def _sign(self, file_id: str, expires: int) -> str:
        # Neither a file_id that was made here nor a number holds a line's end, so no two links are the same message.
        message = "\n".join([file_id, str(expires), *filter(None, [self._tenant])]).encode(errors="replace")
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()

    @cached_property
    def _secret(self) -> bytes:
        if self._shared:
            return hashlib.sha256(f"links\n{self._shared}".encode()).digest()
        path = self._home / "secret.key"
        with translated():
            if not path.exists():
                _create_secret(path)
            secret = path.read_bytes()
        if len(secret) != _SECRET_BYTES:
            raise StorageError(
                "The key that signs links is damaged.",
                hint="Delete secret.key in STUDIO_HOME; a new one is made, and links given out so far end.",
                code="secret_damaged",
            )
        return secret


def _create_secret(path: Path) -> None:
    """Write a new secret in one step; whoever comes second keeps the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(part, path)
    finally:
        part.unlink()


def iso_utc(seconds: float) -> str:
    """Unix seconds as ISO 8601 in UTC, ``2026-11-22T06:28:51Z``; floats always with milliseconds, so that they sort."""
    exact = "milliseconds" if isinstance(seconds, float) else "seconds"
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec=exact).replace("+00:00", "Z")
