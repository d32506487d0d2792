"""The table of subscriptions at WebSub hubs, and their states.

The watcher sends requests to hubs and the server receives their callbacks, possibly in different processes; they share
this table only. An id is the random part of the callback's address, known only to the hub. Knows nothing of HTTP.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Update, delete, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from dateline.index.archive import Archive
from dateline.index.database import storage_errors
from dateline.index.errors import GoneError, NotFoundError
from dateline.index.schema import from_microseconds, microseconds, sources, subscriptions
from dateline.index.sources.websub import LEASE_SECONDS, Hub, is_signed

SubscriptionState = Literal["pending", "active", "denied", "ending"]

RENEWED_AFTER = 0.8
"""Share of a lease after which it is renewed."""
SHORTEST_RENEWAL = 60.0
"""Seconds after which a lease is renewed at the earliest."""
LONGEST_LEASE = 366 * 86_400
DENIED_SECONDS = 86_400
"""Seconds until a hub that denied a subscription is asked again."""
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription of a source, as stored in the archive."""

    id: str = field(repr=False)
    source: str
    hub: Hub
    secret: str = field(repr=False)
    state: SubscriptionState
    """`pending`: not confirmed by the hub yet. `denied`: refused by the hub. `ending`: to be unsubscribed."""
    expires: datetime | None
    """End of the lease; None: it was never confirmed."""
    next_try: datetime
    """When the next request to the hub is due."""
    callback: str | None = None
    """The callback's address in the last request."""
    attempts: int = 0
    """Requests since the hub last confirmed it."""
    error: str | None = None


def all_subscriptions(archive: Archive) -> list[Subscription]:
    """All subscriptions, including those that are ending."""
    return [_subscription(row) for row in archive.rows(select(subscriptions).order_by(subscriptions.c.source))]


def subscriptions_by_source(archive: Archive) -> dict[str, Subscription]:
    """Source → its subscription, except those that are ending."""
    return {one.source: one for one in all_subscriptions(archive) if one.state != "ending"}


def is_subscribed(archive: Archive, source: str, now: datetime) -> bool:
    """Whether the source has an active subscription with an unexpired lease."""
    query = select(subscriptions.c.id).where(
        subscriptions.c.source == source, subscriptions.c.state == "active", subscriptions.c.expires > microseconds(now)
    )
    return bool(archive.rows(query))


def set_hub(archive: Archive, source: str, hub: Hub | None, now: datetime) -> None:
    """Subscribe a source at this hub, and end subscriptions at others. None: the source has no hub."""
    current = next((one for one in all_subscriptions(archive) if one.source == source and one.state != "ending"), None)
    if (current and current.hub) == hub:
        return
    with storage_errors("the archive"), archive.writing.begin() as connection:
        connection.execute(ended_of(source))
        exists = connection.execute(select(sources.c.name).where(sources.c.name == source)).first()
        if hub is None or exists is None:  # removed while it ran
            return
        connection.execute(
            insert(subscriptions).values(
                id=secrets.token_hex(16),
                source=source,
                hub=hub.url,
                topic=hub.topic,
                secret=secrets.token_hex(32),
                state="pending",
                next_try=microseconds(now),
                attempts=0,
            )
        )


def ended_of(source: str) -> Update:
    """The statement that marks the subscriptions of a source as ending, to be unsubscribed as soon as possible."""
    wanted = (subscriptions.c.source == source) & (subscriptions.c.state != "ending")
    return update(subscriptions).where(wanted).values(state="ending", next_try=0, attempts=0)


