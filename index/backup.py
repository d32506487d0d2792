"""Backup and restore of the archive as one file. The indexes are not part of it: they are rebuilt from the archive.

A backup is a zip of the database and a manifest with its checksum. Knows the version of the tables, not what they
mean, and nothing of when backups are made.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from dateline.index.archive import Archive
from dateline.index.database import FILE_NAME, PRIVATE_FILE, PRIVATE_FOLDER, SCHEMA_VERSION, storage_errors
from dateline.index.digests import file_sha256
from dateline.index.errors import ArchiveVersionError, BusyError, ConflictError, InputError, NotFoundError, StorageError
from dateline.index.index_files import FOLDER, LOCK_FILE

FORMAT = 1
"""Increased when the layout of backups changes."""
MANIFEST = "manifest.json"
BLOCK = 1 << 20
UNPACKING = ".restore-"
"""Prefix of a restore's working folder; a killed restore leaves it behind."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup's manifest."""

    format: int
    schema: str
    created: str
    """ISO 8601."""
    archive_id: str | None
    """None: the archive was empty."""
    sequence: int
    """The number of the latest change in it."""
    articles: int
    """Including withdrawn ones."""
    sha256: str
    """Of the database."""


def back_up(archive: Archive, file: Path, *, now: datetime, replace: bool = False) -> Backup:
    """Write a consistent snapshot of `archive` to `file`, atomically; others may read and write meanwhile.

    Raises `ConflictError` if `file` exists and `replace` is false, `StorageError` when the disk fails or the archive
    is damaged: a backup is checked before it replaces an older one.
    """
    if file.exists() and not replace:
        raise ConflictError(f"{file} exists already", hint="Name another file, or add --force to replace it.")
    if not file.absolute().parent.is_dir():
        raise NotFoundError(f"there is no folder {file.absolute().parent}", hint="Make it first, or name another.")
    with storage_errors(f"the backup {file}"), tempfile.TemporaryDirectory(dir=file.absolute().parent) as scratch:
        copy = Path(scratch) / FILE_NAME
        _copy(archive, copy)
        manifest = _describe(copy, now)
        packed = Path(scratch) / "backup"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as backup:
            backup.writestr(MANIFEST, json.dumps(asdict(manifest), indent=2))
            backup.write(copy, FILE_NAME)
        packed.chmod(PRIVATE_FILE)
        _sync(packed)
        packed.replace(file)
        _sync(file.absolute().parent)
    return manifest


def restore(file: Path, home: Path, *, replace: bool = False) -> Backup:
    """Restore the archive in `file` to `home`. Nothing is changed before the backup has been verified.

    Raises `InputError` for a damaged backup, `ArchiveVersionError` for one by a newer Dateline, `ConflictError` if
    `home` is not empty and `replace` is false, `BusyError` if what would be replaced is in use.
    """
    if not file.is_file():
        raise NotFoundError(f"there is no file {file}", hint="Name a file written by dateline backup.")
    if not replace and home.is_dir() and any(_counts(entry) for entry in home.iterdir()):
        raise ConflictError(
            f"{home} is not empty", hint="Restore into another DATELINE_HOME, or add --force to replace the archive."
        )
    with storage_errors(f"the archive in {home}"):
        made = not home.exists()
        home.mkdir(parents=True, exist_ok=True)
        try:
            # Beside its place, so that one rename puts it there; home itself may be a mount, which can't be renamed.
            with tempfile.TemporaryDirectory(dir=home, prefix=UNPACKING) as scratch:
                unpacked = Path(scratch) / FILE_NAME
                manifest = _unpack(file, unpacked)
                with _writer(home):
                    _clear(home, aside=Path(scratch))
                    unpacked.chmod(PRIVATE_FILE)
                    unpacked.replace(home / FILE_NAME)
                    home.chmod(PRIVATE_FOLDER)
                    _sync(home)
        except BaseException:
            if made:
                shutil.rmtree(home, ignore_errors=True)
            raise
    return manifest


def _counts(entry: Path) -> bool:
    """Whether this file makes a home count as not empty."""
    return entry.name not in ("writer.lock", LOCK_FILE, "lost+found") and not entry.name.startswith(UNPACKING)


def _copy(archive: Archive, copy: Path) -> None:
    """Copy the database in one read transaction, while a writer may go on."""
    try:
        with closing(sqlite3.connect(copy)) as target:
            with archive.engine.connect() as connection:
                source = connection.connection.driver_connection
                assert source is not None
                source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
            found = target.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        full = "full" in str(error)
        raise StorageError(
            f"the archive could not be copied: {error}",
            hint="Free some space." if full else "Check the disk; restore an older backup if the archive is damaged.",
        ) from error
    if found != "ok":
        raise StorageError(f"the archive is damaged: {found}", hint="Restore an older backup: dateline restore FILE.")


def _describe(copy: Path, now: datetime) -> Backup:
    with closing(sqlite3.connect(copy)) as database:

        def one(query: str) -> object:
            row = database.execute(query).fetchone()
            return row[0] if row else None

        archive_id = one("SELECT value FROM facts WHERE name = 'id'")
        return Backup(
            format=FORMAT,
            schema=str(one("SELECT version_num FROM alembic_version")),
            created=now.isoformat(timespec="seconds"),
            archive_id=None if archive_id is None else str(archive_id),
            sequence=int(str(one("SELECT max(sequence) FROM changes") or 0)),
            articles=int(str(one("SELECT count(*) FROM articles"))),
            sha256=file_sha256(copy),
        )


def _unpack(file: Path, target: Path) -> Backup:
    """Write the backup's database to `target` and check it against the manifest."""
    damaged = InputError(
        f"{file} is damaged or not a Dateline backup", hint="Take another backup; nothing was changed."
    )
    try:
        with zipfile.ZipFile(file) as backup:
            stated = json.loads(backup.read(MANIFEST))
            if stated["format"] > FORMAT or stated["schema"] > SCHEMA_VERSION:
                raise ArchiveVersionError(
                    f"a newer Dateline made this backup (format {stated['format']}, schema {stated['schema']})",
                    hint="Upgrade Dateline; nothing was changed.",
                )
            manifest = Backup(**stated)
            with backup.open(FILE_NAME) as packed, target.open("wb") as unpacked:
                sha256 = _pour(packed, unpacked)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise damaged from error
    if sha256 != manifest.sha256:
        raise damaged
    return manifest


