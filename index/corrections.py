"""Which articles state that they correct which others. Knows nothing of answers."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from dateline.index.archive import Archive
from dateline.index.conditions import conditions
from dateline.index.filters import Filters
from dateline.index.schema import articles, revisions


def corrections_of(archive: Archive, article_ids: Iterable[str], filters: Filters) -> dict[str, tuple[str, ...]]:
    """For each corrected article the ids of the articles that correct it, oldest first, undated ones last.

    Only articles in use that pass `filters`; with `as_of`, the revisions in force then. The corrected article may be
    outside the filters, or not in the archive.
    """
    query = (
        select(revisions.c.corrects, articles.c.id)
        .join(articles, articles.c.id == revisions.c.article_id)
        .where(revisions.c.corrects.in_(list(article_ids)), *conditions(filters))
        .order_by(revisions.c.published_from.is_(None), revisions.c.published_from, articles.c.id)
    )
    found: dict[str, list[str]] = {}
    for row in archive.rows(query):
        found.setdefault(row["corrects"], []).append(row["id"])
    return {article_id: tuple(by) for article_id, by in found.items()}
