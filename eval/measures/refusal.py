"""Precision and recall of refusals, recall by expected reason, and whether the reason is right."""

from __future__ import annotations

from functools import partial
from typing import get_args

from dateline.eval.measure import Case, Measure, Score, not_scoreable
from dateline.eval.requirements import wrong_refusal
from dateline.rag.answer import RefusalReason

SQUAD2 = "precision and recall of no-answer decisions (SQuAD 2.0; Rajpurkar et al. 2018)"


def refusal_precision(case: Case) -> Score:
    """Of what is refused: 1 if it must be."""
    if not case.prediction.refused:
        return not_scoreable("answered")
    return Score(float(case.gold.must_refuse is not None), f"refused: {case.prediction.refusal_reason}")


def refusal_recall(case: Case) -> Score:
    """Of what must be refused: 1 if it is, for whatever reason."""
    if not case.gold.must_refuse:
        return not_scoreable("the archive answers it")
    return Score(float(case.prediction.refused), "refused" if case.prediction.refused else "answered")


def refusal_reason(case: Case) -> Score:
    """Of what is rightly refused: 1 if for an accepted reason."""
    if not (case.gold.must_refuse and case.gold.must_refuse.reasons and case.prediction.refused):
        return not_scoreable("not refused, or no reason is expected")
    if "refusal_reason" not in case.prediction.reports:
        return not_scoreable("reasons are not reported")
    wrong = wrong_refusal(case.gold, case.prediction)
    return Score(float(not wrong), "; ".join(wrong) or f"refused: {case.prediction.refusal_reason}")


def refusal_recall_of(case: Case, *, reason: RefusalReason) -> Score:
    """Of what must be refused for this reason: 1 if it is refused, for whatever reason."""
    if not case.gold.must_refuse or reason not in (case.gold.must_refuse.reasons or ()):
        return not_scoreable(f"{reason} is not expected")
    return refusal_recall(case)


REFUSAL = (
    Measure("refusal_precision", "Refusals that are right", SQUAD2, refusal_precision),
    Measure("refusal_recall", "Unanswerable questions refused", SQUAD2, refusal_recall, headline=True),
    Measure("refusal_reason", "Right refusals with the right reason", "our own", refusal_reason),
    *(
        Measure(
            f"refusal_recall:{reason}",
            f"Refused, of those to be refused as {reason}",
            SQUAD2,
            partial(refusal_recall_of, reason=reason),
        )
        for reason in get_args(RefusalReason)
    ),
)
