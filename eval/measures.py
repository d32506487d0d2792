"""Measures, each a small pure function: does an output give the answer, and how sure is a mean of it.

Knows nothing of archives, runs or files.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

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


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95 % interval."""

    mean: float
    low: float
    high: float
    cases: int

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def bootstrap_mean(values: Sequence[float], *, resamples: int = 2_000, seed: int = 0) -> Estimate:
    """The mean and its percentile bootstrap interval (Efron 1979). Raises `ValueError` without values."""
    if not values:
        raise ValueError("there is nothing to take the mean of")
    data = np.asarray(values, np.float64)
    draws = np.random.default_rng(seed).integers(0, len(data), (resamples, len(data)))
    low, high = np.quantile(data[draws].mean(axis=1), (0.025, 0.975))
    return Estimate(float(data.mean()), float(low), float(high), len(data))
