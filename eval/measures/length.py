"""Length of the answer in words."""

from __future__ import annotations

from dateline.eval.measure import Case, Measure, Score, not_scoreable


def words(case: Case) -> Score:
    """Words of the answer, markers not counted; a refusal has none to count."""
    if case.prediction.refused:
        return not_scoreable("refused")
    count = len(case.prediction.text.split())
    return Score(float(count), f"{count} words")


LENGTH = (Measure("words", "Words of an answer", "plain count", words, higher_is_better=False, is_share=False),)
