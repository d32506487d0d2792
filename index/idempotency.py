"""Stored responses to requests with an idempotency key, which are repeated for the same request.

Knows nothing of what the requests are about.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from dateline.index.archive import Archive
from dateline.index.database import storage_errors
from dateline.index.errors import ReusedKeyError
from dateline.index.schema import idempotency

KEPT = timedelta(hours=24)
"""How long a response is stored."""


def known_response(archive: Archive, operation: str, key: str, body_sha256: str) -> str | None:
    """The response to the request with this key, or None. Raises `ReusedKeyError` if its body was another."""
    query = select(idempotency).where(idempotency.c.operation == operation, idempotency.c.key == key)
    for row in archive.rows(query):
        if row["body_sha256"] != body_sha256:
            raise ReusedKeyError(
                "another request has used this Idempotency-Key", hint="Use a new key for each new request."
            )
        return str(row["response"])
    return None


def remember_response(
    archive: Archive, operation: str, key: str, body_sha256: str, now: datetime, response: str
) -> None:
    """Store a response, and erase those older than `KEPT`; durable when this returns."""
    with storage_errors("the archive"), archive.writing.begin() as connection:
        connection.execute(delete(idempotency).where(idempotency.c.created < (now - KEPT).isoformat()))
        connection.execute(
            insert(idempotency)
            .prefix_with("OR IGNORE", dialect="sqlite")
            .values(operation=operation, key=key, body_sha256=body_sha256, created=now.isoformat(), response=response)
        )
