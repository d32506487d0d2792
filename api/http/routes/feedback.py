"""Routes for feedback on answers. Knows nothing of how answers are found."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Query

from dateline.api.http.dependencies import Calling, Now, Ready
from dateline.api.http.wire.feedback import FeedbackIn, FeedbackList, FeedbackOut, LatestFeedback
from dateline.api.tenancy import answer_in_part
from dateline.index.answers import questions_of
from dateline.index.feedback import Rating, add_feedback, feedback_on, latest_feedback

routes = APIRouter(tags=["answers"])

MOST_LISTED = 200


@routes.post("/v1/answers/{answer_id}/feedback", status_code=201)
def give_feedback(answer_id: str, given: FeedbackIn, services: Ready, now: Now, caller: Calling) -> FeedbackOut:
    """Give feedback on an answer or one of its claims. It is stored when this returns."""
    answer_in_part(services.archive, caller, answer_id)
    feedback = given.feedback(f"fb_{secrets.token_hex(12)}", answer_id, now)
    add_feedback(services.archive, feedback)
    return FeedbackOut.of(feedback)


@routes.get("/v1/answers/{answer_id}/feedback")
def list_feedback(answer_id: str, services: Ready, caller: Calling) -> FeedbackList:
    """The feedback on an answer, oldest first."""
    answer_in_part(services.archive, caller, answer_id)
    return FeedbackList.of(feedback_on(services.archive, answer_id))


@routes.get("/v1/feedback")
def list_latest_feedback(
    services: Ready,
    rating: Annotated[Rating | None, Query(description="Only feedback with this rating.")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED, description="Maximum number of results.")] = 50,
) -> LatestFeedback:
    """The latest feedback on any answer, newest first, for editors."""
    found = latest_feedback(services.archive, limit, rating)
    return LatestFeedback.of(found, questions_of(services.archive, {one.answer_id for one in found}))
