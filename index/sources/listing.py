"""Parsing listings: RSS and Atom by the feed reader, JSON Feed, news sitemaps.

Every entry becomes a record of a feed. Knows nothing of the network or of stored entries.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree  # type: ignore[import-untyped, unused-ignore]
from lxml import html as lxml_html

from dateline.index.addresses import normal_address
from dateline.index.article import Problem
from dateline.index.errors import ArticleError
from dateline.index.read import records_of_file
from dateline.index.read.feed import payload_of
from dateline.index.sources import json_feed, sitemap
from dateline.index.sources.source import SourceKind, host_of

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_HEAD = 2_000


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """A listed entry."""

    key: str
    """Its own id, or its URL, or the digest of its record."""
    url: str | None
    """Of its page, absolute."""
    record: bytes
    """The payload of a feed's record, see `index/read/feed.py`."""

    @property
    def version(self) -> str:
        """Changes with the record."""
        return hashlib.sha256(self.record).hexdigest()

    @property
    def normal_url(self) -> str | None:
        """The normal address of its page."""
        return None if self.url is None else normal_address(self.url)


@dataclass(frozen=True, slots=True)
class Listing:
    """The current entries of a source."""

    entries: tuple[ListedEntry, ...]
    """In the source's order, usually newest first; each key once."""
    trouble: str | None = None
    """What is wrong with it; then it may have more entries than could be read."""


def read_listing(kind: SourceKind, url: str, body: bytes) -> Listing:
    """The listing of a feed or a sitemap at `url`. Raises `ArticleError` if it is neither."""
    if kind == "sitemap":
        return listing_of(sitemap.records(body), url)
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return listing_of(json_feed.records(body), url)
    _refuse_pages(url, body)
    payloads, problems = [], []
    for item in records_of_file("feed.xml", body):
        if isinstance(item, Problem):
            problems.append(item)
        else:
            payloads.append(json.loads(item.payload))
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors and not payloads:
        raise ArticleError(errors[0].reason)
    # A feed without entries is an empty listing; any other problem is that some of it could not be read.
    return listing_of(payloads, url, _in_words(problems) if payloads else None)


def listing_of(records: Iterable[Mapping[str, str]], url: str, trouble: str | None = None) -> Listing:
    """The listing of these records; relative addresses are resolved against `url`.

    A numeric id is not unique across feeds: that of the article gets the host of `url` as a prefix.
    """
    entries: dict[str, ListedEntry] = {}
    for found in records:
        record = dict(found)
        if record.get("url"):
            record["url"] = urljoin(url, record["url"].strip())
        key = record.get("id") or record.get("url") or hashlib.sha256(payload_of(record)).hexdigest()
        for name in ("id", "corrects"):
            if record.get(name, "").isdecimal():
                record[name] = f"{host_of(url)}:{record[name]}"
        payload = payload_of(record)
        entries.setdefault(key, ListedEntry(key, record.get("url"), payload))
    return Listing(tuple(entries.values()), trouble)


def _in_words(problems: Iterable[Problem]) -> str | None:
    reasons = [
        problem.reason if problem.line is None else f"Line {problem.line}: {problem.reason}" for problem in problems
    ]
    return " ".join(reasons) or None


def _refuse_pages(url: str, body: bytes) -> None:
    """Raise `ArticleError` for an HTML page, with the feeds that it links to."""
    head = body[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head.startswith((b"<!doctype html", b"<html")):
        return
    try:
        links = list(lxml_html.document_fromstring(body).iter("link"))
    except (etree.LxmlError, ValueError, AssertionError):
        links = []
    feeds = [urljoin(url, link.get("href", "")) for link in links if (link.get("type") or "").lower() in _FEED_TYPES]
    hint = f"It names {', '.join(feeds[:3])}." if feeds else "Look for the address of its feed, or add it as a page."
    raise ArticleError("this is a page, not a feed", hint=hint)
