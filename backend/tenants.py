"""Tenants: those who share a studio without seeing each other, each by a key of its own.

What a tenant makes is named after it everywhere: in the store, in the folder of its voices, in the records of its jobs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from backend.errors import InvalidRequest

MAIN = ""
"""Whoever runs the studio: with STUDIO_API_KEY, on this machine without a key, on the command line."""
NOBODY = "nobody"
"""Has no key and never made anything; what is shown before anybody came is shown to it."""
SHORTEST_KEY = 16
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")


def is_tenant(name: str) -> bool:
    """Whether this can be a tenant's name: fit for a key of the store and a folder."""
    return name == MAIN or bool(_NAME.fullmatch(name))


def read_keys(main_key: str, further: str) -> dict[str, str]:
    """The key of each tenant by its name, the main one's first.

    Args:
        main_key: the main tenant's key; empty where there is none.
        further: ``name:key,name:key``; empty where there are none.

    Raises:
        InvalidRequest: ``weak_key`` or ``invalid_keys``. Keys themselves are never shown.
    """
    keys = {MAIN: main_key} if main_key else {}
    for entry in filter(None, (entry.strip() for entry in further.split(","))):
        name, _, key = (part.strip() for part in entry.partition(":"))
        if not key or not _NAME.fullmatch(name) or name == NOBODY or name in keys:
            raise InvalidRequest(
                "STUDIO_API_KEYS is not name:key,name:key with names of small letters, digits and -, each once.",
                hint="For example: STUDIO_API_KEYS=anna:LONG_SECRET,ben:ANOTHER_ONE",
                code="invalid_keys",
            )
        keys[name] = key
    _refuse_weak(keys)
    return keys


def _refuse_weak(keys: Mapping[str, str]) -> None:
    for name, key in keys.items():
        where = f"The key of {name} in STUDIO_API_KEYS" if name else "STUDIO_API_KEY"
        if len(key) < SHORTEST_KEY:
            raise InvalidRequest(
                f"{where} is shorter than {SHORTEST_KEY} characters, so it could be guessed.",
                hint="Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(24))'",
                code="weak_key",
            )
        if list(keys.values()).count(key) > 1:
            raise InvalidRequest(
                f"{where} is another tenant's key as well.", hint="Give each a key of its own.", code="invalid_keys"
            )
