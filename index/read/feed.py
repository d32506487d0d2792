"""RSS and Atom files into one record per entry, and an entry into a draft.

Knows nothing of the network: of an entry that only links to its article, what the feed says of it is read.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from dateline.index.article import Problem
from dateline.index.read.entities import ENTITY
from dateline.index.read.record import Draft, Record, Value


def entries(path: str, payload: bytes) -> Iterator[Record | Problem]:
    """One record for each entry of the feed in `payload`; a problem if it is not a feed, or breaks off."""
    import feedparser

    feed: Any = feedparser.parse(io.BytesIO(payload), resolve_relative_uris=False, sanitize_html=False)
    error = feed.get("bozo_exception") if feed.get("bozo") else None
    line = error.getLineNumber() if error is not None and hasattr(error, "getLineNumber") else None
    if not feed.get("version") and not feed.entries:
        yield Problem(path, line, "This XML is not an RSS or Atom feed; save pages as .html and records as .json.")
        return
    if line is not None:
        reason = (
            f"The feed's XML is broken here; its {len(feed.entries)} entries that could be read were. Fetch it again."
        )
        yield Problem(path, line, reason, "warning" if feed.entries else "error")
        if not feed.entries:
            return
    if not feed.entries:
        yield Problem(path, None, "The feed has no entries; fetch it again.", "warning")
    about = {
        "outlet": _outlet(feed.feed),
        "language": feed.feed.get("language") or feed.feed.get("title_detail", {}).get("language"),
    }
    for entry in feed.entries:
        kept = {key: value for key, value in (about | _needed(entry)).items() if value}
        yield Record(path, None, "feed", payload_of(kept))


def payload_of(entry: Mapping[str, str]) -> bytes:
    """An entry as the payload of a record of the format `feed`; deterministic."""
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "replace")


def draft_of(payload: bytes) -> Draft:
    """The draft of an entry that `payload_of` wrote."""
    from dateline.index.read.html import text_of_fragment

    entry: dict[str, str] = json.loads(payload)
    keys = ("title", "outlet", "byline", "url", "language", "published", "updated", "corrects")
    fields = {key: Value(entry[key], "metadata") for key in keys if entry.get(key)}
    if "title" in entry:
        fields["title"] = Value(text_of_fragment(entry["title"]), "metadata")
    text = entry.get("text", "")
    return Draft(text_of_fragment(text) if "<" in text or ENTITY.search(text) else text, fields, entry.get("id"))


def _needed(entry: Any) -> dict[str, str | None]:
    contents = [content.get("value", "") for content in entry.get("content", [])]
    return {
        "id": entry.get("id"),
        "title": entry.get("title"),
        "url": entry.get("link"),
        "byline": entry.get("author"),
        "published": entry.get("published"),
        "updated": dict.get(entry, "updated"),  # The entry's own `get` would answer with `published`.
        "corrects": entry.get("dateline_corrects"),  # <dateline:corrects>
        "text": max([*contents, entry.get("summary", "")], key=len),
    }


def _outlet(feed: Any) -> str | None:
    """The publisher, or the feed's author if its title begins with it ("Kestrel Radio: World"), or the title."""
    title, author = feed.get("title"), feed.get("author")
    if feed.get("publisher"):
        return str(feed.publisher)
    if title and author and title.casefold().startswith(author.casefold()):
        return str(author)
    return title or None
