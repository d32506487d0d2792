"""Periods of whole days, their text form, and headings that group days into periods.

Knows nothing of sentences and questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

APART = 100
"""Two groups of days more than this apart get headings of their own."""
UNDATED = "Undated"

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` to `end`, both included. Raises ValueError if it ends before it starts."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a period cannot end on {self.end} and start on {self.start}")

    def days_from(self, other: Period) -> int:
        """Days from the end of the earlier of the two to the start of the later; 0 where they overlap."""
        return max((self.start - other.end).days, (other.start - self.end).days, 0)


def month_of(year: int, month: int) -> Period:
    """A calendar month. Raises ValueError for an invalid month or year."""
    first = date(year, month, 1)
    return Period(first, first + relativedelta(day=31))


def period_text(period: Period) -> str:
    """The period as text: "5 August 2021", "October 2015", "2015", "29 July – 2 August 2021"."""
    start, end = period.start, period.end
    if start == end:
        return _day(start)
    if start.day == 1 and end == end + relativedelta(day=31):
        if start.month == 1 and end.month == 12:
            return str(start.year) if start.year == end.year else f"{start.year}–{end.year}"
        return _months(start, end)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{_day(end)}"
    if start.year == end.year:
        return f"{start.day} {MONTHS[start.month - 1]} – {_day(end)}"
    return f"{_day(start)} – {_day(end)}"


def headings(days: Sequence[date | None]) -> list[str | None]:
    """The heading of each day, in the given order: the months of its group, such as "July–August 2021".

    A group has no gap longer than `APART` days. With fewer than two groups all headings are None; else unknown days get
    `UNDATED`.
    """
    known = sorted({day for day in days if day is not None})
    groups: list[list[date]] = []
    for day in known:
        if groups and day - groups[-1][-1] <= timedelta(days=APART):
            groups[-1].append(day)
        else:
            groups.append([day])
    if len(groups) < 2:
        return [None] * len(days)
    titles = {day: _months(group[0], group[-1]) for group in groups for day in group}
    return [UNDATED if day is None else titles[day] for day in days]


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _months(first: date, last: date) -> str:
    one, two = MONTHS[first.month - 1], MONTHS[last.month - 1]
    if first.year != last.year:
        return f"{one} {first.year} – {two} {last.year}"
    return f"{one} {first.year}" if one == two else f"{one}–{two} {first.year}"
