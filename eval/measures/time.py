"""Claims outside the time window, correct time windows, and correct event times."""

from __future__ import annotations

from datetime import UTC, date, datetime

from dateline.eval.gold import ExpectedWindow
from dateline.eval.measure import Case, Measure, Score, each, not_scoreable, share
from dateline.eval.prediction import CitedSource, Said
from dateline.eval.requirements import wrong_event_time, wrong_window


def outside_window(case: Case) -> Score:
    """The share of claims outside the window or later than `as_of`.

    Where the window is one of publication, and for `as_of`, a claim is outside if none of its articles is inside; where
    it is one of the event, if its own days are known and don't touch it.
    """
    gold, prediction = case.gold, case.prediction
    if gold.window is None and gold.as_of is None:
        return not_scoreable("the gold question has no window")
    if "claims" not in prediction.reports or not prediction.claims:
        return not_scoreable("refused" if prediction.refused else "there are no claims")
    sources = {source.article_id: source for source in prediction.sources}
    outside = [claim.text for claim in prediction.claims if _is_outside(case, claim, sources)]
    return share(len(outside), len(prediction.claims), "; ".join(outside) or "all claims are inside")


def window_read(case: Case) -> Score:
    """1 if the time that the question asks about was read as it must be."""
    if case.gold.window is None or "window" not in case.prediction.reports:
        return not_scoreable("no window is expected, or windows are not reported")
    wrong = wrong_window(case.gold, case.prediction)
    return Score(float(not wrong), "; ".join(wrong) or "read right")


def event_times(case: Case) -> Score:
    """The share of expected event times that a claim gives."""
    if not case.gold.event_times or "event_times" not in case.prediction.reports:
        return not_scoreable("no event time is expected, or they are not reported")
    wrong = [wrong_event_time(expected, case.prediction.claims) for expected in case.gold.event_times]
    return each([not one for one in wrong], ["; ".join(one) for one in wrong], "but")


def _is_outside(case: Case, claim: Said, sources: dict[str, CitedSource]) -> bool:
    window, as_of = case.gold.window, case.gold.as_of
    days = [sources[cited.article_id].published for cited in claim.citations if cited.article_id in sources]
    if as_of is not None:
        last = as_of.astimezone(UTC).date() if isinstance(as_of, datetime) else as_of
        if not any(day is not None and day <= last for day in days):
            return True
    if window is None:
        return False
    if window.applies_to == "publication":
        return not any(day is not None and _touches(window, day, day) for day in days)
    return claim.event_time is not None and not _touches(window, *claim.event_time)


def _touches(window: ExpectedWindow, start: date, end: date) -> bool:
    return (window.start is None or end >= window.start) and (window.end is None or start <= window.end)


TIME = (
    Measure("outside_window", "Claims outside the time asked for", "our own", outside_window, higher_is_better=False),
    Measure("window_read", "Time windows read right", "our own", window_read),
    Measure("event_time", "Event times given right", "our own", event_times),
)
