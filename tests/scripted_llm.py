"""A scripted server of OpenAI's chat protocol over real HTTP and SSE.

Tests and benchmarks use it as a language model that answers well, badly or maliciously, or breaks. Knows nothing of the
prompts.
"""

from __future__ import annotations

import json
import math
import select
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

LOOK = 0.2
"""Seconds between two looks whether the server was stopped, while nothing is sent."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server does with one request."""

    text: str = ""
    """The completion."""
    piece: int = 4
    """Code points of it in each event."""
    finish_reason: str | None = "stop"
    usage: tuple[int, int] | None = None
    """Tokens of the prompt and of the completion, in an event of their own before the last; None: it doesn't tell."""
    top_logprobs: Mapping[str, float] = field(default_factory=dict)
    """Alternatives for the first token, with their log-probabilities; sent with the first event that has text."""
    wait: float = 0.0
    """Seconds before each event."""
    cut_after: int | None = None
    """Events after which the connection is closed."""
    stall_after: int | None = None
    """Events after which nothing more comes, and the connection stays open."""
    drip: float | None = None
    """Seconds between the single bytes that a stalled stream still sends."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """Sent instead of a stream of events."""


Script = Callable[[dict[str, Any]], Reply]
"""The request's JSON → what is done."""


def in_turn(*replies: Reply) -> Script:
    """One reply after the other, the last one again and again."""
    left = list(replies)

    def script(_request: dict[str, Any]) -> Reply:
        return left.pop(0) if len(left) > 1 else left[0]

    return script


@dataclass(frozen=True, slots=True)
class ScriptedLlm:
    """A running server."""

    base_url: str
    requests: list[dict[str, Any]]
    """The JSON of each request so far."""
    headers: list[dict[str, str]]
    """Its headers, names in lower case."""
    sent: list[float]
    """When each event was sent, by `time.monotonic`."""
    hung_up: list[float]
    """When it was noticed, by the same clock, that a client went away in the middle."""


@contextmanager
def scripted_llm(script: Script) -> Iterator[ScriptedLlm]:
    """Serve `script` on a free port of this machine."""
    stopped = Event()
    running = ScriptedLlm("", [], [], [], [])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else an event may wait 40 ms for the one before to be acknowledged

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            running.requests.append(request)
            running.headers.append({name.lower(): value for name, value in self.headers.items()})
            reply = script(request) if self.path == "/v1/chat/completions" else Reply(status=404, body=b"{}")
            try:
                _send(self, reply, stopped, running.sent)
            except ConnectionError:
                running.hung_up.append(time.monotonic())
                raise

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            if not isinstance(sys.exception(), ConnectionError):  # the client has gone, as it may
                super().handle_error(request, client_address)

    server = Server(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield replace(running, base_url=f"http://127.0.0.1:{server.server_port}/v1")
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _send(handler: BaseHTTPRequestHandler, reply: Reply, stopped: Event, times: list[float]) -> None:
    handler.send_response_only(reply.status)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    if reply.body is not None:
        handler.send_header("content-length", str(len(reply.body)))
        handler.end_headers()
        handler.wfile.write(reply.body)
        return
    handler.send_header("content-type", "text/event-stream")
    handler.send_header("transfer-encoding", "chunked")
    handler.end_headers()
    for sent, event in enumerate(_events(reply)):
        if reply.cut_after == sent:
            handler.close_connection = True
            return
        if reply.stall_after == sent:
            next_byte = math.inf if reply.drip is None else reply.drip
            while not _waited(handler, next_byte, stopped):
                _chunk(handler, b" ")
            return
        if _waited(handler, reply.wait, stopped):
            return
        times.append(time.monotonic())
        _chunk(handler, b"data: " + event + b"\n\n")
    handler.wfile.write(b"0\r\n\r\n")


def _waited(handler: BaseHTTPRequestHandler, seconds: float, stopped: Event) -> bool:
    """Wait; whether the server was stopped. Raises `ConnectionError` once the client has gone."""
    until = time.monotonic() + seconds
    connection = select.poll()
    connection.register(handler.connection, select.POLLIN)
    while not stopped.is_set():
        left = max(0.0, min(LOOK, until - time.monotonic()))
        if connection.poll(left * 1000) and not handler.connection.recv(1, socket.MSG_PEEK):
            raise ConnectionAbortedError
        if time.monotonic() >= until:
            return False
    return True


def _chunk(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    handler.wfile.flush()


def _events(reply: Reply) -> Iterator[bytes]:
    """The completion in the protocol's events; the first only names the role, as OpenAI's does."""
    yield _event({"role": "assistant", "content": ""}, None)
    for at in range(0, len(reply.text), reply.piece):
        yield _event({"content": reply.text[at : at + reply.piece]}, None, {} if at else reply.top_logprobs)
    if reply.finish_reason is not None:
        yield _event({}, reply.finish_reason)
    if reply.usage is not None:
        prompt, completion = reply.usage
        counts = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
        yield json.dumps(_CHUNK | {"choices": [], "usage": counts}).encode()
    yield b"[DONE]"


_CHUNK: dict[str, Any] = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": "scripted"}


def _event(delta: dict[str, str], finish_reason: str | None, top_logprobs: Mapping[str, float] | None = None) -> bytes:
    choice: dict[str, Any] = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    if top_logprobs:
        top = [{"token": token, "logprob": logprob, "bytes": None} for token, logprob in top_logprobs.items()]
        choice["logprobs"] = {"content": [top[0] | {"top_logprobs": top}]}
    return json.dumps(_CHUNK | {"choices": [choice]}).encode()
