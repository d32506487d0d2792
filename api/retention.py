"""Erasing old questions while serving: at the start, and once a day. Knows nothing of how they are erased."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from api.repeated import RepeatedTask
from index.archive import Archive
from index.errors import DatelineError
from index.retention import erase_answers_before

log = logging.getLogger("uvicorn.error")  # the server's own log, which is set up to be seen

DAY = 86_400.0
RETRY_SECONDS = 60.0


class Retention(RepeatedTask):
    """The thread that erases answers once they are `days` old."""

    def __init__(self, archive: Archive, days: int, clock: Callable[[], datetime]) -> None:
        super().__init__("retention")
        self._archive = archive
        self._age = timedelta(days=days)
        self._clock = clock

    def run_once(self) -> float:
        """Erase what is too old now."""
        try:
            erased = erase_answers_before(self._archive, self._clock() - self._age)
            log.info("%d answers were older than %d days and are erased", erased, self._age.days)
        except DatelineError as error:
            log.error("old answers can't be erased: %s", error.message)
            return RETRY_SECONDS
        return DAY
