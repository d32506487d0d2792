"""Keeping the lexical index on disk level with the archive: opened without a lock, added to under one.

The lock is not the writer's of the archive: articles are stored while the index is written, and searched meanwhile as
it was opened. Knows nothing of vectors: they are read from the archive itself.
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
    """The lexical index as it was opened: all passages up to change `manifest.sequence`, or some more."""

    manifest: Manifest
    index: LexicalIndex


def publish(
    archive: Archive, *, sequence: int | None = None, known: PublishedWords | None = None, wait: bool = True
) -> PublishedWords | None:
    """Open the lexical index, after adding to it if it lacks passages of changes up to `sequence` (None: the latest).

    `known`: as it was opened before; files that it had are not checked again. A damaged index is made anew. None: the
    archive is empty; or `wait` is false, something is to be added, and another process is adding. Raises `BusyError`
    if that takes too long, and `StorageError` when the disk fails.
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
    """The index on disk, `known` itself if that still holds; None: there is none. Raises `DamagedIndexError`."""
    folder = index_folder(archive.home)
    verified = known.manifest.files if known is not None else ()
    manifest = read_manifest(folder, archive_id=archive.fact("id") or "", verified=verified)
    if manifest is None:
        return None
    if manifest.sequence > archive.sequence():
        raise DamagedIndexError("it is of a later archive than this one, which may be a restored backup")
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
