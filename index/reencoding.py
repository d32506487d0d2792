"""Re-encoding an archive with another encoder, beside the embeddings in use, with one switch at the end.

Passages and their numbers stay the same, so that citations stay valid. The writer's lock is only taken for the switch:
until then the archive is searched and written as before. Knows nothing of where models come from.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Select, delete, func, insert, or_, select

from dateline.index import dates
from dateline.index.archive import Archive
from dateline.index.article import Article
from dateline.index.database import storage_errors
from dateline.index.encoder import Encoder
from dateline.index.errors import BusyError, StorageError
from dateline.index.header import header_and_room
from dateline.index.schema import changes, embeddings, facts, next_embeddings, passages, revisions
from dateline.index.writer import Writer

BATCH = 512
"""Passages per transaction, the most that a kill loses."""
LOCK_WAIT_SECONDS = 3.0
"""Seconds to wait for another writer before looking for what it has added."""
CLEARED_AT_ONCE = 20_000
"""Rows erased per transaction, so that others can write in between."""


@dataclass(frozen=True, slots=True)
class Reencoding:
    """A run that has begun and not ended."""

    encoder: str
    """The name of the new encoder."""
    done: int
    """Passages encoded so far."""
    total: int
    """Passages of the archive, including those in languages that the encoder doesn't support."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a run."""

    done: int
    total: int
    """Passages in languages that the encoder supports."""
    waiting: bool = False
    """Whether all is encoded and another process is writing; what it adds is encoded, too."""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run."""

    encoder: str
    passages: int
    """Passages encoded by this run."""
    cut: int
    """Of these, those longer than the encoder's window; the rest of them is only found by its words."""
    stopped: bool = False
    """Whether it was stopped; the archive is unchanged, and the next run continues."""
    already: bool = False
    """Whether the archive had this encoder already."""


def reencoding_of(archive: Archive) -> Reencoding | None:
    """The current run, or one that was stopped or killed; None: there is none."""
    name = archive.fact("next_encoder")
    if name is None:
        return None
    counts = (select(func.count()).select_from(table).scalar_subquery() for table in (next_embeddings, passages))
    (row,) = archive.rows(select(*(count.label(label) for label, count in zip(("done", "total"), counts, strict=True))))
    return Reencoding(name, row["done"], row["total"])


def reencode(
    archive: Archive,
    encoder: Encoder,
    model: Path | None,
    *,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    stop: Callable[[], bool] = lambda: False,
    batch: int = BATCH,
    lock_wait: float = LOCK_WAIT_SECONDS,
) -> Report:
    """Re-encode the archive with `encoder`; continues a run that was stopped or killed.

    `model`: the encoder's folder, to be stored; None: the one of the settings. `stop` is called between batches. Raises
    `BusyError` if another process does the same, `StorageError` if the disk is too small for a second set of
    embeddings, or fails; what was encoded is kept.
    """
    with _alone(archive), storage_errors("the archive"):
        bound = archive.fact("encoder")
        if bound is None:
            with Writer(archive) as writer:
                writer.bind_encoder(encoder.name)
        if bound in (None, encoder.name):
            with archive.writing.begin() as connection:
                _set_facts(connection, encoder_model=_text(model), next_encoder=None)
            _clear(archive)
            return Report(encoder.name, 0, 0, already=True)
        run = _Run(archive, encoder, on_progress, stop, batch)
        run.begin()
        while not run.encode_missing() or not _switched(archive, run, model, lock_wait):
            if stop():
                return Report(encoder.name, run.passages, run.cut, stopped=True)
        _clear(archive)
    return Report(encoder.name, run.passages, run.cut)


