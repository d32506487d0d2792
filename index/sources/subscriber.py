"""Asking WebSub hubs: to subscribe, to renew a lease, to unsubscribe. What they answer comes to the server's callback.

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
"""Seconds that a hub has to confirm what it was asked for, until it is asked again."""


class Subscriber:
    """Asks hubs. Safe for threads, as long as no subscription is asked for by two at once."""

    def __init__(self, archive: Archive, fetcher: PoliteFetcher, public_url: str, now: Callable[[], datetime]) -> None:
        """`public_url`: where hubs reach this server, e.g. `https://dateline.newsroom.example`."""
        self._archive = archive
        self._fetcher = fetcher
        self._base = public_url.rstrip("/")
        self._now = now

    def due(self, known: Collection[Source]) -> list[Subscription]:
        """What a hub is to be asked about now: of sources that are active, and what is to end."""
        now = self._now()
        active = {source.name for source in known if source.state == "active"}
        return [
            one
            for one in all_subscriptions(self._archive)
            if (one.state == "ending" and one.next_try <= now)
            or (one.source in active and (one.next_try <= now or self._has_moved(one)))
        ]

    def ask(self, one: Subscription) -> None:
        """Ask the hub of a subscription. What goes wrong is kept with it. Raises `BusyError` and `StorageError`."""
        mode = "unsubscribe" if one.state == "ending" else "subscribe"
        # A hub that never knew of it needs no word, and one that doesn't answer finds out by 410.
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
        """Whether its hub knows another address of this server."""
        return one.state != "ending" and one.callback is not None and one.callback != self._callback(one)

    def _callback(self, one: Subscription) -> str:
        return f"{self._base}{CALLBACK_PATH}/{one.id}"
