"""What a server does besides answering questions: taking in articles, releasing them, working off uploads, erasing
old questions.

Knows which parts there are and in which order they begin and end.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from api.compose import Services
from api.embargo_release import EmbargoRelease
from api.idempotency import KeysInFlight
from api.intake import Intake
from api.retention import Retention
from api.upload_jobs import UploadJobs


class Chores:
    """The parts, over open services; the threads begin with `start`."""

    def __init__(self, services: Services, clock: Callable[[], datetime]) -> None:
        self.intake = Intake(services, clock)
        self.keys = KeysInFlight()
        self.uploads = UploadJobs(services, self.intake, clock)
        self._embargoes = EmbargoRelease(services.archive, clock)
        days = services.retain_answers_days
        self._retention = None if days is None else Retention(services.archive, days, clock)

    def start(self) -> None:
        """Begin."""
        self.uploads.start()
        self._embargoes.start()
        if self._retention is not None:
            self._retention.start()

    def stop(self) -> None:
        """End, after what is under way."""
        self.uploads.stop()
        self._embargoes.stop()
        if self._retention is not None:
            self._retention.stop()
