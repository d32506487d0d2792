"""Segments of the lexical index on disk: immutable files, listed in tantivy's `meta.json`.

What is added becomes a new segment, merged with small ones from time to time. Files are written beside the index and
moved into it, then `meta.json` is replaced by one rename: after a kill at any moment the old or the new list is valid.
The caller holds the lock for writing. Knows nothing of the archive.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dateline.index.digests import file_sha256
from dateline.index.index_files import FORMAT, LIST, Manifest, parsed, sealed
from dateline.index.lexical_index import LexicalIndex

MERGED = 8
"""So many segments of similar size are merged: tantivy's default, which can't be set from Python."""
MERGED_BELOW = 10_000
"""Passages of the smallest segment that is never merged again; to tantivy all smaller ones are of similar size."""


def add_segment(folder: Path, passages: Iterable[tuple[int, str]], *, archive_id: str, sequence: int) -> Manifest:
    """Add passages as (number, words) to the index in `folder`, created if missing, and merge segments if due.

    Its files must have been checked. Raises `OSError` if the disk fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before: dict[str, Any] | None = None
    files: dict[str, str] = {}
    if (folder / LIST).exists():
        before, manifest = parsed((folder / LIST).read_text())
        files = manifest.files
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        scratch = Path(name)
        kept: list[dict[str, Any]] = []
        if before is not None:
            merged = _to_merge(before["segments"])
            kept = [segment for segment in before["segments"] if segment not in merged]
            for file in _files_of(merged, files):
                _link(folder / file, scratch / file)
            (scratch / LIST).write_text(json.dumps(before | {"segments": merged, "payload": None}))
        LexicalIndex(scratch, create=before is None).add(passages)
        after = json.loads((scratch / LIST).read_text())
        listed = _files_of(after["segments"], [file.name for file in scratch.iterdir()])
        new = {file: file_sha256(scratch / file) for file in listed if file not in files}
        for file in new:
            (scratch / file).replace(folder / file)
        old = _files_of([*kept, *after["segments"]], files)
        manifest = Manifest(FORMAT, archive_id, sequence, {file: files[file] for file in old} | new)
        (scratch / LIST).write_text(sealed(after | {"segments": [*kept, *after["segments"]]}, manifest))
        (scratch / LIST).replace(folder / LIST)
    for left in folder.iterdir():  # what was merged, and what a kill has left behind; who has it open keeps it
        if left.name not in manifest.files and left.name != LIST and not left.name.startswith("."):
            left.unlink(missing_ok=True)
    return manifest


def _to_merge(segments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The segments to merge with what is added: all up to the largest size of which there are enough.

    Sizes are powers of `MERGED`, so that each passage is rewritten once for each growth by that factor.
    """
    sizes = {segment["segment_id"]: int(math.log(max(1, segment["max_doc"]), MERGED)) for segment in segments}
    small = [segment for segment in segments if segment["max_doc"] < MERGED_BELOW]
    counts = Counter(sizes[segment["segment_id"]] for segment in small)
    largest = max((size for size, count in counts.items() if count >= MERGED - 1), default=-1)
    return [segment for segment in small if sizes[segment["segment_id"]] <= largest]


def _files_of(segments: list[dict[str, Any]], names: Iterable[str]) -> list[str]:
    """The file names that belong to these segments."""
    ids = {segment["segment_id"].replace("-", "") for segment in segments}
    return [name for name in names if name.partition(".")[0] in ids]


def _link(file: Path, place: Path) -> None:
    try:
        os.link(file, place)
    except OSError:  # not every file system can
        shutil.copyfile(file, place)
