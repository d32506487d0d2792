"""Dates as articles write them: reading them, their earliest and latest moments, storing them.

Nothing is filled in: a month without a day, a day without a year, 04/05/2021 and "yesterday" are no dates here.
Knows nothing of the clock, of questions' time windows, or of where in an article a date was found.
"""

from __future__ import annotations

import re
import warnings
from datetime import UTC, date, datetime, time, timedelta, timezone

EARLIEST_YEAR = 1400
LATEST_YEAR = 2200
LONGEST = 80
"""Characters; nothing longer is taken for a date."""

# Only zones that mean one offset in practice; IST is India, Israel and Ireland, so a time in IST gives the day alone.
ZONES = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "JST": 9, "KST": 9,
    "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_TIME = r"(?:,?\s*(?:at\s*)?\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s*[ap]\.?m\b\.?)?(?:\s*\(?[A-Z]{1,4}\b\)?)?)"
WRITTEN = re.compile(
    rf"(?<!\w)(?:\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+\d{{4}}|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    rf"|\d{{4}}-\d\d-\d\d)(?!\d){_TIME}?",
    re.IGNORECASE,
)
"""A whole date (day, month, year) within a line of text, with its time where that follows."""

_ABOUT_DATES = re.compile(
    r"(?:first |last )?(?:published|posted|updated|modified|date|on|at|time|created|filed|issued|read|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun|"
    r"\d{1,3} min(?:ute)?s?(?: read)?|[A-Z]{2,4})\b|\d{1,2}[:.]\d\d\s*(?:[ap]\.?m\b\.?)?|[\s:,.·•|/–—()-]",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_COMPACT = re.compile(r"\d{8}(?:T\d{4,6}(?:Z|[+-]\d\d:?\d\d)?)?$", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?=$|[ T])")
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ].*)?$", re.IGNORECASE)
_CLOCK = re.compile(r"\d:\d\d|\d\s*[ap]\.?m\b|T\d\d", re.IGNORECASE)
_DOTTED_TIME = re.compile(r"(?<=\s)(\d{1,2})\.(\d\d)(?=\s*(?:[ap]\.?m|[A-Z]{3,4}\b|$))", re.IGNORECASE)
_PARENTHESIS = re.compile(r"\s*\([^)]*\)\s*$")


def parse_date(value: object) -> date | datetime | None:
    """The date that `value` (a string, number, `date` or `datetime`) states in full, or None.

    A value with a day only gives a `date`; with a time, an aware `datetime`. A time without a zone is taken as UTC;
    a time in a zone that is not known for certain gives the day alone. Numbers are Unix seconds (10 digits) or
    milliseconds (13), or YYYYMMDD. Years outside 1400 to 2200 give None, as does anything that has to be guessed:
    03/04/2021 can be read two ways, 13/04/2021 and 04/04/2021 cannot.
    """
    try:
        if isinstance(value, datetime):
            return _within(value if value.utcoffset() is not None else value.replace(tzinfo=UTC))
        if isinstance(value, date):
            return _within(value)
        if isinstance(value, bool):
            return None
        if isinstance(value, int | float):
            return _from_number(value)
        return _within(_from_string(value)) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None


def dates_in(line: str) -> list[tuple[date | datetime, int, int]]:
    """The full dates written in `line`, in order, each with the start and end of its words."""
    found = []
    for match in WRITTEN.finditer(line):
        value = parse_date(match.group())
        if value is None and " " in match.group():  # The day may be sound where the time is not.
            value = parse_date(re.sub(_TIME + "$", "", match.group(), flags=re.IGNORECASE))
        if value is not None:
            found.append((value, match.start(), match.end()))
    return found


def is_date_line(line: str) -> bool:
    """Whether `line` holds a full date and nothing else but words such as "Updated" and a reading time."""
    dates = dates_in(line) if 8 <= len(line) <= 120 else []
    for _, start, end in reversed(dates):
        line = line[:start] + line[end:]
    return bool(dates) and not _ABOUT_DATES.sub("", line).strip()


