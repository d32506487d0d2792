"""Near-copy detection: MinHash signatures and stories, the groups of near-copies.

Signatures by `rensa` (Broder 1997; 128 permutations), compared by bands (LSH). Knows nothing of tables, dates or
outlets.
"""

from __future__ import annotations

import re
import sys
from array import array
from collections.abc import Mapping

import numpy as np
from rensa import RMinHash

PERMUTATIONS = 128
BANDS = 32
"""With 4 rows per band, pairs of Jaccard similarity 0.5 are compared with probability 0.87, of 0.2 with 0.05."""
SHINGLE = 4
"""Words per shingle."""
NEAR_COPY = 0.5
"""Least estimated Jaccard similarity of the shingles of two near-copies."""
MIN_WORDS = 20
"""In words; shorter texts share phrases by accident, and are stories of their own."""

_WORD = re.compile(r"\w+")


def signature(text: str) -> bytes | None:
    """The MinHash signature of `text` (128 little-endian uint32), or None if the text is too short for one."""
    words = _WORD.findall(text.lower())
    if len(words) < MIN_WORDS:
        return None
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=1)
    minhash.update([" ".join(shingle) for shingle in zip(*(words[i:] for i in range(SHINGLE)), strict=False)])
    values = array("I", minhash.digest())
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def bands(signature: bytes) -> list[bytes]:
    """The `BANDS` keys of a signature; articles with an equal key at the same position are candidates."""
    width = len(signature) // BANDS
    return [bytes([band]) + signature[band * width : (band + 1) * width] for band in range(BANDS)]


def are_near_copies(left: bytes, right: bytes) -> bool:
    """Whether the estimated Jaccard similarity, the share of equal values, is at least `NEAR_COPY`."""
    equal = np.frombuffer(left, "<u4") == np.frombuffer(right, "<u4")
    return bool(equal.mean() >= NEAR_COPY)


def components(signatures: Mapping[str, bytes | None]) -> dict[str, str]:
    """Article id → story id: the smallest id of its connected component of near-copies."""
    story = {article: article for article in signatures}
    known = sorted((article, value) for article, value in signatures.items() if value is not None)
    for i, (left, left_value) in enumerate(known):
        for right, right_value in known[i + 1 :]:
            if story[left] != story[right] and are_near_copies(left_value, right_value):
                first, other = sorted((story[left], story[right]))
                story = {article: first if of == other else of for article, of in story.items()}
    return story
