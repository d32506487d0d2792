"""Recurring tasks of a server: erasing old answers, releasing articles whose embargo has ended.

Knows no HTTP, and nothing of how the tasks work.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from dateline.index.archive import Archive
from dateline.index.embargoes import release_due
from dateline.index.errors import DatelineError
from dateline.index.retention import erase_answers_before

log = logging.getLogger("uvicorn.error")  # the server's own log, which is set up to be seen

DAY = 86_400.0
MINUTE = 60.0


class Recurring:
    """A thread that runs a task at once and after each pause, or a minute after a failure."""

    def __init__(self, name: str, task: Callable[[], None], pause: float) -> None:
        """`pause`: seconds. `task` may raise `DatelineError`, which is logged."""
        self._name = name
        self._task = task
        self._pause = pause
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            pause = self._pause
            try:
                self._task()
            except DatelineError as error:
                log.error("%s: %s", self._name, error.message)
                pause = MINUTE


def retention(archive: Archive, days: int, clock: Callable[[], datetime]) -> Recurring:
    """Erase answers older than `days`, once a day."""

    def erase() -> None:
        erased = erase_answers_before(archive, clock() - timedelta(days=days))
        log.info("erased %d answers older than %d days", erased, days)

    return Recurring("erasing old answers", erase, DAY)


def embargo_release(archive: Archive, clock: Callable[[], datetime]) -> Recurring:
    """Release articles whose embargo has ended, once a minute; later searches find them."""

    def release() -> None:
        if released := release_due(archive, clock()):
            log.info("released %d articles whose embargo has ended", released)

    return Recurring("releasing articles", release, MINUTE)
