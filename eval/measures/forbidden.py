"""Whether the answer contains a forbidden form."""

from __future__ import annotations

from dateline.eval.forms import says
from dateline.eval.measure import Case, Measure, Score, not_scoreable


def forbidden_said(case: Case) -> Score:
    """1 if a forbidden form is said, else 0; a refusal says none."""
    if not case.gold.forbidden:
        return not_scoreable("the gold question forbids nothing")
    said = [form for form in case.gold.forbidden if says(form, case.prediction.everything_said)]
    return Score(float(bool(said)), f"says {', '.join(said)}" if said else "says nothing that is forbidden")


FORBIDDEN = (
    Measure(
        "forbidden_said",
        "Answers with something forbidden",
        "our own: facts of another time, place or person, by their forms",
        forbidden_said,
        higher_is_better=False,
        headline=True,
    ),
)
