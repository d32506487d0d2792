"""Reads the archive: articles, passages and changes; stores answers. The tables are the source of truth.

Articles are written by `index/writer.py`; vectors and words are searched in `index/search.py`. Every method
opens and ends its own transaction, so one `Archive` may be shared by threads. Knows nothing of questions.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, Select, func, insert, select

from dateline.index import dates
from dateline.index.article import Article, Basis, PageStart, RemovedLine, Span
from dateline.index.conditions import conditions
from dateline.index.database import for_writing, open_database, storage_errors
from dateline.index.errors import BusyError, ConflictError, NotFoundError
from dateline.index.filters import NO_FILTERS, Filters
from dateline.index.schema import (
    answers,
    articles,
    changes,
    cited_articles,
    embeddings,
    facts,
    from_microseconds,
    passages,
    revisions,
)
from dateline.index.tombstones import purged_error

LARGEST = 2**63 - 1
"""The largest integer that a database column holds."""


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """One revision of an article, as the archive holds it."""

    article: Article
    revision: int
    """1, 2, … within the article."""
    current: bool
    story_id: str
    """Shared by near-copies: the smallest article id among them."""
    ingested: datetime
    withdrawn: datetime | None
    withdrawn_reason: str | None
    embargo: datetime | None
    """End of its embargo; None: it has none."""
    removed: tuple[RemovedLine, ...]
    """Page furniture that was removed from the text."""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its words and the article that it is from."""

    number: int
    """The archive's internal number, which the indexes return."""
    id: str
    """`article_id:revision:n`, as used in answers."""
    article: Article
    story_id: str
    span: Span
    sentences: tuple[Span, ...]

    @property
    def text(self) -> str:
        """The passage's words."""
        return self.span.of(self.article.text)


@dataclass(frozen=True, slots=True)
class Counts:
    """Totals of the archive."""

    articles: int
    """In use."""
    withdrawn: int
    passages: int
    stories: int
    answers: int
    embargoed: int = 0
    """Under an embargo that has not ended."""


class ReencodedError(Exception):
    """The archive was re-encoded with another encoder than expected. Never leaves index/."""


