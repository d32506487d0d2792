"""Feedback on answers: stored and listed. Of an answer only the ids of its claims are known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from dateline.index.archive import Archive
from dateline.index.database import storage_errors
from dateline.index.errors import InputError
from dateline.index.schema import feedback

Rating = Literal["helpful", "unhelpful"]
Reason = Literal["wrong", "unsupported", "outdated", "incomplete", "off_topic", "bias", "other"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """A user's rating of an answer, or of one of its claims."""

    id: str
    answer_id: str
    claim_id: str | None
    """None: the answer as a whole."""
    rating: Rating
    reasons: tuple[Reason, ...]
    comment: str | None
    created: datetime


def add_feedback(archive: Archive, given: Feedback) -> None:
    """Store feedback; durable when this returns. Feedback whose id exists already is ignored.

    Raises `NotFoundError` for an unknown answer, `InputError` for a claim that the answer doesn't have.
    """
    if given.claim_id not in (None, *_claims(archive.answer(given.answer_id))):
        raise InputError("the answer has no such claim", hint="claims[].id of the answer says which there are.")
    with storage_errors("the archive"), archive.writing.begin() as connection:
        connection.execute(
            insert(feedback)
            .values(
                id=given.id,
                answer_id=given.answer_id,
                claim_id=given.claim_id,
                rating=given.rating,
                reasons=json.dumps(given.reasons),
                comment=given.comment,
                created=given.created.isoformat(),
            )
            .on_conflict_do_nothing(index_elements=[feedback.c.id])
        )


def feedback_on(archive: Archive, answer_id: str) -> list[Feedback]:
    """The feedback on an answer, oldest first. Raises `NotFoundError` for an unknown answer."""
    archive.answer(answer_id)
    query = select(feedback).where(feedback.c.answer_id == answer_id).order_by(feedback.c.created, feedback.c.id)
    return [_of(row) for row in archive.rows(query)]


def latest_feedback(archive: Archive, limit: int, rating: Rating | None = None) -> list[Feedback]:
    """The newest feedback on all answers, newest first; `rating`: only with this one."""
    query = select(feedback) if rating is None else select(feedback).where(feedback.c.rating == rating)
    query = query.order_by(feedback.c.created.desc(), feedback.c.id).limit(limit)
    return [_of(row) for row in archive.rows(query)]


def _of(row: Any) -> Feedback:
    return Feedback(
        id=row["id"],
        answer_id=row["answer_id"],
        claim_id=row["claim_id"],
        rating=row["rating"],
        reasons=tuple(json.loads(row["reasons"])),
        comment=row["comment"],
        created=datetime.fromisoformat(row["created"]),
    )


def _claims(answer: str) -> list[str]:
    """The ids of an answer's claims."""
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        return []
    claims = said.get("claims") if isinstance(said, dict) else None
    return [claim["id"] for claim in claims or [] if isinstance(claim, dict) and isinstance(claim.get("id"), str)]
