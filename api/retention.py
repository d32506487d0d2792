"""Erasing old questions while serving: at the start, and once a day. Knows nothing of how they are erased."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from index.archive import Archive
from index.errors import DatelineError
from index.retention import erase_answers_before

log = logging.getLogger("uvicorn.error")  # the server's own log, which is set up to be seen

DAY = 86_400.0
RETRY_SECONDS = 60.0


class Retention:
    """The thread that erases answers once they are `days` old."""

    def __init__(self, archive: Archive, days: int, clock: Callable[[], datetime]) -> None:
        self._archive = archive
        self._age = timedelta(days=days)
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)

    def start(self) -> None:
        """Begin, at once."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            pause = DAY
            try:
                erased = erase_answers_before(self._archive, self._clock() - self._age)
                log.info("%d answers were older than %d days and are erased", erased, self._age.days)
            except DatelineError as error:
                log.error("old answers can't be erased: %s", error.message)
                pause = RETRY_SECONDS
