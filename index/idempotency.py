"""What was answered to requests that came with a key of their own, so that the same request gets the same answer again.

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
"""How long a key is remembered."""


def known_response(archive: Archive, operation: str, key: str, body_sha256: str) -> str | None:
    """What was answered to the request with this key, or None. Raises `ReusedKeyError` if that had another body."""
    query = select(idempotency).where(idempotency.c.operation == operation, idempotency.c.key == key)
    for row in archive.rows(query):
        if row["body_sha256"] != body_sha256:
            raise ReusedKeyError(
                "another request came with this Idempotency-Key", hint="Take a new key for each new request."
            )
        return str(row["response"])
    return None


def remember_response(
    archive: Archive, operation: str, key: str, body_sha256: str, now: datetime, response: str
) -> None:
    """Keep what is answered, and forget what is older than `KEPT`; it is on disk when this returns."""
    with storage_errors("the archive"), archive.writing.begin() as connection:
        connection.execute(delete(idempotency).where(idempotency.c.created < (now - KEPT).isoformat()))
        connection.execute(
            insert(idempotency)
            .prefix_with("OR IGNORE", dialect="sqlite")
            .values(operation=operation, key=key, body_sha256=body_sha256, created=now.isoformat(), response=response)
        )
