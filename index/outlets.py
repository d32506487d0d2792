"""The outlets of an archive, with their numbers of articles and dates. Knows nothing of questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from dateline.index import dates
from dateline.index.archive import Archive
from dateline.index.conditions import conditions
from dateline.index.filters import Filters
from dateline.index.schema import articles, revisions


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet and its articles in numbers."""

    name: str | None
    """None: of articles without a known outlet."""
    articles: int
    """In use."""
    oldest: str | None
    """ISO 8601: the date of the oldest article; None: no article has one."""
    newest: str | None


def outlets_of(archive: Archive, filters: Filters) -> list[Outlet]:
    """The outlets of the articles that pass `filters`, those with most articles first.

    The oldest and newest dates are compared as moments, and given as they are written.
    """
    found = (
        select(revisions.c.outlet, revisions.c.published, revisions.c.published_from)
        .join(articles, articles.c.id == revisions.c.article_id)
        .where(*conditions(filters))
        .subquery()
    )
    oldest = func.first_value(found.c.published).over(
        partition_by=found.c.outlet, order_by=[found.c.published_from.is_(None), found.c.published_from]
    )
    newest = func.first_value(found.c.published).over(
        partition_by=found.c.outlet, order_by=[found.c.published_from.is_(None), found.c.published_from.desc()]
    )
    dated = select(found.c.outlet, oldest.label("oldest"), newest.label("newest")).subquery()
    query = (
        select(
            dated.c.outlet,
            func.count().label("articles"),
            func.min(dated.c.oldest).label("oldest"),
            func.min(dated.c.newest).label("newest"),
        )
        .group_by(dated.c.outlet)
        .order_by(func.count().desc(), dated.c.outlet)
    )
    return [Outlet(row["outlet"], row["articles"], row["oldest"], row["newest"]) for row in archive.rows(query)]


def newest_of(outlets: Iterable[Outlet]) -> str | None:
    """The date of the newest article of all these outlets, as it is written; None: none is dated."""
    dated = [outlet.newest for outlet in outlets if outlet.newest is not None]
    return max(dated, key=lambda date: dates.bounds(dates.from_text(date))[1], default=None)
