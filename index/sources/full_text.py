"""Records of entries: as the source states them, or with the text of their page.

Knows nothing of the network or of tables.
"""

from __future__ import annotations

import hashlib
import html
import json
from dataclasses import replace

from dateline.index.article import Article, Basis
from dateline.index.errors import ArticleError
from dateline.index.ingest import ParsedRecord
from dateline.index.read import Record, parse
from dateline.index.read.decode import is_binary
from dateline.index.read.feed import payload_of

_FROM_SOURCE = ("title", "outlet", "byline", "language", "published", "updated")


def record_of_entry(where: str, payload: bytes, article_id: str | None) -> Record:
    """The record of an entry as its source states it; `article_id`: of its existing article."""
    if article_id is not None:
        payload = payload_of(json.loads(payload) | {"id": article_id})
    return Record(where, None, "feed", payload)


def record_of_page(where: str, payload: bytes, page: bytes, article_id: str | None) -> ParsedRecord:
    """The record of an entry with the text of its page, an HTML file.

    The source's title, dates and so on take precedence over the page's; each keeps its basis. Raises `ArticleError` and
    `NoticeError` as reading the page does.
    """
    if is_binary(page):
        raise ArticleError("its page is not text", hint="Save the article in another form and ingest that.")
    read = parse(Record(where, None, "html", page))
    # The entry alone may have no text; the page's words let it be read as any other entry is.
    words = "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in read.article.text.split("\n"))
    entry = record_of_entry(where, payload, article_id)
    said = parse(replace(entry, payload=payload_of(json.loads(entry.payload) | {"text": words}))).article
    article = _merged(said, read.article)
    digest = hashlib.sha256(page).hexdigest()
    parsed = replace(read, article=article)
    return ParsedRecord(where, None, "feed", entry.payload + digest.encode(), parsed=parsed)


def _merged(said: Article, page: Article) -> Article:
    """The page's article with the entry's id, address and fields."""
    fields = {name: getattr(said, name) for name in _FROM_SOURCE if getattr(said, name) is not None}
    if said.basis.get("language") != "metadata":  # found in the same text
        fields.pop("language", None)
    basis: dict[str, Basis] = {**page.basis, **{name: said.basis[name] for name in fields if name in said.basis}}
    url = said.url or page.url
    if url is not None:
        basis["url"] = "metadata"
    return replace(page, id=said.id, url=url, corrects=said.corrects or page.corrects, basis=basis, **fields)
