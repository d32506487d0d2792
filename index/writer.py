"""Writing to the archive: adds revisions, withdraws articles. One writer at a time, one transaction per call.

What a method wrote is durable when it returns; the indexes follow by `changes`. Knows nothing of files, encoders or how
passages are split.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from types import TracebackType
from typing import Any, Literal, Self

from filelock import FileLock, Timeout
from sqlalchemy import Connection, bindparam, func, insert, select, update

from dateline.index import dates, stories
from dateline.index.addresses import normal_address
from dateline.index.archive import Archive, another_encoder
from dateline.index.article import Article, Passage, RemovedLine
from dateline.index.database import storage_errors
from dateline.index.encoder import Embeddings
from dateline.index.errors import BusyError, NotFoundError
from dateline.index.revision_order import order
from dateline.index.schema import (
    articles,
    changes,
    cited_articles,
    embeddings,
    facts,
    microseconds,
    passages,
    revisions,
)
from dateline.index.story_tables import join_story
from dateline.index.tombstones import lift_purges, purged_error

# Built once: for each article, building them would take longer than executing them.
_SELECT_CURRENT = (
    select(revisions, articles.c.current_revision, articles.c.story_id)
    .join(articles, articles.c.current_revision == revisions.c.id)
    .where(articles.c.id == bindparam("article"))
)
_SET_CURRENT = (
    update(articles)
    .where(articles.c.id == bindparam("article"))
    .values(current_revision=bindparam("current_revision"), embargo=bindparam("embargo"))
)
_INSERT_ARTICLE, _INSERT_CHANGE, _INSERT_EMBEDDINGS = insert(articles), insert(changes), insert(embeddings)
_INSERT_REVISION = insert(revisions).returning(revisions.c.id)
_INSERT_PASSAGES = insert(passages).returning(passages.c.id, sort_by_parameter_order=True)

Outcome = Literal["added", "revised", "unchanged", "older", "withdrawn"]
"""`older`: the archive has a newer revision, and nothing was stored. `withdrawn`: its provider withdrew it."""


@dataclass(frozen=True, slots=True)
class NewRevision:
    """An article ready to be stored."""

    article: Article
    fingerprint: str
    """sha256 of the record that it was read from."""
    removed: tuple[RemovedLine, ...]
    passages: Sequence[Passage]
    embeddings: Embeddings | None
    """Shape (passages, dimension); None if the encoder doesn't support the article's language."""
    embargo: datetime | None = None
    """End of its embargo; None, or a time in the past: it has none."""
    withdraw: str | None = None
    """Why its provider withdraws it; None: it does not."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The result of a withdrawal or a reinstatement."""

    already: bool
    """Whether nothing was changed, because the article was in that state before."""
    answers: int
    """Number of stored answers that cite it."""


