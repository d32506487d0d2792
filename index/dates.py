"""Parsing and storing the dates of articles.

Nothing is guessed: a month without a day, a day without a year, 04/05/2021 and "yesterday" are not dates here, and
neither is the zero of a computer's clock. Knows nothing of the current time, of questions' time windows, or of where in
an article a date was found.
"""

from __future__ import annotations

import re
import warnings
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal
from zoneinfo import ZoneInfo

from dateline.index import month_names

DateOrder = Literal["dmy", "mdy", "ymd"]
"""Order of a numeric date: 03/04/2021 is 3 April or March 4."""
EARLIEST_YEAR = 1600
"""The first newspaper came out in 1605; smaller numbers are years of other calendars."""
LATEST_YEAR = 2200
LONGEST = 80
"""In characters; a longer text is not a date."""

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
"""A full date (day, month, year) within a line of text, with its time if one follows."""
_TIME_BEHIND = re.compile(rf"{_TIME}$", re.IGNORECASE)

_ABOUT_DATES = re.compile(
    r"(?<!\w)(?:first |last )?(?:published|posted|updated|modified|date|on|at|time|created|filed|issued|read|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun|"
    r"\d{1,3} min(?:ute)?s?(?: read)?|[A-Z]{2,4}"
    r"|publi(?:cado|cada|é|ée|cato|kováno)|pubblicato|veröffentlicht|erschienen|gepubliceerd|opublikowano|julkaistu"
    r"|publicerad|publisert|actualizado|atualizado|mis à jour|aktualisiert|aggiornato|bijgewerkt|stand|el|le|am|em|il"
    r"|den|a las|à|às|um|alle(?: ore)?|ore|uur|uhr|h|klo|kl|de|del|op|dnia|på)\b"
    r"|\d{1,2}[:.hH]\d\d\s*(?:[ap]\.?m\b\.?)?|[\s:,.·•|/–—()-]",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_COMPACT = re.compile(r"\d{8}(?:T\d{4,6}(?:Z|[+-]\d\d:?\d\d)?)?$", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?=$|[ T])")
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ].*)?$", re.IGNORECASE)
_CLOCK = re.compile(r"\d:\d\d|\d\s*[ap]\.?m\b|T\d\d", re.IGNORECASE)
_DOTTED_TIME = re.compile(r"(?<=\s)(\d{1,2})\.(\d\d)(?=\s*(?:[ap]\.?m|[A-Z]{3,4}\b|$))", re.IGNORECASE)
_NUMERIC = re.compile(r"(\d{10}|\d{13})$|/Date\((\d{12,13})(?:[+-]\d{4})?\)/$")
_FIGURES = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)(?=$|[ ,T])")
_ZONED = re.compile(r"(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)\[([A-Za-z_]+(?:/[A-Za-z_+-]+)*)\]$")
_OFFSET = re.compile(r"\s*\b(?:GMT|UTC)\s?([+-])(\d{1,2}):?(\d\d)?\b")
_PARENTHESIS = re.compile(r"\s*\([^)]*\)\s*$")


