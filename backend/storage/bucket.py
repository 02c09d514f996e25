"""Where an S3-compatible store is and what is known of it, checked as far as that can be seen without asking it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from backend.errors import InvalidRequest

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]")
_PREFIX = re.compile(r"(?:[a-z0-9_-]{1,100}/)*")
_REGION_IN_HOST = re.compile(
    r"(?:s3[.-]|s3api-)([a-z0-9-]+)\.(?:backblazeb2\.com|amazonaws\.com|wasabisys\.com|runpod\.io)$"
    r"|^([a-z0-9]+)\.digitaloceanspaces\.com$"
)


@dataclass(frozen=True)
class Bucket:
    """One bucket and how to get at it; ``check`` says what is wrong with it."""

    name: str
    prefix: str = ""
    """Start of all keys; empty, or ends in ``/``."""
    endpoint: str = ""
    """Address of the service, with or without ``https://``; empty means AWS."""
    region: str = ""
    """Empty means the one that the endpoint's name tells, else ``us-east-1``."""
    access_key_id: str = field(default="", repr=False)
    """Empty means whatever this machine has: a profile, or the role it runs as."""
    secret_access_key: str = field(default="", repr=False)
    session_token: str = field(default="", repr=False)
    addressing: Literal["auto", "path", "virtual"] = "auto"
    """Where the name stands; ``auto``: in the host's name at AWS, else in the path, which needs no DNS."""
    presign: bool | None = None
    """Whether the store makes links itself; None: what is known of the endpoint."""

    @property
    def endpoint_url(self) -> str | None:
        """The endpoint as a URL; None for AWS."""
        endpoint = self.endpoint.strip().rstrip("/")
        return (endpoint if "://" in endpoint else f"https://{endpoint}") if endpoint else None

    @property
    def host(self) -> str:
        """The endpoint's host name; empty for AWS."""
        return urlsplit(self.endpoint_url or "").hostname or ""

    @property
    def is_aws(self) -> bool:
        """Whether this is Amazon's own service."""
        return not self.host or self.host.endswith((".amazonaws.com", ".amazonaws.com.cn"))

    @property
    def signing_region(self) -> str:
        """The region that requests are signed for."""
        named = _REGION_IN_HOST.search(self.host)
        return self.region or (named and (named[1] or named[2])) or "us-east-1"

    @property
    def addressing_style(self) -> str:
        """``path``, ``virtual``, or ``auto`` for AWS to choose."""
        return self.addressing if self.addressing != "auto" or self.is_aws else "path"

    @property
    def presigns(self) -> bool:
        """Whether the store hands out links of its own. RunPod's network volumes do not."""
        return self.presign if self.presign is not None else not self.host.endswith(".runpod.io")

    def check(self) -> Bucket:
        """The bucket itself.

        Raises:
            InvalidRequest: ``store_settings``, with what to set.
        """
        for good, message, hint in self._conditions():
            if not good:
                raise InvalidRequest(message, hint=hint, code="store_settings")
        return self

    def _conditions(self) -> Iterator[tuple[bool, str, str]]:
        yield (
            bool(_NAME.fullmatch(self.name)),
            f"S3_BUCKET is {self.name[:80]!a}, which is no bucket's name.",
            "Give the name alone, e.g. my-results: no s3://, no folder. A folder goes into S3_PREFIX.",
        )
        yield (
            bool(_PREFIX.fullmatch(self.prefix)) and len(self.prefix) <= 200,
            f"S3_PREFIX is {self.prefix[:80]!a}.",
            "Use small letters, digits, - and _, with a slash at the end, e.g. voicereel/.",
        )
        yield (
            self._is_address(),
            "AWS_ENDPOINT_URL is not an address.",
            "It looks like https://s3.us-west-004.backblazeb2.com.",
        )
        yield (
            not self.host.startswith(f"{self.name}.")
            and urlsplit(self.endpoint_url or "").path.strip("/") != self.name,
            "AWS_ENDPOINT_URL has the bucket's name in it.",
            f"Take it out: the address without {self.name}; the bucket's name goes into S3_BUCKET alone.",
        )
        yield (
            bool(self.access_key_id) == bool(self.secret_access_key),
            f"AWS_{'SECRET_ACCESS_KEY' if self.access_key_id else 'ACCESS_KEY_ID'} is not set, its other half is.",
            "Set both, or neither if this machine has a role or a profile that may use the bucket.",
        )

    def _is_address(self) -> bool:
        try:
            url = urlsplit(self.endpoint_url or "https://aws")
            return bool(url.scheme in ("http", "https") and url.hostname) and not (
                url.query or url.username or url.port == 0
            )
        except ValueError:  # a port that is no number, brackets that do not close
            return False
