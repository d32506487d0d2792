"""JSON records of programs and services: WordPress, JSON Feed, ninjs, the Guardian and other APIs.

Each is flattened to the record that index/read/plain.py reads, with the names of index/read/metadata.py; records of
unknown shapes are left unchanged. Knows shapes, not files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Record = dict[str, Any]

LISTS = ("articles", "items", "results", "posts", "data", "docs", "entries", "stories", "news", "records", "hits",
         "value", "response", "feed", "channel", "documents", "content")  # fmt: skip
"""Keys of services' lists of articles."""
_NO_ARTICLE = {"draft", "pending", "private", "trash", "auto-draft", "future"}
"""WordPress: posts that are not published, or no longer."""


def flattened(record: Mapping[str, Any], around: Mapping[str, Any] | None = None) -> Record:
    """`record` with common field names. `around`: the object that lists it."""
    around = around or {}
    if isinstance(record.get("content"), Mapping) and "rendered" in record["content"]:
        return _wordpress(record)
    if "content_html" in record or "content_text" in record:
        return _json_feed(record, around)
    if "versioncreated" in record or "versionCreated" in record or "body_xhtml" in record or "body_text" in record:
        return _ninjs(record)
    if isinstance(record.get("fields"), Mapping) and ("webTitle" in record or "webUrl" in record):
        return _guardian(record)
    if isinstance(record.get("headline"), Mapping) and ("lead_paragraph" in record or "web_url" in record):
        return _new_york_times(record)
    if isinstance(record.get("_source"), Mapping):  # Elasticsearch
        return flattened({"id": record.get("_id"), **record["_source"]})
    return dict(record)


def is_published(record: Mapping[str, Any]) -> bool:
    """Whether a WordPress record is a published post; true for all other records."""
    return not ("slug" in record and "status" in record and str(record["status"]).lower() in _NO_ARTICLE)


def looks_like_article(value: object) -> bool:
    """Whether a JSON value is a record with a text, in one of the shapes above."""
    if not isinstance(value, Mapping):
        return False
    from dateline.index.read.metadata import TEXT

    record = flattened(value)
    return any(isinstance(record.get(name), str | list) and record[name] for name in TEXT)


def _wordpress(record: Mapping[str, Any]) -> Record:
    def rendered(name: str) -> Any:
        value = record.get(name)
        return value.get("rendered") if isinstance(value, Mapping) else value

    def utc(name: str) -> str | None:
        moment = record.get(f"{name}_gmt")
        return f"{moment}Z" if moment else record.get(name)

    yoast = record.get("yoast_head_json")
    yoast = yoast if isinstance(yoast, Mapping) else {}
    embedded = record.get("_embedded")
    authors = embedded.get("author") if isinstance(embedded, Mapping) else None
    return _kept(
        {
            "id": rendered("guid") or record.get("id"),
            "title": rendered("title"),
            "text": rendered("content") or rendered("excerpt"),
            "url": record.get("link"),
            "published": utc("date"),
            "updated": utc("modified"),
            "outlet": yoast.get("og_site_name"),
            "byline": authors or yoast.get("author") or (record.get("author_name")),
            "language": record.get("lang") or yoast.get("og_locale"),
        }
    )


def _json_feed(record: Mapping[str, Any], around: Mapping[str, Any]) -> Record:
    authors = record.get("authors") or record.get("author") or around.get("authors") or around.get("author")
    return _kept(
        {
            # A mere number is unique within its feed alone; then the address says which entry it is.
            "id": None if str(record.get("id")).isdigit() and record.get("url") else record.get("id"),
            "title": record.get("title"),
            "text": record.get("content_html") or record.get("content_text") or record.get("summary"),
            "url": record.get("url") or record.get("external_url"),
            "published": record.get("date_published"),
            "updated": record.get("date_modified"),
            "outlet": around.get("title"),
            "byline": authors,
            "language": record.get("language") or around.get("language"),
        }
    )


def _ninjs(record: Mapping[str, Any]) -> Record:
    bodies = {body.get("role") or body.get("contenttype"): body.get("value") for body in record.get("bodies") or []
              if isinstance(body, Mapping)}  # fmt: skip
    headlines = [one.get("value") for one in record.get("headlines") or [] if isinstance(one, Mapping)]
    text = (
        record.get("body_xhtml") or record.get("body_html") or record.get("body_text")
        or next((body for body in bodies.values() if body), None) or record.get("description_text")
    )  # fmt: skip
    return _kept(
        {
            "id": record.get("guid") or record.get("uri"),
            "title": record.get("headline") or next(iter(headlines), None) or record.get("title"),
            "text": text,
            "url": record.get("url"),
            "published": record.get("firstcreated") or record.get("firstCreated") or record.get("contentcreated")
            or record.get("versioncreated") or record.get("versionCreated"),
            "updated": record.get("versioncreated") or record.get("versionCreated"),
            "outlet": record.get("provider") or record.get("copyrightholder") or record.get("source"),
            "byline": record.get("byline") or record.get("by"),
            "language": record.get("language"),
            "embargo": record.get("embargoed"),
            "status": record.get("pubstatus") or record.get("pubStatus"),
            "note": record.get("ednote") or record.get("edNote"),
        }
    )  # fmt: skip


def _guardian(record: Mapping[str, Any]) -> Record:
    fields = record["fields"]
    return _kept(
        {
            "id": record.get("id"),
            "title": fields.get("headline") or record.get("webTitle"),
            "text": fields.get("body") or fields.get("bodyText"),
            "url": record.get("webUrl"),
            "published": record.get("webPublicationDate"),
            "updated": fields.get("lastModified"),
            "outlet": fields.get("publication"),
            "byline": fields.get("byline"),
            "language": fields.get("lang"),
        }
    )


def _new_york_times(record: Mapping[str, Any]) -> Record:
    byline = record.get("byline")
    return _kept(
        {
            "id": record.get("uri") or record.get("_id"),
            "title": record["headline"].get("main"),
            "text": record.get("body") or record.get("lead_paragraph") or record.get("snippet"),
            "url": record.get("web_url"),
            "published": record.get("pub_date"),
            "outlet": record.get("source"),
            "byline": byline.get("original") if isinstance(byline, Mapping) else byline,
        }
    )


def _kept(record: Record) -> Record:
    return {name: value for name, value in record.items() if value not in (None, "", [], {})}
