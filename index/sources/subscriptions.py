"""The table of subscriptions at WebSub hubs: asked for, confirmed by the hub, renewed, denied, ended.

The watcher asks hubs and the server hears from them, in different processes: this table is all that they share. An id
is a random part of the callback's address, so that only the hub can know it. Knows nothing of HTTP.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, insert, select, update
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
"""Until a hub that said no is asked again."""
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription of a source, as the archive knows it."""

    id: str = field(repr=False)
    source: str
    hub: Hub
    secret: str = field(repr=False)
    state: SubscriptionState
    """`pending`: the hub has not confirmed it yet. `denied`: the hub said no. `ending`: no longer wanted."""
    expires: datetime | None
    """End of the lease; None: it was never confirmed."""
    next_try: datetime
    """When the hub is asked next: again, for a longer lease, or to end it."""
    callback: str | None = None
    """The address that the hub was last given."""
    attempts: int = 0
    """Since the hub last confirmed it."""
    error: str | None = None


def all_subscriptions(archive: Archive) -> list[Subscription]:
    """All of them, those that are ending too."""
    return [_subscription(row) for row in archive.rows(select(subscriptions).order_by(subscriptions.c.source))]


def subscriptions_by_source(archive: Archive) -> dict[str, Subscription]:
    """The subscription of each source that has one which is not ending."""
    return {one.source: one for one in all_subscriptions(archive) if one.state != "ending"}


def is_subscribed(archive: Archive, source: str, now: datetime) -> bool:
    """Whether a hub will say when the source changes."""
    query = select(subscriptions.c.id).where(
        subscriptions.c.source == source, subscriptions.c.state == "active", subscriptions.c.expires > microseconds(now)
    )
    return bool(archive.rows(query))


def set_hub(archive: Archive, source: str, hub: Hub | None, now: datetime) -> None:
    """Have a source subscribed at the hub that it names now, and at no other. None: it names none."""
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


def ended_of(source: str) -> Any:
    """The statement by which the subscriptions of a source are ending; the hub is told as soon as it can be."""
    wanted = (subscriptions.c.source == source) & (subscriptions.c.state != "ending")
    return update(subscriptions).where(wanted).values(state="ending", next_try=0, attempts=0)


def confirm(archive: Archive, subscription_id: str, mode: str, topic: str, lease: int | None, now: datetime) -> None:
    """A hub asks whether a subscription is meant (`subscribe`) or is to end (`unsubscribe`): it is, and is kept so.

    `lease`: seconds. Raises `NotFoundError` if it is not meant.
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
    """A hub says that it does not notify, or no longer. Raises `NotFoundError` if there is no such subscription."""
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
    """A hub says that a source has changed: it runs now. False if the signature is wrong; then nothing happens.

    Nothing of `body` is used but its signature. Raises `GoneError` if there is no such subscription (any more).
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
    """A hub is about to be asked, with this callback. Kept before, for it may confirm at once."""
    values = {"callback": callback, "attempts": one.attempts + 1, "next_try": microseconds(next_try)}
    with storage_errors("the archive"), archive.writing.begin() as connection:
        connection.execute(update(subscriptions).where(subscriptions.c.id == one.id).values(values))


def request_failed(archive: Archive, one: Subscription, error: str, next_try: datetime) -> None:
    """A hub could not be asked, or refuses."""
    values = {"error": error, "next_try": microseconds(next_try)}
    same = (subscriptions.c.id == one.id) & (subscriptions.c.state == one.state)
    with storage_errors("the archive"), archive.writing.begin() as connection:
        connection.execute(update(subscriptions).where(same).values(values))


def forget(archive: Archive, one: Subscription) -> None:
    """Drop a subscription without the hub's consent; its notifications are answered with 410 from now on."""
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
