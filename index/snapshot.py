"""The indexes on disk: one folder a snapshot, complete or not there at all.

`indexes/CURRENT` names the snapshot in force; a new one is written beside it and then put in its place by one rename.
Each names the archive's sequence that it stands for and the checksum of each of its files. Knows nothing of search.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from index.database import storage_errors

FORMAT = 2
"""Grows when an index's files change their meaning; older snapshots are then rebuilt."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot stands for."""

    format: int
    archive_id: str
    encoder: str
    sequence: int
    """The archive's latest change that is in it."""
    files: dict[str, str]
    """Relative path → sha256."""


class DamagedSnapshotError(Exception):
    """The snapshot in force is missing, incomplete or altered; the message says how. Never leaves index/."""


def current_folder(home: Path) -> Path | None:
    """The folder of the snapshot in force, or None if there is none yet."""
    try:
        return home / "indexes" / (home / "indexes" / "CURRENT").read_text(errors="replace").strip()
    except OSError:
        return None


def read_manifest(folder: Path, *, archive_id: str, encoder: str) -> Manifest:
    """The manifest of a snapshot whose files are all there and unaltered. Raises `DamagedSnapshotError`."""
    try:
        manifest = Manifest(**json.loads((folder / "manifest.json").read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise DamagedSnapshotError("its manifest is missing or unreadable") from error
    if manifest.format != FORMAT:
        raise DamagedSnapshotError(f"it has format {manifest.format}, not {FORMAT}")
    if (manifest.archive_id, manifest.encoder) != (archive_id, encoder):
        raise DamagedSnapshotError("it belongs to another archive or encoder")
    for name, sha256 in manifest.files.items():
        try:
            found = _sha256(folder / name)
        except OSError as error:
            raise DamagedSnapshotError(f"its file {name} is missing") from error
        if found != sha256:
            raise DamagedSnapshotError(f"its file {name} is damaged")
    return manifest


def write_snapshot(home: Path, *, archive_id: str, encoder: str, sequence: int, fill: Callable[[Path], None]) -> Path:
    """Put a new snapshot in force: `fill` writes its files into an empty folder. Older snapshots are removed."""
    with storage_errors(f"the indexes in {home}"):
        root = home / "indexes"
        root.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{sequence:012d}-", dir=root))
        try:
            fill(folder)
            names = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
            files = {name: _sha256(folder / name) for name in names if not name.endswith(".lock")}
            manifest = Manifest(FORMAT, archive_id, encoder, sequence, files)
            (folder / "manifest.json").write_text(json.dumps(asdict(manifest)))
            pointer = root / "CURRENT.new"
            pointer.write_text(folder.name)
            pointer.replace(root / "CURRENT")
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        for other in root.iterdir():
            if other.is_dir() and other != folder:
                # A reader that has an old snapshot open keeps it: its files are mapped or in memory.
                shutil.rmtree(other, ignore_errors=True)
        return folder


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
