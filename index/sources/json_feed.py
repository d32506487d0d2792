"""JSON Feed 1.0 and 1.1 (jsonfeed.org) into records of a feed. Knows nothing of the network."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping
from typing import Any

from index.errors import ArticleError
from index.read.metadata import names_of


def records(body: bytes) -> Iterator[dict[str, str]]:
    """One record for each item. Raises `ArticleError` where it is no JSON Feed."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ArticleError("the feed's JSON is broken", hint="It is fetched again later.") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ArticleError(
            "this JSON is no JSON Feed: it has no list of items", hint="Feeds are RSS, Atom or JSON Feed."
        )
    about = {"outlet": _text(feed.get("title")), "language": _text(feed.get("language"))}
    authors = _authors(feed)
    for item in feed["items"]:
        if not isinstance(item, dict):
            continue
        record = about | {
            "id": _text(item.get("id")),
            "title": html.escape(_text(item.get("title")), quote=False),
            "url": _text(item.get("url")) or _text(item.get("external_url")),
            "byline": _authors(item) or authors,
            "language": _text(item.get("language")) or about["language"],
            "published": _text(item.get("date_published")),
            "updated": _text(item.get("date_modified")),
            "text": _text(item.get("content_html")) or _plain(item.get("content_text")) or _plain(item.get("summary")),
        }
        yield {name: value for name, value in record.items() if value}


def _text(value: object) -> str:
    """A string or a number (1.0 allows one as an id) as text; anything else is nothing."""
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _plain(value: object) -> str:
    """Plain text as the markup that shows it."""
    lines = [line for line in _text(value).splitlines() if line.strip()]
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines)


def _authors(holder: Mapping[str, Any]) -> str:
    return ", ".join(names_of(holder.get("authors") or holder.get("author")))
