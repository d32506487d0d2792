"""The time of the former question replaced by another: "and in 2015?", "the year before?", "and after that?"."""

from __future__ import annotations

import re
from datetime import date

from dateutil.relativedelta import relativedelta

from rag.conversation.grammar import finished
from rag.time.phrases import Phrase, phrases_in

_UNIT = r"(?P<{}>year|month|week|day|decade)"
BESIDE = re.compile(
    rf"^(?:(?:in|on|during)\s+)?(?:the|a)\s+(?:(?P<which>previous|preceding|following|next)\s+{_UNIT.format('unit')}"
    rf"|{_UNIT.format('other')}\s+(?P<side>before|earlier|prior|after|later)(?:\s+that)?)$",
    re.IGNORECASE,
)
FROM_THEN = re.compile(
    r"^(?P<lead>before|after|since|until|by)\s+(?:that|then|this)$|^(?P<later>afterwards)$", re.IGNORECASE
)
_UNLED = r"(?:last|next|this|yesterday|tomorrow|now|today|currently|recently|lately|these|overnight)\b"
"""Times that take no preposition."""
_LEADS = {"year": "in ", "month": "in ", "day": "on ", "weekday": "on "}
_STEPS = {
    "decade": relativedelta(years=10),
    "year": relativedelta(years=1),
    "month": relativedelta(months=1),
    "week": relativedelta(weeks=1),
    "day": relativedelta(days=1),
}
_UNITS = tuple(_STEPS)
_SHIFTED = ("year", "month", "day")


def with_time(question: str, said: str, time: Phrase) -> str:
    """`question` with a time, `said` with its preposition if it has one, in the place of its last; else at its end."""
    led = bool(time.lead)
    former = [one for one in phrases_in(question, None) if one.kind != "unclear"]
    if not former:
        lead = "" if led or re.match(_UNLED, said, re.IGNORECASE) else _LEADS.get(time.kind, "")
        return f"{question} {lead}{said}"
    last = former[-1]
    start = last.start
    if led and not last.lead and last.kind == "year":
        said = said.split()[-1]  # "the 2018 World Cup" and "in 2014"
    elif last.lead and (led or re.match(_UNLED, said, re.IGNORECASE)):
        start = _start_of_lead(question, last)
    return f"{question[:start]}{said}{question[last.end :]}"


def _start_of_lead(question: str, time: Phrase) -> int:
    lead = re.search(rf"\b{re.escape(time.lead)}\s+(?:the\s+)?$", question[: time.start], re.IGNORECASE)
    return lead.start() if lead else time.start


def shifted(question: str, beside: re.Match[str]) -> str:
    """The question about the time just before or after the one that it names; empty if it names none."""
    unit = (beside["unit"] or beside["other"]).lower()
    side = (beside["which"] or beside["side"]).lower()
    back = side in ("previous", "preceding", "before", "earlier", "prior")
    times = [one for one in phrases_in(question, None) if one.kind in _SHIFTED]
    last = times[-1] if times else None
    if last is None or last.back is None:
        return ""
    said = question[last.start : last.end]
    if _UNITS.index(unit) > _UNITS.index(last.kind) or not re.search(r"\d{4}", said):
        return ""
    try:
        day = last.back.start + _STEPS[unit] * (-1 if back else 1)
    except (ValueError, OverflowError):
        return ""
    return finished(f"{question[: last.start]}{_written(day, last.kind)}{question[last.end :]}")


def _written(day: date, kind: str) -> str:
    from babel.dates import format_date

    return format_date(day, {"year": "y", "month": "MMMM y"}.get(kind, "d MMMM y"), locale="en")


def counted_from(question: str, lead: str) -> str:
    """The question about the time "before" or "after" the one that it names; empty if it names none."""
    times = [one for one in phrases_in(question, None) if one.kind in _SHIFTED]
    if not times or not times[-1].lead:
        return ""
    last = times[-1]
    before = question[: _start_of_lead(question, last)]
    return finished(f"{before}{lead} {question[last.start : last.end]}{question[last.end :]}")
