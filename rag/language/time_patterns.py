"""Patterns of time expressions in English, each with a function from match to value.

Longer forms come before the shorter ones that they contain. Knows nothing of the rest of the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

from dateline.rag.language.time_values import (
    CalendarDate,
    CalendarUnit,
    Duration,
    RelativeDate,
    Repeated,
    Season,
    TimeValue,
    Vague,
)

TimexType = Literal["date", "time", "duration", "set"]
"""TimeML's types: date or calendar period, time of day, duration, recurring time."""


@dataclass(frozen=True, slots=True)
class TimeReading:
    """The interpretation of a match."""

    kind: TimexType
    value: TimeValue | None
    """None for a clock time without a day."""
    until: CalendarDate | None = None
    """The last day, month or year of a range that begins with `value`."""


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_SMALL = (
    "a|an|one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_NUMBERS = {word: number for number, words in enumerate(_SMALL, 1) for word in words.split("|")}
_NUMBERS |= {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "100": 100}

_LONG = r"January|February|April|June|July|August|September|October|November|December"
_MONTH = (
    rf"(?P<month>(?:{_LONG}|(?-i:May|March|MAY|MARCH))\b|(?<=\bin\s)(?:may|march)\b"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_MONTH2 = _MONTH.replace("month>", "month2>")
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_DAY2 = _DAY.replace("day>", "day2>")
_YEAR = r"(?P<year>(?:1[4-9]|20|21)\d\d)(?![\d%]|[.,:/]\d|-[a-z\d]|\s*(?:percent|per cent)\b)"
_YEAR2 = _YEAR.replace("year>", "year2>")
_WEEKDAY = r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?-i:Mon|Tues?|Wed|Thu(?:rs)?|Fri|Sat|Sun)\b\.?)"
_LONG_WEEKDAY = r"(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
_UNIT = r"(?P<unit>second|minute|hour|day|night|week|weekend|month|quarter|year|decade|century|centurie)"
_LENGTH = _UNIT.replace("|quarter", "")
_N = (
    rf"(?P<n>\d{{1,4}}(?:\.\d+)?|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[ -]\w+|{'|'.join(_NUMBERS)})"
)
_FEW = r"(?P<few>several|a\s+few|few|many|a\s+couple(?:\s+of)?|some|recent)"
_TO = r"\s*(?:to|and|or|through|until|till|[-–—])\s*"
_ON = rf"(?:{_WEEKDAY},?\s+)?(?:the\s+)?"
_NO_FIGURE = r"(?![\d%]|[.,:]\d|\s*(?:percent|million|billion)\b)"
_HALF = r"(?P<half>[ -]and(?:[ -]a)?[ -]half)?"
_HALF2 = _HALF.replace("half>", "half2>")
_PART = r"(?:\s+(?P<part>morning|afternoon|evening|night))?"
_EDGE = r"(?:(?:early|mid|middle|late|(?:the\s+)?(?:beginning|start|middle|end)\s+of(?:\s+the)?)[\s-]+)?"
_COUNTED = (
    r"(?!\s+(?:people|persons|men|women|children|fighters|soldiers|troops|militants|civilians|refugees|families|homes"
    r"|houses|dollars|euros|pounds|miles|metres|meters|kilomet\w+|km|feet|acres|hectares|jobs|votes|seats|points"
    r"|words|cases|deaths|items|members|workers|employees|students|villages|shares)\b)"
)
"""Nouns after a four-digit number that make it a count, rarely a year."""


def _month(name: str | None) -> int | None:
    return _MONTHS.index(name[:3].lower()) + 1 if name else None


def _weekday(name: str | None) -> int | None:
    return _DAYS.index(name[:3].lower()) if name else None


def _number(text: str) -> float | None:
    """The value of "3", "twelve" or "twenty-four"; None if the second word is not a number."""
    first, _, second = text.lower().replace("-", " ").partition(" ")
    if not second:
        return float(_NUMBERS[first]) if first in _NUMBERS else float(first)
    return float(_NUMBERS[first] + _NUMBERS[second]) if second in _NUMBERS else None


def _unit(name: str) -> CalendarUnit:
    name = name.lower()
    return cast(CalendarUnit, "century" if name == "centurie" else name)


_SHIFTS = {"last": -1, "past": -1, "previous": -1, "this": 0, "current": 0, "next": 1, "coming": 1, "following": 1}


