"""Idempotency-Key: a repeated request gets the first response and is not executed again.

Follows draft-ietf-httpapi-idempotency-key-header: a different request with the same key is refused, and so is one that
arrives while the first is in progress. Failures are not remembered. Knows nothing of what the requests do.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime

from fastapi import Response

from dateline.index.archive import Archive
from dateline.index.errors import InFlightError
from dateline.index.idempotency import known_response, remember_response


@dataclass(frozen=True, slots=True)
class Reply:
    """A response, as it is stored."""

    status: int
    body: str
    """JSON."""
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """For the wire."""
        return Response(self.body, self.status, self.headers, "application/json")


class KeysInFlight:
    """The keys of the requests in progress in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[tuple[str, str]] = set()

    @contextmanager
    def held(self, operation: str, key: str) -> Iterator[None]:
        """Context manager: hold a key. Raises `InFlightError` if another request holds it."""
        with self._lock:
            if (operation, key) in self._keys:
                raise InFlightError("a request with this Idempotency-Key is still in progress")
            self._keys.add((operation, key))
        try:
            yield
        finally:
            with self._lock:
                self._keys.remove((operation, key))


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """A request that is executed once."""

    operation: str
    key: str | None
    body_sha256: str

    def reply(self, archive: Archive, keys: KeysInFlight, now: datetime, work: Callable[[], Reply]) -> Reply:
        """The reply of `work`, or the stored one of an earlier run. Raises `ReusedKeyError`, `InFlightError`."""
        if self.key is None:
            return work()
        with keys.held(self.operation, self.key):
            known = known_response(archive, self.operation, self.key, self.body_sha256)
            if known is not None:
                return Reply(**json.loads(known))
            reply = work()
            remember_response(archive, self.operation, self.key, self.body_sha256, now, json.dumps(asdict(reply)))
            return reply


def sha256_of(*parts: str) -> str:
    """The digest that identifies a request."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
