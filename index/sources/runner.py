"""Runs of sources, and pages of entries: fetched, stored, ingested, marked.

Entries are stored before they are ingested, and marked as taken afterwards: after a kill in between they are ingested
again, and found unchanged. Knows nothing of when anything is due.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from dateline.index.archive import Archive
from dateline.index.article import Problem
from dateline.index.errors import ArticleError, BusyError, DatelineError, FetchError, FetchGoneError, StorageError
from dateline.index.ingest_report import Taken
from dateline.index.read import Record, records
from dateline.index.sources import entries as table
from dateline.index.sources.backoff import FIRST_PAUSE, pause_after
from dateline.index.sources.changes import absent, changes_of
from dateline.index.sources.entries import Entry
from dateline.index.sources.fetch import Conditions, Fetched
from dateline.index.sources.folder import SETTLE_SECONDS, changed_files, files_of, removed_entries
from dateline.index.sources.full_text import record_of_entry, record_of_page
from dateline.index.sources.listing import Listing, listing_of, read_listing
from dateline.index.sources.outcome import after_failure, after_intake, in_words
from dateline.index.sources.polite import PoliteFetcher
from dateline.index.sources.registry import RunResult, finish_run
from dateline.index.sources.source import Source
from dateline.index.sources.subscriptions import is_subscribed, set_hub
from dateline.index.sources.takedowns import reinstate_returned, take_down
from dateline.index.sources.websub import hub_of

log = logging.getLogger(__name__)

TakeIn = Callable[[Sequence[Record | Problem]], list[Taken]]
"""The intake: records → the outcome of each, in order; durable when it returns."""

SUBSCRIBED_INTERVALS = 8
"""A source whose hub says when it changes is polled once in so many intervals, in case a notification is lost."""
LONGEST_SUBSCRIBED_INTERVAL = 86_400
SLICE_RECORDS = 200
"""Records ingested at a time, so that others get their turn."""


class SourceRunner:
    """Runs sources. Safe for threads, except for concurrent runs of the same source."""

    def __init__(
        self,
        archive: Archive,
        fetcher: PoliteFetcher,
        take_in: TakeIn,
        now: Callable[[], datetime],
        *,
        first_pause: float = FIRST_PAUSE,
        websub: bool = False,
    ) -> None:
        """`first_pause`: seconds after the first failure of an entry's page; it doubles each time.

        `websub`: whether to subscribe at the hubs of feeds.
        """
        self.archive = archive
        self.fetcher = fetcher
        self._take_in = take_in
        self._now = now
        self._first_pause = first_pause
        self._websub = websub

    def run(self, source: Source) -> None:
        """Fetch a source and ingest what is new. Failures are stored with the source.

        Raises `BusyError` while another process writes, and `StorageError`; then it must be run again.
        """
        try:
            result = self._run(source)
        except (BusyError, StorageError):
            raise
        except DatelineError as error:
            if self.fetcher.stopped:
                return
            result = self._failed(source, error)
        finish_run(self.archive, source, result, self._now())
        if result.error is not None:
            log.warning("source %s: %s", source.name, result.error)

    def take_listed(self, source: Source) -> None:
        """Ingest pending entries that need no page. Raises as `run`."""
        while found := table.pending_entries(
            self.archive, source.name, self._now(), needs_page=False, limit=SLICE_RECORDS
        ):
            where = source.settings.address
            self._hand_over(source, found, [record_of_entry(where, e.record or b"{}", _first(e)) for e in found])

    def take_page(self, source: Source, entry: Entry) -> None:
        """Fetch the page of an entry and ingest it; failures are stored with the entry. Raises as `run`."""
        try:
            found = self.fetcher.get(entry.url or "")
            record = record_of_page(found.url, entry.record or b"{}", found.body or b"", _first(entry))
        except (BusyError, StorageError):
            raise
        except DatelineError as error:
            if not self.fetcher.stopped:
                failed = after_failure(entry, error, self._now(), first_pause=self._first_pause)
                if _is_for_good(error) and entry.articles and source.settings.gone != "keep":
                    failed = replace(failed, state="gone")
                    take_down(self.archive, source, failed.articles, self._now())
                table.save_entries(self.archive, [failed])
            return
        self._hand_over(source, [entry], [record])

    def _run(self, source: Source) -> RunResult:
        if source.settings.kind == "folder":
            return self._run_folder(source)
        conditions = Conditions(source.etag, source.last_modified)
        try:
            found = self.fetcher.get(source.settings.address, conditions)
        except FetchGoneError as error:
            if source.settings.kind == "page":
                self._page_gone(source, error)
            if not _is_for_good(error):
                raise
            return RunResult(self._next_run(source), in_words(error), ended=True)
        if found.body is None:
            self.take_listed(source)  # what a kill has left
            return RunResult(self._next_run(source), None, source.etag, source.last_modified)
        if self._websub:
            set_hub(self.archive, source.name, hub_of(found) if source.settings.kind == "feed" else None, self._now())
        if source.settings.kind == "page":
            self._run_page(source, found)
        elif (trouble := self._run_listing(source, found)) is not None:
            # Without conditions: a server that sends the same broken bytes again should be asked for the whole.
            return replace(self._failed(source, ArticleError(trouble)), etag=None, last_modified=None)
        return RunResult(self._next_run(source), None, found.conditions.etag, found.conditions.last_modified)

    def _run_listing(self, source: Source, found: Fetched) -> str | None:
        """Store and ingest the entries of a feed or a sitemap; returns what was wrong with it."""
        listing = read_listing(source.settings.kind, found.url, found.body or b"")
        self._write_down(source, listing)
        self.take_listed(source)
        return listing.trouble

    def _write_down(self, source: Source, listing: Listing) -> None:
        """Store listed entries, and mark those that a complete listing no longer has."""
        listed = listing.entries
        known = table.entries_of(self.archive, source.name, [one.key for one in listed])
        addresses = {one.normal_url for one in listed if one.normal_url and one.key not in known}
        addresses |= {e.normal_url for e in known.values() if e.normal_url and e.state == "duplicate"}
        changes = changes_of(
            source.name,
            listed,
            known,
            table.entries_at(self.archive, addresses),
            newest=table.newest_number(self.archive, source.name),
            needs_page=source.needs_pages,
            now=self._now(),
        )
        table.save_entries(self.archive, changes.entries, renamed=changes.renamed)
        if source.settings.gone == "keep" or listing.trouble is not None or not listed or not known:
            return
        oldest = min(entry.number for entry in known.values())
        missing = absent(listed, table.entries_from(self.archive, source.name, oldest), self._now())
        for entry in missing:
            if entry.state == "gone":
                take_down(self.archive, source, entry.articles, self._now())
        table.save_entries(self.archive, missing)

    def _run_page(self, source: Source, found: Fetched) -> None:
        """Ingest a single page if it has changed."""
        (listed,) = listing_of([{"url": source.settings.address}], found.url).entries
        version = hashlib.sha256(found.body or b"").hexdigest()
        known = table.entries_of(self.archive, source.name).get(listed.key)
        if known is not None and (known.state, known.version) == ("taken", version):
            return
        number = known.number if known else table.newest_number(self.archive, source.name) + 1
        articles = known.articles if known else ()
        entry = Entry(source.name, listed.key, number, "pending", version, listed.url, listed.normal_url, articles)
        record = record_of_page(found.url, listed.record, found.body or b"", _first(entry))
        self._hand_over(source, [entry], [record])

    def _page_gone(self, source: Source, error: FetchGoneError) -> None:
        """Handle a page that is gone (410), or not found after another failed run."""
        if not _is_for_good(error) and not source.failures:
            return
        for entry in table.entries_of(self.archive, source.name).values():
            if entry.state == "taken" and source.settings.gone != "keep":
                take_down(self.archive, source, entry.articles, self._now())
                gone = replace(entry, state="gone", changed=self._now(), error=in_words(error))
                table.save_entries(self.archive, [gone])

    def _run_folder(self, source: Source) -> RunResult:
        now = self._now()
        files = files_of(Path(source.settings.address), now)
        known = table.entries_of(self.archive, source.name)
        number = max((entry.number for entry in known.values()), default=0)
        for file in changed_files(files, known):
            if self.fetcher.stopped:
                break
            before = known.get(file.key)
            number += before is None
            taken = [one for piece in _slices(file.path) for one in self._take_in(piece)]
            entry = Entry(source.name, file.key, before.number if before else number, "pending", file.version)
            entry = after_intake(replace(entry, articles=before.articles if before else ()), taken, self._now())
            self._mark(source, [entry], taken)
            if before is not None and entry.state == "taken" and source.settings.gone != "keep":
                take_down(self.archive, source, set(before.articles) - set(entry.articles), self._now())
        if source.settings.gone != "keep":
            for entry in removed_entries(files, known):
                take_down(self.archive, source, entry.articles, self._now())
                gone = replace(entry, state="gone", changed=self._now(), error="its file was removed")
                table.save_entries(self.archive, [gone])
        next_run = self._next_run(source)
        if not all(file.settled for file in files):
            next_run = min(next_run, now + timedelta(seconds=SETTLE_SECONDS))
        return RunResult(next_run)

    def _hand_over(self, source: Source, found: Sequence[Entry], items: Sequence[Record]) -> None:
        """Ingest the records of entries, one of each, and store the outcomes."""
        try:
            taken = self._take_in(items)
        except DatelineError:
            raise
        except Exception as error:
            if len(items) > 1:  # one that breaks the intake must not hold the others up
                for entry, item in zip(found, items, strict=True):
                    self._hand_over(source, [entry], [item])
                return
            log.exception("source %s: an entry can't be taken in", source.name)
            broken = Problem(items[0].path, None, f"Something went wrong inside Dateline ({type(error).__name__}).")
            taken = [Taken(items[0].path, None, "failed", problems=(broken,))]
        marked = [after_intake(entry, [one], self._now()) for entry, one in zip(found, taken, strict=True)]
        self._mark(source, marked, taken)

    def _mark(self, source: Source, marked: Sequence[Entry], taken: Sequence[Taken]) -> None:
        known = {one.article_id for one in taken if one.kind in ("revised", "unchanged") and one.article_id}
        reinstate_returned(self.archive, source, known)
        table.save_entries(self.archive, marked)
        counts = Counter(one.kind for one in taken if one.kind)
        if set(counts) - {"unchanged"}:
            log.info("source %s: %s", source.name, ", ".join(f"{n:,} {kind}" for kind, n in sorted(counts.items())))

    def _failed(self, source: Source, error: DatelineError) -> RunResult:
        """The result of a failed run: retried with growing pauses, with the validators of the last good run."""
        asked = error.retry_after if isinstance(error, FetchError) else None
        pause = pause_after(source.failures + 1, first=source.settings.interval, retry_after=asked)
        return RunResult(self._now() + pause, in_words(error), source.etag, source.last_modified)

    def _next_run(self, source: Source) -> datetime:
        seconds, now = source.settings.interval, self._now()
        if self._websub and is_subscribed(self.archive, source.name, now):
            seconds = max(seconds, min(SUBSCRIBED_INTERVALS * seconds, LONGEST_SUBSCRIBED_INTERVAL))
        return now + timedelta(seconds=seconds)


def _is_for_good(error: DatelineError) -> bool:
    """Whether the server answered 410; a 404 may be a mistake."""
    return isinstance(error, FetchGoneError) and error.answered == 410


def _first(entry: Entry) -> str | None:
    return entry.articles[0] if entry.articles else None


def _slices(path: Path) -> Iterator[list[Record | Problem]]:
    piece: list[Record | Problem] = []
    for item in records([path]):
        piece.append(item)
        if len(piece) >= SLICE_RECORDS:
            yield piece
            piece = []
    if piece:
        yield piece