def parse_date(value: object, *, order: DateOrder | None = None, language: str | None = None) -> date | datetime | None:
    """The full date that `value` (a string, number, `date` or `datetime`) states, or None.

    A value with a day only gives a `date`; with a time, an aware `datetime`. A time without a zone is taken as UTC;
    a time in a zone that is not known for certain gives the day alone. Numbers are Unix seconds (10 digits) or
    milliseconds (13), also as strings, or YYYYMMDD. Years outside 1600 to 2200 give None, as do 1 January 1970, which
    is what a missing date turns into, and anything that has to be guessed: 03/04/2021 can be read two ways, 13/04/2021
    and 04/04/2021 cannot. `order` says which is meant; `language` (ISO 639-1) helps with the names of months.
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
        return _within(_from_string(value, order, language)) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None


def why_unread(value: object) -> str:
    """Why `parse_date` returns None for `value`, as the end of a sentence, with a hint."""
    if (isinstance(value, int | float) and value == 0) or (isinstance(value, str | date) and _is_zero(_lenient(value))):
        return "is the zero of computers' clocks, so it is kept as unknown; give the true date, or none."
    text = str(value).strip() if isinstance(value, str | date) else ""
    if _FIGURES.match(text):
        return (
            "can be read in two ways, so it is kept as unknown; write it as 2021-08-05, or say --date-order dmy or mdy."
        )
    if (year := _YEAR.search(text)) and not EARLIEST_YEAR <= int(year.group()) <= LATEST_YEAR:
        what = f"has the year {year.group()}, which is of another calendar or a slip"
        return f"{what}, so it is kept as unknown; correct it."
    return "can't be read, so it is kept as unknown; write it as 2021-08-05 or 2021-08-05T21:50:00Z."


def dates_in(line: str) -> list[tuple[date | datetime, int, int]]:
    """The full dates in `line`, in order, each with its start and end."""
    return _dates_in(line, WRITTEN) or _dates_in(line, month_names.WRITTEN)


def _dates_in(line: str, written: re.Pattern[str]) -> list[tuple[date | datetime, int, int]]:
    found = []
    for match in written.finditer(line):
        words = match.group()
        value = parse_date(words)
        if value is None and (day := _TIME_BEHIND.sub("", words)) != words:
            value = parse_date(day)  # The day may be sound where the time is not.
        if value is not None:
            found.append((value, match.start(), match.end()))
    return found


def is_date_line(line: str) -> bool:
    """Whether `line` has a full date and nothing else but words such as "Updated" and a reading time."""
    dates = dates_in(line) if 8 <= len(line) <= 120 else []
    for _, start, end in reversed(dates):
        line = line[:start] + line[end:]
    if not dates:
        return False
    left = _ABOUT_DATES.sub("", line).strip()
    return not left or all(map(month_names.is_weekday, left.split()))


def bounds(value: date | datetime) -> tuple[datetime, datetime]:
    """The earliest and the latest moment, in UTC, that `value` can mean."""
    if isinstance(value, datetime):
        moment = (value if value.utcoffset() is not None else value.replace(tzinfo=UTC)).astimezone(UTC)
        return moment, moment
    return datetime.combine(value, time.min, UTC), datetime.combine(value, time.max, UTC)


def to_text(value: date | datetime) -> str:
    """ISO 8601: `2021-08-05`, or `2021-08-05T21:50:00+05:30`. `from_text` is its inverse."""
    return value.isoformat()


def from_text(text: str) -> date | datetime:
    """The inverse of `to_text`. Raises ValueError for anything else."""
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def _within(value: date | datetime | None) -> date | datetime | None:
    if value is None or not EARLIEST_YEAR <= value.year <= LATEST_YEAR or _is_zero(value):
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


def _is_zero(value: date | datetime | None) -> bool:
    if isinstance(value, datetime):
        value = value.replace(tzinfo=value.tzinfo or UTC)
        return value == datetime(1970, 1, 1, tzinfo=UTC) or (value.date(), value.time()) == (date(1970, 1, 1), time())
    return value == date(1970, 1, 1)


def _lenient(value: str | date) -> date | datetime | None:
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value.strip())
    except ValueError:
        return None


def _from_string(text: str, order: DateOrder | None, language: str | None) -> date | datetime | None:
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    if match := _NUMERIC.match(text):
        return _from_number(int(match[1] or match[2]))
    if match := _FIGURES.match(text):
        return _in_order(match, text, order)
    if (zoned := _ZONED.match(text)) is not None:
        return _in_zone(zoned)
    text = _OFFSET.sub(lambda m: f" {m[1]}{m[2]:0>2}:{m[3] or '00'}", text)
    if not text.isascii() or not WRITTEN.search(text):
        english = month_names.in_english(text, language)
        if english is not None:
            value = _from_words(english)
            return value if value is not None else _from_words(" ".join(english.split()[:3]))
    if not text.isascii():
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


def _in_order(match: re.Match[str], text: str, order: DateOrder | None) -> date | datetime | None:
    """A numeric date with the year last, if it is unambiguous or the order is known."""
    first, second = int(match[1]), int(match[2])
    if order in ("dmy", "mdy"):
        day, month = (first, second) if order == "dmy" else (second, first)
    elif first > 12 or second > 12 or first == second:
        day, month = (second, first) if second > 12 else (first, second)
    else:
        return None
    rest = text[match.end() :]
    written = f"{match[3]}-{month:02}-{day:02}"
    return _from_words(written + rest) if rest.strip() else date.fromisoformat(written)


def _in_zone(match: re.Match[str]) -> date | datetime | None:
    """A time in a zone that is named by its city: 2024-08-08T10:15:00[Europe/Paris]."""
    value = datetime.fromisoformat(match[1])
    if value.utcoffset() is not None:
        return value
    try:
        return value.replace(tzinfo=ZoneInfo(match[2]))
    except (OSError, ValueError, KeyError):  # no such zone: the day is sound all the same
        return value.date()


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
