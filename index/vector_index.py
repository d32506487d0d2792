"""The vector index: embeddings in, the nearest passages out, by FAISS. Exact search by dot product.

Knows passages only by their numbers, and filters only as a mask over those numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from dateline.index.encoder import Embeddings

SMALL_PART = 4_096
"""Most embeddings of a part that is copied to add to it; a larger part is final, and a new one begins."""

Mask = NDArray[np.bool_]
"""Passages that may be returned: `mask[number]`; numbers beyond its end may not."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage's number and score; higher is better, comparable within one result only."""

    number: int
    score: float


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """Embeddings by passage number, in memory. Immutable; an extended index shares its parts."""

    dimension: int
    parts: tuple[Any, ...] = ()
    """FAISS indexes."""

    def __len__(self) -> int:
        return sum(part.ntotal for part in self.parts)

    def extended(self, numbers: Sequence[int] | NDArray[np.int64], vectors: Embeddings) -> VectorIndex:
        """This index with more embeddings, shape (numbers, dimension), unit length."""
        if not len(numbers):
            return self
        kept = self.parts
        if kept and kept[-1].ntotal + len(numbers) <= SMALL_PART:
            kept, part = kept[:-1], faiss.clone_index(kept[-1])
        else:
            part = faiss.IndexIDMap(faiss.IndexFlatIP(self.dimension))
        part.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.asarray(numbers, np.int64))
        return VectorIndex(self.dimension, (*kept, part))

    def search(self, vector: NDArray[np.float32], limit: int, mask: Mask) -> list[Hit]:
        """The `limit` passages nearest to `vector`, shape (dimension,), best first; the score is the cosine."""
        allowed = np.packbits(mask, bitorder="little")
        selector = faiss.IDSelectorBitmap(len(allowed), faiss.swig_ptr(allowed))  # its length is in bytes
        among = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        found = [part.search(vector[None, :], max(1, min(limit, part.ntotal)), params=among) for part in self.parts]
        if not found:
            return []
        scores, numbers = (np.concatenate([one[i][0] for one in found]) for i in (0, 1))
        best = np.argsort(-scores, kind="stable")
        best = best[numbers[best] >= 0][: max(0, limit)]
        return [Hit(int(n), float(s)) for n, s in zip(numbers[best], scores[best], strict=True)]
