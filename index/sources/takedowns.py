"""Articles that their source has taken down: withdrawn if the source is set so, and reinstated when they return.

Knows the setting, not how it was noticed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from dateline.index.archive import Archive
from dateline.index.schema import articles
from dateline.index.sources.source import Source
from dateline.index.writer import Writer


def take_down(archive: Archive, source: Source, article_ids: Collection[str], now: datetime) -> None:
    """Withdraw these articles if the source is set so; withdrawn ones keep their reason."""
    if source.settings.gone == "withdraw":
        for article_id in sorted(article_ids):
            Writer(archive).withdraw(article_id, _reason(source), now)


def reinstate_returned(archive: Archive, source: Source, article_ids: Collection[str]) -> None:
    """Reinstate those of these articles that `take_down` withdrew for this source."""
    if source.settings.gone != "withdraw" or not article_ids:
        return
    query = select(articles.c.id).where(articles.c.withdrawn_reason == _reason(source), articles.c.purged.is_(None))
    for row in archive.rows(query):
        if row["id"] in article_ids:
            Writer(archive).reinstate(row["id"])


def _reason(source: Source) -> str:
    return f"taken down by the source {source.name}"
