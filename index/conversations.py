"""Conversations: their turns, each a question and its answer.

A conversation exists from its first turn on. Knows nothing of what the questions mean.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import func, insert, select

from dateline.index.archive import Archive
from dateline.index.database import storage_errors
from dateline.index.errors import NotFoundError
from dateline.index.schema import answers, turns


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A question of a conversation and its answer."""

    question: str
    """As it was asked."""
    standalone_question: str
    """The standalone question."""
    answer_id: str
    asked_at: datetime


def add_turn(archive: Archive, conversation_id: str, turn: StoredTurn) -> None:
    """Append a turn to a conversation; its answer must be stored already. Durable when this returns.

    Turns may be added concurrently by threads and processes; all are kept.
    """
    last = select(func.coalesce(func.max(turns.c.number), 0)).where(turns.c.conversation_id == conversation_id)
    with storage_errors("the archive"), archive.writing.begin() as connection:
        connection.execute(
            insert(turns).values(
                conversation_id=conversation_id,
                number=last.scalar_subquery() + 1,
                question=turn.question,
                standalone_question=turn.standalone_question,
                answer_id=turn.answer_id,
                asked_at=turn.asked_at.isoformat(),
            )
        )


def turns_of(archive: Archive, conversation_id: str) -> list[StoredTurn]:
    """The turns of a conversation in order. Raises `NotFoundError`."""
    query = select(turns).where(turns.c.conversation_id == conversation_id).order_by(turns.c.number)
    found = [
        StoredTurn(
            row["question"], row["standalone_question"], row["answer_id"], datetime.fromisoformat(row["asked_at"])
        )
        for row in archive.rows(query)
    ]
    if not found:
        raise no_conversation(conversation_id)
    return found


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation in a list."""

    id: str
    question: str
    """The first question, as it was asked."""
    turns: int
    latest: datetime
    """When the last question was asked."""


def summaries_of(archive: Archive, conversation_ids: Collection[str]) -> list[Summary]:
    """Summaries of those of these conversations that exist, the most recently used first."""
    query = (
        select(turns.c.conversation_id, turns.c.question, turns.c.number, turns.c.asked_at)
        .where(turns.c.conversation_id.in_(conversation_ids))
        .order_by(turns.c.conversation_id, turns.c.number)
    )
    found = []
    for conversation_id, rows in groupby(archive.rows(query), key=lambda row: str(row["conversation_id"])):
        asked = list(rows)
        latest = max(datetime.fromisoformat(row["asked_at"]) for row in asked)
        found.append(Summary(conversation_id, asked[0]["question"], len(asked), latest))
    return sorted(found, key=lambda one: (one.latest, one.id), reverse=True)


def answers_before(
    archive: Archive, conversation_id: str, *, before: int | None = None, limit: int
) -> list[tuple[int, str, str]]:
    """The last `limit` turns before the turn `before` (None: the last of all), oldest first.

    Each is its number, its answer's id and its answer's JSON. Raises `NotFoundError`.
    """
    query = (
        select(turns.c.number, turns.c.answer_id, answers.c.answer)
        .join(answers, answers.c.id == turns.c.answer_id)
        .where(turns.c.conversation_id == conversation_id)
        .order_by(turns.c.number.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(turns.c.number < before)
    found = [(row["number"], row["answer_id"], row["answer"]) for row in archive.rows(query)]
    if not found:
        turns_of(archive, conversation_id)
    return found[::-1]


def conversation_of(archive: Archive, answer_id: str) -> str | None:
    """The conversation that an answer belongs to; None if it belongs to none."""
    rows = archive.rows(select(turns.c.conversation_id).where(turns.c.answer_id == answer_id))
    return str(rows[0]["conversation_id"]) if rows else None


def no_conversation(conversation_id: str) -> NotFoundError:
    """The error for a conversation that does not exist."""
    return NotFoundError(
        f"there is no conversation {conversation_id!r}", hint="A conversation's id begins with conv_; “new” begins one."
    )


def latest_answers(archive: Archive, conversation_id: str, count: int) -> list[tuple[str, str]]:
    """The last `count` turns of a conversation in order, each as its standalone question and its answer's JSON.

    Raises `NotFoundError`.
    """
    query = (
        select(turns.c.standalone_question, answers.c.answer)
        .join(answers, answers.c.id == turns.c.answer_id)
        .where(turns.c.conversation_id == conversation_id)
        .order_by(turns.c.number.desc())
        .limit(count)
    )
    found = [(row["standalone_question"], row["answer"]) for row in archive.rows(query)]
    if not found:
        turns_of(archive, conversation_id)
    return found[::-1]
