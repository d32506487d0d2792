"""Requests to WebSub hubs: subscribe, renew a lease, unsubscribe. Hubs confirm them at the server's callback.

Knows nothing of feeds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime

from dateline.index.archive import Archive
from dateline.index.errors import FetchError
from dateline.index.sources.backoff import MOST_ATTEMPTS, pause_after
from dateline.index.sources.outcome import in_words
from dateline.index.sources.polite import PoliteFetcher
from dateline.index.sources.source import Source
from dateline.index.sources.subscriptions import (
    Subscription,
    all_subscriptions,
    forget,
    request_failed,
    requested,
)
from dateline.index.sources.websub import subscription_form

log = logging.getLogger(__name__)

CALLBACK_PATH = "/websub"
FIRST_PAUSE = 600.0
"""Seconds until an unconfirmed request is repeated for the first time."""


class Subscriber:
    """Sends requests to hubs. Safe for threads, except for concurrent requests for the same subscription."""

    def __init__(self, archive: Archive, fetcher: PoliteFetcher, public_url: str, now: Callable[[], datetime]) -> None:
        """`public_url`: where hubs reach this server, e.g. `https://dateline.newsroom.example`."""
        self._archive = archive
        self._fetcher = fetcher
        self._base = public_url.rstrip("/")
        self._now = now

    def due(self, known: Collection[Source]) -> list[Subscription]:
        """The subscriptions for which a request is due: those of active sources, and those that are ending."""
        now = self._now()
        active = {source.name for source in known if source.state == "active"}
        return [
            one
            for one in all_subscriptions(self._archive)
            if (one.state == "ending" and one.next_try <= now)
            or (one.source in active and (one.next_try <= now or self._has_moved(one)))
        ]

    def ask(self, one: Subscription) -> None:
        """Send the request for a subscription. Failures are stored with it. Raises `BusyError` and `StorageError`."""
        mode = "unsubscribe" if one.state == "ending" else "subscribe"
        # A hub that was never asked needn't be told, and one that doesn't answer gets 410 for its notifications.
        if mode == "unsubscribe" and (one.callback is None or one.attempts >= MOST_ATTEMPTS):
            forget(self._archive, one)
            return
        again = self._now() + pause_after(one.attempts + 1, first=FIRST_PAUSE)
        callback = self._callback(one) if mode == "subscribe" else one.callback or ""
        requested(self._archive, one, callback, again)
        try:
            self._fetcher.post(one.hub.url, subscription_form(mode, one.hub.topic, callback, one.secret))
        except FetchError as error:
            if not self._fetcher.stopped:
                log.warning("source %s: its hub can't be asked: %s", one.source, error.message)
                later = pause_after(one.attempts + 1, first=FIRST_PAUSE, retry_after=error.retry_after)
                request_failed(self._archive, one, in_words(error), self._now() + later)

    def _has_moved(self, one: Subscription) -> bool:
        """Whether its hub has a former address of this server."""
        return one.state != "ending" and one.callback is not None and one.callback != self._callback(one)

    def _callback(self, one: Subscription) -> str:
        return f"{self._base}{CALLBACK_PATH}/{one.id}"