class Archive:
    """The archive in a folder. Opening it migrates it; raises as `open_database` does."""

    def __init__(self, home: Path, *, create: bool = False) -> None:
        self.home = home
        self.engine: Engine = open_database(home, create=create)
        self.writing = for_writing(self.engine)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def fact(self, name: str) -> str | None:
        """A fact about the whole archive, e.g. its `id` or `encoder`; None before the first ingest."""
        value: str | None = self._scalar(select(facts.c.value).where(facts.c.name == name))
        return value

    def sequence(self) -> int:
        """The number of the latest change; 0 for an empty archive."""
        return self._scalar(select(func.max(changes.c.sequence))) or 0

    def counts(self) -> Counts:
        """Totals for `dateline status`."""
        in_use = articles.c.withdrawn.is_(None) & articles.c.embargo.is_(None)
        return Counts(
            articles=self._scalar(select(func.count()).select_from(articles).where(in_use)),
            withdrawn=self._scalar(select(func.count()).select_from(articles).where(articles.c.withdrawn.is_not(None))),
            embargoed=self._scalar(
                select(func.count())
                .select_from(articles)
                .where(articles.c.withdrawn.is_(None), articles.c.embargo.is_not(None))
            ),
            passages=self._scalar(
                select(func.count())
                .select_from(passages)
                .join(articles, articles.c.current_revision == passages.c.revision_id)
                .where(in_use)
            ),
            stories=self._scalar(select(func.count(articles.c.story_id.distinct())).where(in_use)),
            answers=self._scalar(select(func.count()).select_from(answers)),
        )

    def article(self, article_id: str, revision: int | None = None) -> StoredArticle:
        """A revision of an article (None: the current one), withdrawn or not. Raises `NotFoundError`."""
        if revision is not None and revision > LARGEST:
            raise no_article(article_id, revision)
        query = _articles().where(articles.c.id == article_id)
        if revision is None:
            query = query.where(revisions.c.id == articles.c.current_revision)
        else:
            query = query.where(revisions.c.number == revision)
        rows = self.rows(query)
        if not rows:
            raise no_article(article_id, revision)
        if rows[0]["purged"] is not None or not rows[0]["fingerprint"]:
            raise purged_error({**rows[0], "id": article_id, "purged": rows[0]["purged"] or rows[0]["ingested"]})
        return _stored_article(rows[0])

    def list_articles(self, filters: Filters, *, after: str | None = None, limit: int = 50) -> list[StoredArticle]:
        """Articles in use that pass `filters`, by id, from the one after id `after` on; at most `limit`."""
        query = _articles().where(*conditions(filters)).order_by(articles.c.id).limit(limit)
        if after is not None:
            query = query.where(articles.c.id > after)
        return [_stored_article(row) for row in self.rows(query)]

    def passages(self, numbers: Sequence[int], filters: Filters = NO_FILTERS) -> dict[int, StoredPassage]:
        """The passages of these numbers that are still in use and pass `filters`, revised since or not.

        Withdrawn and unknown ones are skipped.
        """
        query = (
            select(
                revisions,
                articles.c.story_id,
                passages.c.id.label("passage"),
                passages.c.number.label("place"),
                passages.c.start,
                passages.c.end,
                passages.c.sentences,
            )
            .join(articles, articles.c.id == revisions.c.article_id)
            .join(passages, passages.c.revision_id == revisions.c.id)
            .where(passages.c.id.in_(numbers), *conditions(filters, in_force=False))
        )
        found: dict[int, StoredPassage] = {}
        read: dict[int, Article] = {}
        for row in self.rows(query):
            article = read.setdefault(row["id"], _article(row))
            found[row["passage"]] = StoredPassage(
                number=row["passage"],
                id=f"{article.id}:{row['number']}:{row['place']}",
                article=article,
                story_id=row["story_id"],
                span=Span(row["start"], row["end"]),
                sentences=tuple(Span(start, end) for start, end in json.loads(row["sentences"])),
            )
        return found

    def preceding(self, passage: StoredPassage) -> StoredPassage | None:
        """The passage just before this one in its article, or None for the first and for withdrawn articles."""
        revision_id = select(passages.c.revision_id).where(passages.c.id == passage.number).scalar_subquery()
        before: int | None = self._scalar(
            select(func.max(passages.c.id)).where(passages.c.revision_id == revision_id, passages.c.id < passage.number)
        )
        return None if before is None else self.passages([before]).get(before)

    def matching_revisions(self, filters: Filters, *, in_force: bool = True) -> NDArray[np.int64]:
        """The internal numbers of the revisions that a search under `filters` may return.

        `in_force`: false to include those that were in force a moment ago.
        """
        query = select(revisions.c.id).join(articles, articles.c.id == revisions.c.article_id)
        query = query.where(*conditions(filters, in_force=in_force))
        with storage_errors("the archive"), self.engine.connect() as connection:
            return np.array(connection.execute(query).scalars().all(), np.int64)

    def added_between(
        self, after: int, until: int, *, batch: int = 2_000
    ) -> Iterator[list[tuple[int, str, bytes | None]]]:
        """Passages added by the changes after `after`, up to `until`, in batches.

        Each is its number, its text under its title, and its vector if it has one.
        """
        added = (
            select(
                passages.c.id,
                revisions.c.title,
                revisions.c.text,
                passages.c.start,
                passages.c.end,
                embeddings.c.vector,
            )
            .join(revisions, passages.c.revision_id == revisions.c.id)
            .outerjoin(embeddings, embeddings.c.passage_id == passages.c.id)
            .join(changes, changes.c.revision_id == revisions.c.id)
            .where(changes.c.kind == "added", changes.c.sequence > after, changes.c.sequence <= until)
            .order_by(passages.c.id)
        )
        with storage_errors("the archive"), self.engine.connect() as connection:
            for rows in connection.execution_options(yield_per=batch).execute(added).partitions():
                yield [
                    (number, f"{title or ''}\n{text[start:end]}", vector)
                    for number, title, text, start, end, vector in rows
                ]

    def save_answer(
        self, answer_id: str, created: datetime, answer: str, *, cited: Mapping[str, int], seen: Collection[str] = ()
    ) -> None:
        """Store an answer as it was sent (JSON) and the articles that it cites; durable when this returns.

        `cited`: article id → the revision that the citations are of. `seen`: the articles whose text may be in it.
        Raises `BusyError` if one of these was purged in the meantime.
        """
        purged = select(articles.c.id).where(articles.c.id.in_({*cited, *seen}), articles.c.purged.is_not(None))
        rows = [{"answer_id": answer_id, "article_id": name, "revision": number} for name, number in cited.items()]
        with storage_errors("the archive"), self.writing.begin() as connection:
            if connection.execute(purged).first() is not None:
                raise BusyError("an article of this answer was purged while it was read", hint="Ask again.")
            connection.execute(insert(answers).values(id=answer_id, created=created.isoformat(), answer=answer))
            if rows:
                connection.execute(insert(cited_articles), rows)

    def answer(self, answer_id: str) -> str:
        """The stored answer, JSON. Raises `NotFoundError`."""
        found: str | None = self._scalar(select(answers.c.answer).where(answers.c.id == answer_id))
        if found is None:
            raise no_answer(answer_id)
        return found

    def rows(self, query: Select[Any], values: Mapping[str, Any] | None = None) -> Sequence[Mapping[str, Any]]:
        """The rows of a query with these parameters, read in one transaction. For index/ only."""
        with storage_errors("the archive"), self.engine.connect() as connection:
            return connection.execute(query, values).mappings().all()  # type: ignore[return-value]

    def _scalar(self, query: Select[Any]) -> Any:
        with storage_errors("the archive"), self.engine.connect() as connection:
            return connection.execute(query).scalar()


