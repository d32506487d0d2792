"""The HTTP API: its parts put together, and the server's life from opening the archive to closing it.

Knows nothing of how answers are found or of the environment.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from anyio import to_thread
from fastapi import FastAPI

from api import openapi, problems
from api.admission import Admission
from api.compose import Services
from api.dependencies import Clock, system_clock
from api.middleware import BodyLimit, LastResort
from api.observing import Observer, Observing
from api.opening import Opening
from api.routes import answers, articles, server

CONCURRENCY = 4
"""Answers and searches at once: they take a processor, so that more would only take turns."""
CONCURRENCY_WITH_LLM = 256
"""Most of an LLM's answer is waiting for it."""
QUEUE = 64
"""Waiting requests."""


def create_app(
    open_services: Callable[[], Services],
    *,
    clock: Clock = system_clock,
    observer: Observer | None = None,
    concurrency: int = CONCURRENCY,
    queue: int = QUEUE,
) -> FastAPI:
    """The API over the archive that `open_services` opens, in a thread, when the server starts.

    `concurrency`, `queue`: how many answers and searches are worked on at once, and how many may wait besides.
    """
    seen = observer or Observer()
    opening = Opening(lambda: replace(open_services(), observe=seen.answered))
    admission = Admission(concurrency, queue, seen.metrics)

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens += concurrency  # the others are left for what is light
        opening.start()
        yield
        opening.close()
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
    app.state.opening = opening
    app.state.clock = clock
    app.state.admission = admission
    app.state.metrics = seen.metrics
    for part in (answers, articles, server):
        app.include_router(part.routes)
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(LastResort)
    app.add_middleware(Observing, observer=seen)  # added last, so it is the outermost
    openapi.install(app)
    return app
