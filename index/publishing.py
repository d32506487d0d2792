"""Updates the lexical index on disk to the state of the archive: opened without a lock, written under one.

The lock is not that of the archive's writer: articles are stored, and the index is searched, while it is written. Knows
nothing of vectors, which are read from the archive itself.
"""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass

from dateline.index.archive import Archive
from dateline.index.database import storage_errors
from dateline.index.errors import BusyError
from dateline.index.index_files import (
    LOCK_WAIT_SECONDS,
    DamagedIndexError,
    Manifest,
    erase_indexes,
    index_folder,
    index_lock,
    read_manifest,
)
from dateline.index.lexical_index import LexicalIndex
from dateline.index.segments import add_segment

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PublishedWords:
    """An open lexical index with all passages up to change `manifest.sequence`, or more."""

    manifest: Manifest
    index: LexicalIndex


def publish(
    archive: Archive, *, sequence: int | None = None, known: PublishedWords | None = None, wait: bool = True
) -> PublishedWords | None:
    """Open the lexical index, after adding what it lacks of the changes up to `sequence` (None: the latest).

    `known`: the index as opened before; its files are not checked again. A damaged index is rebuilt. Returns None if
    the archive is empty, or if `wait` is false and another process is adding what is missing. Raises `BusyError` if
    that takes too long, and `StorageError` if the disk fails.
    """
    sequence = archive.sequence() if sequence is None else sequence
    if sequence == 0:
        return None
    try:
        found = _opened(archive, known)
    except DamagedIndexError:  # or changed while it was read: under the lock it will show
        found = None
    if found is not None and found.manifest.sequence >= sequence:
        return found
    try:
        with index_lock(archive.home, wait=LOCK_WAIT_SECONDS if wait else 0.0):
            return _brought_level(archive, known)
    except BusyError:
        if wait:
            raise
        return None


def _opened(archive: Archive, known: PublishedWords | None) -> PublishedWords | None:
    """The index on disk, or `known` itself if it is unchanged; None: there is none. Raises `DamagedIndexError`."""
    folder = index_folder(archive.home)
    verified = known.manifest.files if known is not None else ()
    manifest = read_manifest(folder, archive_id=archive.fact("id") or "", verified=verified)
    if manifest is None:
        return None
    if manifest.sequence > archive.sequence():
        raise DamagedIndexError("it is newer than the archive, which may be a restored backup")
    if known is not None and manifest == known.manifest:
        return known
    try:
        return PublishedWords(manifest, LexicalIndex(folder))
    except ValueError as error:
        raise DamagedIndexError(f"tantivy can't open it: {error}") from error


def _brought_level(archive: Archive, known: PublishedWords | None) -> PublishedWords | None:
    folder = index_folder(archive.home)
    with storage_errors(f"the indexes in {archive.home}"):
        try:
            found = _opened(archive, known)
        except DamagedIndexError as error:
            log.warning("the lexical index in %s can't be used: %s; it is rebuilt from the archive", folder, error)
            found = None
        after, until = found.manifest.sequence if found else 0, archive.sequence()
        if after == until:
            return found
        if found is None:
            erase_indexes(archive.home)
        else:
            for other in folder.parent.iterdir():
                if other != folder:  # left behind by a kill
                    shutil.rmtree(other, ignore_errors=True)
        added = ((number, words) for batch in archive.added_between(after, until) for number, words, _ in batch)
        manifest = add_segment(folder, added, archive_id=archive.fact("id") or "", sequence=until)
        return PublishedWords(manifest, LexicalIndex(folder))
