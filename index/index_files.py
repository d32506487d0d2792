"""The lexical index's files: folder, lock, and a manifest with checksums.

The manifest is the payload of tantivy's `meta.json`, which names the segments: one rename replaces both. Knows nothing
of the files' contents.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from dateline.index.digests import file_sha256
from dateline.index.errors import BusyError

FORMAT = 3
"""Increased when the format changes; older indexes are then rebuilt."""
FOLDER = "indexes"
LOCK_FILE = "index.lock"
LIST = "meta.json"
LOCK_WAIT_SECONDS = 120.0
"""Rebuilding the index of a large archive takes a minute, adding to it a moment."""
LOCK_POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which archive and changes an index is of."""

    format: int
    archive_id: str
    sequence: int
    """The archive's latest change in it."""
    files: dict[str, str]
    """Name → sha256."""


class DamagedIndexError(Exception):
    """The index is incomplete, altered or of another archive; the message says which. Never leaves index/."""


def index_folder(home: Path) -> Path:
    """The folder of the lexical index of the archive in `home`."""
    return home / FOLDER / "words"


@contextmanager
def index_lock(home: Path, *, wait: float = LOCK_WAIT_SECONDS) -> Iterator[None]:
    """The lock for writing the indexes in `home`. Raises `BusyError` after `wait` seconds."""
    lock = FileLock(home / LOCK_FILE)
    try:
        lock.acquire(timeout=wait, poll_interval=LOCK_POLL_SECONDS)
    except Timeout as error:
        raise BusyError(f"another process is writing the indexes in {home}", hint="Try again in a moment.") from error
    try:
        yield
    finally:
        lock.release()


def erase_indexes(home: Path) -> None:
    """Remove the indexes; they are rebuilt when they are needed next. The caller holds `index_lock`."""
    shutil.rmtree(home / FOLDER, ignore_errors=True)


def read_manifest(folder: Path, *, archive_id: str, verified: Collection[str] = ()) -> Manifest | None:
    """The manifest of the index in `folder`, after checking its files; None: there is no index.

    `verified`: files that need no check. Raises `DamagedIndexError`.
    """
    text = _list_in(folder)
    if text is None:
        return None
    _, manifest = parsed(text)
    if manifest.format != FORMAT:
        raise DamagedIndexError(f"it has format {manifest.format}, not {FORMAT}")
    if manifest.archive_id != archive_id:
        raise DamagedIndexError("it belongs to another archive")
    for name, sha256 in manifest.files.items():
        if name in verified:
            continue
        try:
            found = file_sha256(folder / name)
        except OSError as error:
            if _list_in(folder) != text:  # another process has merged it with others meanwhile
                return read_manifest(folder, archive_id=archive_id, verified=verified)
            raise DamagedIndexError(f"its file {name} is missing") from error
        if found != sha256:
            raise DamagedIndexError(f"its file {name} is damaged")
    return manifest


def sealed(meta: dict[str, Any], manifest: Manifest) -> str:
    """Tantivy's `meta.json` with the manifest and a checksum of both."""
    payload = {"manifest": asdict(manifest), "sha256": _seal(meta, asdict(manifest))}
    return json.dumps(meta | {"payload": json.dumps(payload)})


def parsed(text: str) -> tuple[dict[str, Any], Manifest]:
    """The inverse of `sealed`. Raises `DamagedIndexError`."""
    try:
        meta = json.loads(text)
        payload = json.loads(meta.pop("payload"))
        if payload["sha256"] != _seal(meta, payload["manifest"]):
            raise DamagedIndexError("its list of segments is damaged")
        return meta, Manifest(**payload["manifest"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedIndexError("its list of segments is unreadable") from error


def _list_in(folder: Path) -> str | None:
    try:
        return (folder / LIST).read_text(errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DamagedIndexError("its list of segments is unreadable") from error


def _seal(meta: dict[str, Any], manifest: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps([meta, manifest], sort_keys=True).encode()).hexdigest()
