"""The HTTP API: its parts put together, and the server's life from opening the archive to closing it.

Knows nothing of how answers are found or of the environment.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from anyio import CapacityLimiter
from fastapi import FastAPI

from api import openapi, problems
from api.compose import Services
from api.dependencies import Clock, system_clock
from api.mcp import create_mcp, mcp_routes
from api.middleware import BodyLimit, LastResort
from api.openai_errors import OpenAiErrors
from api.opening import Opening
from api.routes import answers, articles, chat, server
from api.streaming import MOST_AT_WORK


def create_app(open_services: Callable[[], Services], *, clock: Clock = system_clock, loopback: bool = True) -> FastAPI:
    """The API over the archive that `open_services` opens, in a thread, when the server starts.

    `loopback`: it can be reached from this machine only; then MCP is refused under any other name of it, so that no web
    page can come to it by a name that it makes point here.
    """
    opening = Opening(open_services)
    mcp = create_mcp(opening.get, clock)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        opening.start()
        app.state.streams = CapacityLimiter(MOST_AT_WORK)
        async with mcp.session_manager.run():
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
    for part in (answers, articles, chat, server):
        app.include_router(part.routes)
    app.router.routes += mcp_routes(mcp, loopback=loopback)
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(LastResort)
    app.add_middleware(OpenAiErrors)  # added last, so it is the outermost
    openapi.install(app)
    return app
