"""Elliptical times: moves the previous question to another time: "and in 2015?", "the year before?"."""

from __future__ import annotations

import re
from datetime import date

from dateutil.relativedelta import relativedelta

from dateline.rag.time.phrases import TimePhrase, phrases_in

_UNIT = r"(?P<{}>year|month|week|day|decade)"
_BESIDE = re.compile(
    rf"(?:(?:in|on|during)\s+)?(?:the|a)\s+(?:(?P<which>previous|preceding|following|next)\s+{_UNIT.format('unit')}"
    rf"|{_UNIT.format('other')}\s+(?P<side>before|earlier|prior|after|later)(?:\s+that)?)",
    re.IGNORECASE,
)
_FROM_THEN = re.compile(r"(?P<lead>before|after|since|until|by)\s+(?:that|then|this)|afterwards", re.IGNORECASE)
_UNLED = r"(?:last|next|this|yesterday|tomorrow|now|today|currently|recently|lately|these|overnight)\b"
"""Time words without a preposition."""
_LEADS = {"year": "in ", "month": "in ", "day": "on ", "weekday": "on "}
_STEPS = {
    "decade": relativedelta(years=10),
    "year": relativedelta(years=1),
    "month": relativedelta(months=1),
    "week": relativedelta(weeks=1),
    "day": relativedelta(days=1),
}
_DATED = ("year", "month", "day")


def with_times(question: str, fragment: str) -> tuple[str, str]:
    """`question` with the times of `fragment`, and the rest of the fragment; an empty question if no time fits."""
    beside = _BESIDE.fullmatch(fragment)
    if beside is not None:
        return _shifted(question, beside), ""
    from_then = _FROM_THEN.fullmatch(fragment)
    if from_then is not None:
        return _counted_from(question, (from_then["lead"] or "after").lower()), ""
    for time in reversed([one for one in phrases_in(fragment, None) if one.kind != "unclear"]):
        start = _with_lead(fragment, time)
        question = _with_time(question, fragment[start : time.end], time)
        fragment = f"{fragment[:start]} {fragment[time.end :]}".strip()
    return question, fragment


def without_time(text: str) -> str:
    """A clause without its time expressions; "the 2018 World Cup" is kept."""
    for time in reversed(phrases_in(text, None)):
        if time.lead in ("in", "on", "at", "since", "during", "by") or (not time.lead and time.kind != "year"):
            text = f"{text[: _with_lead(text, time)].rstrip()}{text[time.end :]}"
    return text.strip()


def _with_lead(text: str, time: TimePhrase) -> int:
    """The offset of a time's preposition, or of the time itself."""
    lead = re.search(rf"\b{re.escape(time.lead)}\s+(?:the\s+)?$", text[: time.start], re.IGNORECASE)
    return lead.start() if time.lead and lead else time.start


def _with_time(question: str, said: str, time: TimePhrase) -> str:
    unled = re.match(_UNLED, said, re.IGNORECASE) is not None
    former = [one for one in phrases_in(question, None) if one.kind != "unclear"]
    if not former:
        return f"{question} {'' if time.lead or unled else _LEADS.get(time.kind, '')}{said}"
    last = former[-1]
    start = last.start
    if time.lead and not last.lead and last.kind == "year":
        said = said.split()[-1]  # "the 2018 World Cup" and "in 2014"
    elif last.lead and (time.lead or unled):
        start = _with_lead(question, last)
    return f"{question[:start]}{said}{question[last.end :]}"


def _shifted(question: str, beside: re.Match[str]) -> str:
    """The question with its time moved to the period before or after; empty if it has none."""
    from babel.dates import format_date

    unit = (beside["unit"] or beside["other"]).lower()
    back = (beside["which"] or beside["side"]).lower() in ("previous", "preceding", "before", "earlier", "prior")
    times = [one for one in phrases_in(question, None) if one.kind in _DATED]
    if not times or times[-1].back is None or list(_STEPS).index(unit) > list(_STEPS).index(times[-1].kind):
        return ""
    last, period = times[-1], times[-1].back
    if not re.search(r"\d{4}", question[last.start : last.end]):
        return ""
    try:
        day: date = period.start + _STEPS[unit] * (-1 if back else 1)
    except (ValueError, OverflowError):
        return ""
    written = format_date(day, {"year": "y", "month": "MMMM y"}.get(last.kind, "d MMMM y"), locale="en")
    return f"{question[: last.start]}{written}{question[last.end :]}"


def _counted_from(question: str, lead: str) -> str:
    """The question about the time before or after its own; empty if it has none."""
    times = [one for one in phrases_in(question, None) if one.kind in _DATED and one.lead]
    if not times:
        return ""
    start = _with_lead(question, times[-1])
    return f"{question[:start]}{lead} {question[times[-1].start :]}"
