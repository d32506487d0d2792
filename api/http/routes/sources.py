"""Routes for watched sources and their entries. Knows nothing of how sources are run."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query

from dateline.api.http.dependencies import Now, Ready, Working
from dateline.api.http.paging import page_of_entries
from dateline.api.http.wire.answers import Cursor, PageLimit
from dateline.api.http.wire.sources import EntryList, EntryOut, SourceIn, SourceList, SourceOut
from dateline.index.archive import Archive
from dateline.index.sources.entries import EntryState, count_entries, retry_dead
from dateline.index.sources.registry import (
    all_sources,
    put_source,
    remove_source,
    run_soon,
    set_state,
    source_of,
)
from dateline.index.sources.source import Source
from dateline.index.sources.subscriptions import subscriptions_by_source

routes = APIRouter(tags=["sources"])


@routes.get("/v1/sources")
def list_sources(services: Ready) -> SourceList:
    """All sources by name, each with the result of its last run and the counts of its entries."""
    archive = services.archive
    return SourceList.of(all_sources(archive), count_entries(archive), subscriptions_by_source(archive))


@routes.get("/v1/sources/{name}")
def get_source(name: str, services: Ready) -> SourceOut:
    """A source."""
    return _out(services.archive, source_of(services.archive, name))


@routes.put("/v1/sources/{name}")
def add_source(name: str, source: SourceIn, services: Ready, background: Working, now: Now) -> SourceOut:
    """Add a source, or change one; its first run is now. Its known entries stay."""
    added = put_source(services.archive, name, source.settings(), now)
    background.look_at_sources()
    return _out(services.archive, added)


@routes.delete("/v1/sources/{name}", status_code=204)
def delete_source(name: str, services: Ready, background: Working) -> None:
    """Forget a source and its entries, and end its subscription. Its articles stay."""
    remove_source(services.archive, name)
    background.look_at_sources()


@routes.post("/v1/sources/{name}/pause")
def pause_source(name: str, services: Ready, now: Now) -> SourceOut:
    """Pause a source until it is resumed."""
    return _out(services.archive, set_state(services.archive, name, "paused", now))


@routes.post("/v1/sources/{name}/resume")
def resume_source(name: str, services: Ready, background: Working, now: Now) -> SourceOut:
    """Resume a source that was paused or has ended; its next run is now."""
    resumed = set_state(services.archive, name, "active", now)
    background.look_at_sources()
    return _out(services.archive, resumed)


@routes.post("/v1/sources/{name}/run", status_code=202)
def run_source(
    name: str,
    services: Ready,
    background: Working,
    now: Now,
    retry_dead_letters: Annotated[bool, Query(description="Also retry entries that could not be ingested.")] = False,
) -> SourceOut:
    """Run a source within seconds, whatever its interval. A paused source waits until it is resumed."""
    source = run_soon(services.archive, name, now)
    if retry_dead_letters:
        retry_dead(services.archive, name, now)
    background.look_at_sources()
    return _out(services.archive, source)


@routes.get("/v1/sources/{name}/entries")
def list_entries_of_source(
    name: str,
    services: Ready,
    state: Annotated[
        EntryState | None, Query(description="Only entries in this state; `dead` are the dead letters.")
    ] = None,
    limit: Annotated[PageLimit, Query()] = 50,
    cursor: Annotated[Cursor, Query()] = None,
) -> EntryList:
    """The entries of a source and their states, newest first, in pages."""
    page = page_of_entries(services.archive, name, state=state, limit=limit, cursor=cursor)
    return EntryList(entries=[EntryOut.of(entry) for entry in page.entries], next_cursor=page.next_cursor)


def _out(archive: Archive, source: Source) -> SourceOut:
    counts = count_entries(archive).get(source.name, Counter())
    return SourceOut.of(source, counts, subscriptions_by_source(archive).get(source.name))