def confirm(archive: Archive, subscription_id: str, mode: str, topic: str, lease: int | None, now: datetime) -> None:
    """Confirm a request to a hub, as it asks for (verification of intent). `mode`: `subscribe` or `unsubscribe`.

    `lease`: seconds; None: the requested ones. Raises `NotFoundError` if no such request was sent.
    """
    mine = (subscriptions.c.id == subscription_id) & (subscriptions.c.topic == topic)
    is_ending = subscriptions.c.state == "ending"
    with storage_errors("the archive"), archive.writing.begin() as connection:
        if mode == "unsubscribe":
            changed = connection.execute(delete(subscriptions).where(mine, is_ending)).rowcount
        elif mode == "subscribe":
            seconds = min(LEASE_SECONDS if lease is None else lease, LONGEST_LEASE)
            renewal = max(RENEWED_AFTER * seconds, SHORTEST_RENEWAL)
            values = {
                "state": "active",
                "expires": microseconds(now + timedelta(seconds=seconds)),
                "next_try": microseconds(now + timedelta(seconds=renewal)),
                "attempts": 0,
                "error": None,
            }
            changed = connection.execute(update(subscriptions).where(mine, ~is_ending).values(values)).rowcount
        else:
            changed = 0
    if not changed:
        raise NotFoundError("there is no such subscription")


def deny(archive: Archive, subscription_id: str, topic: str, reason: str, now: datetime) -> None:
    """Store that the hub denies a subscription. Raises `NotFoundError` if there is no such subscription."""
    mine = (subscriptions.c.id == subscription_id) & (subscriptions.c.topic == topic)
    values = {
        "state": "denied",
        "next_try": microseconds(now + timedelta(seconds=DENIED_SECONDS)),
        "error": f"the hub has denied it: {reason[:_LONGEST_REASON]}" if reason else "the hub has denied it",
    }
    with storage_errors("the archive"), archive.writing.begin() as connection:
        if not connection.execute(
            update(subscriptions).where(mine, subscriptions.c.state != "ending").values(values)
        ).rowcount:
            raise NotFoundError("there is no such subscription")


def notify(archive: Archive, subscription_id: str, body: bytes, signature: str | None, now: datetime) -> bool:
    """Make the source run now, because its hub notifies of a change. Returns false if the signature is invalid.

    Nothing else of `body` is used. Raises `GoneError` if there is no such subscription.
    """
    rows = archive.rows(select(subscriptions).where(_is_current(subscription_id)))
    if not rows:
        raise GoneError("there is no such subscription any more")
    if not is_signed(body, rows[0]["secret"], signature):
        return False
    runs_now = update(sources).where(sources.c.name == rows[0]["source"]).values(next_run=microseconds(now))
    with storage_errors("the archive"), archive.writing.begin() as connection:
        connection.execute(runs_now)
    return True


def requested(archive: Archive, one: Subscription, callback: str, next_try: datetime) -> None:
    """Store a request before it is sent, as the hub may confirm it at once."""
    values = {"callback": callback, "attempts": one.attempts + 1, "next_try": microseconds(next_try)}
    with storage_errors("the archive"), archive.writing.begin() as connection:
        connection.execute(update(subscriptions).where(subscriptions.c.id == one.id).values(values))


def request_failed(archive: Archive, one: Subscription, error: str, next_try: datetime) -> None:
    """Store that a request failed."""
    values = {"error": error, "next_try": microseconds(next_try)}
    same = (subscriptions.c.id == one.id) & (subscriptions.c.state == one.state)
    with storage_errors("the archive"), archive.writing.begin() as connection:
        connection.execute(update(subscriptions).where(same).values(values))


def forget(archive: Archive, one: Subscription) -> None:
    """Remove a subscription without the hub's confirmation; its notifications are answered with 410."""
    with storage_errors("the archive"), archive.writing.begin() as connection:
        connection.execute(delete(subscriptions).where(subscriptions.c.id == one.id))


def _is_current(subscription_id: str) -> ColumnElement[bool]:
    return (subscriptions.c.id == subscription_id) & (subscriptions.c.state != "ending")


def _subscription(row: Mapping[str, Any]) -> Subscription:
    return Subscription(
        id=row["id"],
        source=row["source"],
        hub=Hub(row["hub"], row["topic"]),
        secret=row["secret"],
        state=row["state"],
        expires=None if row["expires"] is None else from_microseconds(row["expires"]),
        next_try=from_microseconds(row["next_try"]),
        callback=row["callback"],
        attempts=row["attempts"],
        error=row["error"],
    )