class _Run:
    """Embeddings by `encoder` for the passages that have none yet, batch by batch."""

    def __init__(
        self,
        archive: Archive,
        encoder: Encoder,
        on_progress: Callable[[Progress], None],
        stop: Callable[[], bool],
        batch: int,
    ) -> None:
        self._archive = archive
        self.encoder = encoder
        self._on_progress = on_progress
        self._stop = stop
        self._batch = batch
        self._done = self._total = 0
        self.passages = self.cut = 0

    def begin(self) -> None:
        """Continue a run with this encoder, or begin a new one. Raises `StorageError` if the disk is too small."""
        if self._archive.fact("next_encoder") != self.encoder.name:
            with self._archive.writing.begin() as connection:
                _set_facts(connection, next_encoder=None)
            _clear(self._archive)
        self._total, missing = self._count(_passages(self.encoder)), self._count(self._missing(0))
        self._done = self._total - missing
        _check_room(self._archive, self.encoder.dimension, missing)
        with self._archive.writing.begin() as connection:
            _set_facts(connection, next_encoder=self.encoder.name)

    def report(self, *, waiting: bool = False) -> None:
        """Report progress."""
        self._total = max(self._total, self._done)  # some may have come in meanwhile
        self._on_progress(Progress(self._done, self._total, waiting))

    def encode_missing(self) -> bool:
        """Encode until nothing is missing, or until stopped. Returns whether nothing is missing."""
        last = 0
        while rows := self._archive.rows(self._missing(last).limit(self._batch)):
            if self._stop():
                return False
            self._store(rows)
            last = rows[-1]["passage"]
            self.report()
        return True

    def _store(self, rows: Sequence[Mapping[str, Any]]) -> None:
        headers: dict[int, str] = {}
        for row in rows:
            if row["revision"] not in headers:
                published = None if row["published"] is None else dates.from_text(row["published"])
                article = Article(
                    row["article_id"], row["text"], title=row["title"], outlet=row["outlet"], published=published
                )
                headers[row["revision"]] = header_and_room(article, self.encoder)[0]
        texts = [f"{headers[row['revision']]}\n{row['text'][row['start'] : row['end']]}" for row in rows]
        vectors = self.encoder.encode_document(texts).astype("<f2")
        found = {row["passage"]: vector.tobytes() for row, vector in zip(rows, vectors, strict=True)}
        with self._archive.writing.begin() as connection:
            # A purge may have taken some away meanwhile.
            there = connection.execute(select(passages.c.id).where(passages.c.id.in_(found))).scalars().all()
            if there:
                values = [{"passage_id": number, "vector": found[number]} for number in there]
                connection.execute(insert(next_embeddings), values)
        self.passages += len(there)
        self._done += len(there)
        prompt = self.encoder.count_tokens([self.encoder.prompts.document])[0]
        room = self.encoder.max_tokens - prompt - 2
        self.cut += sum(length > room for length in self.encoder.count_tokens(texts))

    def _missing(self, after: int) -> Select[Any]:
        """The next passages after number `after` that the encoder supports and has not encoded."""
        encoded = select(next_embeddings.c.passage_id).where(next_embeddings.c.passage_id == passages.c.id)
        return _passages(self.encoder).where(passages.c.id > after, ~encoded.exists()).order_by(passages.c.id)

    def _count(self, query: Select[Any]) -> int:
        (row,) = self._archive.rows(select(func.count().label("n")).select_from(query.order_by(None).subquery()))
        return int(row["n"])


def _passages(encoder: Encoder) -> Select[Any]:
    query = select(
        passages.c.id.label("passage"),
        passages.c.start,
        passages.c.end,
        revisions.c.id.label("revision"),
        revisions.c.article_id,
        revisions.c.title,
        revisions.c.outlet,
        revisions.c.published,
        revisions.c.text,
    ).join(revisions, revisions.c.id == passages.c.revision_id)
    if encoder.languages is not None:
        query = query.where(or_(revisions.c.language.is_(None), revisions.c.language.in_(encoder.languages)))
    return query


@contextmanager
def _alone(archive: Archive) -> Iterator[None]:
    lock = FileLock(archive.home / "reencoding.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BusyError(
            f"another process is re-encoding the archive in {archive.home}", hint="Wait until it has ended."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _switched(archive: Archive, run: _Run, model: Path | None, lock_wait: float) -> bool:
    """Switch over once nobody writes and the latest passages are encoded. Returns whether it did."""
    try:
        with Writer(archive, wait=lock_wait):
            if not run.encode_missing():
                return False
            _switch(archive, run.encoder.name, model)
            return True
    except BusyError:
        run.report(waiting=True)
        return False


def _switch(archive: Archive, name: str, model: Path | None) -> None:
    """Exchange the new embeddings with the old ones. A change of the archive, like any other."""
    with archive.writing.begin() as connection:
        for table, to in (
            (embeddings.name, "former_embeddings"),
            (next_embeddings.name, embeddings.name),
            ("former_embeddings", next_embeddings.name),
        ):
            connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {to}")
        _set_facts(connection, encoder=name, encoder_model=_text(model), next_encoder=None)
        last = connection.execute(select(func.max(revisions.c.id))).scalar()
        if last is not None:
            connection.execute(insert(changes).values(kind="reencoded", revision_id=last))


def _clear(archive: Archive) -> None:
    """Erase what is in `next_embeddings`."""
    some = select(next_embeddings.c.passage_id).limit(CLEARED_AT_ONCE)
    erased = delete(next_embeddings).where(next_embeddings.c.passage_id.in_(some))
    while True:
        with archive.writing.begin() as connection:
            if not connection.execute(erased).rowcount:
                return


def _set_facts(connection: Connection, **values: str | None) -> None:
    for name, value in values.items():
        connection.execute(delete(facts).where(facts.c.name == name))
        if value is not None:
            connection.execute(insert(facts).values(name=name, value=value))


def _text(model: Path | None) -> str | None:
    return None if model is None else str(model)


def _check_room(archive: Archive, dimension: int, missing: int) -> None:
    """Raise `StorageError` if the disk is too small for the embeddings, in the log and in the table."""
    needed = missing * dimension * (2 + 2)
    free = shutil.disk_usage(archive.home).free
    if free < needed:
        raise StorageError(
            f"the disk is too full to re-encode the archive in {archive.home}: {free / 1e6:,.0f} MB are free, about "
            f"{needed / 1e6:,.0f} MB are needed",
            hint="Free some space and run the same command again.",
        )
