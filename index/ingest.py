"""Ingest: records in, stored and searchable articles out, batch by batch, resumable.

Reads and cuts the next batch while the encoder works on this one. What has been reported as done is durable.
Knows nothing of terminals: progress goes to a callback, problems into the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

import numpy as np

from index.archive import Archive
from index.article import Article, Passage, Problem, RemovedLine
from index.encoder import Embeddings, Encoder
from index.errors import ArticleError, PurgedError
from index.header import HEADER_TOKENS, cut_header
from index.passages import split_passages
from index.read import KeptOut, Parsed, Record, parse, records
from index.search import Searcher
from index.tombstones import check_not_purged
from index.writer import NewRevision, Outcome, Writer

BATCH_PASSAGES = 512
"""A transaction takes about so many passages: enough to sort by length, few enough to lose little to a kill."""
BATCH_RECORDS = 2_000
"""And at most so many records, so that a run that finds nothing new tells how far it is."""
LOCK_WAIT_SECONDS = 3.0
"""Long enough for another process to publish an index snapshot, short enough to say that another ingest runs."""
SPECIAL_TOKENS = 3
"""What the encoder adds to a text ([CLS], [SEP]), and one for what joining header and passage may cost."""


TakenKind = Literal["added", "revised", "unchanged", "kept out", "failed"]


@dataclass(frozen=True, slots=True)
class ParsedRecord(Record):
    """A record that has been read already, e.g. a feed's entry together with its page; its payload tells it apart."""

    parsed: Parsed


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one record, or of what can't be one."""

    path: str
    line: int | None
    kind: TakenKind | None
    """`kept out`: a page that is only a notice or a survey. None: nothing but a warning about the input."""
    article_id: str | None = None
    """None where no article was made of it."""
    passages: int = 0
    """New ones."""
    problems: tuple[Problem, ...] = ()


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

    def count(self, taken: Taken) -> None:
        """Take in what became of one record."""
        match taken.kind:
            case "added":
                self.added += 1
            case "revised":
                self.revised += 1
            case "unchanged":
                self.unchanged += 1
            case "kept out":
                self.kept_out += 1
            case "failed":
                self.failed += 1
        self.passages += taken.passages
        self.problems += taken.problems


@dataclass(frozen=True, slots=True)
class Progress:
    """Handed to the callback after every batch; what it counts is durable."""

    done: int
    total: int
    taken: tuple[Taken, ...]
    """The records of this batch, in their order."""

    @property
    def stored(self) -> tuple[str, ...]:
        """Ids of the articles of this batch that are now on disk."""
        return tuple(one.article_id for one in self.taken if one.article_id and one.kind in ("added", "revised"))


@dataclass(frozen=True, slots=True)
class Seen:
    """The record that an article of this run was made of."""

    where: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class _Prepared:
    article: Article
    record: Record
    removed: tuple[RemovedLine, ...]
    passages: list[Passage]
    texts: list[str]
    """What is embedded: each passage under its header."""
    problems: tuple[Problem, ...]

    def taken(self, outcome: Outcome) -> Taken:
        """What became of it once it was stored."""
        passages = len(self.passages) if outcome != "unchanged" else 0
        return Taken(self.record.path, self.record.line, outcome, self.article.id, passages, self.problems)


def ingest(
    paths: Sequence[Path],
    archive: Archive,
    encoder: Encoder,
    *,
    now: Callable[[], datetime],
    on_progress: Callable[[Progress], None] = lambda progress: None,
    stop: Callable[[], bool] = lambda: False,
    batch_passages: int = BATCH_PASSAGES,
    readmit: bool = False,
) -> Report:
    """Ingest files and folders. Bad inputs are reported and passed over; an unchanged article costs a look-up.

    `stop` is asked between articles; when it says so, the batch under way is stored and the run ends. `readmit`: also
    what was purged. Raises `BusyError` if another process is writing, `ConflictError` for another encoder,
    `StorageError` when the disk fails; what was reported as stored is kept all the same.
    """
    report = Report()
    total = sum(isinstance(item, Record) for item in records(paths))

    def until_stopped() -> Iterator[Record | Problem]:
        for item in records(paths):
            if stop():
                report.stopped = True
                return
            yield item

    items = until_stopped()
    for batch in take_in(items, archive, encoder, now=now, batch_passages=batch_passages, readmit=readmit):
        for taken in batch:
            report.count(taken)
        on_progress(Progress(report.done, total, batch))
    Searcher(archive, encoder)  # opening the indexes brings them level with the archive
    return report


