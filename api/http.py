"""The HTTP API: its parts put together, and the server's life from opening the archive to closing it.

Knows nothing of how answers are found or of the environment.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api import openapi, problems
from api.compose import Services
from api.dependencies import Clock, system_clock
from api.middleware import BodyLimit, LastResort
from api.opening import Opening
from api.routes import answers, articles, check, server


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
    for part in (answers, articles, check, server):
        app.include_router(part.routes)
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(LastResort)  # added last, so it is the outermost
    openapi.install(app)
    return app
