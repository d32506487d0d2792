"""The table of sources: add, change, pause, remove, and results of runs.

Knows nothing of how a source is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from dateline.index.archive import Archive
from dateline.index.database import storage_errors
from dateline.index.errors import NotFoundError
from dateline.index.schema import from_microseconds, microseconds, source_entries, sources
from dateline.index.sources.source import Source, SourceSettings, SourceState, check_name, checked
from dateline.index.sources.subscriptions import ended_of


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of a run, which is stored with the source."""

    next_run: datetime
    error: str | None = None
    """None: the run succeeded."""
    etag: str | None = None
    last_modified: str | None = None
    ended: bool = False
    """Whether the source is gone for good (410)."""


def put_source(archive: Archive, name: str, settings: SourceSettings, now: datetime) -> Source:
    """Add a source, or change the settings of one; its next run is now. Raises `InputError`.

    Its entries are kept. The next request is unconditional.
    """
    check_name(name)
    settings = checked(settings)
    values: dict[str, Any] = {
        "kind": settings.kind,
        "address": settings.address,
        "interval": settings.interval,
        "gone": settings.gone,
        "full_text": settings.full_text,
        "next_run": microseconds(now),
        "etag": None,
        "last_modified": None,
        "failures": 0,
        "error": None,
    }
    new = {"name": name, "state": "active", "created": now.isoformat()}
    with storage_errors("the archive"), archive.writing.begin() as connection:
        changed = connection.execute(update(sources).where(sources.c.name == name).values(values))
        if not changed.rowcount:
            connection.execute(insert(sources).values(values | new))
        ended = (sources.c.name == name) & (sources.c.state == "ended")
        connection.execute(update(sources).where(ended).values(state="active"))
    return source_of(archive, name)


def source_of(archive: Archive, name: str) -> Source:
    """The source of this name. Raises `NotFoundError`."""
    for row in archive.rows(select(sources).where(sources.c.name == name)):
        return _source(row)
    raise _not_found(name)


def all_sources(archive: Archive) -> list[Source]:
    """All sources, by name."""
    return [_source(row) for row in archive.rows(select(sources).order_by(sources.c.name))]


def set_state(archive: Archive, name: str, state: SourceState, now: datetime) -> Source:
    """Pause or resume a source, at once. Raises `NotFoundError`."""
    values: dict[str, Any] = {"state": state}
    if state == "active":
        values |= {"next_run": microseconds(now), "failures": 0}
    return _changed(archive, name, values)


def run_soon(archive: Archive, name: str, now: datetime) -> Source:
    """Make a source run now, whatever its interval; a paused one stays paused. Raises `NotFoundError`."""
    return _changed(archive, name, {"next_run": microseconds(now)})


def finish_run(archive: Archive, source: Source, result: RunResult, now: datetime) -> None:
    """Store the result of a run, unless the source was removed or given another address meanwhile."""
    good = result.error is None
    values: dict[str, Any] = {
        "checked": now.isoformat(),
        "error": result.error,
        "failures": 0 if good else source.failures + 1,
        "etag": result.etag,
        "last_modified": result.last_modified,
        "next_run": microseconds(result.next_run),
    }
    if good:
        values["succeeded"] = now.isoformat()
    if result.ended:
        values["state"] = "ended"
    same = (sources.c.name == source.name) & (sources.c.address == source.settings.address)
    unasked = sources.c.next_run == microseconds(source.next_run)
    with storage_errors("the archive"), archive.writing.begin() as connection:
        if not connection.execute(update(sources).where(same, unasked).values(values)).rowcount:
            values.pop("next_run")  # somebody has asked for a run meanwhile, and gets it
            connection.execute(update(sources).where(same).values(values))


def remove_source(archive: Archive, name: str) -> None:
    """Remove a source and its entries, and end its subscription; articles are kept. Raises `NotFoundError`."""
    with storage_errors("the archive"), archive.writing.begin() as connection:
        connection.execute(ended_of(name))
        connection.execute(delete(source_entries).where(source_entries.c.source == name))
        if not connection.execute(delete(sources).where(sources.c.name == name)).rowcount:
            raise _not_found(name)


def _changed(archive: Archive, name: str, values: Mapping[str, Any]) -> Source:
    with storage_errors("the archive"), archive.writing.begin() as connection:
        if not connection.execute(update(sources).where(sources.c.name == name).values(values)).rowcount:
            raise _not_found(name)
    return source_of(archive, name)


def _source(row: Mapping[str, Any]) -> Source:
    return Source(
        name=row["name"],
        settings=SourceSettings(row["kind"], row["address"], row["interval"], row["gone"], row["full_text"]),
        state=row["state"],
        created=datetime.fromisoformat(row["created"]),
        next_run=from_microseconds(row["next_run"]),
        etag=row["etag"],
        last_modified=row["last_modified"],
        checked=datetime.fromisoformat(row["checked"]) if row["checked"] else None,
        succeeded=datetime.fromisoformat(row["succeeded"]) if row["succeeded"] else None,
        failures=row["failures"],
        error=row["error"],
    )


def _not_found(name: str) -> NotFoundError:
    return NotFoundError(f"there is no source {name!r}", hint="dateline sources list shows all of them.")
