"""Embargoes: articles that are stored but not searched or cited before a given time.

A release is a change of the archive like any other, so that receipts tell whether an article was released. The current
time is an argument.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update

from dateline.index.archive import Archive
from dateline.index.database import storage_errors
from dateline.index.schema import articles, changes, microseconds


def release_due(archive: Archive, now: datetime) -> int:
    """Release the articles whose embargo has ended by `now`; returns how many. Cheap if there are none."""
    due = select(articles.c.id, articles.c.current_revision).where(articles.c.embargo <= microseconds(now))
    rows = archive.rows(due)
    if not rows:
        return 0
    with storage_errors("the archive"), archive.writing.begin() as connection:
        released = connection.execute(due).mappings().all()  # anew: another process may have released some
        for row in released:
            connection.execute(update(articles).where(articles.c.id == row["id"]).values(embargo=None))
            connection.execute(insert(changes).values(kind="released", revision_id=row["current_revision"]))
    return len(released)
