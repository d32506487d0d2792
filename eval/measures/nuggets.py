"""Nugget recall, over vital and all nuggets, and whether the answer has every vital one."""

from __future__ import annotations

from collections.abc import Sequence

from dateline.eval.forms import says_any
from dateline.eval.gold import Nugget
from dateline.eval.measure import Case, Measure, Score, each, not_scoreable

TREC_QA = "TREC QA's nuggets (Voorhees 2003), found by their accepted forms"


def nugget_recall(case: Case) -> Score:
    """The share of vital nuggets that are said."""
    return _recall(case, case.gold.vital)


def nugget_recall_all(case: Case) -> Score:
    """The share of all nuggets, vital and okay, that are said."""
    return _recall(case, case.gold.nuggets)


def contains_answer(case: Case) -> Score:
    """1 if every vital nugget is said, else 0."""
    recall = nugget_recall(case)
    return recall if recall.value is None else Score(float(recall.value == 1), recall.why)


def _recall(case: Case, nuggets: Sequence[Nugget]) -> Score:
    if not nuggets:
        return not_scoreable("the gold question has no such nugget")
    if case.prediction.refused:
        return Score(0.0, f"refused: {case.prediction.refusal_reason or 'no reason given'}")
    said = case.prediction.everything_said
    right = [says_any(nugget.accepted, said) for nugget in nuggets]
    return each(right, [nugget.accepted[0] for nugget in nuggets], "lacks")


NUGGETS = (
    Measure("nugget_recall", "Vital nuggets said", TREC_QA, nugget_recall, headline=True),
    Measure("nugget_recall_all", "All nuggets said", TREC_QA, nugget_recall_all),
    Measure(
        "contains_answer", "Answers with every vital nugget", "containment of the answer in the output", contains_answer
    ),
)
