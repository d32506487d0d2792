"""Values of time expressions: calendar dates, relative dates and durations; and the days that they denote.

A value does not depend on the day of reading; `days` gives its days relative to one. Weeks begin on Monday; seasons are
those of the northern hemisphere. Knows nothing of texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from typing import Literal

from dateutil.relativedelta import relativedelta

from dateline.rag.time.period import Period, month_of

CalendarUnit = Literal[
    "second", "minute", "hour", "day", "night", "week", "weekend", "month", "quarter", "year", "decade", "century",
]  # fmt: skip
Season = Literal["spring", "summer", "autumn", "winter"]
Direction = Literal["past", "future"]
_FIRST_MONTH = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
_LENGTHS = {
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
    "decade": relativedelta(years=10),
    "century": relativedelta(years=100),
}


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """A day, month, quarter, season, year, decade or century of the calendar; unspecified parts are None."""

    year: int | None = None
    month: int | None = None
    """1 to 12."""
    day: int | None = None
    """1 to 31."""
    weekday: int | None = None
    """0 is Monday."""
    season: Season | None = None
    quarter: int | None = None
    """1 to 4."""
    years: Literal[1, 10, 100] = 1
    """10 for a decade and 100 for a century, which begin with `year`."""
    shift: int | None = None
    """Selects among recurring dates: -1 for "last Friday" and "last May", 1 for "next", 0 for "this"."""


@dataclass(frozen=True, slots=True)
class RelativeDate:
    """An offset in calendar units: "last week" is -1 week, "today" 0 days, "three days ago" -3 days."""

    unit: CalendarUnit
    count: int
    from_text: bool = False
    """Whether it is relative to a time elsewhere in the text ("two days later"), not to the day of reading."""
    of_year: bool = False
    """Whether it is an anniversary: "a year ago today" is a day, "a year ago" a year."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration; "the past three days" ends on the day of reading, "the next three days" begins on it."""

    unit: CalendarUnit
    count: float | None
    """None for "several days", "months"."""
    towards: Direction | None = None


@dataclass(frozen=True, slots=True)
class Vague:
    """A vague time: "now", "recently", "soon"."""

    when: Literal["present", "past", "future"]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A recurring time: "every Friday", "daily", "twice a year"."""

    unit: CalendarUnit
    count: float = 1
    weekday: int | None = None


TimeValue = CalendarDate | RelativeDate | Duration | Vague | Repeated


def days(value: TimeValue, read_on: date | None, direction: Direction | None = None) -> Period | None:
    """The days that a value denotes; None if unknown.

    `read_on`: the day that "last week" is relative to; without it only full dates have days. `direction`: resolves
    ambiguous dates such as "on Friday"; None for the past.
    """
    try:
        if isinstance(value, CalendarDate):
            return _days_of_date(value, read_on, direction or "past")
        if isinstance(value, RelativeDate):
            return None if read_on is None or value.from_text else _days_of_relative(value, read_on)
        if isinstance(value, Duration):
            return None if read_on is None or value.towards is None else _days_of_window(value, read_on)
        return None
    except (ValueError, OverflowError):
        return None  # 30 February, or a year out of range


def _days_of_date(value: CalendarDate, read_on: date | None, direction: Direction) -> Period | None:
    if value.year is not None:
        return _in_year(value, value.year)
    if read_on is None:
        return None
    if value.month is None and value.season is None and value.quarter is None:
        return None if value.weekday is None else _weekday(value.weekday, value.shift, read_on, direction)
    candidates = list(_in_years(value, read_on.year))
    if value.shift == 0:
        return next((one for one in candidates if one.start.year == read_on.year), None)
    before = [one for one in candidates if one.start <= read_on]
    after = [one for one in candidates if one.end >= read_on]
    if value.shift == -1:
        before = [one for one in before if one.end < read_on]
    if value.shift == 1:
        after = [one for one in after if one.start > read_on]
    if value.shift == 1 or (value.shift is None and direction == "future"):
        return after[0] if after else None
    return before[-1] if before else None


def _in_years(value: CalendarDate, around: int) -> Iterator[Period]:
    """The date in the years around one; 29 February is missing in most."""
    for year in range(max(1, around - 8), min(MAXYEAR - 1, around + 8) + 1):
        try:
            period = _in_year(value, year)
        except ValueError:
            continue
        if value.weekday is None or value.day is None or period.start.weekday() == value.weekday:
            yield period


def _in_year(value: CalendarDate, year: int) -> Period:
    if value.season is not None:
        first = date(year, _FIRST_MONTH[value.season], 1)
        return Period(first, first + relativedelta(months=3, days=-1))
    if value.quarter is not None:
        first = date(year, 3 * value.quarter - 2, 1)
        return Period(first, first + relativedelta(months=3, days=-1))
    if value.month is None:
        return Period(date(year, 1, 1), date(year + value.years - 1, 12, 31))
    if value.day is None:
        return month_of(year, value.month)
    one = date(year, value.month, value.day)
    return Period(one, one)


def _weekday(weekday: int, shift: int | None, read_on: date, direction: Direction) -> Period | None:
    since = (read_on.weekday() - weekday) % 7
    until = (weekday - read_on.weekday()) % 7
    if shift == 1:
        return None  # "next Friday" is ambiguous: this week's or next week's
    if shift == -1 or direction == "past":
        one = read_on - timedelta(days=since or (7 if shift == -1 else 0))
    else:
        one = read_on + timedelta(days=until)
    return Period(one, one)


def _days_of_relative(value: RelativeDate, read_on: date) -> Period | None:
    if value.unit in ("second", "minute", "hour"):
        return None
    if value.of_year:
        one = read_on + relativedelta(years=value.count)
        return Period(one, one)
    if value.unit in ("day", "night"):
        one = read_on + timedelta(days=value.count)
        return Period(one, one)
    if value.unit == "weekend":
        # On Saturday and Sunday "this weekend" is the current one, else the coming one.
        saturday = _monday(read_on) + timedelta(days=5 + 7 * value.count)
        return Period(saturday, saturday + timedelta(days=1))
    return _unit_around(read_on + _LENGTHS[value.unit] * value.count, value.unit)


def _days_of_window(value: Duration, read_on: date) -> Period | None:
    if value.count is None:
        return None
    if value.unit in ("second", "minute", "hour"):
        # 24 hours touch two days.
        length = relativedelta(days=int(value.count * {"hour": 1, "minute": 1 / 60}.get(value.unit, 0) + 23) // 24)
        return Period(read_on - length, read_on) if value.towards == "past" else Period(read_on, read_on + length)
    whole = relativedelta(days=1) if value.unit in ("day", "night") else _LENGTHS.get(value.unit)
    if whole is None or value.count != int(value.count) or value.count < 1:
        return None
    length = whole * int(value.count)
    if value.towards == "past":
        return Period(read_on - length + timedelta(days=1), read_on)
    return Period(read_on, read_on + length - timedelta(days=1))


def _unit_around(day: date, unit: CalendarUnit) -> Period:
    """The calendar week, month, quarter, year, decade or century of a day."""
    if unit == "week":
        return Period(_monday(day), _monday(day) + timedelta(days=6))
    if unit == "month":
        return month_of(day.year, day.month)
    if unit == "quarter":
        return _in_year(CalendarDate(quarter=(day.month + 2) // 3), day.year)
    years: Literal[1, 10, 100] = 10 if unit == "decade" else 100 if unit == "century" else 1
    return _in_year(CalendarDate(years=years), day.year - day.year % years)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
