"""Middleware: security headers, limits on body and time, and a 500 for unexpected errors.

Plain ASGI, so that responses are not buffered. Of routes it knows only which take large bodies.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dateline.api.http import problems
from dateline.index.errors import SlowError
from dateline.index.read import MAX_ARTICLE_BYTES

log = logging.getLogger("uvicorn.error")  # the server's own log, which is set up to be seen

SAFE: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",  # no browser takes JSON for a page, whatever an article holds
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Headers of every response that doesn't set its own: JSON that is not to be displayed, framed or cached."""
UPLOAD = "/v1/articles/upload"
"""Takes any number of articles, without a time limit."""
LARGER = {"/v1/articles": MAX_ARTICLE_BYTES, "/v1/articles/file": MAX_ARTICLE_BYTES, "/v1/articles/batch": 50_000_000}
"""Larger limits for bodies that hold articles."""
_DIGITS = 18
DISCARDED_BYTES = 100_000_000
DISCARD_SECONDS = 10.0
"""So much is read, and not kept, of a body that is too large: many clients read the response only afterwards."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on the size and duration of a request."""

    body_bytes: int = 1_000_000
    """A question with filters needs a thousandth of it."""
    upload_bytes: int = 1_000_000_000
    seconds: float = 120
    """Until the response starts."""

    def bytes_of(self, path: str) -> int:
        """Largest body for this path."""
        return self.upload_bytes if path == UPLOAD else max(self.body_bytes, LARGER.get(path, 0))


class LastResort:
    """Adds security headers to every response, and answers 500 with the request's id after an unexpected error."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in SAFE.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            log.exception("request %s failed", scope["state"]["request_id"])
            if started:
                raise  # too late for another response: the server closes the connection, so the client sees the failure
            await problems.to_caller(Request(scope), problems.internal_error())(scope, receive, watched)


class BodyLimit:
    """Refuses bodies that are compressed (415), but for uploads by gzip, and bodies that are too large (413).

    A body is too large by its Content-Length, or once more than the limit has arrived.
    """

    def __init__(self, app: ASGIApp, *, limits: Limits) -> None:
        self.app = app
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        encoding = request.headers.get("content-encoding", "identity").strip().lower()
        if encoding != "identity" and (encoding, scope["path"]) != ("gzip", UPLOAD):
            problem = problems.of_status(
                415, "the body is compressed", hint=f"Send it as it is. Only {UPLOAD} takes Content-Encoding: gzip."
            )
            accepted = "gzip" if scope["path"] == UPLOAD else "identity"
            await problems.to_caller(request, problem, {"Accept-Encoding": accepted})(scope, receive, send)
            return
        limit = self.limits.bytes_of(scope["path"])
        detail = f"the body is larger than {limit:,} bytes"
        close = {"Connection": "close"}  # not all of the body may have been read
        announced = request.headers.get("content-length", "")
        # Longer than any limit is written: int() takes no number of any length.
        if announced.isdecimal() and (len(announced) > _DIGITS or int(announced) > limit):
            if "expect" not in request.headers:  # else it waits for leave to send
                await _discard(receive)
            await problems.to_caller(request, problems.of_status(413, detail), close)(scope, receive, send)
            return
        size = 0

        async def receive_limited() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                if message.get("more_body"):
                    await _discard(receive)
                raise HTTPException(413, detail, close)
            return message

        await self.app(scope, receive_limited, send)


async def _discard(receive: Receive) -> None:
    """Read the rest of a body, within limits."""
    size = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(DISCARD_SECONDS):
            while size < DISCARDED_BYTES:
                message = await receive()
                size += len(message.get("body", b""))
                if not message.get("more_body"):
                    return


class HeadAsGet:
    """Answers HEAD as GET, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app({**scope, "method": "GET"}, receive, send_head)


class TimeLimit:
    """Answers 504 if no response has started in time; uploads have no limit.

    Work in a thread can't be stopped: it runs to its end, and its response is discarded. A stream that has started may
    continue.
    """

    def __init__(self, app: ASGIApp, *, seconds: float) -> None:
        self.app = app
        self.seconds = seconds
        self.left: set[asyncio.Task[None]] = set()
        """Tasks of requests that timed out; referenced here so that they are not garbage-collected."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == UPLOAD:
            await self.app(scope, receive, send)
            return
        begun = asyncio.Event()
        late = False

        async def send_in_time(message: Message) -> None:
            if late:
                raise asyncio.CancelledError  # the client has its 504 already
            begun.set()
            await send(message)

        task = asyncio.ensure_future(_run(self.app, scope, receive, send_in_time))
        beginning = asyncio.ensure_future(begun.wait())
        try:
            await asyncio.wait({task, beginning}, timeout=self.seconds, return_when=asyncio.FIRST_COMPLETED)
            if begun.is_set() or task.done():
                await task
                return
        except asyncio.CancelledError:
            task.cancel()
            raise
        finally:
            beginning.cancel()
        late = True
        self.left.add(task)
        task.add_done_callback(self._ended)
        task.cancel()
        error = SlowError(
            f"no response had started after {self.seconds:g} seconds", hint="Try again later, or ask for less."
        )
        await problems.of_error(Request(scope), error)(scope, receive, send)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.left.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a request failed after its time limit", exc_info=error)


async def _run(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)
