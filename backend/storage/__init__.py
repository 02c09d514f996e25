"""Where results are kept: `LocalStore` on this machine's disk, `MemoryStore` for tests."""

from backend.storage.base import ObjectInfo, Store
from backend.storage.local import LocalStore
from backend.storage.memory import MemoryStore

__all__ = ["LocalStore", "MemoryStore", "ObjectInfo", "Store"]
