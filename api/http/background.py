"""The background services of a server: intake, uploads, watched sources, embargoes, retention.

Knows which parts there are and in which order they begin and end.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from dateline.api.compose import Services
from dateline.api.http.idempotency import KeysInFlight
from dateline.api.http.upload_jobs import UploadJobs
from dateline.api.intake import Intake
from dateline.api.recurring import embargo_release, retention
from dateline.api.source_watching import SourceWatching


class BackgroundServices:
    """The background services over open services; `start` starts their threads."""

    def __init__(self, services: Services, clock: Callable[[], datetime]) -> None:
        self.intake = Intake(services.searcher, clock)
        self.keys = KeysInFlight()
        self.uploads = UploadJobs(services, self.intake, clock)
        fetching = services.fetching
        self._sources = None if fetching is None else SourceWatching(services.archive, fetching, self.intake, clock)
        self._recurring = [embargo_release(services.archive, clock)]
        if services.retain_answers_days is not None:
            self._recurring.append(retention(services.archive, services.retain_answers_days, clock))

    def look_at_sources(self) -> None:
        """Look for due sources at once; otherwise the watching process notices within seconds."""
        if self._sources is not None:
            self._sources.wake()

    def start(self) -> None:
        """Begin."""
        self.uploads.start()
        if self._sources is not None:
            self._sources.start()
        for one in self._recurring:
            one.start()

    def stop(self) -> None:
        """Stop after the work in progress."""
        if self._sources is not None:
            self._sources.stop()
        self.uploads.stop()
        for one in self._recurring:
            one.stop()
