"""SQuAD's rules for comparing an output with an answer: normalisation, exact match, F1.

Knows nothing of gold questions, runs or files.
"""

from __future__ import annotations

import re
import string
from collections import Counter

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation + "“”‘’–—…")


def normalise_answer(text: str) -> str:
    """Lower case, without punctuation, articles and surplus space (SQuAD's rule; Rajpurkar et al. 2016)."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def contains_answer(text: str, answer: str) -> bool:
    """Whether the normalised answer stands in the normalised text as whole words. False for an empty answer."""
    wanted = normalise_answer(answer)
    return bool(wanted) and f" {wanted} " in f" {normalise_answer(text)} "


def exact_match(text: str, answer: str) -> bool:
    """Whether the two are equal once normalised (SQuAD's EM; Rajpurkar et al. 2016). Two empty ones are."""
    return normalise_answer(text) == normalise_answer(answer)


def token_f1(text: str, answer: str) -> float:
    """Harmonic mean of the precision and recall of normalised words, 0…1 (SQuAD's F1; Rajpurkar et al. 2016).

    A word counts as often as both have it. Where one of the two is empty once normalised, it is 1 if both are, else 0
    (as in SQuAD 2.0, whose unanswerable questions have an empty answer; Rajpurkar et al. 2018).
    """
    given, wanted = normalise_answer(text).split(), normalise_answer(answer).split()
    if not given or not wanted:
        return float(given == wanted)
    shared = (Counter(given) & Counter(wanted)).total()
    # 2PR / (P + R) with P = shared / given and R = shared / wanted.
    return 2 * shared / (len(given) + len(wanted))
