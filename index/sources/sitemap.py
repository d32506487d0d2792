"""News sitemaps (sitemaps.org with Google's news extension) into records of a feed.

They have no text; the entries' pages are fetched elsewhere. Knows nothing of the network.
"""

from __future__ import annotations

import html
import io
from collections.abc import Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped, unused-ignore]

from dateline.index.errors import ArticleError

_NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
MOST_ENTRIES = 50_000
"""The protocol's limit."""


def records(body: bytes) -> Iterator[dict[str, str]]:
    """One record for each news page. Raises `ArticleError` if it is not a news sitemap."""
    root = _root(body)
    name = etree.QName(root).localname
    if name == "sitemapindex":
        named = [(node.text or "").strip() for node in root.iter("{*}loc")]
        raise ArticleError(
            "this is an index of sitemaps", hint=f"Add the news sitemap that it lists: {', '.join(named[:3])} …"
        )
    if name != "urlset":
        raise ArticleError(f"this XML is not a sitemap, its root is <{name[:40]}>", hint="Add a feed with --kind feed.")
    found = [node for node in root.iterchildren("{*}url") if node.find(f"{_NEWS}news") is not None]
    if not found and len(root):
        raise ArticleError(
            "this sitemap marks nothing as news (<news:news>)", hint="Add the site's news sitemap, or its feed."
        )
    for node in found[:MOST_ENTRIES]:
        news = node.find(f"{_NEWS}news")
        record = {
            "url": _text(node.find("{*}loc")),
            "updated": _text(node.find("{*}lastmod")),
            "published": _text(news.find(f"{_NEWS}publication_date")),
            "title": html.escape(_text(news.find(f"{_NEWS}title")), quote=False),
            "outlet": _text(news.find(f"{_NEWS}publication/{_NEWS}name")),
            "language": _text(news.find(f"{_NEWS}publication/{_NEWS}language")),
        }
        if record["url"]:
            yield {name: value for name, value in record.items() if value}


def _root(body: bytes) -> Any:
    # No entities, no DTD from elsewhere: a sitemap needs neither, and both can be made to unfold without end.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.parse(io.BytesIO(body), parser).getroot()
    except etree.XMLSyntaxError as error:
        raise ArticleError(
            f"the sitemap's XML is broken at line {error.lineno}", hint="It is fetched again later."
        ) from error


def _text(node: Any) -> str:
    return "" if node is None else (node.text or "").strip()
