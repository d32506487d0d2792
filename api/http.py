"""The HTTP API: routes, and the server's life from opening the archive to closing it.

Handlers are synchronous and run in threads. Knows nothing of how answers are found or of the environment.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse

from api import openapi, problems
from api.asking import ask
from api.compose import Services
from api.middleware import BodyLimit, LastResort
from api.paging import page_of_answers, page_of_articles
from api.wire import (
    AnswerRequest,
    ArticleList,
    ArticlesQuery,
    FullArticle,
    Health,
    Readiness,
    SearchRequest,
    SearchResponse,
)
from api.wire_answers import CitingAnswerList, ConversationOut, Cursor, PageLimit, StoredAnswer, with_flags
from index.answers import flags_of_answers
from index.conversations import turns_of
from index.errors import BusyError, DatelineError
from rag.answer import Answer
from rag.question import Question

log = logging.getLogger("uvicorn.error")

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Opening:
    """The services, opened aside so that the server can say meanwhile that it lives but isn't ready."""

    def __init__(self, open_services: Callable[[], Services]) -> None:
        self._open = open_services
        self._services: Future[Services] = Future()

    def start(self) -> None:
        """Begin to open."""
        threading.Thread(target=self._run, name="opening", daemon=True).start()

    def get(self) -> Services:
        """The services. Raises `BusyError` while they are being opened, and what opening them raised."""
        if not self._services.done():
            raise BusyError("the archive is still being opened", hint="Try again in a moment; /readyz says when.")
        return self._services.result()

    def close(self) -> None:
        """Close them, if they were opened."""
        if self._services.done() and self._services.exception() is None:
            self._services.result().close()

    def _run(self) -> None:
        try:
            self._services.set_result(self._open())
        except Exception as error:  # noqa: BLE001  # whatever it is, each request gets to know
            log.error("the archive can't be opened: %s", error)
            self._services.set_exception(error)


def create_app(open_services: Callable[[], Services], *, clock: Clock = system_clock) -> FastAPI:
    """The API over the archive that `open_services` opens, in a thread, when the server starts."""
    opening = Opening(open_services)

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        opening.start()
        yield
        opening.close()

    app = FastAPI(
        title="Dateline",
        summary="Answers questions from a news archive, every sentence tied to the exact words of an article.",
        version="1",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        responses=openapi.PROBLEMS,
    )
    app.state.opening = opening
    app.state.clock = clock
    app.include_router(routes)
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(LastResort)  # added last, so it is the outermost
    openapi.install(app)
    return app


async def _services(request: Request) -> Services:
    opening: Opening = request.app.state.opening
    return opening.get()


async def _now(request: Request) -> datetime:
    clock: Clock = request.app.state.clock
    return clock()


Ready = Annotated[Services, Depends(_services)]
Now = Annotated[datetime, Depends(_now)]
routes = APIRouter()


@routes.post("/v1/answers", tags=["answers"], response_model=Answer, responses=openapi.ANSWER)
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


@routes.post("/v1/search", tags=["answers"])
def search(request: SearchRequest, services: Ready, now: Now) -> SearchResponse:
    """The passages nearest to some words, best first."""
    filters = request.filters.with_as_of(request.as_of)
    query = Question(request.query, now, filters)  # what can't be a question can't be searched for either
    return SearchResponse.of(services.searcher.search(query.text, limit=request.limit, filters=filters))


@routes.get("/v1/articles", tags=["articles"])
def list_articles(query: Annotated[ArticlesQuery, Query()], services: Ready) -> ArticleList:
    """The articles in use, by id, a page at a time."""
    filters = query.with_as_of(query.as_of)
    return ArticleList.of(page_of_articles(services.archive, filters, limit=query.limit, cursor=query.cursor))


@routes.get("/v1/articles/{article_id}", tags=["articles"])
def get_article(
    article_id: str,
    services: Ready,
    revision: Annotated[int | None, Query(ge=1, description="An older revision; default: the current one.")] = None,
) -> FullArticle:
    """An article with its text, withdrawn or not."""
    return FullArticle.of(services.archive.article(article_id, revision))


@routes.get("/v1/articles/{article_id}/answers", tags=["articles"])
def list_answers(
    article_id: str,
    services: Ready,
    limit: Annotated[PageLimit, Query()] = 50,
    cursor: Annotated[Cursor, Query()] = None,
) -> CitingAnswerList:
    """The answers that cite an article, oldest first, a page at a time, each with its flags."""
    return CitingAnswerList.of(page_of_answers(services.archive, article_id, limit=limit, cursor=cursor))


@routes.get("/healthz", tags=["server"])
def healthz() -> Health:
    """Whether the process answers; says nothing of the archive."""
    return Health()


@routes.get("/readyz", tags=["server"], response_model=Readiness)
def readyz(request: Request) -> Readiness | Response:
    """Whether questions can be answered: 503 while the archive is being opened, or can't be read."""
    opening: Opening = request.app.state.opening
    try:
        services = opening.get()
        snapshot = services.searcher.index_snapshot()
        return Readiness(index_snapshot=snapshot, articles=services.archive.counts().articles)
    except DatelineError as error:
        problem = problems.problem_of(error).model_copy(update={"status": 503, "retryable": True})
        return problems.response(problem, problems.request_id(request))


@routes.get("/docs", include_in_schema=False)
def docs(request: Request) -> HTMLResponse:
    """This API, described for people; made here, so that it needs no network."""
    return HTMLResponse(openapi.page(request.app.openapi()))


def _json(text: str) -> Response:
    return Response(text, media_type="application/json")