class Writer:
    """The one writer of an archive, as a context manager. Raises `BusyError` if another process is writing."""

    def __init__(self, archive: Archive, *, wait: float = 0.0) -> None:
        """`wait`: seconds to wait for another writer."""
        self.archive = archive
        self._wait = wait
        self._lock = FileLock(archive.home / "writer.lock")

    def __enter__(self) -> Self:
        try:
            self._lock.acquire(timeout=self._wait)
        except Timeout as error:
            raise BusyError(
                f"another process is writing to the archive in {self.archive.home}",
                hint="Wait until it has ended, then run this again; two may read at once, but only one write.",
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lock.release()

    def bind_encoder(self, name: str) -> None:
        """Bind the archive to encoder `name`. Raises `ConflictError` if it is bound to another."""
        bound = self.archive.fact("encoder")
        if bound is None:
            with storage_errors("the archive"), self.archive.writing.begin() as connection:
                rows = [
                    {"name": "id", "value": uuid.uuid4().hex[:12]},
                    {"name": "encoder", "value": name},
                ]
                connection.execute(insert(facts), rows)
        elif bound != name:
            raise another_encoder(bound, name)

    def add(self, batch: Sequence[NewRevision], now: datetime, *, readmit: bool = False) -> list[Outcome]:
        """Store a batch in one transaction, in order; durable when this returns.

        `readmit`: purged articles are permitted again; else the caller has checked that there are none.
        """
        if not batch:
            return []
        with storage_errors("the archive"), self.archive.writing.begin() as connection:
            if readmit:
                lift_purges(connection, [new.article for new in batch])
            return [self._add(connection, new, now) for new in batch]

    def withdraw(self, article_id: str, reason: str, now: datetime) -> Withdrawal:
        """Withdraw an article from all future answers; its text stays readable. Raises `NotFoundError`.

        Needs no writer's lock: it is one short transaction.
        """
        with storage_errors("the archive"), self.archive.writing.begin() as connection:
            row, citing = _standing(connection, article_id)
            if row["withdrawn"] is not None:
                return Withdrawal(True, citing)
            _withdraw(connection, row, reason, now)
        return Withdrawal(False, citing)

    def reinstate(self, article_id: str) -> Withdrawal:
        """Undo a withdrawal. Raises `NotFoundError`, `PurgedError`.

        The indexes still have its passages; which of them are in use is read from the archive.
        """
        with storage_errors("the archive"), self.archive.writing.begin() as connection:
            row, citing = _standing(connection, article_id)
            if row["purged"] is not None:
                raise purged_error(row)
            if row["withdrawn"] is None:
                return Withdrawal(True, citing)
            _set_withdrawn(connection, row, "reinstated", withdrawn=None, withdrawn_reason=None)
        return Withdrawal(False, citing)

    def _add(self, connection: Connection, new: NewRevision, now: datetime) -> Outcome:
        article = new.article
        old = connection.execute(_SELECT_CURRENT, {"article": article.id}).mappings().first()
        if new.withdraw is not None and old is not None:
            row, _ = _standing(connection, article.id)
            if row["withdrawn"] is not None:
                return "unchanged"
            _withdraw(connection, row, new.withdraw, now)
            return "withdrawn"
        if old is not None and _says_the_same(dict(old), article):
            # The record may be written differently, or be read by newer rules: it is not read again next time.
            known = update(revisions).where(revisions.c.id == old["id"])
            connection.execute(known.values(fingerprint=new.fingerprint))
            return "unchanged"
        if old is not None and order(_dates_of(dict(old)), (article.published, article.updated)) == "older":
            return "older"
        signature = stories.signature(article.text)
        before = _latest_validity(connection, article.id) if old is not None else None
        embargo = None if new.embargo is None or new.embargo <= now else microseconds(new.embargo)
        valid_from = _valid_from(article, before, now, embargo)
        if old is None:
            # The article's row comes first for the revisions' foreign key; its revision is known a moment later.
            first = {"id": article.id, "current_revision": 0, "story_id": article.id}
            connection.execute(_INSERT_ARTICLE, first)
        else:
            # An undated text is never in force, but what it replaces is not any more.
            valid_to = microseconds(now) if valid_from is None else valid_from
            connection.execute(update(revisions).where(revisions.c.id == old["id"]).values(valid_to=valid_to))
            connection.execute(_INSERT_CHANGE, {"kind": "superseded", "revision_id": old["id"]})
        revision_id = self._insert_revision(
            connection, new, now, old["number"] + 1 if old else 1, signature, valid_from
        )
        connection.execute(_SET_CURRENT, {"article": article.id, "current_revision": revision_id, "embargo": embargo})
        join_story(connection, article.id, old["story_id"] if old is not None else None, signature)
        connection.execute(_INSERT_CHANGE, {"kind": "added", "revision_id": revision_id})
        if embargo is not None:
            connection.execute(_INSERT_CHANGE, {"kind": "held", "revision_id": revision_id})
        if new.withdraw is not None:
            _withdraw(connection, _standing(connection, article.id)[0], new.withdraw, now)
            return "withdrawn"
        return "added" if old is None else "revised"

    @staticmethod
    def _insert_revision(
        connection: Connection,
        new: NewRevision,
        now: datetime,
        number: int,
        signature: bytes | None,
        valid_from: int | None,
    ) -> int:
        article = new.article
        earliest, latest = _bounds(article.published)
        row = _columns(article) | {
            "number": number,
            "fingerprint": new.fingerprint,
            "removed": json.dumps([asdict(line) for line in new.removed], ensure_ascii=False),
            "ingested": now.isoformat(),
            "published_from": earliest,
            "published_to": latest,
            "valid_from": valid_from,
            "signature": signature,
        }
        revision_id: int = connection.execute(_INSERT_REVISION, row).scalar_one()
        rows = [
            {
                "revision_id": revision_id,
                "number": i,
                "start": passage.span.start,
                "end": passage.span.end,
                "sentences": json.dumps([[span.start, span.end] for span in passage.sentences]),
            }
            for i, passage in enumerate(new.passages)
        ]
        if rows:
            numbers = connection.execute(_INSERT_PASSAGES, rows).scalars().all()
            if new.embeddings is not None:
                vectors = new.embeddings.astype("<f2")
                connection.execute(
                    _INSERT_EMBEDDINGS,
                    [{"passage_id": n, "vector": v.tobytes()} for n, v in zip(numbers, vectors, strict=True)],
                )
        return revision_id


def _standing(connection: Connection, article_id: str) -> tuple[Mapping[str, Any], int]:
    """An article's row, and the number of stored answers that cite it."""
    row = connection.execute(select(articles).where(articles.c.id == article_id)).mappings().first()
    if row is None:
        raise NotFoundError(f"there is no article {article_id!r}", hint="dateline articles list shows all of them.")
    citing = select(func.count()).where(cited_articles.c.article_id == article_id)
    return dict(row), connection.execute(citing).scalar_one()


def _withdraw(connection: Connection, row: Mapping[str, Any], reason: str, now: datetime) -> None:
    _set_withdrawn(connection, row, "withdrawn", withdrawn=now.isoformat(), withdrawn_reason=reason)


def _set_withdrawn(connection: Connection, row: Mapping[str, Any], kind: str, **values: str | None) -> None:
    connection.execute(update(articles).where(articles.c.id == row["id"]).values(**values))
    connection.execute(insert(changes).values(kind=kind, revision_id=row["current_revision"]))


def _columns(article: Article) -> dict[str, str | None]:
    """The article as columns of `revisions`."""
    return {
        "article_id": article.id,
        "text": article.text,
        "title": article.title,
        "outlet": article.outlet,
        "byline": article.byline,
        "url": article.url,
        "language": article.language,
        "published": None if article.published is None else dates.to_text(article.published),
        "updated": None if article.updated is None else dates.to_text(article.updated),
        "corrects": article.corrects,
        "pages": json.dumps([[start.offset, start.page] for start in article.pages]) if article.pages else None,
        "basis": json.dumps(dict(sorted(article.basis.items()))),
    }


def _says_the_same(revision: Mapping[str, Any], article: Article) -> bool:
    values = _columns(article)
    urls = values.pop("url"), revision["url"]
    if any(revision[name] != value for name, value in values.items()):
        return False
    return urls[0] == urls[1] or (None not in urls and len({normal_address(str(url)) for url in urls}) == 1)


def _dates_of(revision: Mapping[str, Any]) -> tuple[date | datetime | None, date | datetime | None]:
    published, updated = (revision[name] and dates.from_text(revision[name]) for name in ("published", "updated"))
    return published or None, updated or None


def _bounds(value: date | datetime | None) -> tuple[int | None, int | None]:
    if value is None:
        return None, None
    earliest, latest = dates.bounds(value)
    return microseconds(earliest), microseconds(latest)


def _latest_validity(connection: Connection, article_id: str) -> int | None:
    """The latest moment at which a revision of the article came into force or ceased to be; None: there is none.

    The newest revision is not enough: it may be undated, and have ended an older one.
    """
    query = select(func.max(revisions.c.valid_from), func.max(revisions.c.valid_to))
    moments = connection.execute(query.where(revisions.c.article_id == article_id)).one()
    return max((moment for moment in moments if moment is not None), default=None)


def _valid_from(article: Article, before: int | None, now: datetime, embargo: int | None = None) -> int | None:
    """From when the revision was in force, on the safe side; None for an undated article.

    The first revision: from the latest of its dates, for its text may be the updated one. A later one: from its
    `updated` if that is newer than what it replaces, else from now, when it became known. `before`: the latest moment
    at which an earlier revision came into force or ceased to be, so that no two are ever in force at once. `embargo`:
    in force no earlier than that.
    """
    published = _bounds(article.published)[1]
    if published is None:
        return None
    stated = max(published, _bounds(article.updated)[1] or published, embargo or published)
    return stated if before is None or stated > before else max(before, microseconds(now))
