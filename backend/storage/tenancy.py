"""One tenant's part of a store: the same keys, in collections of its own."""

from __future__ import annotations

import builtins
from pathlib import Path

from backend.storage.base import ObjectInfo, Store, check_key, check_prefix
from backend.tenants import MAIN


def store_of(store: Store, tenant: str) -> Store:
    """What a tenant sees of a store; the main one's keys stand in it as they are."""
    return store if tenant == MAIN else TenantStore(store, tenant)


class TenantStore:
    """A `Store` in which ``narrations/…`` is another one's ``narrations-<tenant>/…``.

    Nothing outside of those collections can be named through it. `close` leaves the other store open: it is shared.
    """

    def __init__(self, store: Store, tenant: str) -> None:
        """Args:
        store: the one that all tenants share.
        tenant: a name that `is_tenant` knows, not the main one's.
        """
        self._store = store
        self._tenant = tenant

    def put(self, key: str, source: Path, media_type: str) -> None:
        self._store.put(self._outside(check_key(key)), source, media_type)

    def put_bytes(self, key: str, data: bytes, media_type: str) -> None:
        self._store.put_bytes(self._outside(check_key(key)), data, media_type)

    def put_new(self, key: str, data: bytes, media_type: str) -> bool:
        return self._store.put_new(self._outside(check_key(key)), data, media_type)

    def read(self, key: str) -> bytes:
        return self._store.read(self._outside(check_key(key)))

    def fetch(self, key: str, destination: Path) -> None:
        self._store.fetch(self._outside(check_key(key)), destination)

    def info(self, key: str) -> ObjectInfo:
        return self._store.info(self._outside(check_key(key)))

    def changed_at(self, key: str) -> float:
        return self._store.changed_at(self._outside(check_key(key)))

    def delete(self, key: str) -> bool:
        return self._store.delete(self._outside(check_key(key)))

    def delete_prefix(self, prefix: str) -> builtins.list[str]:
        return self._inside(self._store.delete_prefix(self._outside(check_prefix(prefix))))

    def local_path(self, key: str) -> Path | None:
        return self._store.local_path(self._outside(check_key(key)))

    def link(self, key: str, name: str, media_type: str, seconds: int) -> str | None:
        return self._store.link(self._outside(check_key(key)), name, media_type, seconds)

    def list(self, prefix: str) -> builtins.list[str]:
        return self._inside(self._store.list(self._outside(check_prefix(prefix))))

    def close(self) -> None:
        pass

    def _outside(self, key: str) -> str:
        collection, _, rest = key.partition("/")
        return f"{collection}-{self._tenant}/{rest}"

    def _inside(self, keys: builtins.list[str]) -> builtins.list[str]:
        """Collections' names hold no ``-``, so the first one ends them."""
        return [f"{key.partition('-')[0]}/{key.partition('/')[2]}" for key in keys]
