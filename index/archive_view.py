"""In-memory snapshot of the archive for searching: its passages, which of them are in use, and their embeddings.

A view is immutable; `followed` makes the next one from it at the cost of what changed since. Knows nothing of words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, and_, func, select

from dateline.index.archive import Archive, ReencodedError
from dateline.index.conditions import conditions
from dateline.index.database import storage_errors
from dateline.index.filters import NO_FILTERS
from dateline.index.schema import articles, changes, embeddings, facts, passages, revisions
from dateline.index.vector_index import Mask, VectorIndex

ROWS_AT_ONCE = 65_536
"""Passages read at a time; each batch becomes one part of the vector index."""


@dataclass(frozen=True, slots=True)
class ArchiveView:
    """The passages of an archive at one moment. Arrays are by passage number."""

    sequence: int
    """The archive's latest change at that moment."""
    vectors: VectorIndex
    revisions: NDArray[np.int64]
    """The internal number of each passage's revision; 0: there is no such passage."""
    in_use: Mask
    article_ids: dict[int, str]
    """By a revision's internal number. Later views add to the same object."""

    @classmethod
    def empty(cls, dimension: int) -> ArchiveView:
        """The view of an empty archive, for an encoder of this dimension."""
        return cls(0, VectorIndex(dimension), np.zeros(0, np.int64), np.zeros(0, np.bool_), {})

    def place(self, number: int) -> tuple[str, int]:
        """The sort key of passages with equal scores: article id, then revision and position."""
        return self.article_ids[int(self.revisions[number])], number


def followed(view: ArchiveView, archive: Archive, *, encoder: str) -> ArchiveView:
    """The view of `archive` as it is now. Passages without an embedding are not in the vector index.

    `encoder`: the name of the encoder of the view's embeddings; raises `ReencodedError` if the archive has another.
    """
    with storage_errors("the archive"), archive.engine.connect() as connection:  # one transaction: one moment
        sequence: int = connection.execute(select(func.max(changes.c.sequence))).scalar() or 0
        if sequence == view.sequence:
            return view
        if connection.execute(select(facts.c.value).where(facts.c.name == "encoder")).scalar() not in (None, encoder):
            raise ReencodedError
        vectors, numbers, of_revisions = _added(connection, view)
        size = max(len(view.revisions), int(numbers.max(initial=-1)) + 1)
        in_revision = np.zeros(size, np.int64)
        in_revision[: len(view.revisions)] = view.revisions
        in_revision[numbers] = of_revisions
        changed = [tuple(row) for row in connection.execute(_changed(view.sequence))]
    in_use = np.zeros(size, np.bool_)
    in_use[: len(view.in_use)] = view.in_use
    in_use[np.isin(in_revision, [revision for revision, _, _ in changed])] = False
    in_use[np.isin(in_revision, [revision for revision, _, is_used in changed if is_used])] = True
    view.article_ids.update((revision, article_id) for revision, article_id, _ in changed)
    return ArchiveView(sequence, vectors, in_revision, in_use, view.article_ids)


def _added(connection: Connection, view: ArchiveView) -> tuple[VectorIndex, NDArray[np.int64], NDArray[np.int64]]:
    """The vector index with the passages added since, and the numbers and revisions of these."""
    added = select(changes.c.revision_id).where(changes.c.kind == "added", changes.c.sequence > view.sequence)
    query = (
        select(passages.c.id, passages.c.revision_id, embeddings.c.vector)
        .outerjoin(embeddings, embeddings.c.passage_id == passages.c.id)
        .where(passages.c.revision_id.in_(added))
        .order_by(passages.c.id)
    )
    vectors, pairs = view.vectors, []
    for rows in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query).partitions():
        pairs += [(number, revision) for number, revision, _ in rows]
        embedded = [(number, vector) for number, _, vector in rows if vector is not None]
        joined = np.frombuffer(b"".join(vector for _, vector in embedded), "<f2").reshape(-1, vectors.dimension)
        vectors = vectors.extended([number for number, _ in embedded], joined.astype(np.float32))
    table = np.array(pairs, np.int64).reshape(-1, 2)
    return vectors, table[:, 0], table[:, 1]


def _changed(after: int) -> Select[Any]:
    """For each revision changed since: its number, its article, and whether it is in use now."""
    return (
        select(revisions.c.id, revisions.c.article_id, and_(*conditions(NO_FILTERS)))
        .join(articles, articles.c.id == revisions.c.article_id)
        .where(revisions.c.id.in_(select(changes.c.revision_id).where(changes.c.sequence > after)))
    )
