"""Rate limits per key or address, in memory, by the library `limits`.

The window slides with each request, so a burst across the end of a window can't reach twice the rate. If several
processes serve, their parent counts for all. Knows nothing of HTTP but the names of its headers.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.managers import BaseManager
from threading import Thread
from typing import cast

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


@dataclass(frozen=True, slots=True)
class Count:
    """A caller's quota after a request was counted."""

    allowed: bool
    rate: str
    """The rate, e.g. `60 per 1 minute`."""
    limit: int
    """Requests per window."""
    remaining: int
    reset: int
    """Seconds until the oldest request leaves the window, at least 1."""

    def headers(self) -> dict[str, str]:
        """The X-RateLimit headers, as in the IETF's drafts up to the sixth and in GitHub's API."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


class Rates:
    """Counts requests against one rate. Safe for threads."""

    def __init__(self, rate: RateLimitItem, *, clock: Callable[[], float] = time.time) -> None:
        self._rate = rate
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._clock = clock

    def count(self, who: str) -> Count:
        """Count a request of `who`. A refused request doesn't count."""
        allowed = self._limiter.hit(self._rate, who)
        window = self._limiter.get_window_stats(self._rate, who)
        reset = max(1, math.ceil(window.reset_time - self._clock()))
        return Count(allowed, str(self._rate), self._rate.amount, window.remaining, reset)


class _Sharing(BaseManager):
    """Serves other processes over a socket, authenticated by the key that a process passes to its children."""


_Sharing.register("rates")


def share(rates: Rates) -> str:
    """Share `rates` with the children of this process. Returns the address."""
    _Sharing.register("rates", callable=lambda: rates, exposed=("count",))
    server = _Sharing().get_server()
    Thread(target=server.serve_forever, name="rates", daemon=True).start()
    return str(server.address)


def shared_rates(address: str) -> Rates:
    """The rates that the parent shares at `address`."""
    sharing = _Sharing(address)
    sharing.connect()
    return cast(Rates, sharing.rates())  # type: ignore[attr-defined]  # by `register`


def rate_of(text: str) -> RateLimitItem:
    """Parse a rate such as `60/minute`, `1000/day` or `10/5 seconds`. Raises ValueError."""
    rate = parse(text)
    if rate.amount < 1 or rate.multiples < 1:
        raise ValueError("a rate lets at least one request in")
    return rate


def rates_of(limit: str | None) -> Rates | None:
    """The rates for `DATELINE_RATE_LIMIT`; None: no limit."""
    return None if limit is None else Rates(rate_of(limit))
