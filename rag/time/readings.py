"""What the words that say when mean on a calendar: each kind of match read looking back from a day, and ahead.

Rules of the calendar only; which words make a match stands with the patterns. Seasons are those of the north. Errors of
the calendar (30 February, year 10000) are left to the caller: ValueError and OverflowError.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import MAXYEAR, date, timedelta

from dateutil.relativedelta import relativedelta

from rag.time.period import Period, month_of

Readings = tuple[Period | None, Period | None]
"""Looking back, and looking ahead. None where there is no day to read from, or the words leave it open."""

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NUMBERS = {
    word: number
    for number, words in enumerate(
        ("", "a|an|one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    )
    for word in words.split("|")
    if word
}


def _both(period: Period | None) -> Readings:
    return period, period


def _month_number(name: str) -> int:
    return _MONTH_NAMES.index(name[:3].lower()) + 1


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word.lower()]


def _day_number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _nearest(day: date, make: Callable[[int], Period]) -> Readings:
    """The latest of a yearly period that began by `day`, and the earliest that has not ended before it."""
    periods = []
    for year in range(max(1, day.year - 8), min(MAXYEAR, day.year + 8) + 1):
        try:
            periods.append(make(year))
        except (ValueError, OverflowError):
            continue  # 29 February.
    back = [period for period in periods if period.start <= day]
    ahead = [period for period in periods if period.end >= day]
    return (back[-1] if back else None), (ahead[0] if ahead else None)


def read_iso(match: re.Match[str], day: date | None) -> Readings:
    one = date.fromisoformat(match.group())
    return _both(Period(one, one))


def read_days(match: re.Match[str], day: date | None) -> Readings:
    """One day or a range of days, with or without a year."""
    got = match.groupdict()
    month = _month_number(got["month"])
    last_month = _month_number(got.get("month2") or got["month"])
    weekday = got.get("weekday")
    first, last = _day_number(got["day"]), _day_number(got.get("day2") or got["day"])

    def in_year(year: int) -> Period:
        end = date(year, last_month, last)
        if weekday and not got["year"] and _DAY_NAMES[end.weekday()] != weekday[:3].lower():
            raise ValueError(f"no {weekday} in {year}")
        return Period(date(year - (last_month < month), month, first), end)

    if got["year"]:
        return _both(in_year(int(got["year"])))
    return _nearest(day, in_year) if day else (None, None)


def read_week_of(match: re.Match[str], day: date | None) -> Readings:
    # Said of the week that holds the day and of the one that it opens: both.
    def week(period: Period | None) -> Period | None:
        return period and Period(_monday(period.start), period.end + timedelta(days=6))

    back, ahead = read_days(match, day)
    return week(back), week(ahead)


def read_months(match: re.Match[str], day: date | None) -> Readings:
    """A month or a range of months, with or without a year, or a part of one."""
    got = match.groupdict()
    month = _month_number(got["month"])
    last = _month_number(got.get("month2") or got["month"])
    which = (got.get("which") or "").lower()

    def in_year(year: int) -> Period:
        whole = Period(month_of(year - (last < month), month).start, month_of(year, last).end)
        return _part(whole, got.get("part"))

    if got.get("year"):
        return _both(in_year(int(got["year"])))
    if day is None:
        return None, None
    back, ahead = _nearest(day, in_year)
    if which in ("last", "this past") and back and back.end >= day:
        back = in_year(day.year - 1)
    return (back, back) if "last" in which or "past" in which else (ahead, ahead) if which == "next" else (back, ahead)


def _part(whole: Period, part: str | None) -> Period:
    """The early, middle or late days of a month, months of a year, years of a decade; `whole` without a part."""
    words = (part or "").lower()
    if not words:
        return whole
    days = (whole.end - whole.start).days
    edge = "of" in words.split()
    steps: tuple[relativedelta, relativedelta]
    if days < 32:
        steps = (relativedelta(days=7 if edge else 10), relativedelta(days=20))
        late = whole.end - timedelta(days=6) if edge else whole.start + steps[1]
    elif days < 367:
        steps = (relativedelta(months=1 if edge else 4), relativedelta(months=8))
        late = whole.start + relativedelta(months=11 if edge else 8)
    else:
        steps = (relativedelta(years=4), relativedelta(years=7))
        late = whole.start + steps[1]
    if "end" in words or "late" in words:
        return Period(late, whole.end)
    if "mid" in words:
        middle = relativedelta(days=10) if days < 32 else relativedelta(months=4) if days < 367 else steps[0]
        return Period(whole.start + middle, whole.start + steps[1] - timedelta(days=1))
    return Period(whole.start, whole.start + steps[0] - timedelta(days=1))


def read_years(match: re.Match[str], day: date | None) -> Readings:
    got = match.groupdict()
    first, last = int(got["year"]), int(got.get("year2") or got["year"])
    if got.get("season"):
        month = {"spring": 3, "summer": 6}.get(got["season"].lower(), 9)
        return _both(Period(date(first, month, 1), month_of(first, month + 2).end))
    return _both(_part(Period(date(first, 1, 1), date(last, 12, 31)), got.get("part")))


def read_decade(match: re.Match[str], day: date | None) -> Readings:
    first = int(match["decade"])
    return _both(_part(Period(date(first, 1, 1), date(first + 9, 12, 31)), match["part"]))


def read_weekday(match: re.Match[str], day: date | None) -> Readings:
    got = match.groupdict()
    which = (got.get("which") or "").lower()
    if day is None or which == "next":  # Next Friday is this week's to some and next week's to others.
        return None, None
    first = _DAY_NAMES.index(got["weekday"][:3].lower())
    last = _DAY_NAMES.index((got.get("weekday2") or got["weekday"])[:3].lower())
    length = timedelta(days=(last - first) % 7)
    since = (day.weekday() - last) % 7
    if which in ("last", "past", "this past") and not since:
        since = 7
    end = day - timedelta(days=since)
    start = day + timedelta(days=(first - day.weekday()) % 7)
    back = Period(end - length, end)
    return (back, back) if which not in ("", "this", "coming") else (back, Period(start, start + length))


def read_unit(match: re.Match[str], day: date | None) -> Readings:
    """ "This week", "earlier this month", "last year", "next month"."""
    if day is None:
        return None, None
    which, unit = match["which"].lower(), match["unit"].lower()
    part = (match["shift"] or "").lower().strip()
    if which == "last":
        return _both(_unit(day - _delta(1, unit), unit))
    if which == "next":
        return _both(_unit(day + _delta(1, unit), unit))
    whole = _unit(day, unit)
    so_far, to_come = Period(whole.start, day), Period(day, whole.end)
    if part:
        return _both(so_far if part == "earlier" else to_come)
    return so_far, whole


def read_past_units(match: re.Match[str], day: date | None) -> Readings:
    """ "The past three days": as many days as it says, the last of them `day`."""
    if day is None:
        return None, None
    number, unit = _number(match["number"] or "one"), match["unit"].lower()
    if unit in ("minute", "hour"):
        return _both(Period(day - timedelta(hours=number + 23 if unit == "hour" else 0), day))
    first = day - _delta(number, unit) + timedelta(days=1)
    return _both(Period(first, day))


def read_ago(match: re.Match[str], day: date | None) -> Readings:
    """ "Three days ago" is a day, "two weeks ago" a week, and so on: no finer than it says."""
    if day is None:
        return None, None
    number, unit = _number(match["number"]), match["unit"].lower()
    if unit in ("minute", "hour"):
        return _both(Period(day, day)) if unit == "minute" or number < 12 else (None, None)
    if unit == "decade" or (unit == "year" and number >= 10):  # Round, more often than not.
        return None, None
    return _both(_unit(day - _delta(number, unit), unit))


def read_named_day(match: re.Match[str], day: date | None) -> Readings:
    """ "Yesterday", "today", "tonight", "overnight", "last night", "tomorrow"."""
    if day is None:
        return None, None
    word = " ".join(match.group().lower().split())
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    if word == "overnight":
        return _both(Period(before, day))
    one = before if word.startswith(("yesterday", "last")) else after if word.startswith("tomorrow") else day
    return _both(Period(one, one))


def read_weekend(match: re.Match[str], day: date | None) -> Readings:
    """The Saturday and Sunday that are meant. On most days "this weekend" can be either."""
    if day is None:
        return None, None
    which = (match["which"] or "").lower()
    monday = _monday(day)
    this = Period(monday + timedelta(days=5), monday + timedelta(days=6))
    before = Period(monday - timedelta(days=2), monday - timedelta(days=1))
    if day.weekday() >= 5:
        return (before, before) if which == "last" else (this, this)
    if which == "this":
        return (before if day.weekday() < 2 else None), this
    return before, this


def no_reading(match: re.Match[str], day: date | None) -> Readings:
    """Words that say when without saying which days."""
    return None, None


def _delta(number: int, unit: str) -> relativedelta:
    if unit == "decade":
        return relativedelta(years=10 * number)
    return relativedelta(**{unit + "s": number})  # type: ignore[arg-type]


def _unit(day: date, unit: str) -> Period:
    """The calendar's day, week (from Monday), month, year or decade that holds `day`."""
    if unit == "week":
        return Period(_monday(day), _monday(day) + timedelta(days=6))
    if unit == "month":
        return month_of(day.year, day.month)
    if unit == "year":
        return Period(date(day.year, 1, 1), date(day.year, 12, 31))
    return Period(day, day)
