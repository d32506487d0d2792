"""Routes for conversations: by id, with turns and answers. Knows nothing of tables."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from dateline.api.http.dependencies import Calling, Ready
from dateline.api.http.paging import page_of_conversation
from dateline.api.http.wire.answers import Cursor, with_flags
from dateline.api.http.wire.conversations import (
    MOST_CONVERSATIONS,
    ConversationAnswers,
    ConversationList,
    ConversationOut,
    TurnsLimit,
    conversation_answers,
)
from dateline.api.tenancy import conversation_in_part, flags_in_part
from dateline.index.answers import flags_of_answers
from dateline.index.conversations import summaries_of, turns_of
from dateline.index.errors import NotFoundError

routes = APIRouter(tags=["answers"])


@routes.get("/v1/conversations")
def list_conversations(
    ids: Annotated[
        list[str],
        Query(alias="id", min_length=1, max_length=MOST_CONVERSATIONS, description="Their ids; may be repeated."),
    ],
    services: Ready,
    caller: Calling,
) -> ConversationList:
    """The conversations with these ids that exist, the one with the latest question first.

    Anyone who has a conversation's id may read it; there is no list of all conversations.
    """
    found = []
    for summary in summaries_of(services.archive, ids):
        try:
            conversation_in_part(services.archive, caller, summary.id)
        except NotFoundError:
            continue
        found.append(summary)
    return ConversationList.of(found)


@routes.get("/v1/conversations/{conversation_id}")
def get_conversation(conversation_id: str, services: Ready, caller: Calling) -> ConversationOut:
    """The turns of a conversation in order: question, standalone question, and the id of the answer."""
    conversation_in_part(services.archive, caller, conversation_id)
    return ConversationOut.of(conversation_id, turns_of(services.archive, conversation_id))


@routes.get("/v1/conversations/{conversation_id}/answers", response_model=ConversationAnswers)
def list_conversation_answers(
    conversation_id: str,
    services: Ready,
    caller: Calling,
    limit: Annotated[TurnsLimit, Query()] = 20,
    cursor: Annotated[Cursor, Query()] = None,
) -> Response:
    """The whole answers of a conversation with their flags, in pages: the latest first, then earlier ones."""
    archive = services.archive
    conversation_in_part(archive, caller, conversation_id)
    page = page_of_conversation(archive, conversation_id, limit=limit, cursor=cursor)
    flags = flags_of_answers(archive, page.answers)
    whole = [
        with_flags(text, flags_in_part(archive, caller, flags[answer_id])) for answer_id, text in page.answers.items()
    ]
    return Response(conversation_answers(whole, page.next_cursor), media_type="application/json")
