"""A stand-in for the Hugging Face hub: one file at one revision, over real HTTP, with ranges; it can break off."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Hub:
    """What is served, and what was asked."""

    path: str
    """`/OWNER/REPOSITORY/resolve/REVISION/FILE`"""
    revision: str
    data: bytes
    etag: str
    break_after: int | None = None
    """Bytes of the first download after which the connection is closed."""
    url: str = ""
    ranges: list[str | None] = field(default_factory=list)
    """The `Range` of each download so far."""


@contextmanager
def hub_server(hub: Hub) -> Iterator[Hub]:
    """Serve it on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._head(200, len(hub.data)) if self.path == hub.path else self._head(404, 0)

        def do_GET(self) -> None:
            if self.path != hub.path:
                self._head(404, 0)
                return
            asked = self.headers["range"]
            hub.ranges.append(asked)
            start = int(found[1]) if (found := re.fullmatch(r"bytes=(\d+)-", asked or "")) else 0
            rest = hub.data[start:]
            self._head(206 if start else 200, len(rest), start)
            if hub.break_after is not None and len(hub.ranges) == 1:
                rest = rest[: hub.break_after]
                self.close_connection = True
            self.wfile.write(rest)

        def _head(self, status: int, length: int, start: int = 0) -> None:
            self.send_response(status)
            self.send_header("content-length", str(length))
            self.send_header("etag", f'"{hub.etag}"')
            self.send_header("x-repo-commit", hub.revision)
            if status == 206:
                self.send_header("content-range", f"bytes {start}-{len(hub.data) - 1}/{len(hub.data)}")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        hub.url = f"http://127.0.0.1:{server.server_port}"
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
