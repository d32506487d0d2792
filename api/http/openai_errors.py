"""Converts problems on the paths of OpenAI's API to errors in OpenAI's format, wherever they were raised.

Plain ASGI, around all other middleware but `Observing`. Knows nothing of what the routes do.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dateline.api.http.problems import MEDIA_TYPE, Problem
from dateline.api.http.wire.chat import ErrorBody, ErrorOut

PATHS = ("/v1/chat/", "/v1/models")


class OpenAiErrors:
    """Rewrites problems on `PATHS`; passes everything else through unchanged."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PATHS):
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def rewritten(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and Headers(scope=message).get("content-type") == MEDIA_TYPE:
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    await _send(Problem.model_validate_json(body), start, send)

        await self.app(scope, receive, rewritten)


def error_of(problem: Problem) -> ErrorOut:
    """A problem in OpenAI's format."""
    fields = problem.errors or []
    said = "; ".join(f"{_parameter(field.location)}: {field.message}" for field in fields) or problem.detail
    message = f"{said}. {problem.hint}" if problem.hint else said
    kind, code = _kind(problem.status), _code(problem)
    return ErrorOut(
        error=ErrorBody(message=message, type=kind, param=_parameter(fields[0].location) if fields else None, code=code)
    )


def _parameter(location: str) -> str:
    return location.removeprefix("body.")


def _kind(status: int) -> str:
    """The error's type, by OpenAI's names."""
    if status >= 500:
        return "server_error"
    return {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}.get(
        status, "invalid_request_error"
    )


def _code(problem: Problem) -> str | None:
    """OpenAI's code if it has one, else the kind of problem."""
    known = {401: "invalid_api_key", 429: "rate_limit_exceeded"}.get(problem.status)
    if known is not None or problem.type == "about:blank":
        return known
    kind = problem.type.rpartition(":")[2]
    return "model_not_found" if kind == "not-found" else kind.replace("-", "_")


async def _send(problem: Problem, start: Message, send: Send) -> None:
    content = error_of(problem).model_dump_json().encode()
    headers = MutableHeaders(scope=start)
    headers["Content-Type"] = "application/json"
    headers["Content-Length"] = str(len(content))
    # What Dateline calls 422 is 400 there, and clients' typed errors go by that.
    await send({**start, "status": 400 if start["status"] == 422 else start["status"]})
    await send({"type": "http.response.body", "body": content})
