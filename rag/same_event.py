"""Whether two sentences that answer with different values speak of the same thing: by their words and their times.

How likely that is, is weighed (see docs/decisions.md). Knows nothing of what is said in the end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from difflib import SequenceMatcher

from dateline.index import dates
from dateline.rag.asked import ANSWERING, names_asked, share, share_named, stems
from dateline.rag.placed_names import alike, placed_names
from dateline.rag.reading import Candidate
from dateline.rag.retrieval import day_of
from dateline.rag.time.event_time import event_time
from dateline.rag.time.period import Period
from dateline.rag.time.window import asks_about_now

COMMON, ASKED, SCORE, SAME_COUNT, INTERCEPT = 1.0, 1.89, 0.17, 0.76, -1.57
"""Weights of `rivals`, fitted (see docs/decisions.md)."""
TOLD = 0.65
"""The share of a question's words that both sentences must have where they differ in a name."""
PARALLEL, PARALLEL_WORDS = 0.75, 6
"""The share of their words, in order, that two versions of one sentence have in common, and how many they must be."""
SAME_EVENT_DAYS = 30
"""Names and places told further apart belong to different events, or to one state that has changed since."""
GROWING = frozenset({"dead", "injured", "missing", "arrested", "displaced"})
"""What is counted anew from hour to hour; inhabitants, and who holds an office, change more slowly."""

_POINTS_BACK = re.compile(r"\W*(?:It|That|This|These|Those|They|He|She)\b")
"""A sentence that opens so may speak of any event."""
_UNDER_WAY = re.compile(r"\b(?:is|are)(?: [\w’'-]+){0,2} (?!during|evening|morning)[a-z]+ing\b")
_GENDER = re.compile(r"\b(?:(?P<he>he|him|his)|(?P<she>she|her|hers))\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def asks_about_state(question: str) -> bool:
    """Whether a question asks how something is, which may have changed; what is under way is an event."""
    return asks_about_now(question) and not _UNDER_WAY.search(question)


def rivals(
    question: str, best: Candidate, other: Candidate, values: Sequence[str], *, count: str | None = None
) -> bool:
    """Whether two sentences with different `values` speak of the same thing, as far as their words tell.

    `count`: what both are known to count.
    """
    if other.passage.article.id == best.passage.article.id:
        return False
    if of_another(question, other.text):
        return False
    if _parallel(best.text, other.text):
        return True
    if _POINTS_BACK.match(other.text):
        return False
    names, asked = names_asked(question), stems(question)
    if share_named(names, _around(other)) < share_named(names, _around(best)):
        return False
    if count in GROWING and share(asked, stems(_around(other))) >= ANSWERING:
        # Whose dead they are, a report's first sentence says, and the one with their number need not; a report of
        # another time may speak of this event beside its own.
        return not _of_another_time(best, other) or share(asked, stems(other.text)) > ANSWERING
    given = {stem for value in values for stem in stems(value)}
    words, others = (stems(text) for text in (best.text, other.text))
    smaller = min(len(words - given), len(others - given)) or 1
    common = len((words & others) - given) / smaller
    weighed = COMMON * common + ASKED * share(asked, others) + SCORE * other.undated + SAME_COUNT * (count is not None)
    return weighed + INTERCEPT > 0


def tell_what_is_asked(question: str, best: Candidate, other: Candidate) -> bool:
    """Whether both sentences have most of the question's words, or are versions of one: each name has its own role.

    Only in news: documents without dates are rather about one thing that they describe.
    """
    asked = stems(question)
    if min(share(asked, stems(each.text)) for each in (best, other)) >= TOLD:
        return True
    return any(each.passage.article.published is None for each in (best, other)) or _parallel(best.text, other.text)


def of_another(question: str, sentence: str) -> bool:
    """Whether a sentence speaks of somebody else: another name stands in the place of the question's, or she for he."""
    asked, told = _genders(question), _genders(sentence)
    if asked and told and asked.isdisjoint(told):
        return True
    ours, theirs = placed_names(question), placed_names(sentence)
    missing = [one.beside for one in ours if not any(alike(one.name, other.name) for other in theirs)]
    foreign = [other.beside for other in theirs if not any(alike(other.name, one.name) for one in ours)]
    return any(one & another for one in missing for another in foreign)


def _genders(text: str) -> set[str]:
    return {found.lastgroup for found in _GENDER.finditer(text) if found.lastgroup}


def of_one_event(question: str, best: Candidate, other: Candidate) -> bool:
    """Whether they may speak of one event by their articles' days; a present state may have changed since."""
    return not far_apart([each.passage.article.published for each in (best, other)]) or asks_about_state(question)


def at_other_times(question: str, best: Candidate, other: Candidate) -> bool:
    """Whether the other sentence tells of a time that neither the question nor the best one speaks of.

    Where articles have no dates it can't be told.
    """
    day, published = (day_of(each.passage.article.published) for each in (best, other))
    if day is None or published is None:
        return False
    asked, told = set(_YEAR.findall(question)), set(_YEAR.findall(other.text))
    if asked and not asked & (told or {str(published.year)}):
        return True
    if told and not told & {*asked, *_YEAR.findall(best.text), str(day.year)}:
        return True
    if asks_about_state(question):
        return False
    second = event_time(other.text, published)
    return second is not None and _told_time(best, day).days_from(second) > SAME_EVENT_DAYS


def _of_another_time(best: Candidate, other: Candidate) -> bool:
    """Whether the other article was published far from the time that the best sentence tells of."""
    day, published = (day_of(each.passage.article.published) for each in (best, other))
    if day is None or published is None:
        return False
    return _told_time(best, day).days_from(Period(published, published)) > SAME_EVENT_DAYS


def _told_time(candidate: Candidate, day: date) -> Period:
    """The time that a sentence of an article of `day` tells of: its own, or that day."""
    return event_time(candidate.text, day) or Period(day, day)


def far_apart(published: Sequence[date | datetime | None]) -> bool:
    """Whether two of these articles' dates are too far apart for one event."""
    days = [day for value in published if (day := day_of(value)) is not None]
    return bool(days) and (max(days) - min(days)).days > SAME_EVENT_DAYS


def is_later(one: date | datetime | None, other: date | datetime | None) -> bool:
    """Whether one was surely published later: two articles of one day tell only if both give the time."""
    return one is not None and other is not None and dates.bounds(one)[0] > dates.bounds(other)[1]


def _parallel(one: str, other: str) -> bool:
    """Whether two sentences are the same but for a few words: one report in two versions."""
    words, others = (_WORD.findall(text.lower()) for text in (one, other))
    if min(len(words), len(others)) < PARALLEL_WORDS:
        return False
    return SequenceMatcher(None, words, others, autojunk=False).ratio() >= PARALLEL


def _around(candidate: Candidate) -> str:
    """What tells what a sentence speaks of: its article's title and its passage."""
    return f"{candidate.passage.article.title or ''} {candidate.passage.text}"
