"""Asking, as every way in does it: answer, store, hand out; what is handed out is what was stored.

Knows the Answer's wire form; nothing of HTTP or terminals.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter

from api.compose import Services
from index.conversations import StoredTurn, add_turn, latest_answers
from rag.answer import Answer
from rag.conversation.turn import Conversation, turn_of
from rag.question import Question


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer that is stored, and its JSON as it was stored."""

    answer: Answer
    json: str


NEW = "new"
"""In place of a conversation's id: one that begins."""
REMEMBERED = 8
"""Turns that a follow-up question is understood by."""


def random_conversation_id() -> str:
    """An id that can't be guessed: whoever has it may read the conversation and go on with it."""
    return f"conv_{secrets.token_hex(12)}"


def ask(
    services: Services,
    question: Question,
    now: datetime,
    *,
    conversation_id: str | None = None,
    new_id: Callable[[], str] = random_conversation_id,
) -> Asked:
    """The answer to `question`. It is on disk before this returns, so that whoever has it can look it up.

    `conversation_id`: the conversation that it is a turn of; `NEW` begins one, with an id by `new_id`. Raises
    `NotFoundError` where there is no such conversation.
    """
    if conversation_id is not None:
        question = replace(question, conversation=_conversation(services, conversation_id, new_id))
    answer = services.answer(question)
    text = to_json(answer)
    services.archive.save_answer(answer.id, now, text, cited=cited_revisions(answer))
    services.observe(answer)
    if question.conversation is not None:
        standalone = answer.understanding.standalone_question
        turn = StoredTurn(question.text, standalone, answer.id, question.asked_at)
        add_turn(services.archive, question.conversation.id, turn)
    return Asked(answer, text)


def _conversation(services: Services, conversation_id: str, new_id: Callable[[], str]) -> Conversation:
    if conversation_id == NEW:
        return Conversation(new_id())
    found = latest_answers(services.archive, conversation_id, REMEMBERED)
    return Conversation(conversation_id, tuple(turn_of(standalone, answer) for standalone, answer in found))


def cited_revisions(answer: Answer) -> dict[str, int]:
    """The articles that an answer cites, in claims and positions, each with the revision cited; the oldest, if several.

    A passage's id is `article:revision:n`, and the article's own id may have colons.
    """
    claimed = [citation for claim in answer.claims for citation in claim.citations]
    positions = [position for disagreement in answer.disagreements for position in disagreement.positions]
    found: dict[str, int] = {}
    for citation in (*claimed, *(citation for position in positions for citation in position.citations)):
        revision = int(citation.passage_id.rsplit(":", 2)[1])
        found[citation.article_id] = min(revision, found.get(citation.article_id, revision))
    return found


def to_json(answer: Answer) -> str:
    """The Answer on the wire."""
    return _adapter().dump_json(answer, by_alias=True).decode()


@cache
def _adapter() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)
