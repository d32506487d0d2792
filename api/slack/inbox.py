"""The durable queue of the Slack app: each delivery is accepted once, and work is done in order.

A delivery and its work are stored in one transaction before Slack gets its acknowledgement. Several processes may use
one inbox. Knows nothing of Slack's payloads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, exists, func, insert, or_, select, update

from dateline.api.asking import random_conversation_id
from dateline.api.slack.database import WHAT, events, problems, threads, work
from dateline.api.slack.work import NewWork, Request, StopReason, Thread, Work, message_key
from dateline.index.database import for_writing, storage_errors

KEPT_SECONDS = 7 * 86_400
"""How long a delivery is remembered: Slack repeats it within an hour, or hours later after an outage."""
UNFINISHED = ("queued", "running")


@dataclass(frozen=True, slots=True)
class ThreadState:
    """The state of a thread in which Dateline takes part."""

    conversation_id: str
    opener: str
    crowded: bool
    """Whether other people are in it, so that a mention is needed."""


@dataclass(frozen=True, slots=True)
class Queued:
    """The place of work in the queue."""

    id: int
    ahead: int
    """Unfinished work before it."""


class Delivery:
    """The changes of one delivery, in its transaction."""

    def __init__(self, connection: Connection, now: float, new_id: Callable[[], str]) -> None:
        self._connection = connection
        self._now = now
        self._new_id = new_id
        self.queued: Queued | None = None
        """The queued work, if any."""

    def thread(self, thread: Thread) -> ThreadState | None:
        """The state of a thread; None: Dateline takes no part in it."""
        row = self._connection.execute(select(threads).where(_is_thread(threads, thread))).mappings().first()
        return None if row is None else ThreadState(row["conversation_id"], row["opener"], bool(row["crowded"]))

    def join(self, thread: Thread, opener: str, *, crowded: bool) -> None:
        """Take part in a thread from now on, unless it does already."""
        if self.thread(thread) is None:
            self._connection.execute(insert(threads).values(**_new_thread(thread, opener, self._new_id(), crowded)))

    def crowd(self, thread: Thread) -> None:
        """Remember that other people are in a thread."""
        self._connection.execute(update(threads).where(_is_thread(threads, thread)).values(crowded=1))

    def add(self, new: NewWork) -> None:
        """Queue work. A newer version replaces the same work; otherwise a repetition changes nothing."""
        known = self._connection.execute(select(work).where(work.c.key == new.key)).mappings().first()
        row = {
            "key": new.key,
            "version": new.version,
            "kind": new.kind,
            "team": new.thread.team,
            "channel": new.thread.channel,
            "thread_ts": new.thread.ts,
            "user": new.user,
            "not_before": 0.0,
            "payload": new.request.to_json(),
        }
        fresh = {"state": "queued", "stop": None, "owner": None, "attempts": 0}
        if known is None:
            added = insert(work).values(**row, **fresh, posted="[]", created=self._now).returning(work.c.id)
            self._note(int(self._connection.execute(added).scalar_one()))
        elif known["state"] != "deleted" and new.version > known["version"]:
            # The worker on the older version queues the newer one when it is done, see `Inbox.finish`.
            values = row | ({"stop": "edited"} if known["state"] == "running" else fresh)
            self._connection.execute(update(work).where(work.c.id == known["id"]).values(**values))
            if known["state"] != "running":
                self._note(known["id"])

    def once(self, what: str) -> bool:
        """Whether the event of this name happens for the first time."""
        new = insert(events).prefix_with("OR IGNORE", dialect="sqlite").values(id=what, received=self._now)
        return bool(self._connection.execute(new).rowcount)

    def is_known(self, key: str) -> bool:
        """Whether work with this key ever existed."""
        return self._connection.execute(select(work.c.id).where(work.c.key == key)).first() is not None

    def stop(self, thread: Thread, reason: StopReason) -> None:
        """Stop all unfinished work in a thread."""
        there = and_(_is_thread(work, thread), work.c.state.in_(UNFINISHED))
        self._connection.execute(update(work).where(there).values(stop=reason))

    def remove(self, team: str, channel: str, ts: str) -> tuple[str, ...]:
        """A message was deleted: stop its work. Returns the times of the messages to delete now."""
        key = message_key(team, channel, ts)
        known = self._connection.execute(select(work).where(work.c.key == key)).mappings().first()
        if known is None:  # the deletion has overtaken the message
            row = {"version": ts, "kind": "ask", "team": team, "channel": channel, "thread_ts": ts, "user": ""}
            gone = {"state": "deleted", "attempts": 0, "not_before": 0.0, "posted": "[]", "created": self._now}
            self._connection.execute(insert(work).values(key=key, **row, **gone))
            return ()
        if known["state"] == "running":
            self._connection.execute(update(work).where(work.c.id == known["id"]).values(stop="deleted"))
            return ()
        self._connection.execute(
            update(work).where(work.c.id == known["id"]).values(state="deleted", payload=None, posted="[]")
        )
        return tuple(json.loads(known["posted"]))

    def _note(self, work_id: int) -> None:
        before = select(func.count()).where(work.c.state.in_(UNFINISHED), work.c.id < work_id)
        self.queued = Queued(work_id, int(self._connection.execute(before).scalar_one()))


class Inbox:
    """The queue. Safe for threads and for several processes over one file."""

    def __init__(
        self, engine: Engine, clock: Callable[[], float], new_id: Callable[[], str] = random_conversation_id
    ) -> None:
        """`clock`: seconds since 1970. `new_id`: a fresh id of a conversation, which can't be guessed."""
        self.engine = engine
        self.clock = clock
        self._writing = for_writing(engine)
        self._new_id = new_id

    @contextmanager
    def delivery(self, delivery_id: str | None) -> Iterator[Delivery | None]:
        """Context manager: a delivery's transaction; None if it was accepted before. `delivery_id` None: no id."""
        now = self.clock()
        with self._transaction() as connection:
            if delivery_id is not None:
                connection.execute(delete(events).where(events.c.received < now - KEPT_SECONDS))
            delivery = Delivery(connection, now, self._new_id)
            is_new = delivery_id is None or delivery.once(delivery_id)
            yield delivery if is_new else None

    def take(self, owner: str) -> Work | None:
        """Take the oldest work that is due; `owner` owns it from now on. One at a time per thread."""
        other = work.alias("other")
        waits = exists().where(
            _in_thread_of_work(other),
            or_(other.c.state == "running", and_(other.c.state == "queued", other.c.id < work.c.id)),
        )
        due = and_(work.c.state == "queued", work.c.not_before <= self.clock(), ~waits)
        with self._transaction() as connection:
            row = connection.execute(select(work).where(due).order_by(work.c.id).limit(1)).mappings().first()
            if row is None:
                return None
            taken = {"state": "running", "owner": owner, "attempts": row["attempts"] + 1}
            connection.execute(update(work).where(work.c.id == row["id"]).values(**taken))
        return _work(dict(row) | taken)

    def begin_thread(self, work_id: int, thread: Thread, opener: str) -> None:
        """A slash command's thread has started with a message of Dateline's own."""
        with self._transaction() as connection:
            connection.execute(update(work).where(work.c.id == work_id).values(thread_ts=thread.ts))
            Delivery(connection, self.clock(), self._new_id).join(thread, opener, crowded=False)

    def conversation_of(self, thread: Thread) -> str | None:
        """The conversation of a thread; None: unknown thread."""
        rows = self._rows(select(threads.c.conversation_id).where(_is_thread(threads, thread)))
        return rows[0]["conversation_id"] if rows else None

    def new_conversation(self, thread: Thread) -> str:
        """Start another conversation in a thread. Returns its id."""
        conversation_id = self._new_id()
        with self._transaction() as connection:
            connection.execute(
                update(threads).where(_is_thread(threads, thread)).values(conversation_id=conversation_id)
            )
        return conversation_id

    def save_posted(self, work_id: int, posted: Iterable[str]) -> None:
        """Store the times of a work's messages."""
        with self._transaction() as connection:
            connection.execute(update(work).where(work.c.id == work_id).values(posted=json.dumps(list(posted))))

    def hold(self, work_id: int, owner: str) -> bool:
        """Take queued work without a message, only to post one; False if it, or its thread, is due already.

        It counts as an attempt until `let_go`, so that whatever takes over from a killed process looks for the message.
        """
        other = work.alias("other")
        busy = exists().where(_in_thread_of_work(other), other.c.state == "running")
        still = and_(work.c.id == work_id, work.c.state == "queued", work.c.posted == "[]", ~busy)
        held = {"state": "running", "owner": owner, "attempts": work.c.attempts + 1}
        with self._transaction() as connection:
            return bool(connection.execute(update(work).where(still).values(**held)).rowcount)

    def let_go(self, work_id: int, posted: Iterable[str] | None) -> None:
        """Queue held work again. `posted`: times of its messages; None: there may be an unknown one."""
        back: dict[str, Any] = {"state": "queued", "owner": None}
        if posted is not None:
            back |= {"attempts": work.c.attempts - 1, "posted": json.dumps(list(posted))}
        with self._transaction() as connection:
            connection.execute(update(work).where(work.c.id == work_id).values(**back))

    def posted_in(self, thread: Thread) -> set[str]:
        """The times of all known messages of Dateline's in a thread."""
        rows = self._rows(select(work.c.posted).where(_is_thread(work, thread)))
        return {ts for row in rows for ts in json.loads(row["posted"])}

    def stops(self, owner: str) -> dict[int, StopReason]:
        """The work of `owner` that is to stop, with the reasons."""
        its = and_(work.c.state == "running", work.c.owner == owner, work.c.stop.is_not(None))
        rows = self._rows(select(work.c.id, work.c.stop).where(its))
        return {row["id"]: row["stop"] for row in rows}

    def finish(self, done: Work, state: str) -> tuple[str, ...]:
        """Work has ended as `done` or `failed`; its request is erased. Returns the times of messages to delete now.

        If it was edited meanwhile it is queued again; if it was deleted, its messages are to be deleted.
        """
        with self._transaction() as connection:
            row = connection.execute(select(work).where(work.c.id == done.id)).mappings().one()
            if row["stop"] == "edited":
                again = {"state": "queued", "stop": None, "owner": None, "attempts": 0}
                connection.execute(update(work).where(work.c.id == done.id).values(**again))
                return ()
            gone = row["stop"] == "deleted"
            ended: dict[str, Any] = {"state": state, "stop": None, "owner": None, "payload": None}
            if gone:
                ended |= {"state": "deleted", "posted": "[]"}
            connection.execute(update(work).where(work.c.id == done.id).values(**ended))
        return tuple(json.loads(row["posted"])) if gone else ()

    def put_back(self, taken: Work, delay: float) -> None:
        """Queue work again, not before `delay` seconds have passed."""
        back = {"state": "queued", "owner": None, "not_before": self.clock() + delay}
        with self._transaction() as connection:
            connection.execute(update(work).where(work.c.id == taken.id).values(**back))

    def release(self, owner: str, *, but: Collection[int] = ()) -> int:
        """Queue a process's running work again, except the ids in `but`. Returns the count."""
        back = {"state": "queued", "owner": None}
        with self._transaction() as connection:
            its = and_(work.c.state == "running", work.c.owner == owner, work.c.id.not_in(but))
            return connection.execute(update(work).where(its).values(**back)).rowcount

    def owners(self) -> set[str]:
        """The processes with running work, alive or not."""
        return {row["owner"] for row in self._rows(select(work.c.owner).where(work.c.state == "running").distinct())}

    def unfinished(self) -> int:
        """The number of queued or running works."""
        return int(self._rows(select(func.count().label("n")).where(work.c.state.in_(UNFINISHED)))[0]["n"])

    def problem(self, team: str, code: str, detail: str) -> None:
        """Store an error, replacing the last one of its kind."""
        with self._transaction() as connection:
            new = insert(problems).prefix_with("OR REPLACE", dialect="sqlite")
            connection.execute(new.values(team=team, code=code, detail=detail, at=self.clock()))

    def latest_problems(self) -> list[dict[str, Any]]:
        """The stored errors, latest first: team, code, detail, at."""
        return self._rows(select(problems).order_by(problems.c.at.desc()))

    def _rows(self, query: Any) -> list[dict[str, Any]]:
        with storage_errors(WHAT), self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with storage_errors(WHAT), self._writing.begin() as connection:
            yield connection


def _in_thread_of_work(other: Any) -> Any:
    """Whether other work is for the same thread; the threads of slash commands have no time yet, and are apart."""
    there = (other.c.team == work.c.team, other.c.channel == work.c.channel, other.c.thread_ts == work.c.thread_ts)
    return and_(*there, work.c.thread_ts != "")


def _is_thread(table: Any, thread: Thread) -> Any:
    there = (table.c.team == thread.team, table.c.channel == thread.channel, table.c.thread_ts == thread.ts)
    return and_(*there)


def _new_thread(thread: Thread, opener: str, conversation_id: str, crowded: bool) -> dict[str, Any]:
    return {
        "team": thread.team,
        "channel": thread.channel,
        "thread_ts": thread.ts,
        "conversation_id": conversation_id,
        "opener": opener,
        "crowded": int(crowded),
    }


def _work(row: dict[str, Any]) -> Work:
    return Work(
        id=row["id"],
        kind=row["kind"],
        thread=Thread(row["team"], row["channel"], row["thread_ts"]),
        user=row["user"],
        request=Request.from_json(row["payload"]),
        attempts=row["attempts"],
        posted=tuple(json.loads(row["posted"])),
    )