def _shift(which: str | None) -> int | None:
    return _SHIFTS[which.lower().split()[-1]] if which else None


def _date(match: re.Match[str]) -> TimeReading:
    got = match.groupdict()
    year = int(got["year"]) if got.get("year") else None
    year2 = int(got["year2"]) if got.get("year2") else year
    day, day2 = got.get("day"), got.get("day2")
    value = CalendarDate(
        year, _month(got.get("month") or got.get("month2")), int(day) if day else None, _weekday(got.get("weekday")),
        _season(got.get("season")), shift=_shift(got.get("which")),
    )  # fmt: skip
    until = None
    if day2 or got.get("year2") or (got.get("month2") and got.get("month")):
        until = CalendarDate(year2, _month(got.get("month2")) or value.month, int(day2) if day2 else None)
    return TimeReading("date", value, until)


def _season(name: str | None) -> Season | None:
    return cast(Season, name.lower().replace("fall", "autumn")) if name else None


def _iso(match: re.Match[str]) -> TimeReading:
    year, month, day = (int(part) for part in match.group().split("-"))
    return TimeReading("date", CalendarDate(year, month, day))


def _weekday_of(match: re.Match[str]) -> TimeReading:
    which = match.groupdict().get("which")
    kind: TimexType = "time" if match["part"] else "date"
    return TimeReading(kind, CalendarDate(weekday=_weekday(match["weekday"]), shift=_shift(which)))


def _weekend(match: re.Match[str]) -> TimeReading:
    # In news, "the weekend" is the last one.
    which = match["which"]
    return TimeReading("date", RelativeDate("weekend", -1 if which is None else _shift(which) or 0))


def _quarter(match: re.Match[str]) -> TimeReading:
    got = match.groupdict()
    number = got.get("q") or str(_ORDINALS[got["ordinal"].lower()])
    return TimeReading("date", CalendarDate(int(got["year"]) if got.get("year") else None, quarter=int(number)))


def _decade(match: re.Match[str]) -> TimeReading:
    first = match["decade"]
    return TimeReading("date", CalendarDate(int(first) if len(first) == 4 else 1900 + int(first), years=10))


def _century(match: re.Match[str]) -> TimeReading:
    return TimeReading("date", CalendarDate(100 * int(match["n"]) - 100, years=100))


def _named_day(match: re.Match[str]) -> TimeReading:
    words = match.group().lower()
    count = -1 if words.startswith(("yesterday", "last")) else 1 if words.startswith("tomorrow") else 0
    if words.startswith("the day"):
        count = -2 if "yesterday" in words else 2
    night = "night" in words or words.startswith(("overnight", "tonight"))
    kind: TimexType = "time" if night or re.search("morning|afternoon|evening", words) else "date"
    return TimeReading(kind, RelativeDate("night" if night else "day", count))


def _ago(match: re.Match[str]) -> TimeReading:
    got = match.groupdict()
    number = _number(got["n"]) if got.get("n") else None
    where = got["where"].lower()
    before = where in ("ago", "earlier", "before", "previously", "prior")
    unit = _unit(got["unit"])
    if number is None or number != int(number):
        return TimeReading("date", Vague("past") if where == "ago" else RelativeDate(unit, -1 if before else 1, True))
    kind: TimexType = "time" if unit in ("second", "minute", "hour") else "date"
    return TimeReading(kind, RelativeDate(unit, -int(number) if before else int(number), where != "ago"))


def _this_unit(match: re.Match[str]) -> TimeReading:
    which = match["which"].lower().split()[-1]
    from_text = which in ("previous", "following", "that", "same")
    shift = 0 if which in ("that", "same") else _SHIFTS[which]
    return TimeReading("date", RelativeDate(_unit(match["unit"]), shift, from_text))


def _window(match: re.Match[str]) -> TimeReading:
    got = match.groupdict()
    number = _number(got["n"]) if got.get("n") else None
    past = _SHIFTS.get(got["which"].lower(), -1) < 0
    return TimeReading("duration", Duration(_unit(got["unit"]), number, "past" if past else "future"))


def _duration(match: re.Match[str]) -> TimeReading:
    got = match.groupdict()
    number = _number(got["n"]) if got.get("n") else None
    if "couple" in (got.get("few") or "").lower():
        number = 2.0
    if (got.get("half") or got.get("half2")) and number is not None:
        number += 0.5
    if got.get("of_one"):
        number = 0.5
    return TimeReading("duration", Duration(_unit(got["unit"]), number))


