"""Network backend of httpcore2: connects to checked addresses only, and enforces a deadline on the whole request.

A timeout per read isn't enough: a slow server could send a byte now and then. Knows nothing of HTTP.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Collection, Iterable
from typing import Any

import httpcore2

from dateline.index.sources.addresses import Resolver, checked_addresses

STEP_SECONDS = 0.5
"""Longest single wait, after which deadline and stop are checked."""


class DeadlineError(httpcore2.TimeoutException):
    """The deadline of the request has passed, or the process is stopping."""


class Deadline:
    """The deadline of a request."""

    def __init__(self, seconds: float, clock: Callable[[], float], stopped: Callable[[], bool]) -> None:
        """`clock`: in seconds. `stopped`: whether the process is stopping."""
        self._seconds = seconds
        self._clock = clock
        self._stopped = stopped
        self.begin()

    def begin(self) -> None:
        """Start the time of a request."""
        self._at = self._clock() + self._seconds

    def left(self) -> float:
        """Seconds left. Raises `DeadlineError` if there are none."""
        left = self._at - self._clock()
        if left <= 0 or self._stopped():
            raise DeadlineError
        return left


class CheckedBackend(httpcore2.NetworkBackend):
    """The backend for one request, including its redirects."""

    def __init__(self, allowed: Collection[str], deadline: Deadline, resolver: Resolver) -> None:
        self._allowed = allowed
        self._deadline = deadline
        self._resolver = resolver
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first address of `host` that accepts. Raises as `checked_addresses`."""
        failure: Exception = httpcore2.ConnectError("no address")
        for address in checked_addresses(host, port, self._allowed, self._resolver):
            limit = min(timeout or self._deadline.left(), self._deadline.left())
            try:
                stream = self._plain.connect_tcp(address, port, limit, local_address, socket_options or ())
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self._deadline)
        raise failure


class _Stream(httpcore2.NetworkStream):
    """A stream whose reads end with the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        waited = 0.0
        while True:
            step = min(STEP_SECONDS, self._deadline.left(), (timeout or STEP_SECONDS) - waited)
            try:
                return self._stream.read(max_bytes, step)
            except httpcore2.ReadTimeout:
                waited += step
                if timeout is not None and waited >= timeout:
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, min(timeout or self._deadline.left(), self._deadline.left()))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        limit = min(timeout or self._deadline.left(), self._deadline.left())
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, limit), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
