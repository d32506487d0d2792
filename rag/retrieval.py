"""Question → passages to look for the answer in: searched, the newer preferred, and one origin not twice.

Knows nothing of how an answer is made of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from index.search import RankedPassage, Searcher
from rag.question import FACTS, Question, kind_of

SEARCHED = 60
"""Passages that a search brings in."""
DEPTH = 20
"""Passages kept of them."""
AGE_WEIGHT = 0.2
"""What a year of age costs a passage, in shares of the best passage's score (see training/log.md)."""
SAME_WORDS = 0.7
"""Share of common words from which two passages of one story count as the same."""

_WORD = re.compile(r"\w+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages for a question, best first."""

    passages: tuple[RankedPassage, ...]
    reference_day: date | None
    """The day that articles' ages count from; None where age does not matter."""
    index_snapshot: str
    """See `index.search.SearchResult`."""


def retrieve(searcher: Searcher, question: Question) -> Retrieved:
    """The passages for a question, near-copies of a better one left out."""
    found = searcher.search(question.text, limit=SEARCHED, filters=question.filters)
    day = reference_day(question, found.passages)
    best = max((ranked.score for ranked in found.passages), default=1.0)
    by_age = sorted(
        found.passages, key=lambda r: r.score / best - AGE_WEIGHT * age(r.passage.article.published, day), reverse=True
    )  # stable: equal ones stay in the search's order
    kept: list[RankedPassage] = []
    for candidate in by_age:
        if len(kept) < DEPTH and not any(_same_origin(candidate, better) for better in kept):
            kept.append(candidate)
    return Retrieved(tuple(kept), day, found.index_snapshot)


def reference_day(question: Question, passages: Sequence[RankedPassage]) -> date | None:
    """The day that an article's age is counted from, or None where age does not matter.

    That is the day of the question, or of the newest article found if that is older: in an archive that ends in 2021
    nothing is stale for being asked about later. A question that names a year is not about now, and one that several
    sentences answer is about all times: the reasons of 2015 stand beside those of 2021.
    """
    if names_a_year(question.text) or kind_of(question.text) not in FACTS:
        return None
    days = [day_of(ranked.passage.article.published) for ranked in passages]
    newest = max((day for day in days if day is not None), default=None)
    return min(question.asked_at.date(), newest) if newest else None


def names_a_year(question: str) -> bool:
    """Whether the question is about a year that it names."""
    return bool(_YEAR.search(question))


def day_of(published: date | datetime | None) -> date | None:
    """The day of a date or moment."""
    return published.date() if isinstance(published, datetime) else published


def age(published: date | datetime | None, reference: date | None) -> float:
    """How far an article is from the reference day: 0 the same day, 1 a year, 1.6 ten years.

    Logarithmic, for a week matters to "this week" and not to a question about 2015. Unknown dates count as a year;
    without a reference day everything is of age 0.
    """
    if reference is None:
        return 0.0
    day = day_of(published)
    return 1.0 if day is None else math.log1p(abs((reference - day).days) / 7) / math.log1p(365 / 7)


def _same_origin(one: RankedPassage, other: RankedPassage) -> bool:
    """Whether two passages are copies: of one story, from two articles, in mostly the same words."""
    if one.passage.story_id != other.passage.story_id or one.passage.article.id == other.passage.article.id:
        return False
    words, others = (set(_WORD.findall(ranked.passage.text.lower())) for ranked in (one, other))
    smaller = min(len(words), len(others)) or 1
    return len(words & others) / smaller >= SAME_WORDS
