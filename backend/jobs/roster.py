"""Which workers there are, on all machines: a row each in the jobs database, with a heartbeat.

Times in it are the database's, so machines whose clocks differ agree. A row tells who says to be there; on this machine
the locks of `presence` know for sure.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from backend.jobs.database import clock, create_tables, translated

BEAT_SECONDS = 2.0
"""Between heartbeats, where there may be several machines."""
State = Literal["taking", "leaving", "left"]
"""Takes jobs; takes no more; stopped in good order and may have left jobs to go on with."""

_WORKERS = sa.Table(
    "studio_workers",
    sa.MetaData(),
    sa.Column("executor", sa.String, primary_key=True),
    sa.Column("queues", sa.String, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("machine", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("beat", sa.Float, nullable=False),
)


@dataclass(frozen=True)
class Entry:
    """A worker as it says to be."""

    executor: str
    queues: tuple[str, ...]
    """Those it takes jobs from."""
    version: str
    machine: str
    """Its host name, for people."""
    state: str
    beat: float
    """The database's Unix seconds of its last heartbeat."""
    age: float
    """Seconds since then, by the database's clock."""


class Roster:
    """Reads and writes the rows; raises what `translated` does. Safe from several threads and processes."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._now = clock(engine)
        create_tables(engine, _WORKERS)

    def enter(self, executor: str, queues: Iterable[str], version: str) -> None:
        """Be there, or be there again after others thought otherwise."""
        values = {
            "queues": ",".join(queues),
            "version": version,
            "machine": platform.node()[:100],
            "state": "taking",
            "beat": self._now,
        }
        with translated(), self._engine.begin() as connection:
            if not connection.execute(_update(executor).values(values)).rowcount:
                connection.execute(sa.insert(_WORKERS).values(executor=executor, **values))

    def beat(self, executor: str) -> bool:
        """Say that one is there; false if others took it for dead and removed it."""
        with translated(), self._engine.begin() as connection:
            return bool(connection.execute(_update(executor).values(beat=self._now)).rowcount)

    def set_state(self, executor: str, state: State) -> None:
        """Say whether jobs are still taken."""
        with translated(), self._engine.begin() as connection:
            connection.execute(_update(executor).values(state=state, beat=self._now))

    def remove(self, executor: str) -> None:
        """Forget a worker."""
        with translated(), self._engine.begin() as connection:
            connection.execute(sa.delete(_WORKERS).where(_WORKERS.c.executor == executor))

    def read(self) -> dict[str, Entry]:
        """Every row, by executor."""
        query = sa.select(*_WORKERS.c, (self._now - _WORKERS.c.beat).label("age"))
        with translated(), self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return {
            row["executor"]: Entry(
                row["executor"],
                tuple(filter(None, row["queues"].split(","))),
                row["version"],
                row["machine"],
                row["state"],
                float(row["beat"]),
                max(0.0, float(row["age"])),
            )
            for row in rows
        }


def _update(executor: str) -> sa.Update:
    return sa.update(_WORKERS).where(_WORKERS.c.executor == executor)
