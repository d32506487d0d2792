"""What an ingest says of records that tell the archive nothing new, or two things at once, or of tomorrow.

Knows articles and their dates, not how they are stored.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from dateline.index.article import Article, Problem
from dateline.index.dates import bounds, to_text

CLOCK_SKEW = timedelta(days=1)
"""So far ahead a date is no surprise: clocks differ, and a day begins at different times around the world."""


def older_revision(path: str, line: int | None, article_id: str) -> Problem:
    """The archive has a newer revision than the one that came."""
    reason = (
        f"The archive has a newer revision of {article_id!r}, which was kept. "
        "If the older words are to hold again, send them with a newer 'updated'."
    )
    return Problem(path, line, reason, "warning")


def id_conflict(path: str, line: int | None, article_id: str, first: str) -> Problem:
    """Two records of a run have one id, and nothing says that they are revisions of one article."""
    reason = (
        f"the id {article_id!r} stands for another text in {first}, which was kept. Give this one an id of its own, "
        "or, where it revises the first, a newer 'updated' or the same title."
    )
    return Problem(path, line, reason)


def future_dates(
    article: Article, path: str, line: int | None, now: datetime, embargo: datetime | None
) -> tuple[Problem, ...]:
    """Warnings about dates that are yet to come, where no embargo explains them."""
    found = []
    for name in ("published", "updated"):
        value = getattr(article, name)
        if value is not None and embargo is None and bounds(value)[0] > now + CLOCK_SKEW:
            what = f"The date {to_text(value)} in {name!r} is in the future"
            reason = f"{what}; correct it, or give an 'embargo' to hold it back."
            found.append(Problem(path, line, reason, "warning"))
    return tuple(found)
