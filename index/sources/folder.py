"""The files of a folder as entries: new, changed and removed ones. `index/read` reads the files.

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
"""A file modified within so many seconds may be incomplete; it is read later."""


@dataclass(frozen=True, slots=True)
class FolderFile:
    """A file that may hold articles."""

    path: Path
    key: str
    """Its path within the folder."""
    version: str
    """Changes with the file."""
    settled: bool
    """Whether it was not modified recently."""


def files_of(folder: Path, now: datetime) -> list[FolderFile]:
    """The readable files under a folder, in a stable order; hidden files and READMEs are skipped, as by ingest.

    Raises `FetchError` if the folder can't be listed, so that its files don't count as removed.
    """
    if not folder.is_dir():
        raise FetchError(f"there is no folder {folder}", hint="Make it again, or remove the source.")
    return [_file(folder, path, now) for path, kind in files_under(folder, _refuse) if kind is not None]


def changed_files(files: list[FolderFile], known: Mapping[str, Entry]) -> list[FolderFile]:
    """The new and changed files that are settled."""
    return [file for file in files if file.settled and not _is_known(file, known.get(file.key))]


def removed_entries(files: list[FolderFile], known: Mapping[str, Entry]) -> list[Entry]:
    """The entries whose files were removed."""
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
