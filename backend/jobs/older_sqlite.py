"""Jobs on a SQLite older than 3.42, such as that of Debian 12.

On Python 3.12 and later, DBOS asks SQLite for the time with ``unixepoch('subsec')``, whatever SQLite Python was linked
with. Before 3.42 that is null, and no queue can be written down. Such a SQLite is taught it here.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

_KNOWS_SUBSECONDS = (3, 42)


def teach_subseconds() -> None:
    """Let every SQLite connection that is opened from now on know ``unixepoch('subsec')``. Doing it again is fine."""
    if sqlite3.sqlite_version_info < _KNOWS_SUBSECONDS and not event.contains(Engine, "connect", _teach):
        event.listen(Engine, "connect", _teach)


def _teach(connection: Any, _: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("unixepoch", 1, lambda asked: time.time() if asked == "subsec" else None)
