"""The words in a text that say when: "on 8 August 2021", "last month", "since May", "recently".

Each is read relative to a day, once looking back from it and once ahead; which reading holds, and what in the text
the phrase belongs to, is for others to say. Knows English only, and the seasons of the north. Reads no clock times.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rag.time import readings
from rag.time.period import Period
from rag.time.readings import NUMBERS, Readings

Kind = Literal["day", "weekday", "month", "year", "span", "today", "this week", "recent", "now", "unclear"]
"""What a phrase names. A `span` is anything else with ends; `recent` and `now` have none; `unclear` ones lean on words
elsewhere ("two days later") or are rounded ("nearly a year ago")."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that say when, from `start` to `end` in the text, without the preposition before them."""

    start: int
    end: int
    kind: Kind
    lead: str
    """The preposition before it, in lower case: "in", "since", "between"; empty if there is none."""
    back: Period | None
    """The period, looking back from the day of reading. None if there is no day to read from, or it cannot be told."""
    ahead: Period | None
    """The same, looking ahead. Differs where something is left out: "on Friday", "in May", "this month"."""


# May and March are also words, and short forms too: these need their capital.
_LONG = r"january|february|april|june|july|august|september|october|november|december"
_PROPER = r"(?-i:(?:May|March|MAY|MARCH|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
_ANY_MONTH = (
    rf"(?:(?:{_LONG})\b|{_PROPER}|(?:jan|feb|mar|apr|aug|sept?|oct|nov|dec)\."
    r"|(?:may|march)(?=,?\s(?:19|20)\d\d\b)|(?<=\bin\s)(?:may|march)\b|(?<=\bsince\s)(?:may|march)\b)"
)
_D = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:1[4-9]|20|21)\d\d(?![\d%]|[.,:/]\d|-[a-z\d]|\s*(?:percent|per cent|BC)\b)"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_N = rf"(?:\d{{1,3}}|{'|'.join(NUMBERS)})"
_TO = r"\s*(?:to|and|through|until|till|[-–—])\s*"
_PART = r"(?:early|mid|middle|late|(?:the\s+)?(?:very\s+)?(?:beginning|start|middle|end)\s+of)"
_HOURS = r"(?:\s+(?:morning|afternoon|evening|night))?"
_DATE = rf"(?:(?P<weekday>{_WEEKDAY}),?\s+)?(?:the\s+)?"
_NOT_DATE = r"(?![\d%]|[.,:]\d|\s*(?:percent|million|billion)\b)"
# What a four-digit number counts; a year before it would be rare.
_COUNTED = (
    r"(?!\s+(?:people|persons|men|women|children|fighters|soldiers|troops|militants|civilians|refugees|families|homes"
    r"|houses|dollars|euros|pounds|miles|metres|meters|kilomet\w+|km|feet|acres|hectares|jobs|votes|seats|points"
    r"|words|cases|deaths|items|members|workers|employees|students|villages|Afghans|Americans)\b)"
)
_LEAD = re.compile(
    r"(?:\b(in|on|at|by|since|after|before|until|till|through|from|to|for|of|during|throughout|over|within|between"
    r"|as\s+of|up\s+to|than|with|around|about|towards?)\s+(?:the\s+)?)$",
    re.IGNORECASE,
)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w$€£#/.:-])(?<!\d,)(?:{pattern})(?!\w)", re.IGNORECASE)


