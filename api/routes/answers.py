"""Routes about answers: asking, looking one up, conversations, search. Knows nothing of how answers are found."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api import openapi
from api.asking import ask
from api.dependencies import Now, Ready, Turn
from api.wire import AnswerRequest, SearchRequest, SearchResponse
from api.wire_answers import ConversationOut, StoredAnswer, with_flags
from index.answers import flags_of_answers
from index.conversations import turns_of
from rag.answer import Answer
from rag.question import Question

routes = APIRouter()


@routes.post("/v1/answers", tags=["answers"], response_model=Answer, responses=openapi.ANSWER, dependencies=[Turn])
def answer_question(request: AnswerRequest, services: Ready, now: Now) -> Response:
    """Answer a question. A refusal is an answer too, with status 200. The answer is stored when this returns."""
    filters = request.filters.with_as_of(request.as_of)
    question = Question(request.question, request.moment(now), filters, request.length)
    return _json(ask(services, question, now, conversation_id=request.conversation_id).json)


@routes.get("/v1/answers/{answer_id}", tags=["answers"], response_model=StoredAnswer, responses=openapi.ANSWER)
def get_answer(answer_id: str, services: Ready) -> Response:
    """An answer as it was given, and flags: what has happened since to the articles that it cites."""
    stored = services.archive.answer(answer_id)
    return _json(with_flags(stored, flags_of_answers(services.archive, {answer_id: stored})[answer_id]))


@routes.get("/v1/conversations/{conversation_id}", tags=["answers"])
def get_conversation(conversation_id: str, services: Ready) -> ConversationOut:
    """The turns of a conversation in their order: what was asked, how it was understood, and which answer it got."""
    return ConversationOut.of(conversation_id, turns_of(services.archive, conversation_id))


@routes.post("/v1/search", tags=["answers"], dependencies=[Turn])
def search(request: SearchRequest, services: Ready, now: Now) -> SearchResponse:
    """The passages nearest to some words, best first."""
    filters = request.filters.with_as_of(request.as_of)
    query = Question(request.query, now, filters)  # what can't be a question can't be searched for either
    return SearchResponse.of(services.searcher.search(query.text, limit=request.limit, filters=filters))


def _json(text: str) -> Response:
    return Response(text, media_type="application/json")
