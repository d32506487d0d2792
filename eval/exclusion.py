"""Excludes articles and their near-copies from retrieval, to make questions without an answer.

Knows nothing of questions or answers.
"""

from __future__ import annotations

from collections.abc import Collection

from dateline.index.archive import Archive
from dateline.index.filters import NO_FILTERS

PAGE = 1_000


def stories(archive: Archive) -> dict[str, str]:
    """The story of every article by its id."""
    found: dict[str, str] = {}
    after: str | None = None
    while page := archive.list_articles(NO_FILTERS, after=after, limit=PAGE):
        found.update({stored.article.id: stored.story_id for stored in page})
        after = page[-1].article.id
    return found


def without(stories: dict[str, str], articles: Collection[str]) -> tuple[str, ...]:
    """The ids of all articles but `articles` and their near-copies: what `Filters.article_ids` takes."""
    gone = {stories[article] for article in articles if article in stories}
    return tuple(article for article, story in stories.items() if story not in gone)
