"""The time window of a question, and whether it applies to the event or to publication dates.

Read from the question's words, relative to the day it was asked. Only a question about what was *said* in a period gets
a publication window: an event may be reported long after. Knows nothing of the archive.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from dateline.rag.time.period import Period
from dateline.rag.time.phrases import TimePhrase, phrases_in


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to `end`, both included; None for an open end."""

    start: date | None
    end: date | None
    applies_to: Literal["publication", "event"]
    vague: bool
    """Whether it is as vague as "this week" or "recently": articles from shortly before or after match, too."""


_VAGUE = ("today", "this week", "recent", "now")
_SAYING = re.compile(
    r"\b(?:said|says?|saying|t(?:old|ells?)|report(?:s|ed|ing)?|announc(?:es?|ed|ing)|warn(?:s|ed|ing)?"
    r"|claim(?:s|ed|ing)?(?!\s+(?:the\s+lives?|\d))|descri(?:bes?|bed|bing)|expla(?:in|ins|ined|ining)"
    r"|den(?:y|ies|ied|ying)|accus(?:es?|ed|ing)|predict(?:s|ed|ing)?|call(?:s|ed)\s+(?:for|on)|stat(?:es?|ed)(?=\s+that)"
    r"|writ(?:es|ing)|wrote|statements?|reports"
    r"|(?:did|does|do|has|have|had)\b[^,?]*?\s(?:call(?:ed)?|state|write)"
    r"|(?:g[ai]ve[sn]?|giving)\b(?=[^?]*\b(?:reason|goal|explanation|account|justification|warning|aim)s?\b)"
    r"|(?<=reason\s)(?=given)|(?:reason|goal|explanation|account|justification|warning|aim)s?\b[^,?]*?\bg[ai]ven?"
    r"|(?:articles?|reports?|stor(?:y|ies)|news)\s+(?:\w+\s+)?(?:published|printed|appeared?))\b",
    re.IGNORECASE,
)
# After such a word comes the content of a statement, whose time is that of an event.
_WHAT_WAS_SAID = re.compile(
    r"\b(?:that|who|when|where|why|how|if|whether|it|they|he|she|we|was|were|had|has|have|is|are|would|will|could|can"
    r"|(?!re?port|warn|accus|announc)\w{2,}ed|fell|fled|took|began|came|went|made|killed|left|lost|won|hit|broke"
    r"|to\s+(?!the\b|reporters|journalists|parliament|congress|lawmakers|him\b|her\b|his\b|them\b|their\b)[a-z]+)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\babout\b", re.IGNORECASE)
