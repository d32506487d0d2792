"""Sends events that are made in threads, as Server-Sent Events with heartbeats or as one body.

The work stops when the client disconnects. Knows nothing of what the events are.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing
from typing import TypeVar

import anyio
from anyio import to_thread
from fastapi import Request
from fastapi.sse import format_sse_event
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from dateline.api.http import problems
from dateline.index.errors import DatelineError

log = logging.getLogger("uvicorn.error")  # the server's own log, which is set up to be seen

T = TypeVar("T")

HEARTBEAT_SECONDS = 3.0
"""Seconds of silence after which a comment is sent, so that no proxy drops the connection."""
MOST_AT_WORK = 256
"""Streams that hold a thread at once; they have their own pool, since each may wait for an LLM for long."""
HEARTBEAT = format_sse_event(comment="still at work")
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx holds events back without the second
MEDIA_TYPE = "text/event-stream"


class EventStream(StreamingResponse):
    """A streaming response; the generator is closed when the client disconnects or has all events.

    It starts with the first event, so that an immediate failure gets its own status.
    """

    media_type = MEDIA_TYPE

    def __init__(self, content: AsyncGenerator[bytes, None]) -> None:
        super().__init__(content, headers=HEADERS)
        self._content = content

    async def stream_response(self, send: Send) -> None:
        """Send all events."""
        async with aclosing(self._content):
            first = await anext(self._content, b"")
            self.body_iterator = _with(first, self._content)
            await super().stream_response(send)


class WholeResponse(Response):
    """One JSON body made of all events; the generator is closed when the client disconnects or times out."""

    def __init__(
        self, events: Generator[T, None, None], limiter: anyio.CapacityLimiter, body_of: Callable[[list[T]], str]
    ) -> None:
        super().__init__(media_type="application/json")
        self._steps = stepped(events, limiter)
        self._body_of = body_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make it, then send it."""
        request, events = Request(scope, receive), []
        async with aclosing(self._steps) as steps:
            async for event in steps:
                if await request.is_disconnected():
                    raise ClientDisconnect
                if event is not None:
                    events.append(event)
        await Response(self._body_of(events), media_type=self.media_type)(scope, receive, send)


async def _with(first: bytes, others: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    yield first
    async for other in others:
        yield other


def event_stream(
    request: Request,
    events: Generator[T, None, None],
    encode: Callable[[T], bytes],
    encode_error: Callable[[problems.Problem], bytes],
) -> EventStream:
    """The response that streams `events`; heartbeats can also come before the first event.

    An error before the first event is raised; a later one is sent as the last event. Unexpected errors are logged too.
    """
    limiter: anyio.CapacityLimiter = request.app.state.streams
    request_id = problems.request_id(request)

    async def sent() -> AsyncGenerator[bytes, None]:
        begun = False
        try:
            async with aclosing(stepped(events, limiter)) as steps:
                async for event in steps:
                    begun = True
                    yield HEARTBEAT if event is None else encode(event)
            return
        except DatelineError as error:
            if not begun:
                raise
            problem = problems.problem_of(error)
        except Exception:
            if not begun:
                raise
            log.exception("request %s failed", request_id)
            problem = problems.internal_error()
        yield encode_error(problem.model_copy(update={"request_id": request_id}))

    return EventStream(sent())


async def stepped(
    events: Generator[T, None, None], limiter: anyio.CapacityLimiter, heartbeat: float = HEARTBEAT_SECONDS
) -> AsyncGenerator[T | None, None]:
    """Iterate over `events`, each made in a thread; None when nothing has come for `heartbeat` seconds.

    When this is closed or cancelled, `events` is closed once its current step is done.
    """
    end = object()
    step: asyncio.Future[object] | None = None
    try:
        while True:
            step = asyncio.ensure_future(to_thread.run_sync(next, events, end, limiter=limiter))
            while not (await asyncio.wait({step}, timeout=heartbeat))[0]:
                yield None
            event = step.result()
            if event is end:
                return
            yield event  # type: ignore[misc]  # what isn't the end is an event
    finally:
        with anyio.CancelScope(shield=True):
            if step is not None:
                await asyncio.wait({step})
            await to_thread.run_sync(events.close, limiter=limiter)
