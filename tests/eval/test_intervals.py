"""Intervals and tests of a difference: honest on simulated runs whose truth is known, and the same every time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from dateline.eval.intervals import bootstrap_mean, bootstrap_quantile, holm, permutation_p, share_mean

CASES = 2_000
QUESTIONS = 213
Draw = Callable[[np.random.Generator], np.ndarray]


def binary(share: float) -> Draw:
    return lambda random: (random.random(QUESTIONS) < share).astype(float)


def of_three(share: float) -> Draw:
    """Three nuggets a question."""
    return lambda random: random.binomial(3, share, QUESTIONS) / 3


def mostly(end: float) -> Draw:
    """Nine questions of ten are all right (or all wrong), the others in part."""

    def draw(random: np.random.Generator) -> np.ndarray:
        part = random.choice([1 - end, 0.5, 2 / 3, 0.25], QUESTIONS)
        return np.where(random.random(QUESTIONS) < 0.9, end, part)

    return draw


@pytest.mark.parametrize(
    ("draw", "truth"),
    [
        (binary(0.02), 0.02),
        (binary(0.1), 0.1),
        (binary(0.5), 0.5),
        (binary(0.9), 0.9),
        (binary(0.98), 0.98),
        (of_three(0.5), 0.5),
        (of_three(0.97), 0.97),
        (of_three(0.03), 0.03),
        (mostly(1.0), 0.9 + 0.1 * (0 + 0.5 + 2 / 3 + 0.25) / 4),
        (mostly(0.0), 0.1 * (1 + 0.5 + 2 / 3 + 0.25) / 4),
        (lambda random: random.beta(9, 1, QUESTIONS), 0.9),
        (lambda random: random.beta(2, 2, QUESTIONS), 0.5),
    ],
)
def test_the_interval_of_a_share_covers_the_truth_as_often_as_it_says(draw: Draw, truth: float) -> None:
    random = np.random.default_rng(4)
    estimates = [share_mean(draw(random).tolist()) for _ in range(CASES)]
    assert 0.93 <= np.mean([each.low <= truth <= each.high for each in estimates]) <= 0.97
    assert all(0 <= each.low <= each.mean <= each.high <= 1 for each in estimates)


@pytest.mark.parametrize(
    ("draw", "truth"),
    [
        (lambda random: random.lognormal(4, 0.6, QUESTIONS), np.exp(4 + 0.6**2 / 2)),  # words of an answer
        (lambda random: random.choice([-1.0, 0.0, 1.0], QUESTIONS, p=[0.1, 0.8, 0.1]), 0.0),  # paired gains
    ],
)
def test_the_bootstrap_covers_the_truth_as_often_as_it_says(draw: Draw, truth: float) -> None:
    random = np.random.default_rng(5)
    estimates = [bootstrap_mean(draw(random).tolist(), resamples=500, seed=n) for n in range(CASES)]
    assert 0.93 <= np.mean([each.low <= truth <= each.high for each in estimates]) <= 0.97


@pytest.mark.parametrize(("right", "of"), [(0, 7), (1, 30), (15, 30), (29, 30), (30, 30), (212, 213)])
def test_of_zeros_and_ones_it_is_wilsons_interval(right: int, of: int) -> None:
    estimate = share_mean([1.0] * right + [0.0] * (of - right))
    wilson = stats.binomtest(right, of).proportion_ci(method="wilson")
    assert (estimate.low, estimate.high) == pytest.approx((wilson.low, wilson.high))
    assert (estimate.mean, estimate.cases) == (right / of, of)


def test_values_that_are_all_the_same_still_have_an_interval() -> None:
    assert share_mean([0.5] * 20).low < 0.5 < share_mean([0.5] * 20).high
    assert share_mean([1.0] * 20).high == 1.0
    assert share_mean([1.0] * 20).low < 0.9


def test_the_bootstrap_shrinks_with_cases_and_is_the_same_every_time() -> None:
    few, many = bootstrap_mean([0.0, 1.0] * 10), bootstrap_mean([0.0, 1.0] * 1_000)
    assert few.mean == many.mean == 0.5
    assert few.low < 0.5 < few.high
    # Of 2,000 fair coins the mean has a standard deviation of 0.5 / √2000; the interval spans 2 × 1.96 of these.
    assert many.high - many.low == pytest.approx(2 * 1.96 * 0.5 / np.sqrt(2_000), rel=0.1)
    assert bootstrap_mean([0.1, 0.4, 0.9]) == bootstrap_mean([0.1, 0.4, 0.9])
    tail = bootstrap_quantile([float(n) for n in range(101)], 0.95)
    assert (tail.mean, tail.low < 95 < tail.high) == (95, True)


def test_a_small_permutation_test_is_exact() -> None:
    # Of the 2³ ways to turn 1, 2 and 3 around, two have a sum as far from 0 as 6: all up, all down.
    assert permutation_p([1.0, 2.0, 3.0]) == 2 / 8
    # 1 + 2 − 3 = 0: every way is as far.
    assert permutation_p([1.0, 2.0, -3.0]) == 1.0
    assert permutation_p([0.0, 0.0]) == 1.0


def test_a_large_permutation_test_agrees_with_scipys() -> None:
    random = np.random.default_rng(6)
    gains = random.choice([-1.0, 0.0, 1.0], 100, p=[0.15, 0.6, 0.25])
    theirs = stats.permutation_test(
        (gains, np.zeros(100)),
        lambda one, other, axis: np.mean(one - other, axis=axis),
        permutation_type="samples",
        n_resamples=20_000,
        rng=random,
        vectorized=True,
    )
    assert permutation_p(gains.tolist(), resamples=20_000) == pytest.approx(theirs.pvalue, abs=0.01)


def test_equal_systems_are_seldom_called_different() -> None:
    random = np.random.default_rng(7)
    called = 0
    for n in range(CASES):
        # Three measures of 100 questions, on which two systems of equal expected score differ here and there.
        gains = random.choice([-1.0, 0.0, 1.0], (3, 100), p=[0.15, 0.7, 0.15])
        called += min(holm([permutation_p(row.tolist(), resamples=400, seed=n) for row in gains])) < 0.05
    assert called / CASES <= 0.065


def test_holms_adjustment_worked_by_hand() -> None:
    # Smallest first: 0.01 × 3, 0.02 × 2, 0.6 × 1; none below the one before it.
    assert holm([0.02, 0.6, 0.01]) == [0.04, 0.6, 0.03]
    assert holm([0.04, 0.03, 0.9]) == pytest.approx([0.09, 0.09, 0.9])
    assert holm([]) == []


@pytest.mark.parametrize("estimate", [bootstrap_mean, share_mean, permutation_p])
def test_no_values_and_no_numbers_have_no_estimate(estimate: Callable[[list[float]], object]) -> None:
    with pytest.raises(ValueError, match="nothing to take the mean of"):
        estimate([])
    with pytest.raises(ValueError, match="no finite number"):
        estimate([0.5, float("nan")])


def test_a_share_is_within_0_and_1() -> None:
    with pytest.raises(ValueError, match=r"which 0 to 1\.5 are not"):
        share_mean([0.0, 1.5])