_BOUNDS = frozenset({"since", "after", "before", "until", "till", "by", "up to", "as of"})
"""A preposition that bounds a time attaches to the verb, not to a noun: *reported* before Friday, but the *attack* on
Friday."""
_REACH = re.compile(
    r"\b(since|after|before|until|till|by)\s+(?:the|its|his|her|their|this|that|an?)\s+(?:[\w’'-]+\s+){1,4}?"
    r"(?:of|on|in)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
"""A noun dated by the phrase: "before the deadline of 31 August"."""
_CLAUSE = re.compile(r"\b(?:that|which|who|whom|whose|where|when|while)\s+(?!did\b|does\b|do\b)[^,?]*$", re.IGNORECASE)
_COMING = re.compile(
    r"\b(?:will|due|deadline|going to|expected to|planned|scheduled|upcoming|could be|next)\b", re.IGNORECASE
)
_RECORD = re.compile(r"\b(?:first|worst|most|only|\w{2,}est)\b[^,.?]*since\s+(?:the\s+)?$", re.IGNORECASE)
"""Words before a time as in "the worst since 2015", which asks about another time."""
_ADVERBIAL = frozenset(
    {"in", "on", "at", "by", "since", "after", "before", "until", "till", "through", "from", "during", "throughout"}
    | {"over", "within", "between", "as of", "up to"}
)


def window_of(question: str, asked_at: datetime) -> Window | None:
    """The time window of `question`, or None if it names none.

    `asked_at` gives the day, in its own time zone, that "last month" and dates without a year are relative to.
    Incomplete dates are past unless the question is about the future: "in May" is the latest May that has begun. Of
    several times the one of the main verb counts; if that is ambiguous, the window spans all of them.
    """
    today = asked_at.date()
    phrases = [one for one in phrases_in(question, today) if _says_when(question, one)]
    exact = [one for one in phrases if one.kind not in _VAGUE]
    strong = next((one for one in phrases if one.kind in ("today", "this week")), None)
    if strong is not None and not any(one.kind == "day" for one in exact):
        period = strong.ahead if _COMING.search(question) else strong.back
        return Window(period.start if period else None, period.end if period else None, "event", vague=True)
    if not exact:
        return Window(None, None, "event", vague=True) if phrases else None
    said = [one for one in exact if _is_of_saying(question, one, today)]
    # "In 2021, why did the 2015 deal fail?": the year of a noun counts only without any other time.
    main = said or [one for one in exact if one.lead in _ADVERBIAL or one.kind not in ("year", "span")] or exact
    main = [one for one in main if not _in_clause(question, one)] or main
    bounds = [found for one in main if (found := _bounds(question, one, today)) is not None]
    if not bounds:
        return None
    starts, ends = [start for start, _ in bounds], [end for _, end in bounds]
    start = min((one for one in starts if one is not None), default=None) if _closed(starts, bounds) else None
    end = max((one for one in ends if one is not None), default=None) if _closed(ends, bounds) else None
    if start is not None and end is not None and end < start:
        return None
    return Window(start, end, "publication" if said else "event", vague=False)


def _closed(side: list[date | None], bounds: list[tuple[date | None, date | None]]) -> bool:
    # "After 2015 and before 2019": each closes the other's open end.
    return all(one is not None for one in side) or len({one is None for pair in bounds for one in pair}) == 2


def _says_when(question: str, phrase: TimePhrase) -> bool:
    """Whether a phrase really is a time: a month alone needs a preposition (not "May I", "march on")."""
    words = question[phrase.start : phrase.end]
    if phrase.kind == "month" and not re.search(r"[\s-]", words):
        article = re.search(r"\b(?:the|an?)\s+$", question[: phrase.start], re.IGNORECASE)
        return article is None and (phrase.lead in _ADVERBIAL or phrase.lead == "of")
    if phrase.lead == "since" and _RECORD.search(question[: phrase.start]):
        return False
    if phrase.kind == "weekday":
        return not re.match(r"s\b", question[phrase.end :])
    return phrase.kind != "unclear"


def _in_clause(question: str, phrase: TimePhrase) -> bool:
    before = question[: phrase.start]
    clause = _CLAUSE.search(before)
    return clause is not None and clause.start() > 3


def _is_of_saying(question: str, phrase: TimePhrase, today: date) -> bool:
    """Whether the phrase modifies a verb of saying, not what was said nor a noun; future times don't."""
    if phrase.back is None or phrase.back.start > today:
        return False
    if phrase.lead not in _ADVERBIAL and re.search(r"\d{4}", question[phrase.start : phrase.end]):
        return False
    before = question[: phrase.start]
    sayings = list(_SAYING.finditer(question))
    earlier = [match.end() for match in sayings if match.end() <= phrase.start]
    if earlier:
        between = before[earlier[-1] :]
        return not _WHAT_WAS_SAID.search(between) and (phrase.lead in _BOUNDS or not _ABOUT.search(between))
    # "In October 2015, what did analysts say about the siege?"
    later = [question[phrase.end : match.start()] for match in sayings if match.start() >= phrase.end]
    return bool(later) and len(before.split()) < 2 and not re.search(r"[.!?;]", later[0])


def _bounds(question: str, phrase: TimePhrase, today: date) -> tuple[date | None, date | None] | None:
    period: Period | None = phrase.ahead if _COMING.search(question) else phrase.back
    if period is None:
        return None
    reach = _REACH.search(question[: phrase.start])
    if reach is not None:  # within a longer period, the exact day is unknown
        relation, first, last = reach[1].lower(), period.start, period.end
    else:
        relation, first, last = phrase.lead, period.end + timedelta(days=1), period.start - timedelta(days=1)
    if relation == "since" or (relation == "from" and re.match(r"\s+on(?:wards?)?\b", question[phrase.end :])):
        return (period.start, today) if period.start <= today else (period.start, None)
    if relation == "after":
        return first, None
    if relation == "before":
        return None, last
    if relation in ("by", "until", "till", "up to", "as of"):
        return None, period.end
    return period.start, period.end


_NOW = re.compile(
    r"\b(?:now|nowadays|currently|still|(?<!USA\s)today|presently|these days|at present|at the moment)\b", re.IGNORECASE
)
_PAST_CLAUSE = re.compile(r"(?<=\w)\s+(?:who|that|which)\s+(?:was|were|had|did)\b", re.IGNORECASE)
_AUXILIARY = re.compile(
    r"(?:\b(?P<present>is|are|am|has|have|does|do|isn[’']t|aren[’']t|hasn[’']t|haven[’']t|doesn[’']t|don[’']t)"
    r"|\b(?P<past>was|were|did|had|would|could|will|wasn[’']t|weren[’']t|didn[’']t|hadn[’']t)"
    r"|(?<=who|hat|ere)(?P<short>[’']s))\b",
    re.IGNORECASE,
)
_PRESENT_VERB = re.compile(
    r"^\W*(?:(?:who|what)\s+(?!was|goes on|happens)\w+(?<![su])s\b|(?:who|what|which|how (?:many|much))\b[^,?]*?"
    r"\b(?:live|control|lead|own|hold|want|rule|govern|run|belong|know|need|mean|remain|speak|contain)s?\b)",
    re.IGNORECASE,
)


def asks_about_now(question: str) -> bool:
    """Whether a question asks about the present ("who is", "how many … are", "now") and names no other time."""
    if _NOW.search(question):
        return True
    if any(one.kind not in (*_VAGUE, "unclear") and _says_when(question, one) for one in phrases_in(question, None)):
        return False
    words = _PAST_CLAUSE.sub(" ", question)
    auxiliary = _AUXILIARY.search(words)
    if auxiliary is not None:
        return auxiliary["past"] is None
    return _PRESENT_VERB.search(words) is not None
