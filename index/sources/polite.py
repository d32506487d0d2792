"""Polite fetching: robots.txt, one request at a time per host, and a pause between requests.

Every request counts, also redirects and those for robots.txt. Knows nothing of feeds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TypeVar

from dateline.index.errors import FetchError
from dateline.index.sources.fetch import Conditions, Fetched, Fetcher
from dateline.index.sources.robots import Robots
from dateline.index.sources.source import host_of

T = TypeVar("T")

PAUSE_SECONDS = 2.0
"""Between two requests to a host."""
LONGEST_WAIT = 120.0
"""Most seconds that a request waits for its turn; after that it fails."""


class Pacer:
    """Limits the rate of requests per host. Safe for threads."""

    def __init__(self, pause: float = PAUSE_SECONDS, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`pause`: seconds; also before the first request to a host, which may have been asked before a restart."""
        self._pause = pause
        self._clock = clock
        self._start = clock() + pause
        self._next: dict[str, float] = {}
        self._busy: set[str] = set()
        self._changed = threading.Condition()
        self._stopped = False

    def ready_in(self, host: str) -> float:
        """Seconds until the host's next request; infinite while one is in progress."""
        with self._changed:
            return float("inf") if host in self._busy else max(0.0, self._next.get(host, self._start) - self._clock())

    def begin(self, host: str) -> None:
        """Wait for the host's turn, and take it. Raises `FetchError` if that takes too long, or when stopped."""
        with self._changed:
            while not self._stopped:
                wait = self._next.get(host, self._start) - self._clock()
                if wait <= 0 and host not in self._busy:
                    self._busy.add(host)
                    return
                if wait > LONGEST_WAIT:
                    raise FetchError(f"{host} has asked to be left alone", hint="It is asked later.", retry_after=wait)
                self._changed.wait(wait if wait > 0 else None)
        raise FetchError("fetching was stopped", hint="It goes on at the next start.")

    def end(self, host: str, delay: float = 0.0) -> None:
        """End the host's turn; the next one begins after the pause, or after `delay` seconds if that is longer."""
        with self._changed:
            self._busy.discard(host)
            self._next[host] = max(self._next.get(host, 0.0), self._clock() + max(self._pause, delay))
            self._changed.notify_all()

    def stop(self) -> None:
        """Make all waiting requests fail."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()


class PoliteFetcher:
    """A fetcher that obeys robots.txt and the pauses. Safe for threads."""

    def __init__(self, fetcher: Fetcher, pacer: Pacer, now: Callable[[], datetime]) -> None:
        self.pacer = pacer
        self._fetcher = fetcher
        self._robots = Robots(self._unchecked, fetcher.limits.user_agent, now)

    @property
    def stopped(self) -> bool:
        """Whether it was stopped."""
        return self._fetcher.stopped

    def stop(self) -> None:
        """Abort requests in progress, and refuse later ones."""
        self._fetcher.stop()
        self.pacer.stop()

    def get(self, url: str, conditions: Conditions = Conditions()) -> Fetched:  # noqa: B008  # frozen
        """The response at `url`. Raises as `Fetcher.get`, and `FetchRefusedError` if robots.txt forbids it."""
        return self._paced(partial(self._fetcher.get, url, conditions), self._robots.check)

    def post(self, url: str, form: Mapping[str, str]) -> None:
        """Send a form to `url`, an API for which robots.txt doesn't apply. Raises as `Fetcher.post`."""
        self._paced(partial(self._fetcher.post, url, form), lambda _url: None)

    def _unchecked(self, url: str) -> Fetched:
        return self._paced(partial(self._fetcher.get, url), lambda _url: None)

    def _paced(self, send: Callable[..., T], check: Callable[[str], None]) -> T:
        asked: list[str] = []  # the host that is being asked; a redirect ends one turn and begins another

        def end(delay: float = 0.0) -> None:
            while asked:
                host = asked.pop()
                self.pacer.end(host, max(delay, self._robots.delay(host)))

        def before_hop(hop: str) -> None:
            end()
            check(hop)
            self.pacer.begin(host_of(hop))
            asked.append(host_of(hop))

        try:
            found = send(before_hop=before_hop)
        except FetchError as error:
            end(error.retry_after or 0.0)
            raise
        finally:
            end()
        return found
