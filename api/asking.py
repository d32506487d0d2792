"""Asking, as every way in does it: answer, store, hand out; what is handed out is what was stored.

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
"""What happens while something is asked."""

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

    Unless answers are not kept at all; then it says so itself.

    `conversation_id`: the conversation that it is a turn of; `NEW` begins one, with an id by `new_id`. Raises
    `NotFoundError` where there is no such conversation, `NotKeptError` where there are none, `BusyError` where an
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
    """The answer as it comes about, as `ask` takes what it asks; the last event is `Asked`, exactly one.

    To close it stops the work; nothing is stored then. Raises `NotFoundError` at once, all else while it goes on.
    """
    if conversation_id is not None:
        if not services.store_answers:
            raise NotKeptError(
                "this Dateline keeps no questions, so it has no conversations",
                hint="Ask a question that stands by itself, without a conversation_id.",
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
    """The articles that an answer cites, in claims and positions, each with the revision cited; the oldest, if several.

    A passage's id is `article:revision:n`, and the article's own id may have colons.
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
    """The Answer on the wire."""
    return _adapter().dump_json(answer, by_alias=True).decode()


def from_json(text: str) -> Answer:
    """An Answer as it was stored, by this version or an earlier one. Raises `InputError` for what is none."""
    try:
        return _adapter().validate_json(text)
    except ValidationError as error:
        raise InputError("what is stored is no Answer that this Dateline reads", hint="--json prints it.") from error


@cache
def _adapter() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)