def another_encoder(bound: str, name: str) -> ConflictError:
    """The error for opening an archive of encoder `bound` with encoder `name`."""
    return ConflictError(
        f"the archive was made with the encoder {bound}, not {name}",
        hint="Set DATELINE_ENCODER to that encoder, re-encode the archive with this one (dateline encoder use), or "
        "ingest into a new DATELINE_HOME.",
    )


def no_article(article_id: str, revision: int | None) -> NotFoundError:
    """The error for an article, or a revision of it (None: any), that does not exist."""
    which = "" if revision is None else f" with a revision {revision}"
    return NotFoundError(f"there is no article {article_id!r}{which}", hint="dateline articles list shows all of them.")


def no_answer(answer_id: str) -> NotFoundError:
    """The error for an answer that does not exist."""
    return NotFoundError(f"there is no answer {answer_id!r}", hint="An answer's id begins with ans_.")


def _articles() -> Select[Any]:
    return select(
        revisions,
        articles.c.story_id,
        articles.c.withdrawn,
        articles.c.withdrawn_reason,
        articles.c.purged,
        articles.c.embargo,
        (articles.c.current_revision == revisions.c.id).label("current"),
    ).join(articles, articles.c.id == revisions.c.article_id)


def _article(row: Mapping[str, Any]) -> Article:
    basis: dict[str, Basis] = json.loads(row["basis"])
    return Article(
        id=row["article_id"],
        text=row["text"],
        title=row["title"],
        outlet=row["outlet"],
        byline=row["byline"],
        url=row["url"],
        language=row["language"],
        published=dates.from_text(row["published"]) if row["published"] else None,
        updated=dates.from_text(row["updated"]) if row["updated"] else None,
        corrects=row["corrects"],
        pages=tuple(PageStart(offset, page) for offset, page in json.loads(row["pages"] or "[]")),
        basis=basis,
    )


def _stored_article(row: Mapping[str, Any]) -> StoredArticle:
    return StoredArticle(
        article=_article(row),
        revision=row["number"],
        current=bool(row["current"]),
        story_id=row["story_id"],
        ingested=datetime.fromisoformat(row["ingested"]),
        withdrawn=datetime.fromisoformat(row["withdrawn"]) if row["withdrawn"] else None,
        withdrawn_reason=row["withdrawn_reason"],
        embargo=None if row["embargo"] is None else from_microseconds(row["embargo"]),
        removed=tuple(RemovedLine(**line) for line in json.loads(row["removed"])),
    )
