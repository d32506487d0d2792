"""Tombstones of purged articles, and checks against ingesting these again.

Knows nothing of how an article is purged; see index/purge.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, or_, select, update

from dateline.index.article import Article
from dateline.index.digests import text_sha256
from dateline.index.errors import PurgedError
from dateline.index.schema import articles, purged_texts

if TYPE_CHECKING:
    from dateline.index.archive import Archive


def purged_error(tombstone: Mapping[str, Any], *, hint: str = "") -> PurgedError:
    """The error for a purged article, from its row of `articles`."""
    reason = tombstone["withdrawn_reason"]
    return PurgedError(
        f"the article {tombstone['id']!r} was purged on {tombstone['purged'][:10]}: {reason}",
        hint=hint,
        article_id=tombstone["id"],
        purged=tombstone["purged"],
        reason=reason,
    )


def has_purged(archive: Archive) -> bool:
    """Whether any article was purged."""
    return bool(archive.rows(select(articles.c.id).where(articles.c.purged.is_not(None)).limit(1)))


def check_not_purged(archive: Archive, article: Article) -> None:
    """Raise `PurgedError` for an article that was purged, by its id or by its text."""
    of_text = select(purged_texts.c.article_id).where(purged_texts.c.sha256 == text_sha256(article.text))
    query = select(articles).where(
        articles.c.purged.is_not(None), or_(articles.c.id == article.id, articles.c.id.in_(of_text))
    )
    for tombstone in archive.rows(query):
        raise purged_error(tombstone, hint="It stays out, unless it is readmitted on purpose.")


def lift_purges(connection: Connection, readmitted: Iterable[Article]) -> None:
    """Permit these articles again: removes their tombstones, and those of the same texts under other ids."""
    for article in readmitted:
        connection.execute(
            delete(purged_texts).where(
                or_(purged_texts.c.article_id == article.id, purged_texts.c.sha256 == text_sha256(article.text))
            )
        )
        connection.execute(
            update(articles)
            .where(articles.c.id == article.id, articles.c.purged.is_not(None))
            .values(purged=None, withdrawn=None, withdrawn_reason=None)
        )
