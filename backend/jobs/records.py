"""What the studio itself remembers of jobs beside DBOS's own tables, in the same database: how far a job is, how often
it was started, and which job an idempotency key stands for."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from backend.jobs.database import clock, create_tables

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
    """Unix seconds of its first start, by the database's clock."""
    age: float = 0.0
    """Seconds since it was written down."""


class Records:
    """Reads and writes the tables. Safe from several threads and processes."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._now = clock(engine)
        create_tables(engine, _PROGRESS, _KEYS)

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

    def try_to_write(self) -> None:
        """Write something and take it away again: fails as any other writing would."""
        key_hash = f"tried {secrets.token_hex(16)}"
        with self._engine.begin() as connection:
            connection.execute(sa.insert(_KEYS).values(key_hash=key_hash, job_id=""))
            connection.execute(sa.delete(_KEYS).where(_KEYS.c.key_hash == key_hash))

    def count_start(self, job_id: str) -> int:
        """Write down that the job is started; returns how often that happened since it last stopped in good order."""
        with self._engine.begin() as connection:
            query = sa.select(_PROGRESS.c.attempts).where(_PROGRESS.c.job_id == job_id)
            before = connection.execute(query).scalar_one_or_none()
            attempts = (before or 0) + 1
            if before is None:
                fresh = {"fraction": 0.0, "message": "", "details": "{}"}
                times = {"started_at": self._now, "updated_at": self._now}
                connection.execute(sa.insert(_PROGRESS).values(job_id=job_id, attempts=1, **fresh, **times))
            else:
                connection.execute(_update(job_id, before).values(attempts=attempts))
        return attempts

    def forgive_starts(self, job_id: str, attempt: int) -> None:
        """The job was stopped in good order: its starts so far ended in no crash."""
        with self._engine.begin() as connection:
            connection.execute(_update(job_id, attempt).values(attempts=0))

    def write(self, job_id: str, progress: Progress, attempt: int) -> None:
        """Write down how far a started job is, by that start of it; an earlier one has no say any more."""
        values = {
            "fraction": progress.fraction,
            "message": progress.message,
            "seconds_left": progress.seconds_left,
            "details": json.dumps(progress.details, default=str),
            "updated_at": self._now,
        }
        with self._engine.begin() as connection:
            connection.execute(_update(job_id, attempt).values(**values))

    def erase(self, job_ids: list[str]) -> None:
        """Forget how far these jobs are; their keys may be used again."""
        with self._engine.begin() as connection:
            for table in (_PROGRESS, _KEYS):
                connection.execute(sa.delete(table).where(table.c.job_id.in_(job_ids)))

    def read(self, job_ids: list[str]) -> dict[str, Progress]:
        """How far these jobs are; those that never started are left out."""
        age = (self._now - _PROGRESS.c.updated_at).label("age")
        query = sa.select(*_PROGRESS.c, age).where(_PROGRESS.c.job_id.in_(job_ids))
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return {row["job_id"]: _progress(row) for row in rows}


def _update(job_id: str, attempt: int) -> sa.Update:
    return sa.update(_PROGRESS).where(_PROGRESS.c.job_id == job_id, _PROGRESS.c.attempts == attempt)


def _progress(row: sa.RowMapping) -> Progress:
    return Progress(
        fraction=row["fraction"],
        message=row["message"],
        seconds_left=row["seconds_left"],
        details=json.loads(row["details"]),
        started_at=row["started_at"],
        age=max(0.0, float(row["age"])),
    )
