"""Routes about sources: what is watched, how it goes, and its dead letters. Knows nothing of how sources are run."""

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
    """All sources, by name, each with how its last run went and what became of its entries."""
    archive = services.archive
    return SourceList.of(all_sources(archive), count_entries(archive), subscriptions_by_source(archive))


@routes.get("/v1/sources/{name}")
def get_source(name: str, services: Ready) -> SourceOut:
    """A source."""
    return _out(services.archive, source_of(services.archive, name))


@routes.put("/v1/sources/{name}")
def add_source(name: str, source: SourceIn, services: Ready, chores: Working, now: Now) -> SourceOut:
    """Add a source, or change one; its first run is now. What is known of its entries stays."""
    added = put_source(services.archive, name, source.settings(), now)
    chores.look_at_sources()
    return _out(services.archive, added)


@routes.delete("/v1/sources/{name}", status_code=204)
def delete_source(name: str, services: Ready, chores: Working) -> None:
    """Forget a source and its entries, and end its subscription. The articles that it has brought stay."""
    remove_source(services.archive, name)
    chores.look_at_sources()


@routes.post("/v1/sources/{name}/pause")
def pause_source(name: str, services: Ready, now: Now) -> SourceOut:
    """Run a source no more until it is resumed."""
    return _out(services.archive, set_state(services.archive, name, "paused", now))


@routes.post("/v1/sources/{name}/resume")
def resume_source(name: str, services: Ready, chores: Working, now: Now) -> SourceOut:
    """Go on with a source that was paused, or that had ended; its next run is now."""
    resumed = set_state(services.archive, name, "active", now)
    chores.look_at_sources()
    return _out(services.archive, resumed)


@routes.post("/v1/sources/{name}/run", status_code=202)
def run_source(
    name: str,
    services: Ready,
    chores: Working,
    now: Now,
    retry_dead_letters: Annotated[bool, Query(description="Try what could not be taken in once more, too.")] = False,
) -> SourceOut:
    """Run a source within seconds, whatever its interval; one that is paused waits until it is resumed."""
    source = run_soon(services.archive, name, now)
    if retry_dead_letters:
        retry_dead(services.archive, name, now)
    chores.look_at_sources()
    return _out(services.archive, source)


@routes.get("/v1/sources/{name}/entries")
def list_entries_of_source(
    name: str,
    services: Ready,
    state: Annotated[EntryState | None, Query(description="Only these; `dead` are the dead letters.")] = None,
    limit: Annotated[PageLimit, Query()] = 50,
    cursor: Annotated[Cursor, Query()] = None,
) -> EntryList:
    """What a source has listed, the newest first, a page at a time, and what became of it."""
    page = page_of_entries(services.archive, name, state=state, limit=limit, cursor=cursor)
    return EntryList(entries=[EntryOut.of(entry) for entry in page.entries], next_cursor=page.next_cursor)


def _out(archive: Archive, source: Source) -> SourceOut:
    counts = count_entries(archive).get(source.name, Counter())
    return SourceOut.of(source, counts, subscriptions_by_source(archive).get(source.name))
