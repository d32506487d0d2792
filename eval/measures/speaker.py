"""Whether claims name the expected speakers."""

from __future__ import annotations

from dateline.eval.measure import Case, Measure, Score, each, not_scoreable
from dateline.eval.requirements import wrong_speaker


def speakers(case: Case) -> Score:
    """The share of expected speakers that a claim of their words names."""
    if not case.gold.speakers or "speakers" not in case.prediction.reports:
        return not_scoreable("no speaker is expected, or they are not reported")
    wrong = [wrong_speaker(expected, case.prediction.claims) for expected in case.gold.speakers]
    return each([not one for one in wrong], ["; ".join(one) for one in wrong], "but")


SPEAKER = (Measure("speaker", "Speakers named right", "our own", speakers),)
