"""The HTTP API: its parts put together, and the server's life from opening the archive to closing it.

Knows nothing of how answers are found or of the environment.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from api import openapi, problems
from api.compose import Services
from api.dependencies import Clock, system_clock
from api.guard import Doors, Guard
from api.middleware import BodyLimit, LastResort, Limits, TimeLimit
from api.opening import Opening
from api.routes import answers, articles, filters, server

TOLD = ("X-Request-Id", "Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
"""Headers that scripts of other origins may read."""


def create_app(
    open_services: Callable[[], Services],
    *,
    clock: Clock = system_clock,
    doors: Doors = Doors(),  # noqa: B008  # frozen
    limits: Limits = Limits(),  # noqa: B008  # frozen
) -> FastAPI:
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
    for part in (answers, articles, filters, server):
        app.include_router(part.routes)
    problems.install(app)
    # From the inside out: the last one sees a request first.
    app.add_middleware(BodyLimit, limits=limits)
    app.add_middleware(Guard, opening=opening, doors=doors)
    app.add_middleware(TimeLimit, seconds=limits.seconds)
    if doors.origins:  # a page asks before it sends, without a key
        app.add_middleware(
            CORSMiddleware,
            allow_origins=doors.origins,
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["*"],
            expose_headers=TOLD,
        )
    app.add_middleware(LastResort)
    openapi.install(app)
    return app
