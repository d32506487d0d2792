"""Watches sources in a thread of the server, or for the command line.

Knows which parts there are, nothing of how sources are run.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial

from filelock import Timeout

from dateline.api.compose import Fetching
from dateline.api.intake import Intake
from dateline.index.archive import Archive
from dateline.index.errors import BusyError
from dateline.index.sources.fetch import Fetcher
from dateline.index.sources.observer import FolderObserver
from dateline.index.sources.polite import Pacer, PoliteFetcher
from dateline.index.sources.runner import SourceRunner
from dateline.index.sources.subscriber import Subscriber
from dateline.index.sources.watcher import Watcher, watching_lock

log = logging.getLogger("uvicorn.error")  # the server's own log, which is set up to be seen

RETRY_SECONDS = 2.0
"""Seconds to wait while another process watches."""


def open_watcher(archive: Archive, fetching: Fetching, intake: Intake, clock: Callable[[], datetime]) -> Watcher:
    """The watcher of an archive's sources; articles go to `intake`."""
    fetcher = PoliteFetcher(Fetcher(fetching.limits, now=clock), Pacer(fetching.pause), clock)
    url = fetching.public_url
    take_in = partial(intake.take_in, stop=lambda: fetcher.stopped)
    runner = SourceRunner(archive, fetcher, take_in, clock, websub=url is not None)
    return Watcher(runner, clock, subscriber=Subscriber(archive, fetcher, url, clock) if url is not None else None)


def watch(watcher: Watcher) -> None:
    """Watch until the watcher is stopped; folders are observed meanwhile."""
    observer = FolderObserver(watcher.touch)
    try:
        watcher.run(each=observer.follow)
    finally:
        observer.stop()


class SourceWatching:
    """The thread that watches sources. Of several processes over one archive, one watches at a time."""

    def __init__(self, archive: Archive, fetching: Fetching, intake: Intake, clock: Callable[[], datetime]) -> None:
        self._watcher = open_watcher(archive, fetching, intake, clock)
        self._lock = watching_lock(archive.home)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sources", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Run at once what is due."""
        self._watcher.wake()

    def stop(self) -> None:
        """Stop; what is being stored is stored."""
        self._stopping.set()
        self._watcher.stop()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._lock.acquire(timeout=0):
                    watch(self._watcher)
            except (Timeout, BusyError):
                self._stopping.wait(RETRY_SECONDS)
            except Exception:
                log.exception("sources can't be watched")
                self._stopping.wait(30 * RETRY_SECONDS)
