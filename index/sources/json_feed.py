"""JSON Feed 1.0 and 1.1 (jsonfeed.org) into records of a feed, with the fields of index/read/wrappers.py.

Knows nothing of the network.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator

from dateline.index.errors import ArticleError
from dateline.index.read.metadata import names_of
from dateline.index.read.wrappers import flattened


def records(body: bytes) -> Iterator[dict[str, str]]:
    """One record for each item. Raises `ArticleError` if it is not a JSON Feed."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ArticleError("the feed's JSON is broken", hint="It is fetched again later.") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ArticleError(
            "this JSON is not a JSON Feed: it has no list of items", hint="Feeds are RSS, Atom or JSON Feed."
        )
    for item in feed["items"]:
        if not isinstance(item, dict):
            continue
        found = flattened({"content_text": None} | item, feed)
        record = {name: _text(value) for name, value in found.items()} | {
            "id": _text(item.get("id")),
            "title": html.escape(_text(found.get("title")), quote=False),
            "byline": ", ".join(names_of(found.get("byline"))),
            "text": _text(item.get("content_html")) or _plain(found.get("text")),
        }
        yield {name: value for name, value in record.items() if value}


def _text(value: object) -> str:
    """A string or a number (1.0 allows numeric ids) as text; empty for anything else."""
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _plain(value: object) -> str:
    """Plain text as HTML."""
    lines = [line for line in _text(value).splitlines() if line.strip()]
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines)