def bounds(value: date | datetime) -> tuple[datetime, datetime]:
    """The earliest and the latest moment, in UTC, that `value` can mean: a day's ends, or a moment twice."""
    if isinstance(value, datetime):
        moment = (value if value.utcoffset() is not None else value.replace(tzinfo=UTC)).astimezone(UTC)
        return moment, moment
    return datetime.combine(value, time.min, UTC), datetime.combine(value, time.max, UTC)


def to_text(value: date | datetime) -> str:
    """ISO 8601: `2021-08-05`, or `2021-08-05T21:50:00+05:30`. `from_text` gives the same value back."""
    return value.isoformat()


def from_text(text: str) -> date | datetime:
    """The value that `to_text` wrote. Raises ValueError for anything else."""
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def _within(value: date | datetime | None) -> date | datetime | None:
    if value is None or not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        return None
    if isinstance(value, datetime):
        # tzutc() and the like compare equal but do not survive to_text; a fixed offset does.
        offset = value.utcoffset() or timedelta(0)
        if offset % timedelta(minutes=1):
            return None
        return value.replace(tzinfo=UTC if not offset else timezone(offset))
    return value


def _from_number(value: int | float) -> date | datetime | None:
    if isinstance(value, int) and 10**7 <= value < 10**8:
        return _within(date.fromisoformat(str(value)))
    if 10**9 <= value < 10**10:
        return _within(datetime.fromtimestamp(value, UTC))
    if 10**12 <= value < 10**13:
        return _within(datetime.fromtimestamp(value / 1000, UTC))
    return None


def _from_string(text: str) -> date | datetime | None:
    text = text.strip()
    if not text or len(text) > LONGEST or not text.isascii():
        return None
    if _COMPACT.match(text):
        return date.fromisoformat(text) if len(text) == 8 else _aware(datetime.fromisoformat(text))
    text = _YEAR_FIRST.sub(lambda m: f"{m[1]}-{m[2]:0>2}-{m[3]:0>2}", text, count=1)
    if _ISO.match(text):
        if len(text) == 10:
            return date.fromisoformat(text)
        try:
            return _aware(datetime.fromisoformat(text))
        except ValueError:
            pass  # "2021-08-05 21:50 UTC" is no ISO, but plain enough for the reader of written forms.
    if len(_YEAR.findall(text)) < 1:
        return None
    return _from_words(text)


def _aware(value: datetime) -> datetime:
    return value if value.utcoffset() is not None else value.replace(tzinfo=UTC)


def _from_words(text: str) -> date | datetime | None:
    from dateutil import parser  # type: ignore[import-untyped, unused-ignore]

    text = _DOTTED_TIME.sub(r"\1:\2", _PARENTHESIS.sub("", text))
    unknown_zone = False

    def zone(name: str | None, offset: int | None) -> timezone | None:
        nonlocal unknown_zone
        if offset is not None:
            return timezone(timedelta(seconds=offset))
        if name is not None and name.upper() in ZONES:
            return timezone(timedelta(hours=ZONES[name.upper()]))
        unknown_zone = True
        return None

    def read(default: datetime, dayfirst: bool) -> datetime:
        value: datetime = parser.parse(text, default=default, dayfirst=dayfirst, yearfirst=False, tzinfos=zone)
        return value

    # What the text leaves out comes from the default, and what it leaves open follows `dayfirst`: where readings
    # with different defaults and orders agree, the text itself has said it.
    iso = re.match(r"\d{4}-", text) is not None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            one = read(datetime(2001, 2, 2, 1, 1), dayfirst=False)  # noqa: DTZ001 - the text gives the zone
            two = read(datetime(2004, 7, 28, 2, 2), dayfirst=not iso)  # noqa: DTZ001
    except (ValueError, OverflowError, TypeError, AttributeError, IndexError, ArithmeticError):
        return None  # dateutil lets several kinds of error through for odd input.
    if one.date() != two.date() or f"{one.year:04}" not in text:
        return None
    clock_said = (one.hour, one.minute) == (two.hour, two.minute) and _CLOCK.search(text) is not None
    if not clock_said or unknown_zone:
        return one.date()
    return _aware(one)
