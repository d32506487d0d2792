"""What routes ask for: the open services and the time. Knows nothing of what routes do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from api.chores import Chores
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


Ready = Annotated[Services, Depends(_services)]
Now = Annotated[datetime, Depends(_now)]


async def _chores(request: Request, _services: Ready) -> Chores:
    chores: Chores = request.app.state.chores
    return chores


Working = Annotated[Chores, Depends(_chores)]
