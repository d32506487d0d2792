"""Ingest: records in, stored and searchable articles out, batch by batch, resumable.

Three batches are under way at once: one is read and split, one encoded, one stored. What is reported as done is
durable.
Knows nothing of terminals: progress goes to a callback, problems into the report.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from threading import Event

from dateline.index.ahead import ahead
from dateline.index.archive import Archive
from dateline.index.article import Article, Passage, Problem
from dateline.index.bulk_encoding import ENCODING_THREADS, encode_texts
from dateline.index.duplicates import FormerRevision, content_key, former_revision, is_of_address, known_id, twin_of
from dateline.index.embargoes import release_due
from dateline.index.encoder import Embeddings, Encoder
from dateline.index.errors import ArticleError, PurgedError
from dateline.index.header import header_and_room
from dateline.index.ingest_problems import future_dates, id_conflict, older_revision
from dateline.index.ingest_report import Progress, Report, Taken, TakenKind
from dateline.index.passages import split_passages
from dateline.index.publishing import publish
from dateline.index.read import AS_USUAL, HowToRead, NoticeError, Parsed, Record, parse, records
from dateline.index.revision_order import Moment, longest_words, order
from dateline.index.tombstones import check_not_purged, has_purged
from dateline.index.writer import NewRevision, Outcome, Writer

BATCH_PASSAGES = 512
"""Passages per transaction, about: enough to sort by length, few enough to lose little to a kill."""
BATCH_RECORDS = 2_000
"""Most records per transaction, so that a run that finds nothing new still reports progress."""
LOCK_WAIT_SECONDS = 3.0
"""Seconds to wait for another writer: enough for one article, too short for another ingest."""


@dataclass(frozen=True, slots=True)
class ParsedRecord(Record):
    """A record that was parsed elsewhere, e.g. a feed's entry with its page; its payload identifies it."""

    parsed: Parsed = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Seen:
    """The latest record of an article within a run."""

    where: str
    fingerprint: str
    title: str | None = None
    dates: tuple[Moment, Moment] | None = None
    """`published` and `updated`; None: the record is unchanged, and its dates were not read."""
    content: str = ""
    """`content_key` of the article."""
    longest_words: frozenset[str] = frozenset()
    """Of its text."""


