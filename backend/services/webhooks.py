"""What a webhook says and how it is signed: the Standard Webhooks scheme, which receivers have libraries for."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

from backend.errors import AddressFailed, AddressRefused, InvalidRequest
from backend.ids import derived_id
from backend.jobs.telling import Told
from backend.outside import Guard
from backend.tenants import MAIN

PREFIX = "whsec_"
_SECONDS = 20.0
_KEY_BYTES = (24, 64)
_GONE = 410


def new_secret() -> str:
    """A fresh secret, as people set it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


class Webhooks:
    """Signs and sends."""

    def __init__(self, setting: str, guard: Guard) -> None:
        """Args:
        setting: the secret, or the new and the old one parted by a comma while receivers change over; empty for none.
        guard: which addresses are connected to.

        Raises:
            InvalidRequest: ``webhook_secret``.
        """
        self._keys = [_key(secret.strip()) for secret in setting.split(",") if secret.strip()]
        self._guard = guard

    def check(self, url: str) -> str:
        """Refuse an address before anything is queued; returns as much of it as may be shown.

        Raises:
            InvalidRequest: ``webhooks_off``.
            AddressRefused, AddressFailed
        """
        self._refuse_without_secret()
        target = self._guard.target(url)
        self._guard.addresses(target)
        return target.shown

    def secret_of(self, tenant: str) -> str:
        """What this tenant's receivers verify with; each tenant's is its own, so that none can pass for the studio.

        Raises:
            InvalidRequest: ``webhooks_off``.
        """
        self._refuse_without_secret()
        return PREFIX + base64.b64encode(_key_of(self._keys[0], tenant)).decode()

    def deliver(self, url: str, tenant: str, job_id: str, body: Mapping[str, Any]) -> Told:
        """Make one attempt.

        Raises:
            InvalidRequest: ``webhooks_off``.
        """
        self._refuse_without_secret()
        from backend.outside.asking import post  # here: its library is for those who use it

        data = json.dumps(body, ensure_ascii=False, allow_nan=False).encode(errors="replace")
        headers = {"Content-Type": "application/json", **self._signed(tenant, derived_id("msg", job_id), data)}
        try:
            status = post(self._guard, url, data, headers, _SECONDS)
        except AddressRefused as error:
            return Told("given_up", error.message)
        except AddressFailed as error:
            return Told("again", error.message)
        said = f"It answered with status {status}."
        if 200 <= status < 300:
            return Told("delivered", said)
        return Told("given_up" if status == _GONE else "again", said)

    def _signed(self, tenant: str, message_id: str, data: bytes) -> dict[str, str]:
        moment = str(int(time.time()))
        signed = f"{message_id}.{moment}.".encode() + data
        digests = [hmac.new(_key_of(key, tenant), signed, hashlib.sha256).digest() for key in self._keys]
        signatures = " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)
        return {"webhook-id": message_id, "webhook-timestamp": moment, "webhook-signature": signatures}

    def _refuse_without_secret(self) -> None:
        if not self._keys:
            raise InvalidRequest(
                "Webhooks are off: this studio has no secret to sign them with.",
                hint="Whoever runs it sets STUDIO_WEBHOOK_SECRET; `python -m backend webhook-secret` makes one.",
                code="webhooks_off",
            )


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not _KEY_BYTES[0] <= len(key) <= _KEY_BYTES[1]:
        raise InvalidRequest(
            "STUDIO_WEBHOOK_SECRET is none that receivers know how to use.",
            hint="Make one: python -m backend webhook-secret",
            code="webhook_secret",
        )
    return key


def _key_of(key: bytes, tenant: str) -> bytes:
    return key if tenant == MAIN else hmac.new(key, f"tenant {tenant}".encode(), hashlib.sha256).digest()
