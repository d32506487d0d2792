"""Models of feedback on answers. Knows nothing of routes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from dateline.api.http.wire.common import Words
from dateline.index.feedback import Feedback, Rating, Reason

LONGEST_COMMENT = 2_000


class FeedbackIn(BaseModel):
    """Feedback on an answer."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"rating": "unhelpful", "reasons": ["outdated"], "claim_id": "c1"}]},
    )

    rating: Rating
    reasons: list[Reason] = Field(default=[], max_length=7, description="What is wrong with it.")
    comment: str | None = Field(default=None, max_length=LONGEST_COMMENT)
    claim_id: Words | None = Field(
        default=None, description="The claim it is about; null: the whole answer.", examples=["c1"]
    )

    def feedback(self, feedback_id: str, answer_id: str, now: datetime) -> Feedback:
        """The feedback to store under an id."""
        reasons = tuple(dict.fromkeys(self.reasons))
        return Feedback(feedback_id, answer_id, self.claim_id, self.rating, reasons, self.comment, now)


class FeedbackOut(BaseModel):
    """Stored feedback on an answer."""

    id: str
    answer_id: str
    claim_id: str | None
    rating: Rating
    reasons: list[Reason]
    comment: str | None = Field(description="Null also if it was erased with a purged article that the answer cites.")
    created: datetime

    @classmethod
    def of(cls, feedback: Feedback) -> Self:
        """From feedback as the archive holds it."""
        return cls(**asdict(feedback))


class FeedbackList(BaseModel):
    """The feedback on an answer, oldest first."""

    feedback: list[FeedbackOut]

    @classmethod
    def of(cls, found: Iterable[Feedback]) -> Self:
        """From feedback as the archive holds it."""
        return cls(feedback=[FeedbackOut.of(one) for one in found])


class ListedFeedback(FeedbackOut):
    """Feedback, with the question that the answer was to."""

    question: str | None = Field(description="As it was asked; null if it can't be read.")


class LatestFeedback(BaseModel):
    """The latest feedback on any answer, newest first."""

    feedback: list[ListedFeedback]

    @classmethod
    def of(cls, found: Iterable[Feedback], questions: Mapping[str, str | None]) -> Self:
        """From feedback as the archive holds it, and the questions by answer."""
        return cls(feedback=[ListedFeedback(**asdict(one), question=questions.get(one.answer_id)) for one in found])
