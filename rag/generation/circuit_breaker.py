"""A circuit breaker: after several failures in a row, calls are paused and then tried one at a time."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

FAILURES = 3
"""Failures in a row after which it opens."""
REST = 30.0
"""Seconds between two trial calls while it is open."""


class CircuitBreaker:
    """A circuit breaker. Thread-safe."""

    def __init__(self, clock: Callable[[], float], *, failures: int = FAILURES, rest: float = REST) -> None:
        """`clock`: seconds."""
        self._clock = clock
        self._most = failures
        self._rest = rest
        self._failures = 0
        self._tried = 0.0
        self._lock = Lock()

    def allows(self) -> bool:
        """Whether a call may be made now. While open, one trial call every `rest` seconds."""
        with self._lock:
            if self._failures < self._most:
                return True
            if self._clock() - self._tried < self._rest:
                return False
            self._tried = self._clock()
            return True

    def succeeded(self) -> None:
        """Record a success, which closes it."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """Record a failure."""
        with self._lock:
            self._failures += 1
            self._tried = self._clock()
