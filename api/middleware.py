"""Around every request: a limit to its body, and a last resort for errors that nobody foresaw.

Plain ASGI, so that nothing is buffered on the way out. Knows nothing of routes.
"""

from __future__ import annotations

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems

log = logging.getLogger("uvicorn.error")  # the server's own log, which is set up to be seen

MAX_BODY_BYTES = 1_000_000
"""A request holds a question and filters; articles come in another way."""


class LastResort:
    """Answers, with the request's id, where everything else failed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = scope["state"]["request_id"]
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            log.exception("request %s failed", request_id)
            if started:
                raise  # too late for another answer: the server cuts the connection, so nobody takes it for whole
            await problems.response(problems.internal_error(), request_id)(scope, receive, watched)


class BodyLimit:
    """Refuses bodies larger than `MAX_BODY_BYTES`, whatever their header says."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        received: list[Message] = []
        size = 0
        while True:
            message = await receive()
            received.append(message)
            size += len(message.get("body", b""))
            if size > MAX_BODY_BYTES:
                problem = problems.of_status(
                    413, f"the body is larger than {MAX_BODY_BYTES:,} bytes", hint="A question needs no more."
                )
                close = {"Connection": "close"}  # the rest of the body is not read
                await problems.response(problem, scope["state"]["request_id"], close)(scope, receive, send)
                return
            if not message.get("more_body", False):
                break

        async def replay() -> Message:
            return received.pop(0) if received else await receive()

        await self.app(scope, replay, send)
