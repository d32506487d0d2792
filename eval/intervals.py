"""Confidence intervals and significance tests: Wilson, bootstrap, permutation, Holm.

Everything random takes a seed. Knows nothing of what the values measure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Z = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution."""
RESAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval."""

    mean: float
    low: float
    high: float
    cases: int

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def share_mean(values: Sequence[float]) -> Estimate:
    """The mean of values within 0…1 and its score interval (Wilson 1927).

    For values that are all 0 or 1 that is Wilson's interval itself. Shares in between vary less than 0 and 1 would;
    they count as the larger number of cases whose 0s and 1s would vary as much (the effective sample size; Dean and
    Pagano 2015). Values that are all the same count as they are. Stays within 0…1 and is honest near both ends, where
    a bootstrap of few misses is not. Raises `ValueError` without values, or for one outside 0…1.
    """
    data = _data(values)
    if data.min() < 0 or data.max() > 1:
        raise ValueError(f"a share is within 0…1, which {data.min():g} to {data.max():g} are not")
    mean, spread = float(data.mean()), float(data.var())
    cases = len(data) * mean * (1 - mean) / spread if spread > 1e-12 else len(data)
    middle = (mean + Z * Z / (2 * cases)) / (1 + Z * Z / cases)
    half = Z / (1 + Z * Z / cases) * math.sqrt(mean * (1 - mean) / cases + Z * Z / (4 * cases * cases))
    # The ends are 0 and 1 exactly where all values are; rounding must not say otherwise.
    low = 0.0 if mean == 0 else max(0.0, middle - half)
    return Estimate(mean, low, 1.0 if mean == 1 else min(1.0, middle + half), len(data))


def bootstrap_mean(values: Sequence[float], *, resamples: int = RESAMPLES, seed: int = 0) -> Estimate:
    """The mean and its percentile bootstrap interval (Efron 1979). Raises `ValueError` without values."""
    data = _data(values)
    means = _resampled(data, resamples, seed).mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return Estimate(float(data.mean()), float(low), float(high), len(data))


def bootstrap_quantile(values: Sequence[float], share: float, *, resamples: int = RESAMPLES, seed: int = 0) -> Estimate:
    """A quantile, e.g. the 0.95 one, and its percentile bootstrap interval. `mean` is the quantile."""
    data = _data(values)
    low, high = np.quantile(np.quantile(_resampled(data, resamples, seed), share, axis=1), (0.025, 0.975))
    return Estimate(float(np.quantile(data, share)), float(low), float(high), len(data))


def permutation_p(differences: Sequence[float], *, resamples: int = 10_000, seed: int = 0) -> float:
    """How often paired differences have a mean as far from 0 if the two systems are exchangeable (Fisher 1935).

    Each question's two values are swapped by a coin, which turns its difference around; all 2ⁿ ways are counted where
    they are no more than `resamples`, else so many are drawn. Two-sided, above 0 up to 1. Raises `ValueError` without
    values.
    """
    data = _data(differences)
    moved = np.abs(data[data != 0])
    if not len(moved):
        return 1.0
    observed = abs(data.sum()) - 1e-9
    if 2 ** len(moved) <= resamples:
        signs = 1 - 2 * ((np.arange(2 ** len(moved))[:, None] >> np.arange(len(moved))) & 1)
        return float((np.abs(signs @ moved) >= observed).mean())
    signs = np.random.default_rng(seed).integers(0, 2, (resamples, len(moved)), dtype=np.int8) * 2 - 1
    # The observed order is one of the ways, so that p is never 0 (Phipson and Smyth 2010).
    return float(((np.abs(signs @ moved) >= observed).sum() + 1) / (resamples + 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values, in their order, as they count when all of them are looked at (Holm 1979)."""
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, n in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, p_values[n] * (len(p_values) - rank)))
        adjusted[n] = highest
    return adjusted


def _resampled(data: npt.NDArray[np.float64], resamples: int, seed: int) -> npt.NDArray[np.float64]:
    random = np.random.default_rng(seed)
    drawn: npt.NDArray[np.float64] = data[random.integers(0, len(data), (resamples, len(data)))]
    return drawn


def _data(values: Sequence[float]) -> npt.NDArray[np.float64]:
    data = np.asarray(values, np.float64)
    if not data.size:
        raise ValueError("there is nothing to take the mean of")
    if not np.isfinite(data).all():
        raise ValueError("a value is no finite number")
    return data
