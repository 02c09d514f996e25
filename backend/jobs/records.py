"""What the studio itself remembers of jobs beside DBOS's own tables, in the same database: how far a job is, how often
it was started, and which job an idempotency key stands for."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

_METADATA = sa.MetaData()
_PROGRESS = sa.Table(
    "studio_progress",
    _METADATA,
    sa.Column("job_id", sa.String, primary_key=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("started_at", sa.Float, nullable=False),
    sa.Column("updated_at", sa.Float, nullable=False),
    sa.Column("fraction", sa.Float, nullable=False),
    sa.Column("message", sa.String, nullable=False),
    sa.Column("seconds_left", sa.Float),
    sa.Column("details", sa.String, nullable=False),
)
_KEYS = sa.Table(
    "studio_keys",
    _METADATA,
    sa.Column("key_hash", sa.String, primary_key=True),
    sa.Column("job_id", sa.String, nullable=False),
)


@dataclass(frozen=True)
class Progress:
    """How far a job is."""

    fraction: float = 0.0
    """0 to 1."""
    message: str = ""
    seconds_left: float | None = None
    """When it was written down."""
    details: dict[str, Any] = field(default_factory=dict)
    started_at: float = 0.0
    """Unix seconds of its first start."""
    updated_at: float = 0.0
    """Unix seconds."""


class Records:
    """Reads and writes the tables. Safe from several threads and processes."""

    def __init__(self, database_url: str) -> None:
        url = sa.make_url(database_url)
        if url.get_backend_name() == "postgresql":
            url = url.set(drivername="postgresql+psycopg")  # the driver that DBOS brings
        self._engine = sa.create_engine(url)
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _tune_sqlite)
        with self._engine.begin() as connection:
            for table in (_PROGRESS, _KEYS):
                connection.execute(sa.schema.CreateTable(table, if_not_exists=True))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def claim_key(self, key: str, job_id: str) -> str:
        """The job that ``key`` stands for: ``job_id`` if the key is new."""
        key_hash = hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()
        with self._engine.connect() as connection:
            try:
                connection.execute(sa.insert(_KEYS).values(key_hash=key_hash, job_id=job_id))
                connection.commit()
            except sa.exc.IntegrityError:
                connection.rollback()
            query = sa.select(_KEYS.c.job_id).where(_KEYS.c.key_hash == key_hash)
            return str(connection.execute(query).scalar_one())

    def count_start(self, job_id: str) -> int:
        """Write down that the job is started; returns how often that happened since it last stopped in good order."""
        now = time.time()
        with self._engine.begin() as connection:
            query = sa.select(_PROGRESS.c.attempts).where(_PROGRESS.c.job_id == job_id)
            before = connection.execute(query).scalar_one_or_none()
            attempts = (before or 0) + 1
            if before is None:
                fresh = {"fraction": 0.0, "message": "", "details": "{}", "started_at": now, "updated_at": now}
                connection.execute(sa.insert(_PROGRESS).values(job_id=job_id, attempts=1, **fresh))
            else:
                connection.execute(_update(job_id).values(attempts=attempts))
        return attempts

    def forgive_starts(self, job_id: str) -> None:
        """The job was stopped in good order: its starts so far ended in no crash."""
        with self._engine.begin() as connection:
            connection.execute(_update(job_id).values(attempts=0))

    def write(self, job_id: str, progress: Progress) -> None:
        """Write down how far a started job is."""
        values = {
            "fraction": progress.fraction,
            "message": progress.message,
            "seconds_left": progress.seconds_left,
            "details": json.dumps(progress.details, default=str),
            "updated_at": time.time(),
        }
        with self._engine.begin() as connection:
            connection.execute(_update(job_id).values(**values))

    def erase(self, job_ids: list[str]) -> None:
        """Forget how far these jobs are; their keys may be used again."""
        with self._engine.begin() as connection:
            for table in (_PROGRESS, _KEYS):
                connection.execute(sa.delete(table).where(table.c.job_id.in_(job_ids)))

    def read(self, job_ids: list[str]) -> dict[str, Progress]:
        """How far these jobs are; those that never started are left out."""
        query = sa.select(_PROGRESS).where(_PROGRESS.c.job_id.in_(job_ids))
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return {row["job_id"]: _progress(row) for row in rows}


def _update(job_id: str) -> sa.Update:
    return sa.update(_PROGRESS).where(_PROGRESS.c.job_id == job_id)


def _progress(row: sa.RowMapping) -> Progress:
    return Progress(
        fraction=row["fraction"],
        message=row["message"],
        seconds_left=row["seconds_left"],
        details=json.loads(row["details"]),
        started_at=row["started_at"],
        updated_at=row["updated_at"],
    )


def _tune_sqlite(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA busy_timeout=30000")
    # Progress may be lost in a power cut. A key may not, but the job it stands for is written and synced after it,
    # into the same log.
    connection.execute("PRAGMA synchronous=NORMAL")
