"""Event coreference: whether two sentences with different values are about the same thing, by their words and times.

A fitted linear model decides (see docs/decisions.md). Knows nothing of what the answer says in the end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from dateline.index import dates
from dateline.rag.reading.passages import Candidate
from dateline.rag.reading.question_features import LEAST_COVERAGE, content_stems, coverage, name_coverage, name_stems
from dateline.rag.retrieval import day_of
from dateline.rag.time.event_time import event_time
from dateline.rag.time.period import Period
from dateline.rag.time.window import asks_about_now

COMMON, ASKED, SCORE, SAME_COUNT, INTERCEPT = 1.0, 1.89, 0.17, 0.76, -1.57
"""Fitted weights of `are_rivals` (see docs/decisions.md)."""
BOTH_ANSWER = 0.4
"""The share of a question's words that both sentences must have if they differ in a figure that counts no people."""
SAME_EVENT_DAYS = 30
"""Reports further apart are about different events, or about a state that has changed since."""
GROWING = frozenset({"dead", "injured", "missing", "arrested", "displaced"})
"""Counts that grow from hour to hour; populations and office holders change more slowly."""

_UNDER_WAY = re.compile(r"\b(?:is|are)(?: [\w’'-]+){0,2} (?!during|evening|morning)[a-z]+ing\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def asks_about_state(question: str) -> bool:
    """Whether a question asks about a present state, which may have changed; not about an event under way."""
    return asks_about_now(question) and not _UNDER_WAY.search(question)


def are_rivals(
    question: str, best: Candidate, other: Candidate, values: Sequence[str], *, count: str | None = None
) -> bool:
    """Whether two sentences with different `values` are about the same thing, by their words.

    `count`: what both figures count, if known.
    """
    if other.passage.article.id == best.passage.article.id:
        return False
    names, asked = name_stems(question), content_stems(question)
    if name_coverage(names, _around(other)) < name_coverage(names, _around(best)):
        return False
    if count in GROWING and coverage(asked, content_stems(_around(other))) >= LEAST_COVERAGE:
        return True  # a sentence with a toll need not name the event, which a report's first sentence does
    given = {stem for value in values for stem in content_stems(value)}
    words, others = (content_stems(text) for text in (best.text, other.text))
    smaller = min(len(words - given), len(others - given)) or 1
    common = len((words & others) - given) / smaller
    weighed = (
        COMMON * common + ASKED * coverage(asked, others) + SCORE * other.undated + SAME_COUNT * (count is not None)
    )
    return weighed + INTERCEPT > 0


def both_answer(question: str, best: Candidate, other: Candidate) -> bool:
    """Whether both sentences have enough of the question's words; else the figures differ in what they count."""
    asked = content_stems(question)
    return min(coverage(asked, content_stems(each.text)) for each in (best, other)) >= BOTH_ANSWER


def is_of_another_time(question: str, best: Candidate, other: Candidate) -> bool:
    """Whether the other sentence is about a time that neither the question nor the best one mentions.

    False for undated articles.
    """
    day, published = (day_of(each.passage.article.published) for each in (best, other))
    if day is None or published is None:
        return False
    asked, given = set(_YEAR.findall(question)), set(_YEAR.findall(other.text))
    if asked and not asked & (given or {str(published.year)}):
        return True
    if given and not given & {*asked, *_YEAR.findall(best.text), str(day.year)}:
        return True
    if asks_about_state(question):
        return False
    second = event_time(other.text, published)
    return second is not None and _event_day(best, day).days_from(second) > SAME_EVENT_DAYS


def _event_day(candidate: Candidate, day: date) -> Period:
    """The event time of a sentence, or `day`, its article's day."""
    return event_time(candidate.text, day) or Period(day, day)


def far_apart(published: Sequence[date | datetime | None]) -> bool:
    """Whether two of these dates are too far apart for one event."""
    days = [day for value in published if (day := day_of(value)) is not None]
    return bool(days) and (max(days) - min(days)).days > SAME_EVENT_DAYS


def is_later(one: date | datetime | None, other: date | datetime | None) -> bool:
    """Whether one was certainly published later: on one day, only if both have a time."""
    return one is not None and other is not None and dates.bounds(one)[0] > dates.bounds(other)[1]


def _around(candidate: Candidate) -> str:
    """The context of a sentence: its article's title and its passage."""
    return f"{candidate.passage.article.title or ''} {candidate.passage.text}"
