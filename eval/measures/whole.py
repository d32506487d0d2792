"""Whether the answer passes: it meets every requirement of the gold question."""

from __future__ import annotations

from dateline.eval.measure import Case, Measure, Score
from dateline.eval.requirements import check_requirements


def passes(case: Case) -> Score:
    """1 if there is no reason against it."""
    verdict = check_requirements(case.gold, case.prediction)
    return Score(float(verdict.passed), "; ".join(verdict.reasons) or "passes")


WHOLE = (Measure("passed", "Questions passed", "our own: all that a gold question names", passes, headline=True),)
