"""The status of an archive (counts, encoder, index lag, disk usage) and of the language model.

Opens no model and no index. Knows nothing of terminals.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dateline.index.archive import Archive, Counts
from dateline.index.database import FILE_NAME
from dateline.index.errors import LlmError, LlmProtocolError
from dateline.index.index_files import FOLDER, DamagedIndexError, index_folder, read_manifest

if TYPE_CHECKING:
    from dateline.rag.generation.llm import Llm


@dataclass(frozen=True, slots=True)
class Status:
    """The status of an archive, as `dateline status` shows it."""

    home: Path
    counts: Counts
    encoder: str | None
    """None: nothing has been ingested yet."""
    sequence: int
    """Number of the archive's latest change."""
    snapshot: str | None
    """`archive id-sequence` of the indexes; None: they are built at the next search."""
    lag: int
    """Changes that the indexes don't have yet."""
    trouble: str | None
    """What is wrong with the indexes; they are rebuilt at the next search."""
    archive_bytes: int
    index_bytes: int
    cache_bytes: int

    def as_json(self) -> dict[str, Any]:
        """A dictionary for JSON."""
        return {**asdict(self), "home": str(self.home)}

    def lines(self) -> Iterator[tuple[str, str]]:
        """Lines for people: (name, value)."""
        counts = self.counts
        yield "archive", f"{self.home} ({_size(self.archive_bytes)})"
        yield (
            "articles",
            f"{counts.articles:,} in {counts.stories:,} stories; {counts.withdrawn:,} withdrawn"
            + (f"; {counts.embargoed:,} under an embargo" if counts.embargoed else ""),
        )
        yield "passages", f"{counts.passages:,}"
        yield "answers", f"{counts.answers:,}"
        yield "encoder", self.encoder or "none yet: nothing has been ingested"
        changes = "1 change" if self.lag == 1 else f"{self.lag:,} changes"
        lag = f"{changes} behind; caught up at the next search" if self.lag else "up to date"
        index = f"{self.snapshot} ({_size(self.index_bytes)}), {lag}" if self.snapshot else "built at the next search"
        yield "indexes", f"{self.trouble}; rebuilt at the next search" if self.trouble else index
        yield "cache", _size(self.cache_bytes)


def status_of(archive: Archive, cache: Path | None) -> Status:
    """The status of `archive`. Raises `StorageError` if it can't be read."""
    archive_id, encoder, sequence = archive.fact("id") or "", archive.fact("encoder"), archive.sequence()
    snapshot, indexed, trouble = None, 0, None
    try:
        manifest = read_manifest(index_folder(archive.home), archive_id=archive_id)
    except DamagedIndexError as error:
        trouble = str(error)
    else:
        if manifest is not None:
            indexed = manifest.sequence
            snapshot = f"{archive_id}-{indexed}"
    return Status(
        home=archive.home,
        counts=archive.counts(),
        encoder=encoder,
        sequence=sequence,
        snapshot=snapshot,
        lag=sequence - indexed,
        trouble=trouble,
        archive_bytes=sum(_bytes(archive.home / (FILE_NAME + end)) for end in ("", "-wal", "-shm")),
        index_bytes=_bytes(archive.home / FOLDER),
        cache_bytes=_bytes(cache) if cache is not None else 0,
    )


@dataclass(frozen=True, slots=True)
class LlmStatus:
    """Whether the LLM's server answers."""

    model: str
    fault: LlmError | None
    first_ms: float | None
    """Milliseconds until the first word; None if there was none, which is a fault."""
    whole_ms: float

    def as_json(self) -> dict[str, Any]:
        """A dictionary for JSON."""
        fault = self.fault and {"message": self.fault.message, "hint": self.fault.hint}
        return {"model": self.model, "fault": fault, "first_ms": self.first_ms, "whole_ms": self.whole_ms}

    def line(self) -> str:
        """One line for people."""
        if self.fault is not None:
            return f"{self.model} doesn't answer: {self.fault.message}. {self.fault.hint}"
        return f"{self.model} answers; first word after {self.first_ms:.0f} ms, complete after {self.whole_ms:.0f} ms"


def llm_status(llm: Llm, *, clock: Callable[[], float] = time.monotonic) -> LlmStatus:
    """Ask the LLM for one word. A fault is a result. `clock`: seconds."""
    from dateline.rag.generation.prompts import CHECK

    start, first = clock(), None
    fault: LlmError | None = None
    try:
        for piece in llm.stream(CHECK):
            if piece:
                first = first or round((clock() - start) * 1000, 1)
        if first is None:
            fault = LlmProtocolError(
                "the completion is empty", hint="A model that thinks first may need a larger DATELINE_LLM_MAX_TOKENS."
            )
    except LlmError as error:
        fault = error
    return LlmStatus(llm.name, fault, first, round((clock() - start) * 1000, 1))


def _bytes(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    total = 0
    for file in files:
        try:
            total += file.stat().st_size if file.is_file() else 0
        except FileNotFoundError:  # another process has just merged it with others
            continue
    return total


def _size(count: int) -> str:
    value, unit = float(count), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{count} bytes" if unit == "bytes" else f"{value:.1f} {unit}"
