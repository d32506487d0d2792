"""A folder's files as entries: which are new, changed, or no longer there. Files are read by `index/read`.

Knows nothing of tables or of how changes are noticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dateline.index.errors import FetchError
from dateline.index.read.files import files_under
from dateline.index.sources.entries import Entry

SETTLE_SECONDS = 2.0
"""A file that was written to within so many seconds may still be written to; it is read later."""


@dataclass(frozen=True, slots=True)
class FolderFile:
    """A file that may hold articles."""

    path: Path
    key: str
    """Its path within the folder."""
    version: str
    """Changes when the file does."""
    settled: bool
    """Whether nobody seems to be writing to it."""


def files_of(folder: Path, now: datetime) -> list[FolderFile]:
    """The readable files under a folder, in a stable order; hidden ones and READMEs are passed over, as by ingest.

    Raises `FetchError` where the folder can't be listed: nothing in it is taken for removed then.
    """
    if not folder.is_dir():
        raise FetchError(f"there is no folder {folder}", hint="Make it again, or remove the source.")
    return [_file(folder, path, now) for path, kind in files_under(folder, _refuse) if kind is not None]


def changed_files(files: list[FolderFile], known: Mapping[str, Entry]) -> list[FolderFile]:
    """Those that are to be read now."""
    return [file for file in files if file.settled and not _is_known(file, known.get(file.key))]


def removed_entries(files: list[FolderFile], known: Mapping[str, Entry]) -> list[Entry]:
    """The entries whose files are there no more."""
    there = {file.key for file in files}
    return [entry for key, entry in known.items() if key not in there and entry.state not in ("gone", "dead")]


def _is_known(file: FolderFile, entry: Entry | None) -> bool:
    return entry is not None and entry.version == file.version and entry.state != "gone"


def _refuse(error: OSError) -> None:
    raise FetchError(
        f"the folder {error.filename} can't be listed: {error.strerror}", hint="Check its permissions."
    ) from error


def _file(folder: Path, path: Path, now: datetime) -> FolderFile:
    try:
        status = path.stat()
    except OSError:  # a link to nowhere, or a file that was removed meanwhile
        return FolderFile(path, _key(folder, path), "unreadable", settled=True)
    age = now.timestamp() - status.st_mtime
    version = f"{status.st_size}-{status.st_mtime_ns}-{status.st_ino}"
    return FolderFile(path, _key(folder, path), version, settled=not 0 <= age < SETTLE_SECONDS)


def _key(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix().encode("utf-8", "replace").decode()
