"""Disagreements found, and false disagreements."""

from __future__ import annotations

from dateline.eval.measure import Case, Measure, Score, not_scoreable, share
from dateline.eval.requirements import false_disagreements, missing_disagreements


def disagreement_found(case: Case) -> Score:
    """The share of expected disagreements that are shown, of their kind and with each value."""
    expected = len(case.gold.disagreements)
    if not expected:
        return not_scoreable("no disagreement is expected")
    if "disagreements" not in case.prediction.reports:
        return not_scoreable("disagreements are not reported")
    missing = missing_disagreements(case.gold, case.prediction)
    return share(expected - len(missing), expected, "; ".join(missing) or "shown")


def disagreement_false(case: Case) -> Score:
    """1 if a disagreement is shown where the sources agree, or tell of different events."""
    if not case.gold.no_disagreement:
        return not_scoreable("the gold question doesn't exclude a disagreement")
    if "disagreements" not in case.prediction.reports:
        return not_scoreable("disagreements are not reported")
    wrong = false_disagreements(case.gold, case.prediction)
    return Score(float(bool(wrong)), "; ".join(wrong) or "none is shown")


DISAGREEMENT = (
    Measure("disagreement_found", "Disagreements shown", "our own", disagreement_found),
    Measure("disagreement_false", "Disagreements made up", "our own", disagreement_false, higher_is_better=False),
)
