"""HTTP as Slack's Web API speaks it, in front of a stand-in: limits, and connections that break on command."""

from __future__ import annotations

import json
import socket
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from tests.api.slack.stand_in import StandIn


def handler(slack: StandIn) -> type[BaseHTTPRequestHandler]:
    """A class that answers requests for a stand-in."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_arguments: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            method = self.path.removeprefix("/api/").partition("?")[0]
            if method.startswith("response/"):
                with slack.changed:
                    slack.responses.append(json.loads(body))
                    slack.changed.notify_all()
                self._send(200, {"ok": True})
                return
            is_json = self.headers.get("Content-Type", "").startswith("application/json")
            given = json.loads(body) if is_json else {name: values[0] for name, values in parse_qs(body).items()}
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            try:
                self._answer(method, token, given)
            finally:
                with slack.changed:
                    slack.changed.notify_all()

        def _answer(self, method: str, token: str, given: dict[str, Any]) -> None:
            with slack.changed:
                faults = slack.faults[method]
                fault = faults[0] if faults else None
                if fault is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        faults.pop(0)
                    if fault.kind == "limited":
                        slack.free_at[method] = slack.time.now() + fault.value
                wait = slack.wait_for(method)
            if wait > 0:
                self._send(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(int(wait) + 1)})
            elif fault is None or fault.kind == "limited":
                self._send(200, slack.respond(method, token, given))
            elif fault.kind == "status":
                self._send(int(fault.value), {"ok": False, "error": "internal_error"})
            elif fault.kind in ("down", "cut"):
                if fault.kind == "cut":
                    slack.respond(method, token, given)
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
            else:
                self._send(200, {"ok": False, "error": fault.kind, "needed": "chat:write"})

        def _send(self, status: int, data: dict[str, Any], headers: dict[str, str] | None = None) -> None:
            body = json.dumps(data).encode()
            self.send_response_only(status)
            self.send_header(
                "Date", formatdate(usegmt=True, timeval=None if not slack.date_shift else slack.date_shift)
            )
            self.send_header("Content-Type", "application/json")
            self.send_header("x-oauth-scopes", ",".join(sorted(slack.scopes)))
            self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    return Handler
