"""Scores a run: every measure for every question, and estimates over all questions and by kind.

Knows nothing of how measures work, or of reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dateline.eval.gold import KINDS
from dateline.eval.intervals import Estimate, bootstrap_mean, share_mean
from dateline.eval.judge import Judge
from dateline.eval.measure import Measure, Score
from dateline.eval.measures import all_measures
from dateline.eval.runs import Run

GROUPS = (*KINDS, "refuse")
"""What questions are tabled under."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a run."""

    run: Run
    judge: str
    self_judged: bool
    measures: tuple[Measure, ...]
    by_question: Mapping[str, Mapping[str, Score]]
    """Question → measure → score, both in order."""

    def estimate(self, measure: Measure, group: str | None = None) -> Estimate | None:
        """The mean of a measure over the questions it can score, of a group or all; None where there are none."""
        values = self.values(measure, group)
        if not values:
            return None
        return share_mean(values) if measure.is_share else bootstrap_mean(values)

    def values(self, measure: Measure, group: str | None = None) -> list[float]:
        """The values of a measure where it has one."""
        wanted = (gold.id for gold in self.run.gold if group in (None, gold.group) and gold.id in self.by_question)
        scores = (self.by_question[name][measure.name].value for name in wanted)
        return [value for value in scores if value is not None]

    def unscored(self, measure: Measure) -> dict[str, str]:
        """The questions that a measure can't score, each with the reason."""
        return {
            name: scores[measure.name].why
            for name, scores in self.by_question.items()
            if scores[measure.name].value is None
        }

    @property
    def unjudged(self) -> dict[str, str]:
        """The questions at which the judge failed, each with the reason."""
        return {
            name: score.why
            for name, scores in self.by_question.items()
            for score in scores.values()
            if score.judge_failed
        }

    def as_json(self) -> dict[str, Any]:
        """Everything, for machines; the same run always the same."""
        return {
            "run": dict(self.run.about),
            "judge": self.judge,
            "self_judged": self.self_judged,
            "partial": bool(self.run.missing),
            "missing": dict(self.run.missing),
            "unjudged": self.unjudged,
            "measures": [self._measure(measure) for measure in self.measures],
            "questions": [
                {"id": name, "scores": {measure: score.as_json() for measure, score in scores.items()}}
                for name, scores in self.by_question.items()
            ],
        }

    def _measure(self, measure: Measure) -> dict[str, Any]:
        estimate = self.estimate(measure)
        kinds = {group: self.estimate(measure, group) for group in GROUPS}
        return {
            "name": measure.name,
            "title": measure.title,
            "source": measure.source,
            "higher_is_better": measure.higher_is_better,
            "estimate": _rounded(estimate),
            "not_scoreable": len(self.by_question) - (estimate.cases if estimate else 0),
            "by_kind": {group: _rounded(estimate) for group, estimate in kinds.items() if estimate},
        }


def score_run(run: Run, judge: Judge) -> Scores:
    """Every measure of every question that has an answer."""
    measures = all_measures(judge)
    return Scores(
        run,
        judge.name,
        judge.self_judged,
        measures,
        {case.gold.id: {measure.name: measure.score(case) for measure in measures} for case in run.cases},
    )


def _rounded(estimate: Estimate | None) -> dict[str, float] | None:
    if estimate is None:
        return None
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in asdict(estimate).items()}
