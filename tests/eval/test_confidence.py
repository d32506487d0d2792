"""Refusal and calibration, worked by hand or by counting every pair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.eval.confidence import (
    ReliabilityBin,
    RiskCoverage,
    auroc,
    bootstrap_auroc,
    expected_calibration_error,
    reliability,
    risk_coverage,
)
from dateline.eval.intervals import Estimate

# Few distinct values, so that ties are common.
SCORES = st.lists(st.integers(0, 6).map(float), min_size=1, max_size=20)


def by_counting_pairs(positives: list[float], negatives: list[float]) -> float:
    won = sum(1.0 if p > n else 0.5 if p == n else 0.0 for p in positives for n in negatives)
    return won / (len(positives) * len(negatives))


def test_auroc_is_the_share_of_pairs_in_the_right_order_a_tie_counting_half() -> None:
    # 0.9 is above all three, 0.5 is above 0.2, level with 0.5 and below 0.7.
    assert auroc([0.9, 0.5], [0.2, 0.5, 0.7]) == pytest.approx((3 + 1 + 0.5 + 0) / (2 * 3))
    assert auroc([1.0, 2.0], [0.0]) == 1.0
    assert auroc([0.0], [1.0, 2.0]) == 0.0
    assert auroc([0.5, 0.5], [0.5]) == 0.5


@given(SCORES, SCORES)
def test_auroc_is_what_counting_every_pair_gives(positives: list[float], negatives: list[float]) -> None:
    assert auroc(positives, negatives) == pytest.approx(by_counting_pairs(positives, negatives))
    assert auroc(positives, negatives) + auroc(negatives, positives) == pytest.approx(1.0)


@pytest.mark.parametrize(("positives", "negatives"), [([], [0.5]), ([0.5], [])])
def test_without_both_sides_there_is_no_auroc(positives: list[float], negatives: list[float]) -> None:
    with pytest.raises(ValueError, match="no scores on one side"):
        auroc(positives, negatives)


def test_nan_is_no_score() -> None:
    with pytest.raises(ValueError, match="NaN is no score"):
        auroc([0.5, float("nan")], [0.1])


def test_the_interval_of_auroc_holds_it_and_is_as_wide_as_theory_says() -> None:
    random = np.random.default_rng(1)
    positives, negatives = random.normal(1, 1, 400).tolist(), random.normal(0, 1, 400).tolist()
    estimate = bootstrap_auroc(positives, negatives, paired=False, resamples=1_000)
    area = auroc(positives, negatives)
    assert estimate.mean == area
    assert estimate.cases == 400 + 400
    assert estimate.low < area < estimate.high
    # Hanley and McNeil's (1982) standard error of an area, with their Q1 and Q2.
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    error = np.sqrt((area * (1 - area) + 399 * (q1 - area**2) + 399 * (q2 - area**2)) / (400 * 400))
    assert estimate.high - estimate.low == pytest.approx(2 * 1.96 * error, rel=0.15)


def test_pairs_are_drawn_together() -> None:
    # Questions differ much, the two sides of one hardly; such pairs, drawn together, move up and down as one.
    levels = np.random.default_rng(2).normal(0, 5, 100)
    positives, negatives = (levels + 0.5).tolist(), levels.tolist()
    together = bootstrap_auroc(positives, negatives, paired=True, resamples=500)
    apart = bootstrap_auroc(positives, negatives, paired=False, resamples=500)
    assert together.mean == apart.mean == pytest.approx(by_counting_pairs(positives, negatives))
    assert together.cases == 100
    assert together.high - together.low < (apart.high - apart.low) / 2


def test_a_single_pair_has_no_spread() -> None:
    assert bootstrap_auroc([0.7], [0.2], paired=True) == Estimate(1.0, 1.0, 1.0, 1)


def test_the_same_scores_give_the_same_interval() -> None:
    once, again = (bootstrap_auroc([0.9, 0.4, 0.6], [0.5, 0.1], paired=False, resamples=50) for _ in range(2))
    assert once == again


def test_pairs_need_sides_of_one_length() -> None:
    with pytest.raises(ValueError, match="2 positives and 1 negatives make no pairs"):
        bootstrap_auroc([0.9, 0.8], [0.1], paired=True)


def test_each_confidence_is_a_threshold_and_equal_ones_are_one() -> None:
    points = risk_coverage([0.2, 0.9, 0.6, 0.6, 0.9], [False, True, False, True, True])
    assert points == [
        RiskCoverage(threshold=0.9, coverage=2 / 5, risk=0 / 2),
        RiskCoverage(threshold=0.6, coverage=4 / 5, risk=1 / 4),
        RiskCoverage(threshold=0.2, coverage=5 / 5, risk=2 / 5),
    ]


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=30))
def test_a_point_says_what_answering_from_its_threshold_comes_to(cases: list[tuple[int, bool]]) -> None:
    points = risk_coverage([sure for sure, _ in cases], [right for _, right in cases])
    assert [point.threshold for point in points] == sorted({sure for sure, _ in cases}, reverse=True)
    for point in points:
        answered = [right for sure, right in cases if sure >= point.threshold]
        assert point.coverage == pytest.approx(len(answered) / len(cases))
        assert point.risk == pytest.approx(answered.count(False) / len(answered))


def test_a_bin_has_the_mean_confidence_and_the_share_of_right_answers() -> None:
    bins = reliability([0.05, 0.62, 0.66, 0.68, 1.0], [False, True, False, True, True])
    assert [(each.low, each.high, each.cases) for each in bins] == [(0.0, 0.1, 1), (0.6, 0.7, 3), (0.9, 1.0, 1)]
    assert bins[1].mean_confidence == pytest.approx((0.62 + 0.66 + 0.68) / 3)
    assert [each.share_correct for each in bins] == pytest.approx([0 / 1, 2 / 3, 1 / 1])


@pytest.mark.parametrize("bins", [1, 3, 10, 100])
def test_a_confidence_on_an_edge_belongs_to_the_bin_above_it(bins: int) -> None:
    edges = [n / bins for n in range(bins)]
    assert [each.low for each in reliability(edges, [True] * bins, bins)] == edges


def test_calibration_error_weighs_the_gaps_by_cases() -> None:
    bins = [ReliabilityBin(0.0, 0.5, 0.2, 0.5, 30), ReliabilityBin(0.5, 1.0, 0.9, 0.8, 10)]
    assert expected_calibration_error(bins) == pytest.approx((30 * 0.3 + 10 * 0.1) / 40)
    # Half of those with 0.5 are right, so confidence means what it says.
    assert expected_calibration_error(reliability([0.5, 0.5], [True, False])) == 0.0
    assert expected_calibration_error(reliability([1.0, 1.0], [False, False])) == 1.0


def test_cases_that_cannot_be_binned_are_refused() -> None:
    with pytest.raises(ValueError, match=r"0…1, which 0\.5 to 1\.5 are not"):
        reliability([0.5, 1.5], [True, True])
    with pytest.raises(ValueError, match="into 0 bins"):
        reliability([0.5], [True], bins=0)
    with pytest.raises(ValueError, match="2 confidences and 1 verdicts"):
        reliability([0.5, 0.6], [True])
    with pytest.raises(ValueError, match="1 confidences and 0 verdicts"):
        risk_coverage([0.5], [])
    with pytest.raises(ValueError, match="no scores"):
        risk_coverage([], [])
    with pytest.raises(ValueError, match="without bins"):
        expected_calibration_error([])
