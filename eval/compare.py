"""Compares two runs over the same gold questions: the gain on each measure, its significance, wins and losses.

Scores are paired by question; a question that only one run has a score for is counted, not used. Knows nothing of
reports.
"""

from __future__ import annotations

from dataclasses import dataclass

from dateline.eval.gold import GoldQuestion
from dateline.eval.intervals import Estimate, bootstrap_mean, holm, permutation_p
from dateline.eval.measure import Measure, Score
from dateline.eval.scores import Scores
from dateline.index.errors import InputError

ALPHA = 0.05
"""Adjusted p-value below which two runs differ significantly."""
NAMED = 3
"""Question ids that an error lists."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with a score in both runs."""

    gold: GoldQuestion
    before: Score
    after: Score
    gain: float
    """Difference of the scores; above 0 is better, whichever way the measure runs."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of two runs."""

    measure: Measure
    before: float
    after: float
    """Means over the pairs."""
    gain: Estimate
    """Mean gain with its paired bootstrap interval; above 0 is better."""
    p: float
    """By the paired permutation test."""
    adjusted_p: float
    """Adjusted for the number of measures that moved (Holm)."""
    pairs: tuple[Pair, ...]
    unpaired: int
    """Questions that only one of the runs has a score for."""

    @property
    def verdict(self) -> str:
        """`better`, `worse` or `no clear difference`."""
        if self.adjusted_p >= ALPHA:
            return "no clear difference"
        return "better" if self.gain.mean > 0 else "worse"

    @property
    def wins(self) -> list[Pair]:
        """Questions on which the second run is better, largest gain first."""
        return sorted((pair for pair in self.pairs if pair.gain > 0), key=lambda pair: -pair.gain)

    @property
    def losses(self) -> list[Pair]:
        """Questions on which it is worse, largest loss first."""
        return sorted((pair for pair in self.pairs if pair.gain < 0), key=lambda pair: pair.gain)


def compare(before: Scores, after: Scores) -> list[Difference]:
    """Every measure that has pairs, in order.

    Raises `InputError` if the gold questions or the judges of the two runs differ.
    """
    _refuse_unlike(before, after)
    found = []
    for measure in before.measures:
        pairs, unpaired = _pairs(before, after, measure)
        if pairs:
            gains = [pair.gain for pair in pairs]
            found.append((measure, pairs, unpaired, bootstrap_mean(gains), permutation_p(gains)))
    # A measure on which nothing moved is no test, and doesn't count in the adjustment.
    moved = [n for n, (_, pairs, *_) in enumerate(found) if any(pair.gain for pair in pairs)]
    adjusted = dict(zip(moved, holm([found[n][4] for n in moved]), strict=True))
    return [
        Difference(
            measure, _mean(pairs, "before"), _mean(pairs, "after"), gain, p, adjusted.get(n, 1.0), pairs, unpaired
        )
        for n, (measure, pairs, unpaired, gain, p) in enumerate(found)
    ]


def _pairs(before: Scores, after: Scores, measure: Measure) -> tuple[tuple[Pair, ...], int]:
    pairs, unpaired = [], 0
    for gold in before.run.gold:
        one, other = (scores.by_question.get(gold.id, {}).get(measure.name) for scores in (before, after))
        values = [score.value for score in (one, other) if score is not None and score.value is not None]
        if one is None or other is None or len(values) < 2:
            unpaired += len(values)
            continue
        gain = values[1] - values[0] if measure.higher_is_better else values[0] - values[1]
        pairs.append(Pair(gold, one, other, gain))
    return tuple(pairs), unpaired


def _mean(pairs: tuple[Pair, ...], side: str) -> float:
    values = [getattr(pair, side).value for pair in pairs]
    return float(sum(values) / len(values))


def _refuse_unlike(before: Scores, after: Scores) -> None:
    problems = []
    if before.run.about["gold_sha256"] != after.run.about["gold_sha256"]:
        problems.append(f"their gold questions differ: {_gold_differences(before, after)}")
    if before.judge != after.judge:
        problems.append(f"{before.run.name} is judged by {before.judge}, {after.run.name} by {after.judge}")
    if problems:
        raise InputError(
            f"the runs can't be compared: {'; '.join(problems)}",
            hint="Run both over the same gold file and score them by the same judge.",
        )


def _gold_differences(before: Scores, after: Scores) -> str:
    first, second = ({gold.id: gold for gold in scores.run.gold} for scores in (before, after))
    groups = {
        f"only in {before.run.name}": [name for name in first if name not in second],
        f"only in {after.run.name}": [name for name in second if name not in first],
        "changed": [name for name in first if name in second and first[name] != second[name]],
    }
    found = [f"{len(names)} {title} ({_some(names)})" for title, names in groups.items() if names]
    return ", ".join(found) or "they are in another order"


def _some(names: list[str]) -> str:
    return ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")
