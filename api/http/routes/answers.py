"""Routes for asking questions, reading stored answers, and searching. Knows nothing of how answers are found."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from dateline.api.asking import Asked, AskEvent, ask_stream
from dateline.api.http import openapi, openapi_events
from dateline.api.http.answer_events import AnswerEvents
from dateline.api.http.dependencies import Calling, Now, Ready, Turn
from dateline.api.http.search_pages import page_of_search
from dateline.api.http.streaming import WholeResponse, event_stream
from dateline.api.http.wire.answers import StoredAnswer, with_flags
from dateline.api.http.wire.common import AnswerRequest, SearchRequest, SearchResponse
from dateline.api.tenancy import answer_in_part, conversation_in_part, filters_within, flags_in_part
from dateline.index.answers import flags_of_answers
from dateline.rag.answer import Answer
from dateline.rag.question import Question

routes = APIRouter()


@routes.post(
    "/v1/answers",
    tags=["answers"],
    response_model=Answer,
    responses=openapi_events.ANSWER_OR_EVENTS,
    dependencies=[Turn],
)
def answer_question(request: AnswerRequest, services: Ready, now: Now, caller: Calling, http: Request) -> Response:
    """Answer a question. A refusal is a result too, with status 200.

    The answer is stored when this returns, or when `done` arrives. If the client disconnects, the work stops.
    """
    filters = filters_within(services.archive, caller, request.filters, request.as_of)
    conversation_in_part(services.archive, caller, request.conversation_id)
    question = Question(request.question, request.moment(now), filters, request.length, llm=request.llm)
    asked = ask_stream(services, question, now, conversation_id=request.conversation_id)
    if not request.stream:
        return WholeResponse(asked, http.app.state.streams, _answer_of)
    events = AnswerEvents()
    return event_stream(http, asked, events.encode, events.encode_error)


@routes.get("/v1/answers/{answer_id}", tags=["answers"], response_model=StoredAnswer, responses=openapi.ANSWER)
def get_answer(answer_id: str, services: Ready, caller: Calling) -> Response:
    """A stored answer as it was given, with flags: what has happened since to the articles that it cites."""
    stored = answer_in_part(services.archive, caller, answer_id)
    flags = flags_of_answers(services.archive, {answer_id: stored})[answer_id]
    return _json(with_flags(stored, flags_in_part(services.archive, caller, flags)))


@routes.post("/v1/search", tags=["answers"], responses=openapi.GONE, dependencies=[Turn])
def search(request: SearchRequest, services: Ready, now: Now, caller: Calling) -> SearchResponse:
    """The passages nearest to a query, best first, in pages."""
    filters = filters_within(services.archive, caller, request.filters, request.as_of)
    query = Question(request.query, now, filters)  # what can't be a question can't be searched for either
    with services.at_work:
        page = page_of_search(
            services.searcher, query.text, filters, asked=request.asked(), limit=request.limit, cursor=request.cursor
        )
    return SearchResponse.of(page)


def _answer_of(events: list[AskEvent]) -> str:
    (asked,) = (event for event in events if isinstance(event, Asked))
    return asked.json


def _json(text: str) -> Response:
    return Response(text, media_type="application/json")
