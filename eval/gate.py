"""Gates: conditions that a run's whole interval must meet, for CI: `nugget_recall>=0.8,forbidden_said<=0.05`.

A gate is met by the end of the 95 % interval that is worse, not by the mean. Knows nothing of how scores are computed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dateline.eval.intervals import Estimate
from dateline.eval.measure import Measure
from dateline.eval.scores import Scores
from dateline.index.errors import InputError

_CONDITION = re.compile(r"\s*([\w@:]+)\s*(>=|<=)\s*(\d*\.?\d+)\s*")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a gate."""

    measure: str
    sign: Literal[">=", "<="]
    limit: float

    def is_met(self, estimate: Estimate) -> bool:
        """Whether the whole interval meets it."""
        return estimate.low >= self.limit if self.sign == ">=" else estimate.high <= self.limit


@dataclass(frozen=True, slots=True)
class Checked:
    """A condition and whether a run meets it."""

    condition: Condition
    met: bool
    why: str


def read_gate(text: str) -> list[Condition]:
    """The conditions of a gate, separated by commas. Raises `InputError` for what is none."""
    conditions = []
    for part in text.split(","):
        found = _CONDITION.fullmatch(part)
        if found is None:
            raise InputError(
                f"{part.strip()!r} is no condition of a gate", hint="Write it as nugget_recall>=0.8,forbidden_said<=0.1"
            )
        sign: Literal[">=", "<="] = ">=" if found[2] == ">=" else "<="
        conditions.append(Condition(found[1], sign, float(found[3])))
    return conditions


def check_gate(conditions: list[Condition], scores: Scores) -> list[Checked]:
    """Each condition, checked. A run that is not whole, and a measure without a value, meet none; nor does one whose
    judge failed at a question.

    Raises `InputError` for a measure that doesn't exist.
    """
    measures = {measure.name: measure for measure in scores.measures}
    if unknown := [each.measure for each in conditions if each.measure not in measures]:
        raise InputError(
            f"there is no measure {', '.join(unknown)}", hint=f"The measures are {', '.join(sorted(measures))}."
        )
    return [_checked(condition, measures[condition.measure], scores) for condition in conditions]


def _checked(condition: Condition, measure: Measure, scores: Scores) -> Checked:
    if scores.run.missing:
        return Checked(condition, False, f"{len(scores.run.missing)} questions have no answer")
    if failed := sum(each[measure.name].judge_failed for each in scores.by_question.values()):
        return Checked(condition, False, f"the judge failed at {failed} questions")
    estimate = scores.estimate(measure)
    if estimate is None:
        return Checked(condition, False, "no question can be scored")
    return Checked(condition, condition.is_met(estimate), f"{estimate} of {estimate.cases}")
