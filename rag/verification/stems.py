"""Content words of a claim, and the sentences that share them.

Words count by their beginnings. Knows nothing of verdicts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from dateline.rag.language.word_set import word_set

STEM = 6
"""Letters that two words must share at their beginning to count as one: "elected" and "election"."""
COMMON = word_set("""
    the and for that with this from was were are has have had but not his her its their they them which who whom
    will would could can may might must shall been being about into than then there these those such also when
    where while what how why one other some any all more most over after before during because said says according
""")
"""Function words."""

_WORD = re.compile(r"[^\W_]+(?:[.,'’]\d+)*")


@lru_cache(maxsize=4_096)  # all claims of a draft are compared with the same sentences
def stems(text: str) -> frozenset[str]:
    """Stems of a text's content words, in lower case; numbers are whole."""
    words = (word.lower() for word in _WORD.findall(text))
    return frozenset(
        word if word[0].isdigit() else word[:STEM]
        for word in words
        if word not in COMMON and (len(word) > 2 or word[0].isdigit())
    )


def shared_weights(claim: str, sentences: Sequence[str]) -> list[float]:
    """For each sentence the sum over the claim's stems in it of 1 / number of sentences that have the stem."""
    asked = stems(claim)
    found = [asked & stems(sentence) for sentence in sentences]
    count = Counter(stem for one in found for stem in one)
    return [sum(1 / count[stem] for stem in sorted(one)) for one in found]
