"""Asks a question and stores the answer, for every entry point; what is returned is what was stored.

Knows the Answer's wire form; nothing of HTTP or terminals.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter, ValidationError

from dateline.api.compose import Services
from dateline.index.conversations import StoredTurn, add_turn, latest_answers
from dateline.index.errors import InputError, NotKeptError
from dateline.rag.answer import Answer
from dateline.rag.conversation.turn import Conversation, turn_of
from dateline.rag.events import ClaimVerified, DisagreementFound, Done, Retrieved, Waiting
from dateline.rag.question import Question


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer that is stored, and its JSON as it was stored."""

    answer: Answer
    json: str


AskEvent = Retrieved | Waiting | ClaimVerified | DisagreementFound | Asked
"""Events of an answer; the last is `Asked`."""

NEW = "new"
"""In place of a conversation's id: a new conversation."""
REMEMBERED = 8
"""Earlier turns from which a follow-up question is understood."""


def random_conversation_id() -> str:
    """An unguessable id: anyone who has it may read and continue the conversation."""
    return f"conv_{secrets.token_hex(12)}"


def ask(
    services: Services,
    question: Question,
    now: datetime,
    *,
    conversation_id: str | None = None,
    new_id: Callable[[], str] = random_conversation_id,
) -> Asked:
    """The answer to `question`, stored on disk before this returns.

    If answers are not stored at all, its `stored` is false.

    `conversation_id`: the conversation of which it is a turn; `NEW` starts one, with an id from `new_id`. Raises
    `NotFoundError` if there is no such conversation, `NotKeptError` if conversations are not stored, `BusyError` if an
    article was purged while it was read.
    """
    events = ask_stream(services, question, now, conversation_id=conversation_id, new_id=new_id)
    return next(event for event in events if isinstance(event, Asked))


def ask_stream(
    services: Services,
    question: Question,
    now: datetime,
    *,
    conversation_id: str | None = None,
    new_id: Callable[[], str] = random_conversation_id,
) -> Generator[AskEvent, None, None]:
    """The events of an answer, with the arguments of `ask`; the last event is `Asked`, exactly one.

    Closing the generator stops the work; nothing is stored then. Raises `NotFoundError` at once, other errors while
    iterating.
    """
    if conversation_id is not None:
        if not services.store_answers:
            raise NotKeptError(
                "questions are not stored here, so there are no conversations",
                hint="Ask a self-contained question, without a conversation_id.",
            )
        question = replace(question, conversation=_conversation(services, conversation_id, new_id))
    return _stored(services, question, now)


def _stored(services: Services, question: Question, now: datetime) -> Generator[AskEvent, None, None]:
    with closing(services.answerer.stream(question)) as events:
        for event in events:
            yield _store(services, question, now, event.answer) if isinstance(event, Done) else event


def _store(services: Services, question: Question, now: datetime, answer: Answer) -> Asked:
    if not services.store_answers:
        answer = replace(answer, stored=False)
        services.observe(answer)
        return Asked(answer, to_json(answer))
    text = to_json(answer)
    services.archive.save_answer(answer.id, now, text, cited=cited_revisions(answer), seen=_seen(answer))
    services.observe(answer)
    if answer.conversation_id is not None:
        standalone = answer.understanding.standalone_question
        turn = StoredTurn(question.text, standalone, answer.id, question.asked_at)
        add_turn(services.archive, answer.conversation_id, turn)
    return Asked(answer, text)


def _conversation(services: Services, conversation_id: str, new_id: Callable[[], str]) -> Conversation:
    if conversation_id == NEW:
        return Conversation(new_id())
    found = latest_answers(services.archive, conversation_id, REMEMBERED)
    return Conversation(conversation_id, tuple(turn_of(standalone, answer) for standalone, answer in found))


def cited_revisions(answer: Answer) -> dict[str, int]:
    """The articles that an answer cites, in claims and positions, each with the (oldest) revision cited.

    A passage's id is `article:revision:n`; the article's id may contain colons.
    """
    found: dict[str, int] = {}
    for citation in answer.citations:
        revision = int(citation.passage_id.rsplit(":", 2)[1])
        found[citation.article_id] = min(revision, found.get(citation.article_id, revision))
    return found


def _seen(answer: Answer) -> set[str]:
    """The articles whose words may be in the answer."""
    read = {passage.passage_id.rsplit(":", 2)[0] for passage in answer.receipt.passages}
    return read | {nearest.article_id for nearest in (answer.refusal.nearest if answer.refusal else ())}


def to_json(answer: Answer) -> str:
    """The Answer as JSON."""
    return _adapter().dump_json(answer, by_alias=True).decode()


def from_json(text: str) -> Answer:
    """A stored Answer of this version or an earlier one. Raises `InputError` if it can't be read."""
    try:
        return _adapter().validate_json(text)
    except ValidationError as error:
        raise InputError("the stored answer can't be read by this version", hint="--json prints it.") from error


@cache
def _adapter() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)
