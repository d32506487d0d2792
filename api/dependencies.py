"""What routes ask for: the open services, the time, and who calls. Knows nothing of what routes do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from api.access import Caller
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


async def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller  # put there by api/guard.py, which lets nothing pass without
    return caller


Ready = Annotated[Services, Depends(_services)]
Now = Annotated[datetime, Depends(_now)]
Calling = Annotated[Caller, Depends(_caller)]