def _vague(when: Literal["present", "past", "future"]) -> Callable[[re.Match[str]], TimeReading]:
    return lambda match: TimeReading("date", Vague(when))


def _every(match: re.Match[str]) -> TimeReading:
    got = match.groupdict()
    count = (_number(got["n"]) or 1) if got.get("n") else 2.0 if got.get("other") else 1.0
    weekday = _weekday(got.get("weekday"))
    return TimeReading("set", Repeated("week" if weekday is not None else _unit(got["unit"]), count, weekday))


_OFTEN: dict[str, CalendarUnit] = {
    "hourly": "hour", "daily": "day", "nightly": "night", "weekly": "week", "monthly": "month", "quarterly": "quarter",
    "yearly": "year", "annual": "year", "annually": "year",
}  # fmt: skip


def _often(match: re.Match[str]) -> TimeReading:
    return TimeReading("set", Repeated(_OFTEN[match.group().lower()]))


def _clock(match: re.Match[str]) -> TimeReading:
    return TimeReading("time", None)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w$€£#/.:-])(?<!\d,)(?:{pattern})(?!\w)", re.IGNORECASE)


_ZONE = r"(?:\s*(?-i:[A-Z]{1,2}[DS]?T|GMT|UTC|CET|CEST|Eastern|Pacific|local)\b(?:\s+time)?)?"
_WHICH = r"(?P<which>last|next|this\s+past|this\s+coming|this|past|coming)"
PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], TimeReading]], ...] = tuple(
    (_compiled(pattern), read)
    for pattern, read in (
        (r"\d{4}-(?:0\d|1[0-2])-[0-3]\d", _iso),
        (rf"{_DAY}\s+{_MONTH}{_TO}{_DAY2}\s+{_MONTH2}(?:,?\s+{_YEAR})?", _date),
        (rf"{_MONTH}\s+{_DAY}{_TO}{_MONTH2}\s+{_DAY2}(?:,?\s+{_YEAR}|{_NO_FIGURE})", _date),
        (rf"{_DAY}{_TO}{_DAY2}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?", _date),
        (rf"{_MONTH}\s+{_DAY}{_TO}{_DAY2}(?:,?\s+{_YEAR}|{_NO_FIGURE})", _date),
        (rf"{_ON}{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+(?:of\s+)?{_YEAR})?", _date),
        (rf"{_ON}{_MONTH}\s+(?:the\s+)?{_DAY}(?:,?\s+{_YEAR}|{_NO_FIGURE})", _date),
        (rf"{_MONTH}{_TO}{_MONTH2}(?:,?\s+(?:of\s+)?{_YEAR})?", _date),
        (rf"{_EDGE}{_MONTH},?\s+(?:of\s+)?{_YEAR}", _date),
        (rf"{_WHICH}\s+{_MONTH}", _date),
        (rf"(?:the\s+)?{_EDGE}(?P<season>spring|summer|autumn|fall|winter)\s+(?:of\s+)?{_YEAR}", _date),
        (rf"(?:{_WHICH}|the|in)\s+{_EDGE}(?P<season>spring|summer|autumn|winter)(?!\s+\w+s\b)", _date),
        (rf"(?:the\s+)?(?:fiscal\s+|year-earlier\s+)?(?P<ordinal>{'|'.join(_ORDINALS)})[\s-]quarter"
         rf"(?:\s+(?:of\s+)?(?:fiscal\s+)?{_YEAR})?", _quarter),
        (rf"(?:the\s+)?{_YEAR}\s+(?P<ordinal>{'|'.join(_ORDINALS)})[\s-]quarter", _quarter),
        (r"(?:(?P<which>this|last|next|this\s+past|this\s+coming)|the|this)\s+weekend", _weekend),
        (rf"Q(?P<q>[1-4])(?:\s+(?:of\s+)?{_YEAR})?", _quarter),
        (rf"(?:the\s+)?{_EDGE}(?P<decade>(?:1[4-9]|20)\d0)s", _decade),
        (rf"(?:the\s+)?{_EDGE}['’](?P<decade>[2-9]0)s", _decade),
        (r"(?:the\s+)?(?P<n>\d\d?)(?:st|nd|rd|th)\s+century", _century),
        (rf"{_YEAR}{_TO}{_YEAR2}", _date),
        (rf"(?:fiscal\s+)?{_EDGE}{_YEAR}{_COUNTED}", _date),
        (r"the\s+day\s+(?:before\s+yesterday|after\s+tomorrow)", _named_day),
        (rf"(?:(?:early|late|later|earlier)\s+)?(?:yesterday|tomorrow|today){_PART}|tonight|overnight|last\s+night"
         r"|(?:early\s+|late\s+|later\s+|earlier\s+)?this\s+(?:morning|afternoon|evening)", _named_day),
        (rf"(?:{_N}|{_FEW})\s+{_UNIT}s?{_HALF}\s+(?P<where>ago|earlier|later|before|prior|from\s+now|previously)",
         _ago),
        (rf"{_UNIT}s\s+(?P<where>ago|earlier|later)", _ago),
        (rf"(?:(?:a|the)\s+)?{_UNIT}[- ](?:ago|earlier)(?:\s+(?:period|quarter))?",
         lambda match: TimeReading("date", RelativeDate(_unit(match["unit"]), -1))),
        (r"(?:(?:the|these|those|in|over)\s+)?(?P<which>last|past|next|coming|previous|following)\s+"
         rf"(?:{_N}|{_FEW})\s+{_UNIT}s?", _window),
        (rf"the\s+(?P<which>last|past)\s+{_UNIT}(?!s?\s+of\b)", _window),
        (r"(?P<which>recent|coming)\s+(?P<unit>week|day|month|year|decade|centurie)s",
         lambda match: TimeReading("duration", Duration(_unit(match["unit"]), None,
                                                    "future" if match["which"].lower() == "coming" else "past"))),
        (rf"(?:early|earlier|late|later|the\s+(?:end|beginning|start)\s+of)\s+(?P<which>this|last|next)\s+{_UNIT}",
         _this_unit),
        (rf"(?:the\s+)?(?P<which>this\s+past|this|last|next|past|coming|following|previous|current|that|same)\s+{_UNIT}"
         r"(?!s?\s+of\b)", _this_unit),
        (rf"(?:every|each)(?P<other>\s+other)?\s+(?:{_N}\s+)?(?:{_UNIT}s?|{_LONG_WEEKDAY})(?:\s+(?:morning|night))?",
         _every),
        (r"(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day)s", _every),
        ("|".join(_OFTEN), _often),
        (rf"(?:(?:early|late)\s+)?(?:{_WHICH}\s+)?{_LONG_WEEKDAY}{_PART}", _weekday_of),
        (rf"(?:\d{{1,2}}(?:[:.]\d\d)?\s*[ap]\.?m\b\.?|\d{{1,2}}:\d\d(?::\d\d)?|\d{{4}}\s+(?-i:GMT|UTC)){_ZONE}",
         _clock),
        (rf"(?:{_N}|half\s+past\s+\w+)\s+(?:o['’]clock(?:\s+in\s+the\s+\w+)?|in\s+the\s+(?:morning|afternoon|evening))",
         _clock),
        (r"noon|midnight|midday|dawn|dusk", _clock),
        (r"right\s+now|now|nowadays|currently|presently|these\s+days|at\s+present|at\s+the\s+moment|at\s+this\s+point"
         r"|the\s+present", _vague("present")),
        (r"recently|lately|previously|in\s+the\s+past|the\s+past|long\s+ago|not\s+long\s+ago", _vague("past")),
        (r"soon|shortly|in\s+the\s+future|the\s+(?:near\s+)?future", _vague("future")),
        (rf"(?:about\s+|nearly\s+)?(?P<of_one>half\s+an?|a\s+half)\s+{_UNIT}", _duration),
        (rf"(?:{_N}|{_FEW}){_HALF}[\s-]+{_LENGTH}s?{_HALF2}(?![\s-]+olds?\b|\s+of\s+age\b)", _duration),
        (r"(?P<n>an?)\s+(?:full\s+|whole\s+)?(?P<unit>week|fortnight|decade|century)",
         lambda match: TimeReading("duration", Duration("day", 14) if match["unit"].lower() == "fortnight"
                               else Duration(_unit(match["unit"]), 1))),
        (r"(?P<unit>second|minute|hour|day|night|week|month|year|decade|centurie)s", _duration),
        (rf"{_EDGE}{_MONTH}", _date),
    )
)  # fmt: skip
