"""What routes ask for: the open services, the time, and their turn. Knows nothing of what routes do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from starlette.requests import ClientDisconnect

from api.admission import Admission
from api.compose import Services
from api.opening import Opening

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


async def _services(request: Request) -> Services:
    opening: Opening = request.app.state.opening
    return opening.get()


async def _now(request: Request) -> datetime:
    clock: Clock = request.app.state.clock
    return clock()


async def _turn(request: Request) -> AsyncIterator[None]:
    admission: Admission = request.app.state.admission
    async with admission.turn():
        if await request.is_disconnected():  # while it waited
            raise ClientDisconnect
        yield


Ready = Annotated[Services, Depends(_services)]
Now = Annotated[datetime, Depends(_now)]
Turn = Depends(_turn)
"""Before work that takes a processor: a route with it waits for its turn, and has it until its response is sent."""
