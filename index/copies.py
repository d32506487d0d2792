"""Near-copies of articles, by the stories that index/stories.py assigned when they were stored."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from dateline.index.archive import Archive
from dateline.index.conditions import conditions
from dateline.index.filters import Filters
from dateline.index.schema import articles, revisions

MOST_COPIES = 20
"""Most other articles of a story that are listed; hundreds of papers may carry a wire story."""


def copies_of(archive: Archive, story_ids: Iterable[str], filters: Filters) -> dict[str, tuple[str, ...]]:
    """For each story the ids of its articles in use that pass `filters`, in order.

    At most `MOST_COPIES` + 1, so that each of them has up to `MOST_COPIES` others. Stories are those of the current
    texts, with `as_of` too.
    """
    place = func.row_number().over(partition_by=articles.c.story_id, order_by=articles.c.id)
    numbered = (
        select(articles.c.story_id, articles.c.id, place.label("place"))
        .join(revisions, revisions.c.article_id == articles.c.id)
        .where(articles.c.story_id.in_(list(story_ids)), *conditions(filters))
        .subquery()
    )
    query = select(numbered.c.story_id, numbered.c.id).where(numbered.c.place <= MOST_COPIES + 1)
    found: dict[str, list[str]] = {}
    for row in archive.rows(query.order_by(numbered.c.story_id, numbered.c.id)):
        found.setdefault(row["story_id"], []).append(row["id"])
    return {story_id: tuple(members) for story_id, members in found.items()}
