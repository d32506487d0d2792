"""The revisions of an article, with their dates. Knows nothing of what changed between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from dateline.index.archive import Archive
from dateline.index.schema import articles, revisions


@dataclass(frozen=True, slots=True)
class RevisionHead:
    """A revision without its text."""

    number: int
    """1, 2, … within the article."""
    current: bool
    title: str | None
    ingested: datetime
    published: str | None
    """ISO 8601; None: unknown."""
    updated: str | None


def revisions_of(archive: Archive, article_id: str) -> list[RevisionHead]:
    """The revisions of an article, oldest first; empty if there is no such article."""
    query = (
        select(
            revisions.c.number,
            (articles.c.current_revision == revisions.c.id).label("current"),
            revisions.c.title,
            revisions.c.ingested,
            revisions.c.published,
            revisions.c.updated,
        )
        .join(articles, articles.c.id == revisions.c.article_id)
        .where(revisions.c.article_id == article_id)
        .order_by(revisions.c.number)
    )
    return [
        RevisionHead(**{**row, "current": bool(row["current"]), "ingested": datetime.fromisoformat(row["ingested"])})
        for row in archive.rows(query)
    ]