def _pour(source: IO[bytes], target: IO[bytes]) -> str:
    """Copy to disk; returns the sha256 of what was copied."""
    digest = hashlib.sha256()
    while block := source.read(BLOCK):
        digest.update(block)
        target.write(block)
    target.flush()
    os.fsync(target.fileno())
    return digest.hexdigest()


@contextmanager
def _writer(home: Path) -> Iterator[None]:
    """Hold the lock of `index.writer.Writer`."""
    try:
        with FileLock(home / "writer.lock").acquire(blocking=False):
            yield
    except Timeout as error:
        raise BusyError(
            f"another process is writing to the archive in {home}", hint="Wait until it has ended."
        ) from error


def _clear(home: Path, *, aside: Path) -> None:
    """Remove what belongs to the archive that is replaced but not to the new one.

    The indexes may be ahead of the restored archive. SQLite itself removes the write-ahead log, which it would apply to
    the new database otherwise, and refuses to while others have the database open.
    """
    old = home / FILE_NAME
    if old.exists():
        try:
            with closing(sqlite3.connect(old, timeout=1)) as database:
                database.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise BusyError(
                    f"the archive in {home} is in use", hint="Stop dateline serve and other processes that use it."
                ) from error
        except sqlite3.DatabaseError:
            pass  # damaged: the reason, perhaps, for restoring
        for end in ("-wal", "-shm"):
            (home / (FILE_NAME + end)).unlink(missing_ok=True)
    if (home / FOLDER).exists():
        (home / FOLDER).replace(aside / FOLDER)


def _sync(path: Path) -> None:
    """Flush a file or a folder to disk, so that it survives a power failure."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
