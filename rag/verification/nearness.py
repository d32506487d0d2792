"""Semantic similarity of a claim and its evidence: the cosine of it and the nearest sentence.

The encoder is the one that finds passages. Knows nothing of verdicts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from dateline.index.encoder import Embeddings, Encoder

KEPT = 4_000
"""Texts whose embeddings are kept, some 6 MB: an answer's claims are compared with the same sentences, and a draft's
claim with one passage after another."""


class Nearness:
    """Cosines by an encoder. Safe for threads."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._embedding = lru_cache(KEPT)(self._embed)

    def of(self, claim: str, sentences: Sequence[str]) -> float:
        """The cosine of the claim and the nearest of the sentences, −1…1. At least one. Same input, same output."""
        claimed = self._embedding(claim)
        return max(float(claimed @ self._embedding(sentence)) for sentence in sentences)

    def _embed(self, text: str) -> Embeddings:
        """By itself: in bfloat16 an embedding differs a little with what else is in the batch."""
        row: Embeddings = self._encoder.encode_document([text])[0]
        return row