def take_in(
    items: Iterable[Record | Problem],
    archive: Archive,
    encoder: Encoder,
    *,
    now: Callable[[], datetime],
    batch_passages: int = BATCH_PASSAGES,
    readmit: bool = False,
    seen: dict[str, Seen] | None = None,
) -> Iterator[tuple[Taken, ...]]:
    """What became of each of some records, in their order, batch by batch; what has been yielded is durable.

    The indexes are left behind; searching catches up. `seen`: the articles of the same run, by id, which the call
    adds to. Raises as `ingest` does.
    """
    seen = {} if seen is None else seen
    with Writer(archive, wait=LOCK_WAIT_SECONDS) as writer, ThreadPoolExecutor(1) as ahead:
        writer.bind_encoder(encoder.name)
        batches = _batches(items, archive, encoder, seen, batch_passages, readmit)
        upcoming = ahead.submit(next, batches, None)
        while (batch := upcoming.result()) is not None:
            upcoming = ahead.submit(next, batches, None)
            revisions = _encoded([item for item in batch if isinstance(item, _Prepared)], encoder)
            outcomes = iter(writer.add(revisions, now(), readmit=readmit))
            yield tuple(item if isinstance(item, Taken) else item.taken(next(outcomes)) for item in batch)


def _batches(
    items: Iterable[Record | Problem],
    archive: Archive,
    encoder: Encoder,
    seen: dict[str, Seen],
    batch_passages: int,
    readmit: bool,
) -> Iterator[list[_Prepared | Taken]]:
    """New and changed articles, cut into passages, among what needs no storing; about `batch_passages` passages each.

    Runs ahead in another thread; nothing it hands on turns out to be unchanged, for the writer's lock is held.
    """
    batch: list[_Prepared | Taken] = []
    passages = 0
    for item in items:
        found = _looked_at(item, archive, encoder, seen, readmit)
        batch.append(found)
        passages += len(found.texts) if isinstance(found, _Prepared) else 0
        if passages >= batch_passages or len(batch) >= BATCH_RECORDS:
            yield batch
            batch, passages = [], 0
    if batch:
        yield batch


def _looked_at(
    item: Record | Problem, archive: Archive, encoder: Encoder, seen: dict[str, Seen], readmit: bool
) -> _Prepared | Taken:
    """The article of a record with its passages, or what became of it without one."""
    if isinstance(item, Problem):
        return Taken(item.path, item.line, "failed" if item.severity == "error" else None, None, 0, (item,))

    def taken(kind: TakenKind, article_id: str | None, *problems: Problem) -> Taken:
        return Taken(item.path, item.line, kind, article_id, 0, problems)

    where = item.path if item.line is None else f"{item.path}:{item.line}"
    this = Seen(where, item.fingerprint)
    known = archive.article_of(item.fingerprint)
    if known is not None:
        seen.setdefault(known, this)
        return taken("unchanged", known)
    try:
        parsed = item.parsed if isinstance(item, ParsedRecord) else parse(item)
        if not readmit:
            check_not_purged(archive, parsed.article)
    except KeptOut as error:
        return taken("kept out", None, Problem(item.path, item.line, error.message, "kept out"))
    except (ArticleError, PurgedError) as error:
        reason = f"{error.message.rstrip('.')}. {error.hint}".strip()
        return taken("failed", None, Problem(item.path, item.line, reason))
    article = parsed.article
    first = seen.setdefault(article.id, this)
    if first is not this and first.fingerprint == this.fingerprint:
        return taken("unchanged", article.id)
    if first is not this:
        reason = (
            f"the id {article.id!r} stands for another text in {first.where}, which was kept. "
            "Give this one an id of its own, or ingest it in a later run to revise the first."
        )
        return taken("failed", article.id, Problem(item.path, item.line, reason))
    title = cut_header(article, encoder.count_tokens, min(HEADER_TOKENS, encoder.max_tokens // 4))
    room = encoder.max_tokens - SPECIAL_TOKENS - encoder.count_tokens([title])[0]
    passages = split_passages(article, encoder.count_tokens, room)
    texts = [f"{title}\n{passage.span.of(article.text)}" for passage in passages]
    return _Prepared(article, item, parsed.removed, passages, texts, parsed.warnings)


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
