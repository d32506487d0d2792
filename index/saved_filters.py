"""Saved filters: named parts of the archive, for requests and for restricted keys.

Knows how filters are stored, not who uses them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from dateline.index import dates
from dateline.index.archive import Archive
from dateline.index.database import storage_errors
from dateline.index.errors import ConflictError, InputError, NotFoundError
from dateline.index.filters import NO_FILTERS, Filters
from dateline.index.schema import keys, saved_filters

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A named part of the archive."""

    name: str
    filters: Filters
    """Without `as_of` and `within`."""
    saved: datetime


def save_filter(archive: Archive, name: str, filters: Filters, now: datetime) -> SavedFilter:
    """Store `filters` under `name`, replacing a filter of this name; it applies to restricted keys at once.

    Raises `InputError` for an invalid name, for filters without a condition, and for `as_of`, which is not a part of
    the archive.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name!r} can't be the name of a filter",
            hint="Take 1 to 64 of a–z, 0–9, _ and -, and begin with a letter or digit: sports-desk.",
        )
    if filters == NO_FILTERS or filters.as_of is not None or filters.within:
        raise InputError(
            "a saved filter needs a condition on articles: dates of publication, outlets, languages or ids",
            hint="Without one it would let the whole archive through. `as_of` belongs to a question.",
        )
    values = {"filters": to_json(filters), "saved": now.isoformat()}
    with storage_errors("the archive"), archive.writing.begin() as connection:
        changed = connection.execute(update(saved_filters).where(saved_filters.c.name == name).values(values))
        if not changed.rowcount:
            connection.execute(insert(saved_filters).values(name=name, **values))
    return SavedFilter(name, filters, now)


def saved_filter(archive: Archive, name: str) -> SavedFilter:
    """The filter of this name. Raises `NotFoundError`."""
    rows = archive.rows(select(saved_filters).where(saved_filters.c.name == name))
    if not rows:
        raise _not_found(name)
    return SavedFilter(name, from_json(rows[0]["filters"]), datetime.fromisoformat(rows[0]["saved"]))


def all_saved_filters(archive: Archive) -> list[SavedFilter]:
    """All of them, by name."""
    return [
        SavedFilter(row["name"], from_json(row["filters"]), datetime.fromisoformat(row["saved"]))
        for row in archive.rows(select(saved_filters).order_by(saved_filters.c.name))
    ]


def delete_filter(archive: Archive, name: str) -> None:
    """Delete a filter. Raises `NotFoundError`, and `ConflictError` while a key, revoked or not, is restricted to it."""
    with storage_errors("the archive"), archive.writing.begin() as connection:
        tied = connection.execute(select(keys.c.id).where(keys.c.saved_filter == name).order_by(keys.c.id)).scalars()
        if names := list(tied):
            raise ConflictError(
                f"keys are restricted to the filter {name!r}: {', '.join(names)}",
                hint="Change the filter instead of deleting it; revoked keys count, too.",
            )
        if not connection.execute(delete(saved_filters).where(saved_filters.c.name == name)).rowcount:
            raise _not_found(name)


def to_json(filters: Filters) -> str:
    """The conditions of a filter, as they are stored."""
    moments = {"published_from": filters.published_from, "published_to": filters.published_to}
    lists = {"outlets": filters.outlets, "languages": filters.languages, "article_ids": filters.article_ids}
    conditions: dict[str, object] = {name: dates.to_text(value) for name, value in moments.items() if value is not None}
    return json.dumps(conditions | {name: value for name, value in lists.items() if value}, ensure_ascii=False)


def from_json(text: str) -> Filters:
    """The inverse of `to_json`."""
    stored = json.loads(text)
    start, end = stored.get("published_from"), stored.get("published_to")
    return Filters(
        published_from=None if start is None else dates.from_text(start),
        published_to=None if end is None else dates.from_text(end),
        outlets=tuple(stored.get("outlets", ())),
        languages=tuple(stored.get("languages", ())),
        article_ids=tuple(stored.get("article_ids", ())),
    )


def _not_found(name: str) -> NotFoundError:
    return NotFoundError(f"there is no saved filter {name!r}", hint="dateline filters list shows all of them.")
