"""Live blogs into posts, each with its own time.

Uses schema.org's LiveBlogPosting, and the post on the page with the same time, which often says more. Knows nothing of
cleaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from dateline.index.dates import parse_date, to_text
from dateline.index.read import html
from dateline.index.read.json_ld import linked_data
from dateline.index.read.metadata import identity, line_of, url_of

FEWEST_POSTS = 2


def is_live_blog(payload: bytes) -> bool:
    """Whether a page may be a live blog; cheap."""
    return b"LiveBlogPosting" in payload and b"liveBlogUpdate" in payload


def posts_of(payload: bytes, address: str | None = None) -> Iterator[dict[str, Any]]:
    """The posts of a page as JSON records; empty unless it is a live blog with at least two dated posts.

    A post's id is made of the page's and the post's, so that it stays the same while the page grows.
    """
    tree = html.tree_of(payload)
    if tree is None:
        return
    linked = linked_data(tree)
    updates = [item for item in _list(linked.article.get("liveBlogUpdate")) if isinstance(item, dict)]
    dated = [(item, when) for item in updates if (when := parse_date(item.get("datePublished"))) is not None]
    if len(dated) < FEWEST_POSTS:
        return
    fields, own_id = html.metadata_of(tree, linked)
    about = {name: value.raw for name, value in fields.items() if name in ("outlet", "language")}
    page = line_of(fields["title"].raw) if "title" in fields else None
    url = url_of(fields["url"].raw) if "url" in fields else address
    page_id = identity(own_id, url, page or "")
    html.prune(tree)
    shown = _shown_posts(tree)
    for item, when in dated:
        mark, words = shown.get(_moment(when), (None, ""))
        said = html.text_of_fragment(str(item.get("articleBody") or item.get("description") or ""))
        headline = line_of(item.get("headline"))
        where = line_of(item.get("url")) or (f"{url}#{mark}" if url and mark else url)
        yield about | {
            "id": f"{page_id}:{mark or _moment(when)}",
            "title": " – ".join(part for part in (headline, page) if part),
            "url": where,
            "byline": item.get("author") or (fields["byline"].raw if "byline" in fields else None),
            "published": to_text(when),
            "updated": item.get("dateModified"),
            "text": words if len(words) > len(said) else said,
        }


def _shown_posts(tree: Any) -> dict[str, tuple[str | None, str]]:
    """For the time of each post on the page its id and its text without the heading."""
    boxes = []
    for time in tree.iter("time"):
        when = parse_date(time.get("datetime"))
        if when is not None:
            box = time
            while (parent := box.getparent()) is not None and sum(1 for _ in parent.iter("time")) == 1:
                box = parent
            boxes.append((when, time, box))
    found: dict[str, tuple[str | None, str]] = {}
    for when, time, box in boxes:
        for node in [time, *box.iter("h1", "h2", "h3", "h4")]:
            if node is not box:
                node.drop_tree()
        if words := html.lines_of(box):
            found.setdefault(_moment(when), (box.get("id"), words))
    return found


def _moment(when: date | datetime) -> str:
    moment = when.astimezone(UTC) if isinstance(when, datetime) else when
    return to_text(moment).replace(":", "").replace("+0000", "Z")


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
