"""The FastAPI application: routes, middleware, and its lifespan from opening the archive to closing it.

A new route also needs a row in `api/access.py`. Knows nothing of how answers are found or of the environment.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware

from dateline.api.compose import Services
from dateline.api.http import openapi, problems
from dateline.api.http.admission import Admission
from dateline.api.http.background import BackgroundServices
from dateline.api.http.dependencies import Clock, system_clock
from dateline.api.http.guard import AccessPolicy, Guard
from dateline.api.http.middleware import BodyLimit, HeadAsGet, LastResort, Limits, TimeLimit
from dateline.api.http.observing import Observer, Observing
from dateline.api.http.openai_errors import OpenAiErrors
from dateline.api.http.routes import (
    answers,
    articles,
    chat,
    check,
    conversations,
    feedback,
    filters,
    intake,
    page,
    server,
    sources,
    websub,
)
from dateline.api.http.routes import slack as slack_routes
from dateline.api.http.startup import ServiceStartup
from dateline.api.http.streaming import MOST_AT_WORK
from dateline.api.mcp.server import caller_of_request, create_mcp, mcp_route

if TYPE_CHECKING:
    from dateline.api.slack.app import SlackApp

EXPOSED_HEADERS = ("X-Request-Id", "Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
"""Headers that scripts of other origins may read."""

CONCURRENCY = 4
"""Answers and searches at once: they need a processor, so more would only take turns."""
CONCURRENCY_WITH_LLM = 256
"""With an LLM, most of an answer is waiting for it."""
QUEUE = 64
"""Waiting requests."""


def create_app(
    open_services: Callable[[], Services],
    *,
    clock: Clock = system_clock,
    access: AccessPolicy = AccessPolicy(),  # noqa: B008  # frozen
    limits: Limits = Limits(),  # noqa: B008  # frozen
    observer: Observer | None = None,
    concurrency: int = CONCURRENCY,
    queue: int = QUEUE,
    llm: str | None = None,
    slack: Callable[[Services], SlackApp] | None = None,
) -> FastAPI:
    """The application over the services that `open_services` opens, in a thread, when the server starts.

    `concurrency`, `queue`: how many answers and searches run at once, and how many may wait. `llm`: the name of the
    configured language model, for `/v1/caller` and `/v1/status`. `slack`: makes the Slack app that gets the events of
    `/slack/events`; None: no app.
    """
    seen = observer or Observer()
    admission = Admission(concurrency, queue, seen.metrics)

    def opened() -> Services:
        services = replace(open_services(), observe=seen.answered)
        app.state.background = BackgroundServices(services, clock)  # there before anybody gets the services
        app.state.background.start()
        if slack is not None:
            app.state.slack = slack(services)
            app.state.slack.start()
        return services

    startup = ServiceStartup(opened)
    mcp = create_mcp(startup.get, clock, caller_of_request, admission.turn)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        app.state.background = app.state.slack = None
        to_thread.current_default_thread_limiter().total_tokens += concurrency  # the others are left for what is light
        startup.start()
        app.state.streams = CapacityLimiter(MOST_AT_WORK)
        async with mcp.session_manager.run():
            yield
        if app.state.slack is not None:
            await run_in_threadpool(app.state.slack.close)
        if app.state.background is not None:
            await run_in_threadpool(app.state.background.stop)
        startup.close()
        seen.close()

    app = FastAPI(
        title="Dateline",
        summary="Answers questions from a news archive, every sentence tied to the exact words of an article.",
        version="1",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        responses=openapi.PROBLEMS,
    )
    app.state.startup = startup
    app.state.clock = clock
    app.state.admission = admission
    app.state.metrics = seen.metrics
    app.state.llm = llm
    for part in (
        page, answers, conversations, feedback, check, articles, intake, sources, chat, filters, server,
        websub, slack_routes,
    ):  # fmt: skip
        app.include_router(part.routes)
    app.router.routes.append(mcp_route(mcp))
    problems.install(app)
    # From the inside out: the last one sees a request first.
    app.add_middleware(HeadAsGet)
    app.add_middleware(BodyLimit, limits=limits)
    app.add_middleware(Guard, startup=startup, access=access)
    app.add_middleware(TimeLimit, seconds=limits.seconds)
    if access.origins:  # a page asks before it sends, without a key
        app.add_middleware(
            CORSMiddleware,
            allow_origins=access.origins,
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["*"],
            expose_headers=EXPOSED_HEADERS,
        )
    app.add_middleware(LastResort)
    app.add_middleware(OpenAiErrors)
    app.add_middleware(Observing, observer=seen)
    openapi.install(app)
    return app
