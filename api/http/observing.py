"""Observability of requests and answers: request ids, log lines, metrics, traces.

Plain ASGI, the outermost middleware. A question's text is logged only if that is configured.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dateline.api import logs
from dateline.api.http.metrics import Metrics
from dateline.api.http.tracing import Tracing
from dateline.rag.answer import Answer

if TYPE_CHECKING:
    from opentelemetry.trace import Span

log = logging.getLogger(__name__)

_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,127}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Observer:
    """Records requests and answers."""

    metrics: Metrics = field(default_factory=Metrics)
    tracing: Tracing | None = None
    log_questions: bool = False

    def answered(self, answer: Answer) -> None:
        """Record an answer, in whatever form it is sent."""
        self.metrics.answer(answer)
        if self.tracing is not None:
            self.tracing.stages(answer.receipt.timings_ms, time.time_ns())
        fields: dict[str, Any] = {
            "answer": answer.id,
            "status": answer.status,
            "by": answer.answered_by,
            "claims": len(answer.claims),
            "dropped": len(answer.receipt.dropped),
        }
        if answer.refusal is not None:
            fields["reason"] = answer.refusal.reason
        if self.log_questions:
            fields["question"] = answer.question
        log.info("answered", extra={"fields": fields})

    def close(self) -> None:
        """Send pending traces."""
        if self.tracing is not None:
            self.tracing.close()


class Observing:
    """Gives each request an id, or keeps the one it has, and reports it to the observer."""

    def __init__(self, app: ASGIApp, observer: Observer) -> None:
        self.app = app
        self.observer = observer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = headers.get("x-request-id", "")
        if not _WELL_FORMED.fullmatch(request_id):
            request_id = uuid.uuid4().hex
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        status = 500
        ended = False

        async def observed(message: Message) -> None:
            nonlocal status, ended
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            ended = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        start = time.monotonic()
        token = logs.request_id.set(request_id)
        try:
            with self._span(headers) as span:
                try:
                    await self.app(scope, receive, observed)
                finally:
                    if span is not None:
                        span.update_name(f"{scope['method']} {_route(scope)}")
                        span.set_attributes({"http.route": _route(scope), "http.response.status_code": status})
        finally:
            self._tell(scope, status, ended, time.monotonic() - start)
            logs.request_id.reset(token)

    def _span(self, headers: Headers) -> AbstractContextManager[Span | None]:
        return self.observer.tracing.request(headers) if self.observer.tracing is not None else nullcontext()

    def _tell(self, scope: Scope, status: int, ended: bool, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self.observer.metrics.request(method, _route(scope), status, seconds)
        fields = {
            "method": method,
            "route": _route(scope),
            "status": status,
            "ms": round(1000 * seconds, 1),
            "key": scope["state"].get("key_id"),
            "cut_off": not ended or None,
        }
        log.info("request", extra={"fields": {name: value for name, value in fields.items() if value is not None}})


def _route(scope: Scope) -> str:
    """The template of the matched route, so that ids and unknown addresses don't become labels."""
    return getattr(scope.get("route"), "path", None) or "none"
