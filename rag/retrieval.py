"""Question → passages to look for the answer in: searched, the newer preferred, and one origin not twice.

Knows nothing of how an answer is made of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dateline.index.search import RankedPassage, Searcher
from dateline.rag.asked import names_asked, share_named
from dateline.rag.question import FACTS, Question, kind_of
from dateline.rag.time.period import Period
from dateline.rag.time.window import Window, window_of

SEARCHED = 60
"""Passages that a search brings in."""
DEPTH = 20
"""Passages kept of them."""
AGE_WEIGHT = 0.2
"""What a year of age costs a passage, in shares of the best passage's score (see training/log.md)."""
NAMES_WEIGHT = 0.15
"""What having all of the question's names is worth, in the same shares."""
SAME_WORDS = 0.7
"""Share of common words from which two passages of one story count as the same."""

_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d[\d.,]*")


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages for a question, best first."""

    passages: tuple[RankedPassage, ...]
    reference: Period | None
    """The days that articles' ages count from; None where age does not matter."""
    index_snapshot: str
    """See `index.search.SearchResult`."""


def retrieve(searcher: Searcher, question: Question) -> Retrieved:
    """The passages for a question, near-copies of a better one left out.

    A time window in its words ranks here: articles from it come first. What filters is in `question.filters`.
    """
    window = window_of(question.text, question.asked_at)
    found = searcher.search(question.text, limit=SEARCHED, filters=question.filters)
    reference = reference_period(question, window, naming(question.text, found.passages))
    best = max((ranked.score for ranked in found.passages), default=1.0)
    names = names_asked(question.text)

    def worth(ranked: RankedPassage) -> float:
        old = age(ranked.passage.article.published, reference)
        return ranked.score / best - AGE_WEIGHT * old + NAMES_WEIGHT * _named(names, ranked)

    kept: list[RankedPassage] = []
    for candidate in sorted(found.passages, key=worth, reverse=True):  # stable: equal ones stay in the search's order
        if len(kept) < DEPTH and not any(_same_origin(candidate, better) for better in kept):
            kept.append(candidate)
    return Retrieved(tuple(kept), reference, found.index_snapshot)


def reference_period(question: Question, window: Window | None, passages: Sequence[RankedPassage]) -> Period | None:
    """The days that an article's age is counted from, or None where age does not matter.

    Those of the question's window, where it has one. Else the day of the question, or of the newest article found if
    that is older: in an archive that ends in 2021 nothing is stale for being asked about later. A question that several
    sentences answer is about all times: the reasons of 2015 stand beside those of 2021.
    """
    asked = question.asked_at.date()
    if window is not None and not window.vague:
        start = window.start or window.end or asked
        end = window.end or max(start, asked)
        return Period(start, end)
    if window is None and kind_of(question.text) not in FACTS:
        return None
    days = [day_of(ranked.passage.article.published) for ranked in passages]
    newest = max((day for day in days if day is not None), default=None)
    if newest is None:
        return None
    day = min(asked, newest)
    return Period(day, day)


def naming(question: str, passages: Sequence[RankedPassage]) -> list[RankedPassage]:
    """The passages that have, with their titles, the most of the question's names: what is newest counts among these.

    What only an article of 2015 names is not stale for the newer ones that the question's other words brought in.
    """
    names = names_asked(question)
    shares = [_named(names, ranked) for ranked in passages]
    return [ranked for ranked, named in zip(passages, shares, strict=True) if named == max(shares)]


def _named(names: frozenset[str], ranked: RankedPassage) -> float:
    return share_named(names, f"{ranked.passage.article.title or ''} {ranked.passage.text}")


def day_of(published: date | datetime | None) -> date | None:
    """The day of a date or moment."""
    return published.date() if isinstance(published, datetime) else published


def age(published: date | datetime | None, reference: Period | None) -> float:
    """How far an article is from the reference: 0 within it, 1 a year away, 1.6 ten years.

    Logarithmic, for a week matters to "this week" and not to a question about 2015. Unknown dates count as a year;
    without a reference everything is of age 0.
    """
    if reference is None:
        return 0.0
    day = day_of(published)
    if day is None:
        return 1.0
    away = reference.days_from(Period(day, day))
    return math.log1p(away / 7) / math.log1p(365 / 7)


def _same_origin(one: RankedPassage, other: RankedPassage) -> bool:
    """Whether two passages are copies: of one story, from two articles, in mostly the same words.

    Where each has a figure that the other lacks, one of them says something else: a toll that has grown.
    """
    if one.passage.story_id != other.passage.story_id or one.passage.article.id == other.passage.article.id:
        return False
    words, others = (set(_WORD.findall(ranked.passage.text.lower())) for ranked in (one, other))
    figures, other_figures = (set(_FIGURE.findall(ranked.passage.text)) for ranked in (one, other))
    smaller = min(len(words), len(others)) or 1
    replaced = figures - other_figures and other_figures - figures
    return len(words & others) / smaller >= SAME_WORDS and not replaced
