"""Ingest: records in, stored and searchable articles out, batch by batch, resumable.

Reads and cuts the next batch while the encoder works on this one. What has been reported as done is durable.
Knows nothing of terminals: progress goes to a callback, problems into the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np

from index.archive import Archive
from index.article import Article, Passage, Problem, RemovedLine
from index.encoder import Embeddings, Encoder
from index.errors import ArticleError
from index.header import HEADER_TOKENS, cut_header
from index.passages import split_passages
from index.read import KeptOut, Record, parse, records
from index.search import Searcher
from index.writer import NewRevision, Writer

BATCH_PASSAGES = 512
"""A transaction takes about so many passages: enough to sort by length, few enough to lose little to a kill."""
LOCK_WAIT_SECONDS = 3.0
"""Long enough for another process to publish an index snapshot, short enough to say that another ingest runs."""
SPECIAL_TOKENS = 3
"""What the encoder adds to a text ([CLS], [SEP]), and one for what joining header and passage may cost."""


@dataclass(slots=True)
class Report:
    """What an ingest run did. Counts are of articles."""

    added: int = 0
    revised: int = 0
    unchanged: int = 0
    kept_out: int = 0
    """Pages that are only a notice or a survey."""
    failed: int = 0
    passages: int = 0
    """New passages."""
    stopped: bool = False
    """Whether the run was asked to stop before the end; running it again goes on from there."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Records dealt with."""
        return self.added + self.revised + self.unchanged + self.kept_out + self.failed


@dataclass(frozen=True, slots=True)
class Progress:
    """Handed to the callback after every batch; what it counts is durable."""

    done: int
    total: int
    stored: tuple[str, ...]
    """Ids of the articles of this batch, now on disk."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    article: Article
    record: Record
    removed: tuple[RemovedLine, ...]
    passages: list[Passage]
    texts: list[str]
    """What is embedded: each passage under its header."""


def ingest(
    paths: Sequence[Path],
    archive: Archive,
    encoder: Encoder,
    *,
    now: Callable[[], datetime],
    on_progress: Callable[[Progress], None] = lambda progress: None,
    stop: Callable[[], bool] = lambda: False,
    batch_passages: int = BATCH_PASSAGES,
) -> Report:
    """Ingest files and folders. Bad inputs are reported and passed over; an unchanged article costs a look-up.

    `stop` is asked between articles; when it says so, the batch under way is stored and the run ends.
    Raises `BusyError` if another process is writing, `ConflictError` for another encoder, `StorageError` when the disk
    fails; what was reported as stored is kept all the same.
    """
    report = Report()
    with Writer(archive, wait=LOCK_WAIT_SECONDS) as writer, ThreadPoolExecutor(1) as ahead:
        writer.bind_encoder(encoder.name)
        total = sum(isinstance(item, Record) for item in records(paths))
        batches = _batches(paths, archive, encoder, report, stop, batch_passages)
        upcoming = ahead.submit(next, batches, None)
        while (batch := upcoming.result()) is not None:
            upcoming = ahead.submit(next, batches, None)
            revisions = _encoded(batch, encoder)
            outcomes = writer.add(revisions, now())
            report.added += outcomes["added"]
            report.revised += outcomes["revised"]
            report.passages += sum(len(item.passages) for item in batch)
            on_progress(Progress(report.done, total, tuple(item.article.id for item in batch)))
    Searcher(archive, encoder)  # opening the indexes brings them level with the archive
    return report


def _batches(
    paths: Sequence[Path],
    archive: Archive,
    encoder: Encoder,
    report: Report,
    stop: Callable[[], bool],
    batch_passages: int,
) -> Iterator[list[_Prepared]]:
    """New and changed articles, cut into passages, in batches of about `batch_passages` passages.

    Runs ahead in another thread, and alone counts what is not stored; nothing it hands on turns out to be unchanged,
    for the writer's lock is held.
    """
    seen: dict[str, Record] = {}
    batch: list[_Prepared] = []
    for item in records(paths):
        if stop():
            report.stopped = True
            break
        if isinstance(item, Problem):
            report.problems.append(item)
            report.failed += item.severity == "error"
            continue
        known = archive.article_of(item.fingerprint)
        if known is not None:
            seen.setdefault(known, item)
            report.unchanged += 1
            continue
        prepared = _prepare(item, encoder, seen, report)
        if prepared is None:
            continue
        batch.append(prepared)
        if sum(len(item.passages) for item in batch) >= batch_passages:
            yield batch
            batch = []
    if batch:
        yield batch


def _prepare(record: Record, encoder: Encoder, seen: dict[str, Record], report: Report) -> _Prepared | None:
    """The article of a record with its passages, or None with the reason in the report."""
    try:
        parsed = parse(record)
    except KeptOut as reason:
        report.kept_out += 1
        report.problems.append(Problem(record.path, record.line, reason.message, "kept out"))
        return None
    except ArticleError as error:
        report.failed += 1
        report.problems.append(Problem(record.path, record.line, f"{error.message.rstrip('.')}. {error.hint}".strip()))
        return None
    article = parsed.article
    first = seen.setdefault(article.id, record)
    if first.fingerprint == record.fingerprint and first is not record:
        report.unchanged += 1
        return None
    if first is not record:
        report.failed += 1
        where = first.path if first.line is None else f"{first.path}:{first.line}"
        report.problems.append(
            Problem(
                record.path,
                record.line,
                f"the id {article.id!r} stands for another text in {where}, which was kept. "
                "Give this one an id of its own, or ingest it in a later run to revise the first.",
            )
        )
        return None
    report.problems += parsed.warnings
    title = cut_header(article, encoder.count_tokens, min(HEADER_TOKENS, encoder.max_tokens // 4))
    room = encoder.max_tokens - SPECIAL_TOKENS - encoder.count_tokens([title])[0]
    passages = split_passages(article, encoder.count_tokens, room)
    texts = [f"{title}\n{passage.span.of(article.text)}" for passage in passages]
    return _Prepared(article, record, parsed.removed, passages, texts)


def _encoded(batch: list[_Prepared], encoder: Encoder) -> list[NewRevision]:
    """The batch with embeddings, all of it encoded at once so that texts of like length run together."""
    readable = [
        encoder.languages is None or item.article.language is None or item.article.language in encoder.languages
        for item in batch
    ]
    texts = [text for item, can_read in zip(batch, readable, strict=True) if can_read for text in item.texts]
    embeddings = encoder.encode(texts) if texts else np.empty((0, encoder.dimension), np.float32)
    revisions = []
    start = 0
    for item, can_read in zip(batch, readable, strict=True):
        rows: Embeddings | None = None
        if can_read:
            rows = embeddings[start : start + len(item.texts)]
            start += len(item.texts)
        revisions.append(NewRevision(item.article, item.record.fingerprint, item.removed, item.passages, rows))
    return revisions
