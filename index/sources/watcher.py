"""Scheduler of sources: runs what is due, several at once, but one at a time per source and per host.

The schedule is in the archive, so that a kill loses nothing and other processes can add and pause sources. Knows
nothing of how a source is run.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from dateline.index.errors import BusyError, DatelineError
from dateline.index.sources.entries import next_pending, pending_entries, sources_with_pending
from dateline.index.sources.registry import all_sources, run_soon
from dateline.index.sources.runner import SourceRunner
from dateline.index.sources.source import Source, host_of
from dateline.index.sources.subscriber import Subscriber

log = logging.getLogger(__name__)

THREADS = 6
"""Concurrent runs; most of the time they wait for servers."""
POLL_SECONDS = 2.0
"""Interval at which the archive is checked for changes of sources by other processes."""
RETRY_SECONDS = 2.0
"""Pause of a source after another process was writing or the disk failed."""


@dataclass(frozen=True, slots=True)
class _Task:
    name: str
    """Of the source, or unique for other work of one; tasks of the same name never run concurrently."""
    host: str | None
    """The host of the request; None: there is none."""
    work: Callable[[], None]


class Watcher:
    """Runs what is due. Only one process at a time may watch the sources of an archive."""

    def __init__(
        self,
        runner: SourceRunner,
        now: Callable[[], datetime],
        *,
        subscriber: Subscriber | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock`: seconds, for pauses that needn't survive a restart."""
        self._runner = runner
        self._subscriber = subscriber
        self._archive = runner.archive
        self._fetcher = runner.fetcher
        self._now = now
        self._clock = clock
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._busy: dict[str, str | None] = {}
        """Name of each running task → its host."""
        self._held: dict[str, float] = {}
        self._touched: set[str] = set()

    def run(self, *, each: Callable[[list[Source]], None] = lambda _sources: None) -> None:
        """Watch until `stop`. `each` is called with all sources every `POLL_SECONDS`, e.g. to observe new folders."""
        self._loop(None, each)

    def run_once(self, names: Collection[str]) -> None:
        """Run these sources now, paused or not; returns when nothing of theirs is due."""
        for name in names:
            run_soon(self._archive, name, self._now())
        self._loop(set(names), lambda _sources: None)

    def touch(self, name: str) -> None:
        """Make a source run soon, after a change was noticed. Safe for threads, and cheap."""
        self._touched.add(name)
        self._wake.set()

    def wake(self) -> None:
        """Check at once what is due."""
        self._wake.set()

    def stop(self) -> None:
        """Stop; requests in progress are aborted, articles that are being stored are stored."""
        self._fetcher.stop()
        self._wake.set()

    def _loop(self, names: Collection[str] | None, each: Callable[[list[Source]], None]) -> None:
        with ThreadPoolExecutor(THREADS, "source") as pool:
            while not self._fetcher.stopped:
                self._wake.clear()
                wait = POLL_SECONDS
                try:
                    self._run_touched()
                    known = all_sources(self._archive)
                    each(known)
                    tasks = self._due(known, names)
                    if names is not None and not tasks and not self._busy:
                        return
                    wait = self._start(pool, tasks, known)
                except DatelineError as error:
                    log.error("sources can't be watched: %s", error.message)
                self._wake.wait(wait)

    def _run_touched(self) -> None:
        while self._touched:
            name = self._touched.pop()
            run_soon(self._archive, name, self._now())

    def _due(self, known: Collection[Source], names: Collection[str] | None) -> list[_Task]:
        """The tasks that are due: runs of sources, pending entries, and requests to hubs."""
        now = self._now()
        watched = {one.name: one for one in known if (one.state == "active" if names is None else one.name in names)}
        tasks: dict[str, _Task] = {}
        if names is None and self._subscriber is not None:
            for one in self._subscriber.due(known):
                name = f"{one.source} (hub)"
                tasks.setdefault(name, _Task(name, host_of(one.hub.url), partial(self._subscriber.ask, one)))
        if not watched:
            return list(tasks.values())
        for source in watched.values():
            if source.next_run <= now:
                tasks[source.name] = _Task(source.name, source.host, partial(self._runner.run, source))
        for name, needs_page in sources_with_pending(self._archive, now):
            if name not in watched or name in tasks:
                continue
            if not needs_page:
                tasks[name] = _Task(name, None, partial(self._runner.take_listed, watched[name]))
                continue
            for entry in pending_entries(self._archive, name, now, needs_page=True, limit=1):
                work = partial(self._runner.take_page, watched[name], entry)
                tasks[name] = _Task(name, host_of(entry.url or ""), work)
        return list(tasks.values())

    def _start(self, pool: ThreadPoolExecutor, tasks: list[_Task], known: Collection[Source]) -> float:
        """Start the tasks that may start now; returns the seconds until the next may."""
        now = self._now()
        waits = [POLL_SECONDS]
        moments = [source.next_run for source in known if source.state == "active"]
        if known and (pending := next_pending(self._archive)) is not None:
            moments.append(pending)
        waits += [(moment - now).total_seconds() for moment in moments if moment > now]
        for task in tasks:
            name, host = task.name, task.host
            ready = 0.0 if host is None else self._fetcher.pacer.ready_in(host)
            ready = max(ready, self._held.get(name, 0.0) - self._clock())
            with self._lock:
                free = name not in self._busy and (host is None or host not in self._busy.values())
                if ready <= 0 and free and len(self._busy) < THREADS:
                    self._busy[name] = host
                    pool.submit(self._work, task)
                elif free and ready > 0:
                    waits.append(ready)
        return min(waits)

    def _work(self, task: _Task) -> None:
        name = task.name
        try:
            task.work()
        except BusyError:
            self._held[name] = self._clock() + RETRY_SECONDS
        except DatelineError as error:
            log.error("source %s: %s", name, error.message)
            self._held[name] = self._clock() + RETRY_SECONDS
        except Exception:
            log.exception("source %s: something went wrong inside Dateline", name)
            self._held[name] = self._clock() + 30 * RETRY_SECONDS
        finally:
            with self._lock:
                del self._busy[name]
            self._wake.set()


def watching_lock(home: Path) -> FileLock:
    """The lock of the process that watches the sources of the archive in `home`."""
    return FileLock(home / "sources.lock")


def hold(lock: FileLock, home: Path) -> None:
    """Take the lock. Raises `BusyError` if another process watches already."""
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BusyError(
            f"another process watches the sources of the archive in {home}",
            hint="`dateline serve` does so unless DATELINE_SERVE_SOURCES is false; one is enough.",
        ) from error
