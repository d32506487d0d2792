"""FAISS: embeddings in, the nearest passages out. Exact search by dot product.

Knows passages only by their numbers, and filters only as a mask over those numbers.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encoder import Embeddings

Mask = NDArray[np.bool_]
"""Which passages may be returned: `mask[number]`. A number beyond its end may not."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage's number and how well it matches; higher is better, comparable within one result only."""

    number: int
    score: float


class VectorIndex:
    """Embeddings under their passages' numbers."""

    def __init__(self, dimension: int) -> None:
        self._index: Any = faiss.IndexIDMap(faiss.IndexFlatIP(dimension))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The passages' numbers that are in the index."""
        numbers: NDArray[np.int64] = faiss.vector_to_array(self._index.id_map)
        return numbers

    def add(self, numbers: Sequence[int], vectors: Embeddings) -> None:
        """Add embeddings, shape (numbers, dimension), unit length."""
        if len(numbers):
            self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.asarray(numbers, np.int64))

    def search(self, vector: NDArray[np.float32], limit: int, mask: Mask) -> list[Hit]:
        """The `limit` passages nearest to `vector`, shape (dimension,), best first; the score is the cosine."""
        allowed = np.packbits(mask, bitorder="little")
        selector = faiss.IDSelectorBitmap(len(allowed), faiss.swig_ptr(allowed))  # its length is in bytes
        scores, numbers = self._index.search(
            vector[None, :],
            max(1, min(limit, len(self))),
            params=faiss.SearchParameters(sel=selector),  # type: ignore[call-arg]
        )
        return [Hit(int(n), float(s)) for n, s in zip(numbers[0], scores[0], strict=True) if n >= 0][:limit]

    def copy(self) -> Self:
        """An index of its own with the same embeddings."""
        twin = type(self).__new__(type(self))
        twin._index = faiss.clone_index(self._index)
        return twin

    def save(self, file: Path) -> None:
        """Write the index to `file`. Raises `OSError` when the disk fails."""
        try:
            faiss.write_index(self._index, str(file))
        except RuntimeError as error:
            full = os.strerror(errno.ENOSPC) in str(error)
            raise OSError(errno.ENOSPC if full else errno.EIO, str(error)) from error

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read what `save` wrote. Raises `RuntimeError` if the file is none."""
        loaded = cls.__new__(cls)
        loaded._index = faiss.read_index(str(file))
        return loaded
