"""API keys: created, looked up, listed and revoked. Only a key's hash is stored.

A key is 32 random bytes, so that one round of SHA-256 suffices: it can't be guessed, and the timing of a look-up
depends only on the hash. Knows which scopes exist, not what they permit.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import insert, select, update

from dateline.index.archive import Archive
from dateline.index.database import storage_errors
from dateline.index.errors import InputError, NotFoundError
from dateline.index.filters import Filters
from dateline.index.saved_filters import from_json, saved_filter
from dateline.index.schema import keys, saved_filters

Scope = Literal["read", "ask", "write", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
PREFIX = "dl_"
_BYTES = 32
_SHOWN = 4
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret."""

    id: str
    name: str
    """Who uses it, for people to read."""
    ending: str
    """Its last characters, for recognising it."""
    scopes: tuple[Scope, ...]
    """In the order of `SCOPES`. `admin` implies all others; no other scope implies any."""
    saved_filter: str | None
    """Name of the saved filter that it is restricted to; None: the whole archive."""
    created: datetime
    revoked: datetime | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A new key with its secret, which can't be read again."""

    key: Key
    secret: str

    def __repr__(self) -> str:
        return f"NewKey({self.key!r})"


@dataclass(frozen=True, slots=True)
class Holder:
    """A valid key and the part of the archive that it is restricted to; None: the whole archive."""

    key: Key
    part: Filters | None


def random_secret() -> str:
    """`dl_` and 32 random bytes, safe in URLs and headers."""
    return PREFIX + secrets.token_urlsafe(_BYTES)


def create_key(
    archive: Archive,
    name: str,
    scopes: Collection[str],
    now: datetime,
    *,
    saved_filter_name: str | None = None,
    new_secret: Callable[[], str] = random_secret,
) -> NewKey:
    """Create a key, valid when this returns. Raises `InputError`, and `NotFoundError` for the filter.

    A key that is restricted to a filter can only read and ask: what it wrote could be outside the filter.
    """
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise InputError(
            f"a key's name has 1 to {_LONGEST_NAME} printable characters", hint="Say whose it is: “Slack, sports desk”."
        )
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise InputError(
            f"there is no scope {', '.join(unknown)}" if unknown else "a key needs a scope",
            hint=f"The scopes are {', '.join(SCOPES)}.",
        )
    if saved_filter_name is not None:
        saved_filter(archive, saved_filter_name)
        if set(scopes) & {"write", "admin"}:
            raise InputError(
                "a key that is tied to a filter can't have the scopes write and admin",
                hint="Articles that it wrote could lie outside its part: make two keys.",
            )
    secret = new_secret()
    sha256 = _hash(secret)
    held = [scope for scope in SCOPES if scope in scopes]
    row = {
        "id": f"key_{sha256[:12]}",
        "name": name,
        "sha256": sha256,
        "ending": secret[-_SHOWN:],
        "scopes": json.dumps(held),
        "saved_filter": saved_filter_name,
        "created": now.isoformat(),
        "revoked": None,
    }
    with storage_errors("the archive"), archive.writing.begin() as connection:
        connection.execute(insert(keys).values(row))
    return NewKey(_key(row), secret)


def find_key(archive: Archive, secret: str) -> Holder | None:
    """The key with this secret; None if it is unknown or revoked. Never cached."""
    query = (
        select(keys, saved_filters.c.filters)
        .outerjoin(saved_filters, saved_filters.c.name == keys.c.saved_filter)
        .where(keys.c.sha256 == _hash(secret), keys.c.revoked.is_(None))
    )
    rows = archive.rows(query)
    if not rows:
        return None
    part = rows[0]["filters"]
    return Holder(_key(rows[0]), None if part is None else from_json(part))


def has_keys(archive: Archive) -> bool:
    """Whether a key was ever created. Revoked ones count: an archive that needs keys goes on needing them."""
    return bool(archive.rows(select(keys.c.id).limit(1)))


def all_keys(archive: Archive) -> list[Key]:
    """All keys, revoked ones too, oldest first."""
    return [_key(row) for row in archive.rows(select(keys).order_by(keys.c.created, keys.c.id))]


def revoke_key(archive: Archive, key_id: str, now: datetime) -> Key:
    """Revoke a key, at once; nothing happens if it was revoked before. Raises `NotFoundError`."""
    with storage_errors("the archive"), archive.writing.begin() as connection:
        connection.execute(
            update(keys).where(keys.c.id == key_id, keys.c.revoked.is_(None)).values(revoked=now.isoformat())
        )
    rows = archive.rows(select(keys).where(keys.c.id == key_id))
    if not rows:
        raise NotFoundError(f"there is no key {key_id!r}", hint="dateline keys list shows all of them.")
    return _key(rows[0])


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _key(row: Mapping[str, Any]) -> Key:
    return Key(
        id=row["id"],
        name=row["name"],
        ending=row["ending"],
        scopes=tuple(json.loads(row["scopes"])),
        saved_filter=row["saved_filter"],
        created=datetime.fromisoformat(row["created"]),
        revoked=datetime.fromisoformat(row["revoked"]) if row["revoked"] else None,
    )
