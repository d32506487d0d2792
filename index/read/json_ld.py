"""The JSON-LD of a page: the object of the article, with its `@id` references resolved.

Knows schema.org's types, not the fields of an article in the archive.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dateline.index.read.metadata import names_of

_ARTICLE_TYPES = ("Article", "Posting", "Report", "LiveBlog")
_REFERRING = ("author", "creator", "publisher", "mainEntityOfPage", "isPartOf", "provider", "sourceOrganization")
_DEPTH = 8


@dataclass(frozen=True, slots=True)
class LinkedData:
    """The JSON-LD of a page."""

    article: dict[str, Any] = field(default_factory=dict)
    """The article's object with its references resolved; empty: there is none."""
    site_name: str | None = None

    @property
    def is_free(self) -> bool:
        """Whether the article is free to read, as far as stated."""
        return str(self.article.get("isAccessibleForFree", True)).lower() not in ("false", "no", "0")

    @property
    def body(self) -> str:
        """`articleBody` as text; empty: there is none."""
        raw = self.article.get("articleBody") or ""
        return "\n\n".join(part for part in raw if isinstance(part, str)) if isinstance(raw, list) else str(raw)


def linked_data(tree: Any) -> LinkedData:
    """Parse the JSON-LD of a page; broken parts are skipped, as meta tags usually say the same."""
    objects: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if (script.get("type") or "").split(";")[0].strip().lower() != "application/ld+json":
            continue
        try:
            objects += _objects(json.loads(script.text or "", strict=False))
        except (ValueError, RecursionError):
            continue
    known: dict[str, dict[str, Any]] = {}
    for item in objects:
        key = item.get("@id")
        if isinstance(key, str) and len(item) > len(known.get(key, {})):
            known[key] = item
    candidates = [item for item in objects if any(kind.endswith(_ARTICLE_TYPES) for kind in _types(item))]
    chosen = next((item for item in candidates if item.get("headline")), candidates[0] if candidates else {})
    article = {key: _resolved(value, known) if key in _REFERRING else value for key, value in chosen.items()}
    page = article.get("mainEntityOfPage")
    if article and not isinstance(article.get("url"), str):
        article["url"] = page.get("@id") or page.get("url") if isinstance(page, dict) else page
    names = (item["name"] for item in objects if "WebSite" in _types(item) and isinstance(item.get("name"), str))
    return LinkedData(article, next(names, None))


def _types(item: dict[str, Any]) -> list[str]:
    return names_of(item.get("@type"))


def _resolved(value: Any, known: dict[str, dict[str, Any]]) -> Any:
    if isinstance(value, list):
        return [_resolved(item, known) for item in value]
    if isinstance(value, dict) and isinstance(value.get("@id"), str):
        return known.get(value["@id"], {}) | value
    return known.get(value, value) if isinstance(value, str) else value


def _objects(linked: object, depth: int = _DEPTH) -> Iterator[dict[str, Any]]:
    """All objects: at top level, in lists, in `@graph`, and the article that a page's object is about."""
    if depth == 0:
        return
    if isinstance(linked, list):
        for item in linked:
            yield from _objects(item, depth - 1)
    elif isinstance(linked, dict):
        yield linked
        for key in ("@graph", "mainEntity", "author", "publisher"):
            if isinstance(linked.get(key), dict | list):
                yield from _objects(linked[key], depth - 1)
