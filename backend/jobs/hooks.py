"""Who is to be told when a job has ended: a row for each such job in the jobs database, as long as the job is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from backend.jobs.database import clock, create_tables, translated
from backend.jobs.telling import State, Webhook

ORPHAN_SECONDS = 3600.0
"""A row is written before its job is; one without a job for so long belongs to none."""

_HOOKS = sa.Table(
    "studio_webhooks",
    sa.MetaData(),
    sa.Column("job_id", sa.String, primary_key=True),
    sa.Column("tenant", sa.String, nullable=False),
    sa.Column("url", sa.String, nullable=False),
    sa.Column("shown", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", sa.Float, nullable=False),
    sa.Column("said", sa.String, nullable=False),
)


class Hooks:
    """Reads and writes the rows; raises what `translated` does. Safe from several threads and processes."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._now = clock(engine)
        create_tables(engine, _HOOKS)

    def add(self, job_id: str, tenant: str, url: str, shown: str) -> None:
        """Write down that this address is to be told of a job, unless one is already."""
        values = {"tenant": tenant, "url": url, "shown": shown, "state": "waiting", "attempts": 0, "said": ""}
        with translated(), self._engine.connect() as connection:
            try:
                connection.execute(sa.insert(_HOOKS).values(job_id=job_id, next_at=self._now, **values))
                connection.commit()
            except sa.exc.IntegrityError:
                connection.rollback()

    def job_ended(self, job_ids: Sequence[str]) -> None:
        """These jobs have ended, or are about to: it is time to tell whoever waits for them."""
        ended = _HOOKS.c.job_id.in_(job_ids) & (_HOOKS.c.state == "waiting")
        self._write(ended, state="trying", next_at=self._now)

    def due(self, most: int) -> list[Webhook]:
        """Those to be tried now, the longest due first."""
        query = _select(self._now).where(_HOOKS.c.state == "trying", _HOOKS.c.next_at <= self._now)
        return self._read(query.order_by(_HOOKS.c.next_at).limit(most))

    def waiting(self) -> tuple[list[str], set[str]]:
        """The jobs whose end is waited for; and those of them that must have been written down long ago."""
        found = self._read(_select(self._now).where(_HOOKS.c.state == "waiting"))
        return [hook.job_id for hook in found], {hook.job_id for hook in found if hook.in_seconds < -ORPHAN_SECONDS}

    def untold(self) -> int:
        """How many jobs have ended of which nobody was told yet, not even in vain."""
        return self._count((_HOOKS.c.state == "trying") & (_HOOKS.c.attempts == 0))

    def unfinished(self) -> int:
        """How many are still to be told, now or later."""
        return self._count(_HOOKS.c.state.in_(["waiting", "trying"]))

    def claim(self, hook: Webhook, seconds: float) -> bool:
        """Begin an attempt, which nobody else does for so long; false if somebody else just did."""
        mine = (_HOOKS.c.job_id == hook.job_id) & (_HOOKS.c.state == "trying") & (_HOOKS.c.attempts == hook.attempts)
        return self._write(mine, attempts=hook.attempts + 1, next_at=self._now + seconds) == 1

    def settle(self, job_id: str, said: str, *, state: State = "trying", in_seconds: float = 0.0) -> None:
        """Write down how an attempt went, and when the next one is."""
        values: dict[str, Any] = {"state": state, "said": said[:300], "next_at": self._now + in_seconds}
        self._write(_HOOKS.c.job_id == job_id, **values, **({} if state == "trying" else {"url": ""}))

    def read(self, job_ids: list[str]) -> dict[str, Webhook]:
        """The webhooks of these jobs; those that have none are left out."""
        found = self._read(_select(self._now).where(_HOOKS.c.job_id.in_(job_ids)))
        return {hook.job_id: hook for hook in found}

    def erase(self, job_ids: list[str]) -> None:
        """Forget them."""
        with translated(), self._engine.begin() as connection:
            connection.execute(sa.delete(_HOOKS).where(_HOOKS.c.job_id.in_(job_ids)))

    def _write(self, which: sa.ColumnElement[bool], **values: Any) -> int:
        with translated(), self._engine.begin() as connection:
            return connection.execute(sa.update(_HOOKS).where(which).values(**values)).rowcount

    def _read(self, query: sa.Select[Any]) -> list[Webhook]:
        with translated(), self._engine.connect() as connection:
            return [Webhook(**row) for row in connection.execute(query).mappings()]

    def _count(self, which: sa.ColumnElement[bool]) -> int:
        with translated(), self._engine.connect() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(_HOOKS).where(which)).scalar_one())


def _select(now: sa.ColumnElement[float]) -> sa.Select[Any]:
    plain = [column for column in _HOOKS.c if column.name != "next_at"]
    return sa.select(*plain, (_HOOKS.c.next_at - now).label("in_seconds"))
