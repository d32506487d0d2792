"""Opening the archive's database: engine, migrations, and SQL errors as Dateline's errors.

Knows the schema's version, not what the tables mean.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from dateline.index.errors import ArchiveVersionError, BusyError, NotFoundError, StorageError

SCHEMA_VERSION = "0009"
"""The newest migration, stated here so that opening an archive needs no Alembic; a test checks it."""

FILE_NAME = "archive.sqlite3"
PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
LOCK_WAIT_MS = 10_000
"""How long a statement waits for another process's transaction."""


def open_database(home: Path, *, create: bool) -> Engine:
    """The engine of the archive in folder `home`, migrated to `SCHEMA_VERSION`.

    Raises `NotFoundError` when there is none and `create` is false, `ArchiveVersionError` when a newer Dateline
    wrote it, `StorageError` when the folder can't be made or the file is no archive. A folder that can't be written is
    opened to be read.
    """
    file = home / FILE_NAME
    if not file.is_file() and not create:
        raise NotFoundError(
            f"there is no archive in {home}",
            hint="Ingest articles first: dateline ingest PATH…, or point DATELINE_HOME at another folder.",
        )
    with storage_errors(f"the archive in {home}"):
        engine = _reading_engine(file) if is_read_only(home) else sqlite_engine(file)
        _migrate(engine)
    return engine


def is_read_only(home: Path) -> bool:
    """Whether the archive in folder `home` can be read only, by its permissions or its file system."""
    file = home / FILE_NAME
    return file.is_file() and not (os.access(home, os.W_OK) and os.access(file, os.W_OK))


def _reading_engine(file: Path) -> Engine:
    # `immutable` keeps SQLite from making files beside the database; what a log still holds it would miss.
    log = file.with_name(f"{file.name}-wal")
    is_at_rest = not (log.exists() and log.stat().st_size)
    query = {"mode": "ro", "uri": "true"} | ({"immutable": "1"} if is_at_rest else {})
    engine = create_engine(URL.create("sqlite+pysqlite", database=f"file:{quote(str(file))}", query=query))
    event.listen(engine, "connect", _configure_reading)
    event.listen(engine, "begin", _begin)
    return engine


def sqlite_engine(file: Path) -> Engine:
    """The engine of a SQLite file, created if missing: readable by its owner only, erased rows are overwritten.

    Raises `OSError` if the folder or the file can't be created.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    _keep_to_owner(file.parent, file)
    address = URL.create("sqlite+pysqlite", database=str(file))  # made of parts, whatever ? or % is in its name
    # As many connections as are wanted at once: the server bounds how many answers run, and none waits for another.
    engine = create_engine(address, max_overflow=-1)
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _keep_to_owner(home: Path, file: Path) -> None:
    """Restrict the archive to its owner, also one of an earlier version: questions can reveal sources.

    SQLite gives the write-ahead log the mode of the database. Folders and files of other owners are left as they are.
    """
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, PRIVATE_FILE))
    for path, mode in ((home, PRIVATE_FOLDER), (file, PRIVATE_FILE)):
        with suppress(PermissionError):
            path.chmod(mode)


def _configure_reading(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, so that DDL and reads are inside them too
    # SQLite's own lower() knows only ASCII.
    connection.create_function("lower", 1, lambda value: value and value.lower(), deterministic=True)
    connection.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_MS}")


def _configure(connection: Any, record: object) -> None:
    _configure_reading(connection, record)
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # a commit is an acknowledgement: it must survive a power cut
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten, see `scrub`
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def for_writing(engine: Engine) -> Engine:
    """The engine for writing, whose transactions wait for the write lock at their beginning, not half-way."""
    return engine.execution_options(begin="BEGIN IMMEDIATE")


def scrub(engine: Engine) -> None:
    """Remove erased rows from free pages and from the write-ahead log.

    Also those erased, moved or overwritten before `secure_delete` was set. Raises `BusyError` if others keep reading
    what was there before.
    """
    with storage_errors("the archive"), closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        try:
            cursor.execute("VACUUM")
            (busy, *_) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise OperationalError(None, None, error) from error
            busy = True
        finally:
            cursor.close()
    if busy:
        raise BusyError(
            "erased text is still in the archive's write-ahead log, which other processes are reading",
            hint="Try again in a moment.",
        )


def _migrate(engine: Engine) -> None:
    with engine.connect() as connection:
        found = None
        if inspect(connection).has_table("alembic_version"):
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found == SCHEMA_VERSION:
        return
    if found is not None and found > SCHEMA_VERSION:
        raise ArchiveVersionError(
            f"the archive has schema {found}, this Dateline knows schemas up to {SCHEMA_VERSION}",
            hint="Upgrade Dateline, or restore a backup made by this version.",
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with for_writing(engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def storage_errors(what: str) -> Iterator[None]:
    """Raise errors of the disk and of the database as Dateline's errors, naming `what`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _disk_full(what) from error
        raise StorageError(
            f"{what} can't be written or read: {error.strerror}",
            hint="Check the folder and its permissions.",
        ) from error
    except OperationalError as error:
        message = str(error.orig)
        if "full" in message:
            raise _disk_full(what) from error
        if "locked" in message:
            raise BusyError(f"{what} is locked by another process", hint="Try again in a moment.") from error
        raise StorageError(f"{what} can't be used: {message}", hint="Check the folder and its permissions.") from error
    except IntegrityError:
        raise  # a mistake of ours, and no damage
    except DatabaseError as error:
        raise StorageError(
            f"{what} is damaged or not an archive: {error.orig}",
            hint="Restore a backup: dateline restore FILE.",
        ) from error


def _disk_full(what: str) -> StorageError:
    return StorageError(
        f"the disk is full: {what} could not be written",
        hint="Free some space and run the same command again; what was acknowledged is kept.",
    )
