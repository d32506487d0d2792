"""Time phrases of a text: "on 8 August 2021", "last month", "since May", "recently".

Uses the patterns and values of `rag/language/`, without a parse. Each phrase is read relative to a day, as past and as
future; callers decide which reading applies and what the phrase modifies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dateline.index.article import Span
from dateline.rag.language.time_patterns import PATTERNS, TimeReading
from dateline.rag.language.time_values import CalendarDate, Direction, Duration, RelativeDate, Repeated, TimeValue, days
from dateline.rag.time.period import Period

TimePhraseKind = Literal["day", "weekday", "month", "year", "span", "today", "this week", "recent", "now", "unclear"]
"""What a phrase denotes. `span` is any other bounded time; `recent` and `now` are unbounded; `unclear` phrases depend
on other words ("two days later") or are rounded ("nearly a year ago")."""


@dataclass(frozen=True, slots=True)
class TimePhrase:
    """A time phrase, from `start` to `end` in the text, without its preposition."""

    start: int
    end: int
    kind: TimePhraseKind
    lead: str
    """The preposition before it, in lower case: "in", "since", "between"; empty without one."""
    back: Period | None
    """The period, read as past relative to the given day; None if there is no day, or the period is unknown."""
    ahead: Period | None
    """The same, read as future. Differs for incomplete dates: "on Friday", "in May"."""
    value: TimeValue | None = None
    """Its value, independent of the day; None for "latest"."""


_LEAD = re.compile(
    r"(?:\b(in|on|at|by|since|after|before|until|till|through|from|to|for|of|during|throughout|over|within|between"
    r"|as\s+of|up\s+to|than|with|around|about|towards?)\s+(?:the\s+)?)$",
    re.IGNORECASE,
)
_LATEST = re.compile(r"\blatest\b", re.IGNORECASE)
"""Not a time, but it asks for the newest article."""
_ROUNDED = re.compile(
    r"\b(?:nearly|almost|about|around|some|roughly|over|more\s+than|less\s+than|at\s+least|up\s+to)\s+$", re.IGNORECASE
)


def phrases_in(text: str, day: date | None) -> list[TimePhrase]:
    """The time phrases of `text` in order, read relative to `day`; without a day, only full dates have periods."""
    found: list[tuple[Span, TimeReading]] = []
    for pattern, read in PATTERNS:
        for match in pattern.finditer(text):
            if not any(match.start() < span.end and span.start < match.end() for span, _ in found):
                found.append((Span(*match.span()), read(match)))  # already part of a longer phrase
    phrases = [phrase for span, reading in found if (phrase := _phrase(text, span, reading, day)) is not None]
    phrases += [TimePhrase(*match.span(), "recent", "", None, None) for match in _LATEST.finditer(text)]
    return sorted(phrases, key=lambda phrase: phrase.start)


def without_phrases(text: str) -> str:
    """The text without its time phrases."""
    for phrase in reversed(phrases_in(text, None)):
        text = text[: phrase.start] + text[phrase.end :]
    return text


def _phrase(text: str, span: Span, reading: TimeReading, day: date | None) -> TimePhrase | None:
    kind = _kind(reading)
    if kind is None:
        return None
    if _ROUNDED.search(text, 0, span.start) and isinstance(reading.value, RelativeDate):
        kind = "unclear"
    lead = _LEAD.search(text[max(0, span.start - 20) : span.start])
    back, ahead = (_days(reading, day, towards) if kind != "unclear" else None for towards in ("past", "future"))
    return TimePhrase(
        span.start, span.end, kind, " ".join(lead[1].lower().split()) if lead else "", back, ahead, reading.value
    )


def _days(reading: TimeReading, day: date | None, towards: Direction) -> Period | None:
    assert reading.value is not None
    first = days(reading.value, day, towards)
    if isinstance(reading.value, RelativeDate) and reading.value.count == 0 and first is not None and day is not None:
        past = Period(first.start, max(first.start, min(day, first.end)))
        return past if towards == "past" else Period(min(first.end, max(day, first.start)), first.end)
    if reading.until is None or first is None:
        return first
    last = days(reading.until, first.start, "future")
    return Period(first.start, last.end) if last is not None and last.end >= first.start else None


def _kind(reading: TimeReading) -> TimePhraseKind | None:
    """The kind of a reading; None for times of day, durations and recurring times."""
    value: TimeValue | None = reading.value
    if value is None or isinstance(value, Repeated):
        return None
    if isinstance(value, CalendarDate):
        return _kind_of_date(value, reading.until)
    if isinstance(value, RelativeDate):
        if value.from_text:
            return "unclear"
        if value.unit in ("day", "night"):
            return "today" if value == RelativeDate("day", 0) else "day" if abs(value.count) < 2 else "span"
        return "this week" if value.unit == "week" and value.count == 0 else "span"
    if isinstance(value, Duration):
        if value.towards is None:
            return None
        return "span" if value.count is not None else "recent" if value.towards == "past" else "unclear"
    return {"present": "now", "past": "recent", "future": None}[value.when]


def _kind_of_date(value: CalendarDate, until: CalendarDate | None) -> TimePhraseKind:
    if until is not None:
        return "month" if value.month is not None and value.day is None else "span"
    if value.day is not None:
        return "day"
    if value.weekday is not None:
        return "weekday"
    if value.month is not None:
        return "month"
    return "year" if value.years == 1 and value.season is None and value.quarter is None else "span"
