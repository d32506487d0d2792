"""Compares a listing with the known entries of its source: new, changed, renamed and missing ones.

Pure functions, without tables and network.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dateline.index.read.feed import payload_of
from dateline.index.sources.entries import Entry
from dateline.index.sources.listing import ListedEntry

ABSENCES = 2
"""Complete listings in a row without an entry until it counts as taken down; a cache may serve an old one."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The entries to store."""

    entries: tuple[Entry, ...]
    renamed: Mapping[str, str]
    """New key → former key."""


def changes_of(
    source: str,
    listed: Sequence[ListedEntry],
    known: Mapping[str, Entry],
    same_page: Iterable[Entry],
    *,
    newest: int,
    needs_page: bool,
    now: datetime,
) -> Changes:
    """The changes by a listing. `known`: the entries of the source with the listed keys.

    `same_page`: entries of any source with the listed addresses. `newest`: the number of the source's newest entry. An
    entry with a new id is a renamed one if a known entry has the same page and its id is no longer listed. A page that
    another source has delivered is a duplicate.
    """
    keys = {one.key for one in listed}
    addresses = Counter(one.normal_url for one in listed)
    own: dict[str, Entry] = {}
    others: dict[str, list[Entry]] = {}
    for entry in same_page:
        # An address that several entries share is a front page, and tells none of them apart.
        if entry.normal_url is None or addresses[entry.normal_url] != 1:
            continue
        if entry.source != source:
            others.setdefault(entry.normal_url, []).append(entry)
        elif entry.key not in keys:
            own[entry.normal_url] = entry
    changed: list[Entry] = []
    renamed: dict[str, str] = {}
    for one in reversed(listed):  # older entries get smaller numbers
        before = known.get(one.key)
        if before is None and one.normal_url in own:
            before = own.pop(one.normal_url)
            renamed[one.key] = before.key
        if before is not None and before.version == one.version and before.state != "gone":
            if before.missing:
                changed.append(replace(before, missing=0))
            continue
        if before is None:
            newest += 1
        record = one.record
        if before is not None and before.record is not None and not before.articles:
            record = _with_id_of(before.record, record)
        entry = Entry(
            source,
            one.key,
            before.number if before else newest,
            "pending",
            one.version,
            one.url,
            one.normal_url,
            before.articles if before else (),
            record,
            needs_page and one.url is not None,
            next_try=now,
            changed=now,
        )
        brought = others.get(one.normal_url or "", [])
        if (before is None or before.state == "duplicate") and len(brought) == 1:
            entry = _duplicate(entry, brought[0])
        changed.append(entry)
    return Changes(tuple(changed), renamed)


def _with_id_of(former: bytes, record: bytes) -> bytes:
    """The record with the id of the entry's former one: after a kill its article may be there, not yet known here."""
    said = json.loads(former)
    return payload_of(json.loads(record) | {"id": said["id"]}) if said.get("id") else record


def _duplicate(entry: Entry, other: Entry) -> Entry:
    """The entry as a duplicate of another source's, unless that one is gone."""
    if other.state not in ("pending", "taken"):
        return entry
    error = f"the source {other.source} has the same page"
    return replace(entry, state="duplicate", record=None, articles=other.articles, error=error)


def absent(listed: Sequence[ListedEntry], known: Iterable[Entry], now: datetime) -> list[Entry]:
    """The entries missing from a complete listing, with their count increased, and `gone` after `ABSENCES`.

    `known`: the entries at least as new as the oldest listed one; older ones have aged out.
    """
    keys = {one.key for one in listed}
    found = []
    for entry in known:
        if entry.key in keys or entry.state not in ("taken", "pending"):
            continue
        missing = entry.missing + 1
        gone = missing >= ABSENCES
        found.append(
            replace(
                entry,
                missing=missing,
                state="gone" if gone else entry.state,
                record=None if gone else entry.record,
                changed=now if gone else entry.changed,
                error="its source lists it no longer" if gone else entry.error,
            )
        )
    return found
