"""TIMEX3 values: as ranges of days, and of time expressions."""

from __future__ import annotations

import re
from datetime import date, timedelta

from dateline.rag.language.time_expressions import TimeExpression
from dateline.rag.language.time_values import Duration, Repeated
from dateline.rag.time.period import Period, month_of

_LETTERS = {
    "second": "S", "minute": "M", "hour": "H", "day": "D", "night": "NI", "week": "W", "weekend": "WE", "month": "M",
    "quarter": "Q", "year": "Y", "decade": "DE", "century": "CE",
}  # fmt: skip
_SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}


def days_of_timex(value: str) -> Period | None:
    """The days of a TIMEX3 value; None for durations, PAST_REF and whatever else has none."""
    value = value.split("T")[0]
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            one = date.fromisoformat(value)
            return Period(one, one)
        if match := re.fullmatch(r"(\d{4})-(\d\d)", value):
            return month_of(int(match[1]), int(match[2]))
        if match := re.fullmatch(r"(\d{4})-W(\d\d)", value):
            monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
            return Period(monday, monday + timedelta(days=6))
        if match := re.fullmatch(r"(\d{4})-Q([1-4])", value):
            return Period(date(int(match[1]), 3 * int(match[2]) - 2, 1), month_of(int(match[1]), 3 * int(match[2])).end)
        if match := re.fullmatch(r"(\d{4})-(SP|SU|FA|WI)", value):
            first = date(int(match[1]), _SEASONS[match[2]], 1)
            last = month_of(first.year + (first.month == 12), (first.month + 1) % 12 + 1).end
            return Period(first, last)
        if re.fullmatch(r"\d{4}", value):
            return Period(date(int(value), 1, 1), date(int(value), 12, 31))
        if re.fullmatch(r"\d{3}", value):
            return Period(date(10 * int(value), 1, 1), date(10 * int(value) + 9, 12, 31))
    except ValueError:
        return None
    return None


def timex_of(one: TimeExpression) -> str | None:
    """The TIMEX3 value of a duration or a set, as the corpus writes it; None for what is neither."""
    value = one.value
    if not isinstance(value, Duration | Repeated):
        return None
    if isinstance(value, Repeated) and value.weekday is not None:
        return f"XXXX-WXX-{value.weekday + 1}"
    clock = "T" if value.unit in ("second", "minute", "hour") else ""
    return f"P{clock}{'X' if value.count is None else f'{value.count:g}'}{_LETTERS[value.unit]}"
