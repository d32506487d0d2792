"""FastAPI dependencies of the routes: services, time, caller, admission, idempotency key.

Knows nothing of what routes do.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Header, Request
from starlette.requests import ClientDisconnect

from dateline.api.access import Caller
from dateline.api.compose import Services
from dateline.api.http.admission import Admission
from dateline.api.http.background import BackgroundServices
from dateline.api.http.startup import ServiceStartup

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


async def _services(request: Request) -> Services:
    startup: ServiceStartup = request.app.state.startup
    return startup.get()


async def _now(request: Request) -> datetime:
    clock: Clock = request.app.state.clock
    return clock()


async def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller  # set by api/http/guard.py for every request
    return caller


async def _turn(request: Request) -> AsyncIterator[None]:
    admission: Admission = request.app.state.admission
    async with admission.turn():
        if await request.is_disconnected():  # while it waited
            raise ClientDisconnect
        yield


Ready = Annotated[Services, Depends(_services)]
Now = Annotated[datetime, Depends(_now)]
Calling = Annotated[Caller, Depends(_caller)]
Turn = Depends(_turn)
"""For routes that need a processor: they wait for admission, and hold it until the response is sent."""


async def _background(request: Request, _services: Ready) -> BackgroundServices:
    background: BackgroundServices = request.app.state.background
    return background


Working = Annotated[BackgroundServices, Depends(_background)]


async def _own_key(
    caller: Calling,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=255,
            description="A text unique to this request. The same request, sent again with it within 24 hours, gets the "
            "same response and is not executed again.",
        ),
    ] = None,
) -> str | None:
    return None if idempotency_key is None else f"{caller.key_id or ''} {idempotency_key}"


IdempotencyKey = Annotated[str | None, Depends(_own_key)]
"""The header's value, prefixed with the id of the API key."""
