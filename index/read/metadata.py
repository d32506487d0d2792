"""Metadata: fields under the names of other programs, and raw values into checked ones.

Knows the fields of an article, not where they were found. An unreadable value gives a warning, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from dateline.index.addresses import normal_address
from dateline.index.dates import DateOrder, parse_date
from dateline.index.digests import text_sha256
from dateline.index.read.decode import normalise
from dateline.index.read.entities import decoded
from dateline.index.read.record import Value

ALIASES: dict[str, tuple[str, ...]] = {
    "title": ("title", "headline", "name"),
    "outlet": ("outlet", "source", "publisher", "site_name", "siteName", "publication", "newspaper", "domain"),
    "byline": ("byline", "author", "authors", "by", "creator", "dc_creator"),
    "url": ("url", "link", "canonical_url", "source_url", "permalink", "uri"),
    "language": ("language", "lang", "inLanguage", "locale"),
    "published": ("published", "published_at", "publishedAt", "date", "pubDate", "pub_date", "publish_date",
                  "date_published", "datePublished", "publication_date", "published_date", "published_time",
                  "publishedDate", "date_publish", "created", "created_at", "timestamp"),
    "updated": ("updated", "updated_at", "updatedAt", "modified", "modified_at", "date_modified", "dateModified",
                "last_modified", "lastmod", "date_updated", "modified_time"),
    "corrects": ("corrects",),
    "embargo": ("embargo", "embargoed", "embargoed_until", "embargo_until", "embargoUntil", "embargo_date"),
    "status": ("pubstatus", "pubStatus", "pub_status", "status"),
    "note": ("note", "ednote", "edNote", "editor_note", "editorial_note", "editors_note"),
}  # fmt: skip
TEXT = ("text", "body", "content", "article", "articleBody", "article_body", "maintext", "full_text", "story")
TEASERS = ("description", "summary", "excerpt", "abstract", "snippet", "lead_paragraph", "trailText", "standfirst")
"""Fields with at most an article's beginning; they count if there is no text."""
IDS = ("id", "article_id", "_id", "guid", "uuid", "identifier")

FIELDS = ("text", "id", *ALIASES)
"""The fields of a record."""

OWN_ID = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._~:,@-]{1,200}$")
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_][A-Za-z0-9_-]+)?$")
_TITLE_END = re.compile(r"\s+[-–—|:•·]\s+")
_BY = re.compile(r"by[ :]\s*", re.IGNORECASE)
_DATE_LABEL = re.compile(
    r"\s*(?:(?:first |originally )?(?:published|posted|created|issued|date)"
    r"|(?P<updated>(?:last )?(?:updated|modified)))"
    r"(?: on| at)?\s*:?\s*",
    re.IGNORECASE,
)
_MOST_NAMES = 20
_LONGEST = 500
"""In characters; longer titles and bylines are truncated."""


def from_mapping(given: Mapping[str, Any]) -> dict[str, Value]:
    """The fields of a JSON object, front matter or JSON-LD object, with the basis `metadata`."""
    fields = {}
    for field, names in ALIASES.items():
        raw = next((given[name] for name in names if given.get(name) not in (None, "", [], {})), None)
        if raw is not None:
            fields[field] = Value(raw, "metadata")
    return fields


def names_of(raw: object, depth: int = 3) -> list[str]:
    """The names in a value that may be a string, an object with a name, or a list of these.

    At most `depth` levels deep: YAML lists can contain themselves, or expand to gigabytes.
    """
    if isinstance(raw, str):
        return [raw.strip()] if raw.strip() else []
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return [str(raw)]
    if depth == 0 or isinstance(raw, bytes):
        return []
    if isinstance(raw, Mapping):
        return names_of(raw.get("name") or raw.get("title") or raw.get("@value") or raw.get("value"), depth - 1)
    if isinstance(raw, Iterable):
        return [name for item in islice(raw, _MOST_NAMES) for name in names_of(item, depth - 1)]
    return []


def line_of(raw: object) -> str | None:
    """`raw` as one line of text, or None."""
    line = " ".join(normalise(decoded(", ".join(names_of(raw)))).split())[:_LONGEST].strip()
    return line or None


def byline_of(raw: object) -> str | None:
    """`raw` as names, without the word "By"."""
    line = line_of(raw)
    return _BY.sub("", line, count=1) or None if line and _BY.match(line) else line


def title_of(raw: object, outlet: str | None) -> str | None:
    """`raw` as a headline, without the known outlet's name at its end ("… | Harbor Post")."""
    line = line_of(raw)
    if line is None or outlet is None:
        return line
    cuts = list(_TITLE_END.finditer(line))
    if cuts and _bare(line[cuts[-1].end() :]) == _bare(outlet):
        return line[: cuts[-1].start()].strip() or line
    return line


def url_of(raw: object) -> str | None:
    """`raw` as an http(s) URL, or None: other schemes would be unsafe to link to."""
    line = line_of(raw)
    if line is None or len(line) > 2_000 or " " in line:
        return None
    try:
        parts = urlsplit(line)
        return line if parts.scheme.lower() in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def language_of_tag(raw: object) -> str | None:
    """The ISO 639-1 code in a language tag such as `en-GB` or `pt_BR`, or None."""
    match = _LANGUAGE.match(line_of(raw) or "")
    return match[1].lower() if match else None


def date_of(
    raw: object, field: str, *, order: DateOrder | None = None, language: str | None = None
) -> date | datetime | None:
    """The date in `raw`, which may be a list of one date, or labelled dates ("Published: … | Updated: …").

    `field`: `published` or `updated`. `order` and `language` as in `parse_date`.
    """
    if isinstance(raw, list) and len(raw) == 1:
        raw = raw[0]
    value = parse_date(raw, order=order, language=language)
    if value is None and isinstance(raw, str) and len(raw) <= _LONGEST:
        for part in re.split(r"\s*[|•·\n]\s*", raw):
            label = _DATE_LABEL.match(part)
            if label and (field == "updated") == bool(label["updated"]):
                return parse_date(part[label.end() :], order=order, language=language)
    return value


def corrected_id_of(raw: object) -> str | None:
    """The id of the article that `raw`, or the one value in it, names by its own id, or None.

    Derived by `identity`, as for the article itself: a feed's guid has the same digest in both places.
    """
    if isinstance(raw, list) and len(raw) == 1:
        raw = raw[0]
    if not isinstance(raw, str | int) or isinstance(raw, bool) or not str(raw).strip():
        return None
    return identity(raw, None, "")


def identity(own_id: object, url: str | None, text: str) -> str:
    """The id of an article, usable as one segment of a URL's path.

    A record's own id is kept if it has at most 200 letters, digits and `._~:,@-`; any other own id
    becomes `id-` and 32 hex digits of its SHA-256. Without one it is `url-` and 16 digits of the normal address,
    without that `text-` and 16 digits of the cleaned text.
    """
    if isinstance(own_id, str | int) and not isinstance(own_id, bool) and (name := str(own_id).strip()):
        return name if OWN_ID.match(name) else "id-" + text_sha256(name)[:32]
    if url is not None:
        return "url-" + text_sha256(normal_address(url))[:16]
    return "text-" + text_sha256(text)[:16]


def _bare(name: str) -> str:
    return re.sub(r"\W+", "", name.casefold()).removeprefix("the")


def shown(raw: object) -> str:
    """`raw` for a message, shortened."""
    return repr(raw[:80]) if isinstance(raw, str) else str(raw)[:80] if isinstance(raw, int | float) else "given"
