"""Encodes many texts: those of like length together, in slices, so that it can be stopped between two of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from dateline.index.encoder import Embeddings, Encoder

ENCODED_AT_ONCE = 16
"""Texts between two looks at whether to stop: half a second of work for two cores, and two batches of the encoder."""
ENCODING_THREADS = 2
"""While one tokenises its texts or hands over their embeddings, the model computes those of the other."""


def encode_texts(
    texts: Sequence[str], encoder: Encoder, pool: ThreadPoolExecutor, stop: Callable[[], bool]
) -> Embeddings | None:
    """The texts' embeddings, shape (texts, dimension); None if `stop` returned true meanwhile."""
    longest_first = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    parts = [longest_first[first : first + ENCODED_AT_ONCE] for first in range(0, len(texts), ENCODED_AT_ONCE)]

    def encode(part: list[int]) -> Embeddings | None:
        return None if stop() else encoder.encode_document([texts[i] for i in part])

    embeddings = np.empty((len(texts), encoder.dimension), np.float32)
    for part, rows in zip(parts, pool.map(encode, parts), strict=True):
        if rows is None:
            return None
        embeddings[part] = rows
    return embeddings
