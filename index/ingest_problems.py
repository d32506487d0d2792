"""Problems of an ingest that depend on other records or on dates: older revisions, id conflicts, future dates.

Knows articles and their dates, not how they are stored.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from dateline.index.article import Article, Problem
from dateline.index.dates import bounds, to_text

CLOCK_SKEW = timedelta(days=1)
"""Tolerance for future dates: clocks differ, and a day begins at different times around the world."""


def older_revision(path: str, line: int | None, article_id: str) -> Problem:
    """The archive has a newer revision than this record."""
    reason = (
        f"The archive has a newer revision of {article_id!r}, which was kept. "
        "To restore the older text, send it with a newer 'updated'."
    )
    return Problem(path, line, reason, "warning")


def id_conflict(path: str, line: int | None, article_id: str, first: str) -> Problem:
    """Two records of a run have the same id but are not revisions of one article."""
    reason = (
        f"the id {article_id!r} is that of another text in {first}, which was kept. Give this one an id of its own, "
        "or, where it revises the first, a newer 'updated' or the same title."
    )
    return Problem(path, line, reason)


def future_dates(
    article: Article, path: str, line: int | None, now: datetime, embargo: datetime | None
) -> tuple[Problem, ...]:
    """Warnings about dates in the future that no embargo explains."""
    found = []
    for name in ("published", "updated"):
        value = getattr(article, name)
        if value is not None and embargo is None and bounds(value)[0] > now + CLOCK_SKEW:
            what = f"The date {to_text(value)} in {name!r} is in the future"
            reason = f"{what}; correct it, or give an 'embargo' to hold it back."
            found.append(Problem(path, line, reason, "warning"))
    return tuple(found)
