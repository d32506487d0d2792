"""A local web server with scripted responses: late, cut off, gone, moved, compressed.

Tests and `benchmarks/sources.py` use it; it keeps what it was asked, by which host and when.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came in."""

    host: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    at: float
    """Seconds by `time.monotonic`, when it arrived."""
    body: bytes = b""
    """Of a POST."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    """Bytes of the body after which the connection is closed, though all of it was promised."""
    wait_for: threading.Event | None = None
    """What must happen before the body is sent."""


Answering = Reply | Callable[[Asked], Reply]


class StandIn:
    """The server's answers by host and path; a host of “*” is any."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.arrived = threading.Event()
        """Set by each request."""
        self.unchanged = 0
        """Requests that were answered with 304."""
        self.port = 0
        self._answers: dict[tuple[str, str], Answering] = {}

    def put(self, path: str, answer: Answering | bytes | str, *, host: str = "*") -> None:
        """Answer requests for a path by this from now on."""
        text = answer.encode() if isinstance(answer, str) else answer
        self._answers[host, path] = Reply(text) if isinstance(text, bytes) else text

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"http://{host}:{self.port}{path}"

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(one.path == path for one in self.asked)

    def reply(self, asked: Asked) -> Reply:
        """The answer to a request; robots.txt is not there unless it was put."""
        self.asked.append(asked)
        answer = self._answers.get((asked.host, asked.path)) or self._answers.get(("*", asked.path))
        self.arrived.set()
        if answer is None:
            return Reply(b"nothing here", 404)
        reply = answer if isinstance(answer, Reply) else answer(asked)
        self.unchanged += reply.status == 304
        return reply


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed leaves its connection; that is no news here."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """A stand-in that is served, on a free port of this machine."""
    site = StandIn()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            host = headers.get("host", "").partition(":")[0]
            body = self.rfile.read(int(headers.get("content-length", "0")))
            reply = site.reply(Asked(host, self.path, headers, time.monotonic(), body))
            try:
                self._send(reply)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def do_POST(self) -> None:
            self.do_GET()

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 304:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.flush()
            if reply.wait_for is not None:
                reply.wait_for.wait()
            self.wfile.write(reply.body[: reply.cut_after])
            if reply.cut_after is not None:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def here(_host: str, _port: int) -> list[str]:
    """A resolver to which every host is on this machine."""
    return ["127.0.0.1"]


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An entry of a feed."""

    guid: str
    title: str
    text: str
    link: str | None = None
    day: int = 5
    """Of August 2021."""


def rss(items: list[FeedItem], title: str = "Harbor Post") -> str:
    """An RSS feed, the first item the newest."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>{escape(title)}</title><language>en</language>"
        + "".join(
            f"<item><guid isPermaLink='false'>{escape(one.guid)}</guid><title>{escape(one.title)}</title>"
            + (f"<link>{escape(one.link)}</link>" if one.link else "")
            + f"<pubDate>{one.day:02d} Aug 2021 08:00:00 GMT</pubDate>"
            + f"<description>{escape(one.text)}</description></item>"
            for one in items
        )
        + "</channel></rss>"
    )


def conditional(body: bytes | str) -> Callable[[Asked], Reply]:
    """An answer with an ETag: 304 for who has it already."""
    payload = body.encode() if isinstance(body, str) else body
    etag = f'"{sha256(payload).hexdigest()[:16]}"'

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == etag:
            return Reply(status=304, headers={"ETag": etag})
        return Reply(payload, headers={"ETag": etag})

    return answer


def page(title: str, text: str, published: str = "2021-08-05T08:00:00Z") -> str:
    """An article's page, its text in paragraphs by blank lines."""
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
    return (
        f"<!doctype html><html lang='en'><head><title>{escape(title)}</title>"
        f"<meta property='article:published_time' content='{published}'></head>"
        f"<body><nav><a href='/'>Home</a></nav><article><h1>{escape(title)}</h1>{paragraphs}</article></body></html>"
    )
