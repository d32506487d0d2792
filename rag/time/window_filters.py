"""Converts a question's time window to a filter on publication dates, and to its JSON form.

Knows nothing of how windows are read from questions.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dateline.index import dates
from dateline.index.filters import Filters
from dateline.rag.answer import TimeWindow
from dateline.rag.time.window import Window


def with_window(filters: Filters, window: Window | None) -> Filters | None:
    """The filters combined with a publication window; None if no article can pass both.

    Event windows and vague ones don't filter, since later reports of an event count. A publication window includes the
    next day, whose papers report what was said.
    """
    if window is None or window.applies_to == "event" or window.vague:
        return filters
    last = window.end
    if last is not None and last == window.start:
        last += timedelta(days=1)
    starts = [day for day in (filters.published_from, window.start) if day is not None]
    ends = [day for day in (filters.published_to, last) if day is not None]
    start = max(starts, key=lambda day: dates.bounds(day)[0], default=None)
    end = min(ends, key=lambda day: dates.bounds(day)[1], default=None)
    for limit in (end, filters.as_of):
        if start is not None and limit is not None and dates.bounds(limit)[1] < dates.bounds(start)[0]:
            return None
    return replace(filters, published_from=start, published_to=end)


def as_time_window(window: Window | None) -> TimeWindow:
    """The window in the Answer's form; all fields null without one."""
    if window is None:
        return TimeWindow(None, None, None)
    return TimeWindow(
        dates.bounds(window.start)[0] if window.start else None,
        dates.bounds(window.end)[1] if window.end else None,
        window.applies_to,
    )