_UNIT = r"(?P<unit>minute|hour|day|week|month|year|decade)"
_FEW = r"(?:several|a\s+few|some|many|a\s+couple(?:\s+of)?|recent|the\s+last\s+few|the\s+past\s+few)"
_ROUNDED = r"(?:nearly|almost|about|around|some|roughly|over|more\s+than|less\s+than|at\s+least|up\s+to)"
_TABLE: tuple[tuple[Kind, str, Callable[[re.Match[str], date | None], Readings]], ...] = (
    ("day", r"\d{4}-\d\d-\d\d", readings.read_iso),
    (
        "span",
        rf"(?P<day>{_D})\s+(?P<month>{_ANY_MONTH}){_TO}(?P<day2>{_D})\s+(?P<month2>{_ANY_MONTH})"
        rf"(?:,?\s+(?P<year>{_YEAR}))?",
        readings.read_days,
    ),
    (
        "span",
        rf"(?P<month>{_ANY_MONTH})\s+(?P<day>{_D}){_TO}(?P<month2>{_ANY_MONTH})\s+(?P<day2>{_D})"
        rf"(?:,?\s+(?P<year>{_YEAR})|{_NOT_DATE})",
        readings.read_days,
    ),
    (
        "span",
        rf"(?P<day>{_D}){_TO}(?P<day2>{_D})\s+(?:of\s+)?(?P<month>{_ANY_MONTH})(?:,?\s+(?P<year>{_YEAR}))?",
        readings.read_days,
    ),
    (
        "span",
        rf"(?P<month>{_ANY_MONTH})\s+(?P<day>{_D}){_TO}(?P<day2>{_D})(?:,?\s+(?P<year>{_YEAR})|{_NOT_DATE})",
        readings.read_days,
    ),
    (
        "span",
        rf"week\s+(?:of|beginning|starting)\s+{_DATE}(?:(?P<day>{_D})\s+(?P<month>{_ANY_MONTH})"
        rf"(?:,?\s+(?P<year>{_YEAR}))?)",
        readings.read_week_of,
    ),
    (
        "span",
        rf"week\s+(?:of|beginning|starting)\s+{_DATE}(?:(?P<month>{_ANY_MONTH})\s+(?P<day>{_D})"
        rf"(?:,?\s+(?P<year>{_YEAR})|{_NOT_DATE}))",
        readings.read_week_of,
    ),
    (
        "day",
        rf"{_DATE}(?P<day>{_D})\s+(?:of\s+)?(?P<month>{_ANY_MONTH})(?:,?\s+(?:of\s+)?(?P<year>{_YEAR}))?",
        readings.read_days,
    ),
    (
        "day",
        rf"{_DATE}(?P<month>{_ANY_MONTH})\s+(?:the\s+)?(?P<day>{_D})(?:,?\s+(?P<year>{_YEAR})|{_NOT_DATE})",
        readings.read_days,
    ),
    (
        "month",
        rf"(?P<month>{_ANY_MONTH}){_TO}(?P<month2>{_ANY_MONTH})(?:,?\s+(?:of\s+)?(?P<year>{_YEAR}))?",
        readings.read_months,
    ),
    (
        "month",
        rf"(?:(?P<part>{_PART})[\s-]+)?(?P<month>{_ANY_MONTH}),?\s+(?:of\s+)?(?P<year>{_YEAR})",
        readings.read_months,
    ),
    ("month", rf"(?P<part>{_PART})[\s-]+(?P<month>{_ANY_MONTH})", readings.read_months),
    ("month", rf"(?P<which>last|next|this\s+past|this)\s+(?P<month>{_ANY_MONTH})", readings.read_months),
    ("span", rf"(?P<season>spring|summer|autumn|fall)\s+(?:of\s+)?(?P<year>{_YEAR})", readings.read_years),
    ("span", rf"(?P<year>{_YEAR}){_TO}(?P<year2>{_YEAR})", readings.read_years),
    ("year", rf"(?P<part>{_PART})[\s-]+(?P<year>{_YEAR})", readings.read_years),
    ("span", rf"(?:(?P<part>{_PART})[\s-]+(?:the\s+)?)?(?P<decade>(?:1[4-9]|20)\d0)s", readings.read_decade),
    ("year", rf"(?P<year>{_YEAR}){_COUNTED}", readings.read_years),
    ("unclear", rf"{_ROUNDED}\s+{_N}\s+{_UNIT}s?\s+(?:ago|earlier|later|before)", readings.no_reading),
    ("span", rf"(?P<number>{_N})\s+{_UNIT}s?\s+ago", readings.read_ago),
    ("unclear", rf"(?:{_FEW}\s+)?{_UNIT}s?\s+(?:ago|earlier|later)", readings.no_reading),
    ("unclear", rf"{_N}\s+{_UNIT}s?\s+(?:earlier|later|before|after(?:wards?)?|from\s+now)", readings.no_reading),
    ("this week", r"(?P<shift>earlier\s+|later\s+)?(?P<which>this)\s+(?P<unit>week)", readings.read_unit),
    (
        "span",
        r"(?:(?P<shift>earlier|later)\s+)?(?P<which>this|last|next)\s+(?P<unit>week|month|year)(?!\s+of\b)",
        readings.read_unit,
    ),
    (
        "span",
        rf"(?:the|these|in)\s+(?:last|past|previous)\s+(?:(?P<number>{_N})\s+)?{_UNIT}s?(?!\w|\s+of\b)",
        readings.read_past_units,
    ),
    ("span", rf"past\s+(?P<number>{_N})\s+{_UNIT}s?", readings.read_past_units),
    ("span", r"(?:(?P<which>last|this|past)\s+)?weekend", readings.read_weekend),
    (
        "weekday",
        rf"(?P<weekday>{_WEEKDAY}){_HOURS}{_TO}(?P<weekday2>{_WEEKDAY}){_HOURS}",
        readings.read_weekday,
    ),
    (
        "weekday",
        rf"(?:(?P<which>last|next|past|this\s+past|this|coming)\s+)?(?P<weekday>{_WEEKDAY}){_HOURS}",
        readings.read_weekday,
    ),
    ("day", rf"yesterday{_HOURS}|tomorrow{_HOURS}|overnight|last\s+night", readings.read_named_day),
    ("today", r"(?<!USA\s)today|tonight|this\s+(?:morning|afternoon|evening)", readings.read_named_day),
    ("recent", r"recently|lately|latest|(?:in|over|during)\s+(?:the\s+)?recent\s+\w+", readings.no_reading),
    ("now", r"now|nowadays|currently|these\s+days|at\s+present|at\s+the\s+moment", readings.no_reading),
    (
        "unclear",
        rf"(?:in\s+)?(?:the\s+)?(?:coming|next|following|previous|last\s+few|past\s+few)\s+(?:{_N}\s+)?{_UNIT}s?"
        r"|that\s+(?:day|night|week|month|year)|the\s+day\s+(?:before|after)|at\s+the\s+time|since\s+then",
        readings.no_reading,
    ),
    ("month", rf"(?P<month>{_ANY_MONTH})", readings.read_months),
)
_PATTERNS = tuple((kind, _compiled(pattern), read) for kind, pattern, read in _TABLE)


def phrases_in(text: str, day: date | None) -> list[Phrase]:
    """The phrases of `text` in their order, read relative to `day`; without one, only whole dates have readings."""
    found: list[Phrase] = []
    for kind, pattern, read in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < other.end and other.start < end for other in found):
                continue  # A longer form, tried before, has these words.
            try:
                back, ahead = read(match, day)
            except (ValueError, OverflowError):
                back = ahead = None  # 30 February, or a year that no calendar has.
            lead = _LEAD.search(text[max(0, start - 20) : start])
            found.append(Phrase(start, end, kind, " ".join(lead[1].lower().split()) if lead else "", back, ahead))
    return sorted(found, key=lambda phrase: phrase.start)


def without_phrases(text: str) -> str:
    """The text without its phrases: what a question asks but for the time that it names."""
    for phrase in reversed(phrases_in(text, None)):
        text = text[: phrase.start] + text[phrase.end :]
    return text
