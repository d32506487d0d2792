"""The table of entries that sources have listed, with their states; a queue with dead letters.

An entry is stored here, with what the source says of it, before anything else is done. Knows nothing of how listings
are read or how articles are ingested.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, insert, select, update

from dateline.index.archive import Archive
from dateline.index.database import storage_errors
from dateline.index.schema import from_microseconds, microseconds, source_entries, sources

EntryState = Literal["pending", "taken", "duplicate", "dead", "gone"]
ENTRY_STATES: tuple[EntryState, ...] = ("pending", "taken", "duplicate", "dead", "gone")

_EPOCH = from_microseconds(0)
_MOST_VARIABLES = 500
"""Values per query; SQLite accepts some ten thousand."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that a source has listed."""

    source: str
    key: str
    """Its own id there, or its URL, or the file's path."""
    number: int
    """1, 2, … within the source; older entries have smaller ones."""
    state: EntryState
    """`taken`: its articles are in the archive. `duplicate`: another source has the same page. `dead`: it can't be
    ingested, `error` says why. `gone`: the source has taken it down."""
    version: str
    """Changes with what the source says of the entry."""
    url: str | None = None
    normal_url: str | None = None
    articles: tuple[str, ...] = ()
    """Ids of its articles."""
    record: bytes | None = None
    """What the source says of it, as a feed's record; stored until it is ingested."""
    needs_page: bool = False
    attempts: int = 0
    """Failed attempts in a row."""
    next_try: datetime = _EPOCH
    missing: int = 0
    """Complete listings in a row that lacked it."""
    changed: datetime = _EPOCH
    """When its state last changed."""
    error: str | None = None


def entries_of(archive: Archive, source: str, keys: Collection[str] | None = None) -> dict[str, Entry]:
    """The entries of a source by key; `keys`: only these."""
    query = select(source_entries).where(source_entries.c.source == source)
    if keys is None:
        return {row["key"]: _entry(row) for row in archive.rows(query)}
    wanted = list(keys)
    found: dict[str, Entry] = {}
    for i in range(0, len(wanted), _MOST_VARIABLES):
        part = query.where(source_entries.c.key.in_(wanted[i : i + _MOST_VARIABLES]))
        found |= {row["key"]: _entry(row) for row in archive.rows(part)}
    return found


def entries_from(archive: Archive, source: str, number: int) -> list[Entry]:
    """The entries of a source from `number` on, except dead ones."""
    query = select(source_entries).where(
        source_entries.c.source == source, source_entries.c.number >= number, source_entries.c.state != "dead"
    )
    return [_entry(row) for row in archive.rows(query.order_by(source_entries.c.number))]


def entries_at(archive: Archive, normal_urls: Collection[str]) -> list[Entry]:
    """The entries of any source with these page addresses, the first listed first."""
    wanted, found = list(normal_urls), []
    for i in range(0, len(wanted), _MOST_VARIABLES):
        query = select(source_entries).where(source_entries.c.normal_url.in_(wanted[i : i + _MOST_VARIABLES]))
        found += [_entry(row) for row in archive.rows(query.order_by(source_entries.c.changed))]
    return found


def list_entries(
    archive: Archive, source: str, *, state: EntryState | None = None, before: int | None = None, limit: int = 50
) -> list[Entry]:
    """Entries of a source, the newest first, from the one before `number` on; at most `limit`."""
    query = select(source_entries).where(source_entries.c.source == source)
    if state is not None:
        query = query.where(source_entries.c.state == state)
    if before is not None:
        query = query.where(source_entries.c.number < before)
    return [_entry(row) for row in archive.rows(query.order_by(source_entries.c.number.desc()).limit(limit))]


def count_entries(archive: Archive) -> dict[str, Counter[EntryState]]:
    """Source → state → number of entries; sources without entries are missing."""
    query = select(source_entries.c.source, source_entries.c.state, func.count().label("count"))
    counts: dict[str, Counter[EntryState]] = {}
    for row in archive.rows(query.group_by(source_entries.c.source, source_entries.c.state)):
        counts.setdefault(row["source"], Counter())[row["state"]] = row["count"]
    return counts


