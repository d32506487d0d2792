"""Measures of confidence: AUROC, risk and coverage, reliability, calibration error.

Confidences are plain numbers; higher is more confident. Knows nothing of where they come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dateline.eval.intervals import Estimate

Floats = npt.NDArray[np.float64]


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """The chance that a positive's score is above a negative's, a tie counting half.

    0…1, where 0.5 is no better than a coin (area under the ROC curve, as the Mann–Whitney U statistic; Hanley and
    McNeil 1982). Raises `ValueError` if one side is empty or a score is NaN.
    """
    return _auroc(_scores(positives), _scores(negatives))


def bootstrap_auroc(
    positives: Sequence[float], negatives: Sequence[float], *, paired: bool, resamples: int = 2_000, seed: int = 0
) -> Estimate:
    """`auroc` and its percentile bootstrap interval over questions (Efron 1979).

    `paired`: the n-th of both sides are one question, e.g. asked with and without the articles that answer it, and
    are drawn together; otherwise each side is drawn by itself. `Estimate.cases` counts the questions. Raises
    `ValueError` as `auroc` does, and if the sides of pairs differ in length.
    """
    above, below = _scores(positives), _scores(negatives)
    if paired and len(above) != len(below):
        raise ValueError(f"{len(above)} positives and {len(below)} negatives make no pairs")
    random = np.random.default_rng(seed)
    draws = np.empty(resamples)
    for n in range(resamples):
        chosen = random.integers(0, len(above), len(above))
        opposed = chosen if paired else random.integers(0, len(below), len(below))
        draws[n] = _auroc(above[chosen], below[opposed])
    low, high = np.quantile(draws, (0.025, 0.975))
    cases = len(above) if paired else len(above) + len(below)
    return Estimate(_auroc(above, below), float(low), float(high), cases)


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """Coverage and risk of answering only above a threshold."""

    threshold: float
    """The lowest confidence that is still answered."""
    coverage: float
    """Share of the questions that are answered, above 0 up to 1."""
    risk: float
    """Share of the answered ones that are wrong, 0…1."""


def risk_coverage(confidences: Sequence[float], correct: Sequence[bool]) -> list[RiskCoverage]:
    """One point for each distinct confidence as the threshold, coverage rising to 1 (El-Yaniv and Wiener 2010).

    Equal confidences can't be told apart by a threshold, so they form one point. Raises `ValueError` if there is none,
    if one is NaN, or if there isn't one verdict for each.
    """
    surest_first, right = _judged(confidences, correct)
    order = np.argsort(-surest_first, kind="stable")
    surest_first, wrong_so_far = surest_first[order], np.cumsum(1 - right[order])
    # A threshold takes in every case as sure as it, so the counts are those at the last of equal confidences.
    last_of_equals = np.flatnonzero(np.append(surest_first[1:] != surest_first[:-1], True))
    return [
        RiskCoverage(float(surest_first[n]), float((n + 1) / len(right)), float(wrong_so_far[n] / (n + 1)))
        for n in last_of_equals
    ]


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The cases whose confidence is from `low` up to, but not including, `high`; the last bin includes 1."""

    low: float
    high: float
    mean_confidence: float
    """0…1."""
    share_correct: float
    """0…1; equal to `mean_confidence` where confidence means what it says."""
    cases: int


def reliability(confidences: Sequence[float], correct: Sequence[bool], bins: int = 10) -> list[ReliabilityBin]:
    """Bins of equal width over 0…1 in rising order, empty ones left out (reliability diagram; Guo et al. 2017).

    Raises `ValueError` without cases, without bins, for a confidence outside 0…1, or without one verdict for each.
    """
    sure, right = _judged(confidences, correct)
    if bins < 1:
        raise ValueError(f"cases can't be put into {bins} bins")
    if sure.min() < 0 or sure.max() > 1:
        raise ValueError(f"a confidence is a probability, 0…1, which {sure.min():g} to {sure.max():g} are not")
    # Compared with the very edges that are reported: by multiplication, 0.29 would fall below 29 / 100.
    edges = np.arange(bins + 1) / bins
    bin_of = np.minimum(np.searchsorted(edges, sure, side="right") - 1, bins - 1)
    return [
        ReliabilityBin(
            float(edges[n]),
            float(edges[n + 1]),
            float(sure[bin_of == n].mean()),
            float(right[bin_of == n].mean()),
            int((bin_of == n).sum()),
        )
        for n in np.unique(bin_of)
    ]


def expected_calibration_error(bins: Sequence[ReliabilityBin]) -> float:
    """Mean over all cases of the gap between their bin's confidence and its share of right answers.

    0…1, 0 is best (ECE; Guo et al. 2017). Raises `ValueError` without bins.
    """
    if not bins:
        raise ValueError("without bins there is no calibration to measure")
    gaps = sum(each.cases * abs(each.share_correct - each.mean_confidence) for each in bins)
    return gaps / sum(each.cases for each in bins)


def _auroc(positives: Floats, negatives: Floats) -> float:
    ranked = np.sort(negatives)
    below = np.searchsorted(ranked, positives, side="left")
    below_or_equal = np.searchsorted(ranked, positives, side="right")
    return float((below + below_or_equal).mean() / (2 * len(ranked)))


def _scores(values: Sequence[float]) -> Floats:
    scores = np.asarray(values, np.float64)
    if not scores.size:
        raise ValueError("there are no scores on one side")
    if np.isnan(scores).any():
        raise ValueError("NaN is no score: it is neither above nor below another")
    return scores


def _judged(confidences: Sequence[float], correct: Sequence[bool]) -> tuple[Floats, Floats]:
    if len(confidences) != len(correct):
        raise ValueError(f"{len(confidences)} confidences and {len(correct)} verdicts don't belong together")
    return _scores(confidences), np.asarray(correct, np.float64)
