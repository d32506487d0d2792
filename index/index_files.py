"""The files of the lexical index: where they are, who may write them, and the list of them with their checksums.

The list is tantivy's own, `meta.json`, which names the segments; tantivy keeps the manifest in it as a commit's
payload. So one rename puts new segments in force together with what they stand for. Knows nothing of what is in them.
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

from dateline.index.errors import BusyError

FORMAT = 3
"""Grows when the files change their meaning; older indexes are then made anew."""
FOLDER = "indexes"
LOCK_FILE = "index.lock"
LIST = "meta.json"
LOCK_WAIT_SECONDS = 120.0
"""To make the index of a large archive anew takes a minute; to add to it, a moment."""
LOCK_POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index stands for."""

    format: int
    archive_id: str
    sequence: int
    """The archive's latest change that is in it."""
    files: dict[str, str]
    """Name → sha256."""


class DamagedIndexError(Exception):
    """The index is incomplete, altered or not this archive's; the message says how. Never leaves index/."""


def index_folder(home: Path) -> Path:
    """Where the lexical index of the archive in `home` is."""
    return home / FOLDER / "words"


@contextmanager
def index_lock(home: Path, *, wait: float = LOCK_WAIT_SECONDS) -> Iterator[None]:
    """Keep all others from writing to the indexes in `home`. Raises `BusyError` after `wait` seconds."""
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
    """Leave nothing of the indexes; they are made anew when they are next needed. The caller holds `index_lock`."""
    shutil.rmtree(home / FOLDER, ignore_errors=True)


def read_manifest(folder: Path, *, archive_id: str, verified: Collection[str] = ()) -> Manifest | None:
    """The manifest of the index in `folder`, whose files are all there and unaltered; None: there is no index.

    `verified`: files that are known to be. Raises `DamagedIndexError`.
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
            found = sha256_of(folder / name)
        except OSError as error:
            if _list_in(folder) != text:  # another process has merged it with others meanwhile
                return read_manifest(folder, archive_id=archive_id, verified=verified)
            raise DamagedIndexError(f"its file {name} is missing") from error
        if found != sha256:
            raise DamagedIndexError(f"its file {name} is damaged")
    return manifest


def sealed(meta: dict[str, Any], manifest: Manifest) -> str:
    """Tantivy's list, with the manifest and a checksum of both."""
    payload = {"manifest": asdict(manifest), "sha256": _seal(meta, asdict(manifest))}
    return json.dumps(meta | {"payload": json.dumps(payload)})


def parsed(text: str) -> tuple[dict[str, Any], Manifest]:
    """What `sealed` was made of. Raises `DamagedIndexError`."""
    try:
        meta = json.loads(text)
        payload = json.loads(meta.pop("payload"))
        if payload["sha256"] != _seal(meta, payload["manifest"]):
            raise DamagedIndexError("its list of segments is damaged")
        return meta, Manifest(**payload["manifest"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedIndexError("its list of segments is unreadable") from error


def sha256_of(file: Path) -> str:
    """In hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _list_in(folder: Path) -> str | None:
    try:
        return (folder / LIST).read_text(errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DamagedIndexError("its list of segments is unreadable") from error


def _seal(meta: dict[str, Any], manifest: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps([meta, manifest], sort_keys=True).encode()).hexdigest()
