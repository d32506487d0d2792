"""Admission control for requests that need a processor: limited concurrency, a bounded queue, 503 beyond it.

Waiting takes no thread, so that light requests, such as reading an article, never wait for answers. Each process
counts for itself. Knows nothing of what the work is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dateline.api.http.metrics import Metrics
from dateline.index.errors import OverloadedError

PATIENCE = 15.0
"""Seconds: on a machine that is slow for other reasons, a 503 comes well before a client's time-out."""


class Admission:
    """A semaphore with a bounded queue, first come, first served. For one event loop."""

    def __init__(self, concurrency: int, queue: int, metrics: Metrics, patience: float = PATIENCE) -> None:
        """`concurrency`: requests that run at once. `queue`: requests that may wait, each for `patience` seconds."""
        self.concurrency = concurrency
        self._queue = queue
        self._metrics = metrics
        self._patience = patience
        self._slots = asyncio.Semaphore(concurrency)
        self.waiting = 0
        """Waiting requests."""
        self.running = 0
        """Running requests."""

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for one's turn, and have it until the end. Raises `OverloadedError` where too many wait already."""
        if self._slots.locked() and self.waiting >= self._queue:
            raise self._overloaded("too many questions are being answered, and too many wait")
        self.waiting += 1
        try:
            with self._metrics.waiting.track_inprogress():
                async with asyncio.timeout(self._patience):
                    await self._slots.acquire()
        except TimeoutError as error:
            raise self._overloaded("the questions before this one take too long") from error
        finally:
            self.waiting -= 1
        self.running += 1
        try:
            with self._metrics.running.track_inprogress():
                yield
        finally:
            self.running -= 1
            self._slots.release()

    def _overloaded(self, why: str) -> OverloadedError:
        self._metrics.turned_away()
        return OverloadedError(why, hint="Try again in a moment.")