def newest_number(archive: Archive, source: str) -> int:
    """The number of the newest entry of a source; 0: it has none."""
    query = select(func.max(source_entries.c.number).label("number")).where(source_entries.c.source == source)
    return archive.rows(query)[0]["number"] or 0


def pending_entries(archive: Archive, source: str, now: datetime, *, needs_page: bool, limit: int = 100) -> list[Entry]:
    """Pending entries of a source that are due, oldest first."""
    query = _pending(now).where(source_entries.c.source == source, source_entries.c.needs_page == needs_page)
    return [_entry(row) for row in archive.rows(query.order_by(source_entries.c.number).limit(limit))]


def sources_with_pending(archive: Archive, now: datetime) -> list[tuple[str, bool]]:
    """(source, whether pages are needed) for which `pending_entries` has any."""
    pending = _pending(now).subquery()
    query = select(pending.c.source, pending.c.needs_page).distinct()
    return [(row["source"], row["needs_page"]) for row in archive.rows(query)]


def next_pending(archive: Archive) -> datetime | None:
    """When the next pending entry is due; None: there is none."""
    query = select(func.min(source_entries.c.next_try).label("moment")).where(source_entries.c.state == "pending")
    found = archive.rows(query)[0]["moment"]
    return None if found is None else from_microseconds(found)


def save_entries(archive: Archive, entries: Iterable[Entry], *, renamed: Mapping[str, str] | None = None) -> None:
    """Store entries of a source in one transaction; durable when this returns.

    `renamed`: new key → former key of the entry. Nothing is stored for a source that was removed.
    """
    renamed = renamed or {}
    written = list(entries)
    names = {entry.source for entry in written}
    with storage_errors("the archive"), archive.writing.begin() as connection:
        there = set(connection.execute(select(sources.c.name).where(sources.c.name.in_(names))).scalars())
        for entry in written:
            if entry.source not in there:
                continue
            known = source_entries.c.key == renamed.get(entry.key, entry.key)
            row = (source_entries.c.source == entry.source) & known
            if not connection.execute(update(source_entries).where(row).values(_columns(entry))).rowcount:
                connection.execute(insert(source_entries).values(_columns(entry)))


def retry_dead(archive: Archive, source: str, now: datetime) -> int:
    """Retry the dead entries of a source; returns how many there are.

    An entry whose record is gone waits for the next listing, which treats it as changed and is fetched unconditionally.
    """
    dead = (source_entries.c.source == source) & (source_entries.c.state == "dead")
    again = {"attempts": 0, "next_try": microseconds(now)}
    with storage_errors("the archive"), archive.writing.begin() as connection:
        connection.execute(update(sources).where(sources.c.name == source).values(etag=None, last_modified=None))
        with_record = update(source_entries).where(dead, source_entries.c.record.is_not(None))
        count = connection.execute(with_record.values(state="pending", **again)).rowcount
        return count + connection.execute(update(source_entries).where(dead).values(version="", **again)).rowcount


def _pending(now: datetime) -> Any:
    return select(source_entries).where(
        source_entries.c.state == "pending", source_entries.c.next_try <= microseconds(now)
    )


def _columns(entry: Entry) -> dict[str, Any]:
    return {
        "source": entry.source,
        "key": entry.key,
        "number": entry.number,
        "state": entry.state,
        "version": entry.version,
        "url": entry.url,
        "normal_url": entry.normal_url,
        "articles": json.dumps(entry.articles, ensure_ascii=False),
        "record": entry.record,
        "needs_page": entry.needs_page,
        "attempts": entry.attempts,
        "next_try": microseconds(entry.next_try),
        "missing": entry.missing,
        "changed": entry.changed.isoformat(),
        "error": entry.error,
    }


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        source=row["source"],
        key=row["key"],
        number=row["number"],
        state=row["state"],
        version=row["version"],
        url=row["url"],
        normal_url=row["normal_url"],
        articles=tuple(json.loads(row["articles"])),
        record=row["record"],
        needs_page=row["needs_page"],
        attempts=row["attempts"],
        next_try=from_microseconds(row["next_try"]),
        missing=row["missing"],
        changed=datetime.fromisoformat(row["changed"]),
        error=row["error"],
    )
