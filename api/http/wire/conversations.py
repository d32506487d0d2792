"""Models of conversations: summaries, turns and answers.

Knows nothing of routes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from dateline.api.http.wire.answers import StoredAnswer
from dateline.index.conversations import StoredTurn, Summary

MOST_CONVERSATIONS = 200
MOST_TURNS = 50
TurnsLimit = Annotated[int, Field(ge=1, le=MOST_TURNS, description="Maximum number of answers.")]


class ConversationHead(BaseModel):
    """A summary of a conversation."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str = Field(description="The first question, as it was asked.")
    turns: int
    latest: datetime = Field(description="When the last question was asked.")


class ConversationList(BaseModel):
    """Conversations, the one with the latest question first."""

    model_config = ConfigDict(frozen=True)

    conversations: list[ConversationHead]

    @classmethod
    def of(cls, found: Iterable[Summary]) -> Self:
        """From the conversations as the archive finds them."""
        return cls(conversations=[ConversationHead(**asdict(one)) for one in found])


class ConversationAnswers(BaseModel):
    """A page of a conversation's answers, oldest first."""

    model_config = ConfigDict(frozen=True)

    answers: list[StoredAnswer]
    next_cursor: str | None = Field(
        description="Send it as `cursor` for the answers before these; null: these are the first."
    )


def conversation_answers(answers: Sequence[str], next_cursor: str | None) -> str:
    """`ConversationAnswers` as JSON, from answers in JSON, which are sent as they were stored."""
    return f'{{"answers":[{",".join(answers)}],"next_cursor":{json.dumps(next_cursor)}}}'


class TurnOut(BaseModel):
    """A question of a conversation."""

    model_config = ConfigDict(frozen=True)

    question: str = Field(description="As it was asked.")
    standalone_question: str = Field(description="The standalone question, understood from the turns before.")
    answer_id: str = Field(description="`GET /v1/answers/{id}` has the answer.")
    asked_at: datetime


class ConversationOut(BaseModel):
    """A conversation: its turns in their order."""

    model_config = ConfigDict(frozen=True)

    id: str
    turns: list[TurnOut]

    @classmethod
    def of(cls, conversation_id: str, turns: Iterable[StoredTurn]) -> Self:
        """From the turns as the archive holds them."""
        return cls(id=conversation_id, turns=[TurnOut(**asdict(turn)) for turn in turns])
