"""How many requests may come: counted for each key or address, by the library `limits`, in memory.

A window that slides along with each request, so that twice the rate can't slip through where two windows meet. Where
several processes serve, their parent counts for all of them. Knows nothing of HTTP but the names of its headers.
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
    """How a caller stands after a request was counted."""

    allowed: bool
    rate: str
    """In words."""
    limit: int
    """Requests in a window."""
    remaining: int
    reset: int
    """Seconds until the oldest request leaves the window, at least 1: then another may come."""

    def headers(self) -> dict[str, str]:
        """As clients know them from the IETF's drafts up to the sixth, and from GitHub's API."""
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
        """Count a request of `who`. One that isn't allowed takes no place in the window."""
        allowed = self._limiter.hit(self._rate, who)
        window = self._limiter.get_window_stats(self._rate, who)
        reset = max(1, math.ceil(window.reset_time - self._clock()))
        return Count(allowed, str(self._rate), self._rate.amount, window.remaining, reset)


class _Sharing(BaseManager):
    """Calls from other processes, over a socket that asks for the key which a process gives to those that it starts."""


_Sharing.register("rates")


def share(rates: Rates) -> str:
    """Let the processes that this one starts count by `rates`, for as long as it lives; at which address."""
    _Sharing.register("rates", callable=lambda: rates, exposed=("count",))
    server = _Sharing().get_server()
    Thread(target=server.serve_forever, name="rates", daemon=True).start()
    return str(server.address)


def shared_rates(address: str) -> Rates:
    """What the parent shares at `address`."""
    sharing = _Sharing(address)
    sharing.connect()
    return cast(Rates, sharing.rates())  # type: ignore[attr-defined]  # by `register`


def rate_of(text: str) -> RateLimitItem:
    """The rate that is written as `60/minute`, `1000/day` or `10/5 seconds`. Raises ValueError for anything else."""
    rate = parse(text)
    if rate.amount < 1 or rate.multiples < 1:
        raise ValueError("a rate lets at least one request in")
    return rate


def rates_of(limit: str | None) -> Rates | None:
    """What counts how often each may come, by `DATELINE_RATE_LIMIT`; None: nobody does."""
    return None if limit is None else Rates(rate_of(limit))
