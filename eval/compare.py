"""Two runs over the same questions, side by side: by how much they differ, how surely, and on which questions.

Pairs by question; a question that only one of them can be scored on is counted, not used. Knows nothing of reports.
"""

from __future__ import annotations

from dataclasses import dataclass

from dateline.eval.gold import GoldQuestion
from dateline.eval.intervals import Estimate, bootstrap_mean, holm, permutation_p
from dateline.eval.measure import Measure, Score
from dateline.eval.scores import Scores
from dateline.index.errors import InputError

ALPHA = 0.05
"""The adjusted p-value below which two runs are called different."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question that both runs are scored on."""

    gold: GoldQuestion
    before: Score
    after: Score
    gain: float
    """After less before, turned so that above 0 is better."""


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
    """As it counts among all measures that were compared (Holm)."""
    pairs: tuple[Pair, ...]
    unpaired: int
    """Questions that only one of the runs can be scored on."""

    @property
    def verdict(self) -> str:
        """`better`, `worse` or `no difference that chance would not make`."""
        if self.adjusted_p >= ALPHA:
            return "no clear difference"
        return "better" if self.gain.mean > 0 else "worse"

    @property
    def wins(self) -> list[Pair]:
        """Where the second run is better, by how much."""
        return sorted((pair for pair in self.pairs if pair.gain > 0), key=lambda pair: -pair.gain)

    @property
    def losses(self) -> list[Pair]:
        """Where it is worse, by how much."""
        return sorted((pair for pair in self.pairs if pair.gain < 0), key=lambda pair: pair.gain)


def compare(before: Scores, after: Scores) -> list[Difference]:
    """Every measure that both runs can be scored on, in order.

    Raises `InputError` naming what differs if the runs are not over the same gold questions or judged by one judge.
    """
    _refuse_unlike(before, after)
    found = []
    for measure in before.measures:
        pairs, unpaired = _pairs(before, after, measure)
        if pairs:
            gains = [pair.gain for pair in pairs]
            found.append((measure, pairs, unpaired, bootstrap_mean(gains), permutation_p(gains)))
    # A measure on which nothing moved can't be called different, and takes nothing from the others.
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
        for one, other in ((before, after), (after, before)):
            questions = {gold.id: gold for gold in other.run.gold}
            for gold in one.run.gold:
                if gold.id not in questions:
                    problems.append(f"only {one.run.name} has the question {gold.id!r}")
                elif one is before and questions[gold.id] != gold:
                    problems.append(f"{gold.id!r} is not the same question in both")
        problems = problems or ["their questions stand in another order"]
    if before.judge != after.judge:
        problems.append(f"{before.run.name} is judged by {before.judge}, {after.run.name} by {after.judge}")
    if problems:
        raise InputError(
            "\n".join(["the runs can't be compared:", *problems]),
            hint="Run both over the same gold file and score them by the same judge.",
        )
