"""Around every request: an id, a limit to its body, and a last resort for errors that nobody foresaw.

Plain ASGI, so that nothing is buffered on the way out. Knows nothing of routes.
"""

from __future__ import annotations

import logging
import uuid

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from index.read import MAX_ARTICLE_BYTES

log = logging.getLogger("uvicorn.error")  # the server's own log, which is set up to be seen

MAX_BODY_BYTES = 1_000_000
"""A question and filters need no more."""
LIMITS: dict[str, int | None] = {
    "/v1/articles": MAX_ARTICLE_BYTES,
    "/v1/articles/batch": 50_000_000,
    "/v1/articles/upload": None,
}
"""For articles; None: the route takes the body in block by block, and counts itself."""


class LastResort:
    """Gives each request an id, and answers with it where everything else failed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def send_with_id(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception:
            log.exception("request %s failed", request_id)
            if started:
                raise  # too late for another answer: the server cuts the connection, so nobody takes it for whole
            await problems.response(problems.internal_error(), request_id)(scope, receive, send_with_id)


class BodyLimit:
    """Refuses bodies larger than `MAX_BODY_BYTES`, or what `LIMITS` says, whatever their header says."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = LIMITS.get(scope["path"], MAX_BODY_BYTES) if scope["type"] == "http" else None
        if limit is None:
            await self.app(scope, receive, send)
            return
        received: list[Message] = []
        size = 0
        while True:
            message = await receive()
            received.append(message)
            size += len(message.get("body", b""))
            if size > limit:
                hint = "Send less at once; /v1/articles/upload takes in the most."
                problem = problems.of_status(413, f"the body is larger than {limit:,} bytes", hint=hint)
                close = {"Connection": "close"}  # the rest of the body is not read
                await problems.response(problem, scope["state"]["request_id"], close)(scope, receive, send)
                return
            if not message.get("more_body", False):
                break

        async def replay() -> Message:
            return received.pop(0) if received else await receive()

        await self.app(scope, replay, send)