@dataclass(frozen=True, slots=True)
class Run:
    """The articles of one ingest run so far, to compare later records with."""

    seen: dict[str, Seen] = field(default_factory=dict)
    """By article id."""
    of_content: dict[str, str] = field(default_factory=dict)
    """`content_key` → article id, of articles whose id is derived from their address."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    article: Article
    record: Record
    parsed: Parsed
    passages: list[Passage]
    texts: list[str]
    """The texts to embed: each passage under its header."""
    is_readable: bool
    """Whether the encoder supports its language."""

    def taken(self, outcome: Outcome, now: datetime) -> Taken:
        """The outcome, once it was stored."""
        path, line, parsed = self.record.path, self.record.line, self.parsed
        if outcome == "older":
            return Taken(path, line, "unchanged", self.article.id, 0, (older_revision(path, line, self.article.id),))
        if outcome == "unchanged":
            return Taken(path, line, "unchanged", self.article.id, 0, parsed.warnings)
        if outcome == "withdrawn":
            reason = f"{self.article.id!r} was withdrawn: {parsed.withdraw}."
            return Taken(path, line, "withdrawn", self.article.id, 0, (Problem(path, line, reason, "warning"),))
        embargo = parsed.embargo if parsed.embargo is not None and parsed.embargo > now else None
        language = None if self.is_readable else self.article.language
        problems = (*parsed.warnings, *future_dates(self.article, path, line, now, embargo))
        return Taken(
            path, line, outcome, self.article.id, len(self.passages), problems, parsed.removed, language, embargo
        )


@dataclass(frozen=True, slots=True)
class _Encoded:
    batch: list[_Prepared | Taken]
    revisions: list[NewRevision]
    """Of those in the batch that are prepared."""


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
    how: HowToRead = AS_USUAL,
) -> Report:
    """Ingest files and folders. Bad inputs are reported and skipped; an unchanged article costs a look-up.

    `stop` is called between articles, from several threads; once it returns true, what is being written is finished
    and the run ends. `readmit`: also what was purged. `how`: options for reading the files. Raises `BusyError` if
    another process is writing, `ConflictError` for another encoder, `StorageError` if the disk fails; what was reported
    as stored is kept.
    """
    release_due(archive, now())
    report = Report()
    total = 0
    for item in records(paths, how):
        total += isinstance(item, Record)
        if stop():
            break
    words = publish(archive)
    batches = take_in(
        records(paths, how), archive, encoder, now=now, batch_passages=batch_passages, readmit=readmit, stop=stop
    )
    with closing(batches):
        for batch in batches:
            for taken in batch:
                report.count(taken)
            on_progress(Progress(report.done, total, batch))
            words = publish(archive, known=words)
    report.stopped = stop()
    return report


def take_in(
    items: Iterable[Record | Problem],
    archive: Archive,
    encoder: Encoder,
    *,
    now: Callable[[], datetime],
    batch_passages: int = BATCH_PASSAGES,
    readmit: bool = False,
    run: Run | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Generator[tuple[Taken, ...]]:
    """Ingest records; yields the outcome of each, in order and batch by batch. What was yielded is durable.

    The indexes are not updated; `publish` and searches catch up. `run`: the articles of the same run, which is updated.
    Once `stop` returns true, no further batch is stored. Raises as `ingest` does.
    """
    run = Run() if run is None else run
    left = Event()

    def ends() -> bool:
        return left.is_set() or stop()

    with Writer(archive, wait=LOCK_WAIT_SECONDS) as writer:
        writer.bind_encoder(encoder.name)
        # None is purged meanwhile, for that takes the writer's lock.
        readmit = readmit or not has_purged(archive)
        with (
            ThreadPoolExecutor(ENCODING_THREADS, "encoding") as pool,
            ahead(_batches(items, archive, encoder, run, batch_passages, readmit, ends)) as prepared,
            ahead(_encoded(prepared, encoder, pool, ends)) as encoded,
        ):
            try:
                for one in encoded:
                    if stop():
                        return
                    moment = now()
                    outcomes = iter(writer.add(one.revisions, moment, readmit=readmit))
                    yield tuple(
                        item if isinstance(item, Taken) else item.taken(next(outcomes), moment) for item in one.batch
                    )
            finally:
                left.set()


def _batches(
    items: Iterable[Record | Problem],
    archive: Archive,
    encoder: Encoder,
    run: Run,
    batch_passages: int,
    readmit: bool,
    stop: Callable[[], bool],
) -> Iterator[list[_Prepared | Taken]]:
    """Batches of new and changed articles, split into passages, and of outcomes that need no storing.

    About `batch_passages` passages each. Runs ahead in another thread; the writer's lock is held, so that nothing
    changes meanwhile but what the batches before have added, which `run` knows.
    """
    batch: list[_Prepared | Taken] = []
    passages = 0
    for item in items:
        if stop():
            return
        found = _looked_at(item, archive, encoder, run, readmit)
        batch.append(found)
        passages += len(found.texts) if isinstance(found, _Prepared) else 0
        if passages >= batch_passages or len(batch) >= BATCH_RECORDS:
            yield batch
            batch, passages = [], 0
    if batch:
        yield batch


def _looked_at(
    item: Record | Problem, archive: Archive, encoder: Encoder, run: Run, readmit: bool
) -> _Prepared | Taken:
    """The article of a record with its passages, or the outcome if there is nothing to store."""
    if isinstance(item, Problem):
        return Taken(item.path, item.line, "failed" if item.severity == "error" else None, None, 0, (item,))

    def taken(kind: TakenKind, article_id: str | None, *problems: Problem) -> Taken:
        return Taken(item.path, item.line, kind, article_id, 0, problems)

    fingerprint = item.fingerprint
    where = item.path if item.line is None else f"{item.path}:{item.line}"
    former = former_revision(archive, fingerprint)
    if former is not None and former.is_current:
        run.seen.setdefault(former.article_id, Seen(where, fingerprint))
        return taken("unchanged", former.article_id)
    try:
        parsed = item.parsed if isinstance(item, ParsedRecord) else parse(item)
        content = content_key(parsed.article)
        article, is_twin = _identified(parsed.article, content, archive, run)
        if not readmit:
            check_not_purged(archive, article)
    except NoticeError as error:
        return taken("skipped", None, Problem(item.path, item.line, error.message, "skipped"))
    except (ArticleError, PurgedError) as error:
        reason = f"{error.message.rstrip('.')}. {error.hint}".strip()
        return taken("failed", None, Problem(item.path, item.line, reason))
    if is_twin:
        return taken("unchanged", article.id)
    dates = article.published, article.updated
    first = run.seen.get(article.id)
    if first is not None and parsed.withdraw is None:
        first = _completed(first, archive, article.id)
        if first.fingerprint == fingerprint or first.content == content:
            return taken("unchanged", article.id)
        if order(first.dates or (None, None), dates) == "unknown" and not _is_revision(first, article):
            return taken("failed", article.id, id_conflict(item.path, item.line, article.id, first.where))
    if parsed.withdraw is None and _came_before(archive, article, former):
        return taken("unchanged", article.id)
    run.seen[article.id] = Seen(where, fingerprint, article.title, dates, content, longest_words(article.text))
    title, room = header_and_room(article, encoder)
    passages = split_passages(article, encoder.count_tokens, room)
    texts = [f"{title}\n{passage.span.of(article.text)}" for passage in passages]
    is_readable = encoder.languages is None or article.language is None or article.language in encoder.languages
    return _Prepared(article, item, parsed, passages, texts, is_readable)


def _identified(article: Article, content: str, archive: Archive, run: Run) -> tuple[Article, bool]:
    """The article under its id in the archive or the run, and whether it is known at another address."""
    if not is_of_address(article):
        return article, False
    twin = run.of_content.get(content) or twin_of(archive, article, content)
    if twin is not None and twin != article.id:
        return replace(article, id=twin), True
    article = replace(article, id=known_id(archive, article))
    run.of_content[content] = article.id
    return article, False


def _came_before(archive: Archive, article: Article, former: FormerRevision | None) -> bool:
    """Whether the record is an earlier revision of the article that should not become current again.

    That is so if the dates say so, or if the newer revision came in the same batch: then all revisions of an article
    are ingested again.
    """
    if former is None or former.article_id != article.id:
        return False
    current = archive.article(article.id)
    held = current.article.published, current.article.updated
    one_batch = current.ingested == former.ingested and _same_title(current.article.title, article.title)
    return one_batch or order(held, (article.published, article.updated)) == "older"


def _completed(seen: Seen, archive: Archive, article_id: str) -> Seen:
    """The outcome with what only the archive knows of an unchanged record."""
    if seen.dates is not None:
        return seen
    held = archive.article(article_id).article
    return replace(
        seen,
        title=held.title,
        dates=(held.published, held.updated),
        content=content_key(held),
        longest_words=longest_words(held.text),
    )


def _is_revision(seen: Seen, article: Article) -> bool:
    """Whether an article of the same id and run is a later text of the same article, by title and words."""
    shared = len(seen.longest_words & longest_words(article.text))
    return _same_title(seen.title, article.title) and 2 * shared >= len(seen.longest_words) > 0


def _same_title(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.casefold() == other.casefold()


def _encoded(
    batches: Iterable[list[_Prepared | Taken]], encoder: Encoder, pool: ThreadPoolExecutor, stop: Callable[[], bool]
) -> Iterator[_Encoded]:
    """The batches with embeddings; ends within a batch once `stop` returns true."""
    for batch in batches:
        prepared = [item for item in batch if isinstance(item, _Prepared)]
        texts = [text for item in prepared if item.is_readable for text in item.texts]
        embeddings = encode_texts(texts, encoder, pool, stop)
        if embeddings is None:
            return
        yield _Encoded(batch, _revisions(prepared, embeddings))


def _revisions(batch: list[_Prepared], embeddings: Embeddings) -> list[NewRevision]:
    """The batch, ready to be stored. `embeddings`: of all texts of its readable articles, in order."""
    revisions = []
    start = 0
    for item in batch:
        rows: Embeddings | None = None
        if item.is_readable:
            rows = embeddings[start : start + len(item.texts)]
            start += len(item.texts)
        parsed, fingerprint = item.parsed, item.record.fingerprint
        revisions.append(
            NewRevision(item.article, fingerprint, parsed.removed, item.passages, rows, parsed.embargo, parsed.withdraw)
        )
    return revisions
