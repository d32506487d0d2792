"""Pagination of a search: the cursor carries the rest of the ranking, so later articles don't change it.

The server stores nothing for it; any process over the same archive can continue. Knows nothing of how passages are
ranked.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isnan, nan

from dateline.index.errors import GoneError, InputError
from dateline.index.filters import Filters
from dateline.index.search import Ranked, Ranking, Searcher, SearchResult

_HEAD = struct.Struct("<6s16s16sQI")
_ROW = struct.Struct("<IBBff")
_MARK = b"search"
LONGEST_CURSOR = 8_000
"""Characters; a ranking has at most twice `index.search.DEPTH` rows of 14 bytes."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of passages; `cursor` None: the last page."""

    result: SearchResult
    next_cursor: str | None


def page_of_search(
    searcher: Searcher, query: str, filters: Filters, *, asked: str, limit: int, cursor: str | None
) -> SearchPage:
    """At most `limit` passages, from the best one or from the end of the page before.

    `asked`: the whole query, which ties a cursor to it. Articles withdrawn since are left out of later pages; revised
    ones are shown as they were. Raises `InputError` for a cursor of another query, `GoneError` for one of another
    archive or of a state that this one no longer has.
    """
    digest = hashlib.sha256(asked.encode("utf-8", "replace")).digest()[:16]
    if cursor is None:
        ranking = searcher.rank(query, filters=filters)
    else:
        ranking = _read(cursor, digest)
        archive = searcher.archive
        if ranking.archive_id != (archive.fact("id") or "empty") or ranking.sequence > archive.sequence():
            raise GoneError(
                "the state of the archive that this cursor belongs to is gone", hint="Start again without a cursor."
            )
    passages = searcher.read(ranking.rows[:limit], filters)
    rest = replace(ranking, rows=ranking.rows[limit:])
    return SearchPage(
        SearchResult(passages, ranking.index_snapshot, ranking.considered), _write(rest, digest) if rest.rows else None
    )


def _write(rest: Ranking, digest: bytes) -> str:
    head = _HEAD.pack(_MARK, rest.archive_id.encode(), digest, rest.sequence, rest.considered)
    return base64.urlsafe_b64encode(head + b"".join(_packed(row) for row in rest.rows)).decode().rstrip("=")


def _packed(row: Ranked) -> bytes:
    scores = (nan if score is None else score for score in (row.cosine, row.bm25))
    return _ROW.pack(row.number, row.by_vector, row.by_words, *scores)


def _read(cursor: str, digest: bytes) -> Ranking:
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        mark, archive_id, asked, sequence, considered = _HEAD.unpack_from(packed)
        rows = tuple(_rows(packed[_HEAD.size :]))
        name = archive_id.rstrip(b"\0").decode()
    except (binascii.Error, struct.error, ValueError):
        mark = b""
    if mark != _MARK:
        raise InputError("the cursor is not valid", hint="Send next_cursor unchanged, or leave it out.")
    if asked != digest:
        raise InputError(
            "the cursor belongs to another search", hint="Send the same query and filters with it, or leave it out."
        )
    return Ranking(rows, name, sequence, considered)


def _rows(packed: bytes) -> Iterator[Ranked]:
    for number, by_vector, by_words, cosine, bm25 in _ROW.iter_unpack(packed):
        yield Ranked(number, by_vector, by_words, None if isnan(cosine) else cosine, None if isnan(bm25) else bm25)
