"""Releasing articles while serving: at the start, and once a minute those whose embargo has ended. Knows no HTTP."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from api.repeated import RepeatedTask
from index.archive import Archive
from index.embargoes import release_due
from index.errors import DatelineError

log = logging.getLogger("uvicorn.error")  # the server's own log, which is set up to be seen

PAUSE_SECONDS = 60.0


class EmbargoRelease(RepeatedTask):
    """The thread that releases articles; a search that begins afterwards has them."""

    def __init__(self, archive: Archive, clock: Callable[[], datetime]) -> None:
        super().__init__("embargoes")
        self._archive = archive
        self._clock = clock

    def run_once(self) -> float:
        """Release what is due now; an archive that can't be written is tried again a pause later."""
        try:
            if released := release_due(self._archive, self._clock()):
                log.info("%d articles are released: their embargo has ended", released)
        except DatelineError as error:
            log.error("articles under an embargo can't be released: %s", error.message)
        return PAUSE_SECONDS
