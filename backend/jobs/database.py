"""The jobs database: its address in the forms people write, connections to it, and its faults in our words.

An address holds a password. None of it but the kind of database is ever shown.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from dbos import DBOS
from dbos import error as dbos_error

from backend.errors import InvalidRequest, JobError, StorageError, StudioError
from backend.jobs.older_sqlite import teach_subseconds

CONNECT_SECONDS = 5
"""A machine that does not answer at all is named after this long."""
UNAVAILABLE = "database_unavailable"
"""Code of the error while the database cannot be reached, such as when it is restarted: what was accepted goes on."""
_POSTGRESQL = ("postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2")
_SHUT_OUT = ("authentication failed", "no password supplied", "pg_hba.conf", "permission denied")


def read_address(text: str) -> str:
    """The address as every library here takes it: ``sqlite:///…`` or ``postgresql://…``.

    Raises:
        InvalidRequest: ``database_url``; it says nothing of what was given, which may be a password.
    """
    try:
        url = sa.make_url(text)
        port_is_right = url.port is None or 0 < url.port < 65536
    except (sa.exc.ArgumentError, ValueError) as error:
        raise _wrong_address() from error
    if url.drivername == "sqlite":
        return text
    # A slash or @ in a password that is not written as %2F or %40 ends up in another part.
    parted_right = "@" not in f"{url.host}{url.username}" and "/" not in (url.database or "")
    if url.drivername not in _POSTGRESQL or not url.database or not port_is_right or not parted_right:
        raise _wrong_address()
    if "connect_timeout" not in url.query:
        url = url.update_query_dict({"connect_timeout": str(CONNECT_SECONDS)})
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _wrong_address() -> InvalidRequest:
    return InvalidRequest(
        "STUDIO_DATABASE_URL is not the address of a PostgreSQL database.",
        hint="Write postgresql://user:password@host:5432/database, and characters such as @ : / in the password as "
        "%40 %3A %2F. Leave it empty for a database on this machine.",
        code="database_url",
    )


def prepare(address: str) -> None:
    """Make or upgrade the database."""
    teach_subseconds()
    if not sa.event.contains(sa.Engine, "connect", _delete_for_good):
        sa.event.listen(sa.Engine, "connect", _delete_for_good)
    folder = folder_of(address)
    with _entries_in(folder) if folder else nullcontext():
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(str(sa.make_url(address).database), timeout=30)) as connection:
                # Readers and the one writer do not wait for each other; remembered in the file.
                connection.execute("PRAGMA journal_mode=WAL")
        DBOS.migrate(address)


def folder_of(address: str) -> Path | None:
    """The folder of a database that is a file; None for another."""
    url = sa.make_url(address)
    return Path(url.database).parent if url.get_backend_name() == "sqlite" and url.database else None


@contextmanager
def _entries_in(folder: Path) -> Iterator[None]:
    """Tell apart a disk that has no entry left for another file: SQLite says no more than that it cannot be opened.

    Raises:
        OSError: ``ENOSPC``.
    """
    try:
        yield
    except (sa.exc.OperationalError, sqlite3.OperationalError) as error:
        state = os.statvfs(folder)
        if "unable to open" in str(error) and state.f_files and not state.f_favail:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        raise


def open_engine(address: str) -> sa.Engine:
    """Connections for our own tables. One that the server ended is noticed before it is used."""
    url = sa.make_url(address)
    if url.get_backend_name() == "postgresql":
        return sa.create_engine(
            url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=3, max_overflow=2
        )
    engine = sa.create_engine(url)
    sa.event.listen(engine, "connect", _tune_sqlite)
    return engine


def clock(engine: sa.Engine) -> sa.ColumnElement[float]:
    """The database's own time, in Unix seconds: the same for machines whose clocks differ."""
    sqlite = engine.dialect.name == "sqlite"
    text = "(julianday('now') - 2440587.5) * 86400.0" if sqlite else "extract(epoch from clock_timestamp())"
    return sa.cast(sa.literal_column(text), sa.Float(53))


def _delete_for_good(connection: Any, _: Any) -> None:
    """What is deleted is overwritten: records of jobs hold what people said, and that of a deleted voice has to go."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA secure_delete=ON")


def empty_log(engine: sa.Engine) -> None:
    """Let nothing that was deleted stand in SQLite's log any more, unless somebody reads in it just now."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _tune_sqlite(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA busy_timeout=30000")
    # Progress may be lost in a power cut. A key may not, but the job it stands for is written and synced after it,
    # into the same log.
    connection.execute("PRAGMA synchronous=NORMAL")


def create_tables(engine: sa.Engine, *tables: sa.Table) -> None:
    """Make what is not there yet; several processes may do so at once."""
    with engine.connect() as connection:
        there = set(sa.inspect(connection).get_table_names())
    for table in tables:
        if table.name not in there:
            try:
                with engine.begin() as connection:
                    connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
                    for index in table.indexes:
                        connection.execute(sa.schema.CreateIndex(index, if_not_exists=True))
            except sa.exc.IntegrityError:  # PostgreSQL, when another process makes it at the same moment
                continue


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the database refuses into an error that says what to do."""
    try:
        yield
    except (sa.exc.SQLAlchemyError, sqlite3.Error, psycopg.Error, dbos_error.DBOSException, OSError) as error:
        raise _translate(error) from error


def _translate(error: Exception) -> StudioError:
    cause = getattr(error, "orig", None) or error
    text, state = str(cause), str(getattr(cause, "sqlstate", None) or "")
    full = isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT)
    if full or "disk is full" in text or state == "53100":
        return StorageError(
            "The disk is full; the job was not written down.", hint="Free some space and try again.", code="disk_full"
        )
    if "malformed" in text or "not a database" in text:
        return JobError(
            "The jobs database is damaged.",
            hint="Stop the studio, move jobs.db in STUDIO_HOME aside and start again; results are not in it.",
            code="database_damaged",
        )
    if "is locked" in text:
        return JobError(
            "Another program holds the jobs database.",
            hint="Close what else has jobs.db in STUDIO_HOME open, such as a database browser or a backup. Then "
            "try again.",
            code="database_error",
        )
    if state.startswith("28") or (isinstance(cause, psycopg.Error) and any(word in text for word in _SHUT_OUT)):
        return JobError(
            "PostgreSQL does not let the studio in.",
            hint="Check user, password and rights in STUDIO_DATABASE_URL.",
            code="database_login",
        )
    if isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError | sa.exc.TimeoutError):
        return JobError(
            "The jobs database cannot be reached right now.",
            hint="What was accepted is safe and goes on by itself. Try again in a moment; if it stays so, check that "
            "PostgreSQL runs and that STUDIO_DATABASE_URL is right.",
            code=UNAVAILABLE,
        )
    return JobError(
        f"The jobs database refused: {(text.splitlines() or [type(error).__name__])[0][:200]}.",
        hint="Check that the folder STUDIO_HOME can be written, or that STUDIO_DATABASE_URL is right.",
        code="database_error",
    )
