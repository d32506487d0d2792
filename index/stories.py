"""Near-copies: which articles tell one story in the same words.

MinHash signatures by `rensa` (Broder 1997; 128 permutations), compared band by band so that an archive finds
candidates by equality. Knows nothing of tables, dates or outlets.
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
"""With 4 rows a band, a pair of Jaccard similarity 0.5 is compared with probability 0.87, one of 0.2 with 0.05."""
SHINGLE = 4
"""Words a shingle."""
NEAR_COPY = 0.5
"""Estimated Jaccard similarity of the shingles from which two articles count as copies of one story."""
MIN_WORDS = 20
"""Shorter texts share phrases by accident; they are stories of their own."""

_WORD = re.compile(r"\w+")


def signature(text: str) -> bytes | None:
    """The MinHash signature of `text` (128 little-endian uint32), or None if the text is too short for one."""
    words = _WORD.findall(text.lower())
    if len(words) < MIN_WORDS:
        return None
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=1)
    minhash.update([" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)])
    values = array("I", minhash.digest())
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def bands(signature: bytes) -> list[bytes]:
    """The signature cut in `BANDS` keys; two articles with an equal key at the same place are candidates."""
    width = len(signature) // BANDS
    return [bytes([band]) + signature[band * width : (band + 1) * width] for band in range(BANDS)]


def are_near_copies(left: bytes, right: bytes) -> bool:
    """Whether the share of equal values, which estimates Jaccard similarity, reaches `NEAR_COPY`."""
    equal = np.frombuffer(left, "<u4") == np.frombuffer(right, "<u4")
    return bool(equal.mean() >= NEAR_COPY)


def components(signatures: Mapping[str, bytes | None]) -> dict[str, str]:
    """Article id → story id: the smallest id among the articles that hang together by near-copies."""
    story = {article: article for article in signatures}
    known = sorted((article, value) for article, value in signatures.items() if value is not None)
    for i, (left, left_value) in enumerate(known):
        for right, right_value in known[i + 1 :]:
            if story[left] != story[right] and are_near_copies(left_value, right_value):
                first, other = sorted((story[left], story[right]))
                story = {article: first if of == other else of for article, of in story.items()}
    return story
