"""A circuit breaker: what has failed several times in a row is left alone for a while, then tried once.

Knows nothing of what fails.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

FAILURES = 3
"""In a row, after which it opens."""
REST = 30.0
"""Seconds between two trials while it is open."""


class Breaker:
    """Safe for threads."""

    def __init__(self, clock: Callable[[], float], *, failures: int = FAILURES, rest: float = REST) -> None:
        """`clock`: seconds."""
        self._clock = clock
        self._most = failures
        self._rest = rest
        self._failures = 0
        self._tried = 0.0
        self._lock = Lock()

    def allows(self) -> bool:
        """Whether a call may be made now. While it is open that is one each `rest` seconds, for trial."""
        with self._lock:
            if self._failures < self._most:
                return True
            if self._clock() - self._tried < self._rest:
                return False
            self._tried = self._clock()
            return True

    def succeeded(self) -> None:
        """Close it: the call did what it should."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """Count a failure."""
        with self._lock:
            self._failures += 1
            self._tried = self._clock()
