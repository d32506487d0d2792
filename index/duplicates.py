"""Finds the archive's article that a newly read one duplicates: the same page at another address, or under an older id.

Only articles without an id of their own are looked up. Copies of
a text in other outlets are found by `index/stories.py`. Knows nothing of files.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import bindparam, select

from dateline.index import dates, stories
from dateline.index.addresses import site_of
from dateline.index.archive import Archive
from dateline.index.article import Article
from dateline.index.schema import articles, revisions, story_bands

_FORMER_TRACKING = re.compile(
    r"utm_|(?:fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|igshid|cmpid|icid|ref_src)$", re.IGNORECASE
)

_IS_CURRENT = (articles.c.current_revision == revisions.c.id).label("is_current")
_READ_FROM = (
    select(revisions.c.article_id, revisions.c.ingested, _IS_CURRENT)
    .join(articles, articles.c.id == revisions.c.article_id)
    .where(revisions.c.fingerprint == bindparam("record"))
    .order_by(_IS_CURRENT.desc(), revisions.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class FormerRevision:
    """A revision that was ingested before."""

    article_id: str
    ingested: datetime
    is_current: bool


def is_of_address(article: Article) -> bool:
    """Whether the article's id is derived from its address."""
    return article.id.startswith("url-") and article.url is not None


def content_key(article: Article) -> str:
    """SHA-256 in hex; equal for articles of one site with the same text, title, outlet, byline and `published`."""
    published = None if article.published is None else dates.to_text(article.published)
    parts = (site_of(article.url or ""), article.title, article.outlet, article.byline, published, article.text)
    return hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest()


def known_id(archive: Archive, article: Article) -> str:
    """The id of the archive's article with this address, or else the article's own id."""
    former = _former_id(article.url or "")
    return former if former != article.id and not _has(archive, article.id) and _has(archive, former) else article.id


def former_revision(archive: Archive, fingerprint: str) -> FormerRevision | None:
    """The revision read from a record with this fingerprint: the current one, else the newest; None: there is none."""
    for row in archive.rows(_READ_FROM, {"record": fingerprint}):
        return FormerRevision(row["article_id"], datetime.fromisoformat(row["ingested"]), bool(row["is_current"]))
    return None


def _has(archive: Archive, article_id: str) -> bool:
    return bool(archive.rows(select(articles.c.id).where(articles.c.id == article_id)))


def twin_of(archive: Archive, article: Article, content: str) -> str | None:
    """The id of another article of the same site with the same text, or None.

    `content`: the article's `content_key`.
    """
    signature = stories.signature(article.text)
    if signature is None:
        return None
    one_band = stories.bands(signature)[0]  # an identical text has all bands in common
    query = (
        select(revisions)
        .join(articles, articles.c.current_revision == revisions.c.id)
        .join(story_bands, story_bands.c.article_id == articles.c.id)
        .where(story_bands.c.band == one_band, revisions.c.text == article.text)
        .order_by(articles.c.id)
    )
    for row in archive.rows(query):
        published = dates.from_text(row["published"]) if row["published"] else None
        names = {name: row[name] for name in ("title", "outlet", "byline", "url")}
        held = Article(row["article_id"], row["text"], published=published, **names)
        if held.url and content_key(held) == content:
            return held.id
    return None


def _former_id(url: str) -> str:
    """The id that Dateline 0.1 derived from an address before December 2026."""
    parts = urlsplit(url)
    try:
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        port = ""
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _FORMER_TRACKING.match(k)]
    query = f"?{urlencode(kept)}" if kept else ""
    address = f"{(parts.hostname or '').rstrip('.')}{port}{parts.path.rstrip('/')}{query}"
    return "url-" + hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()[:16]
