"""Pages of articles with an opaque cursor, for the command line and HTTP alike.

A cursor says after which article to go on; articles that come or go between two pages neither repeat nor hide others.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from index.archive import Archive, StoredArticle
from index.errors import InputError
from index.filters import Filters

_MARK = "after:"


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """Some articles, and the cursor of the next page; None: these were the last."""

    articles: list[StoredArticle]
    next_cursor: str | None


def page_of_articles(archive: Archive, filters: Filters, *, limit: int, cursor: str | None) -> ArticlePage:
    """At most `limit` articles in use, by id. Raises `InputError` for a cursor that was not handed out."""
    after = None if cursor is None else _read(cursor)
    found = archive.list_articles(filters, after=after, limit=limit + 1)
    last = found[limit - 1].article.id if len(found) > limit else None
    return ArticlePage(found[:limit], None if last is None else _write(last))


def _write(article_id: str) -> str:
    return base64.urlsafe_b64encode((_MARK + article_id).encode()).decode().rstrip("=")


def _read(cursor: str) -> str:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    if not text.startswith(_MARK):
        raise InputError(
            "the cursor is none that Dateline handed out", hint="Take next_cursor as it came, or leave it out."
        )
    return text.removeprefix(_MARK)
