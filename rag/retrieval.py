"""Retrieval: the passages for a question, with newer articles preferred and near-copies removed.

Knows nothing of how answers are made.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dateline.index.filters import Filters
from dateline.index.search import RankedPassage, Searcher
from dateline.rag.language.question_type import endings
from dateline.rag.question import FACTS, Question, question_kind
from dateline.rag.reading.question_features import name_coverage, name_stems
from dateline.rag.time.period import Period
from dateline.rag.time.window import Window, window_of

SEARCHED = 60
"""Passages taken from the search."""
NEAREST = 3
"""Best passages whose cosine tells how near a text is to the archive."""
DEPTH = 20
"""Passages kept after reranking."""
AGE_WEIGHT = 0.2
"""Penalty for a year of age, as a share of the best passage's score (see training/log.md)."""
NAMES_WEIGHT = 0.15
"""Bonus for having all of the question's names, in the same unit."""
SAME_WORDS = 0.7
"""The share of common words at which two passages of one story count as copies."""

_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d[\d.,]*")


@dataclass(frozen=True, slots=True)
class RetrievedPassages:
    """The passages for a question, best first."""

    passages: tuple[RankedPassage, ...]
    reference: Period | None
    """The days that articles' ages are relative to; None if age does not matter."""
    index_snapshot: str
    """See `index.search.SearchResult`."""


def retrieve(searcher: Searcher, question: Question) -> RetrievedPassages:
    """The passages for a question, without near-copies of better ones.

    A time window in the question's words only affects ranking here; filtering is done by `question.filters`.
    """
    window = window_of(question.text, question.asked_at)
    found = searcher.search(question.text, limit=SEARCHED, filters=question.filters)
    reference = reference_period(question, window, naming(question.text, found.passages))
    best = max((ranked.score for ranked in found.passages), default=1.0)
    names = name_stems(question.text)

    def worth(ranked: RankedPassage) -> float:
        old = age(ranked.passage.article.published, reference)
        return ranked.score / best - AGE_WEIGHT * old + NAMES_WEIGHT * _named(names, ranked)

    kept: list[RankedPassage] = []
    for candidate in sorted(found.passages, key=worth, reverse=True):  # stable: equal ones stay in the search's order
        if len(kept) < DEPTH and not any(_same_origin(candidate, better) for better in kept):
            kept.append(candidate)
    return RetrievedPassages(tuple(kept), reference, found.index_snapshot)


def searched_text(searcher: Searcher, question: Question) -> str:
    """The question's text, or its ending from some sentence on that is nearer to the archive.

    So what is said before a question is left out ("I need this for the morning meeting: who won?"), unless it says what
    the question is about ("Petrol is at a record high. How much is a gallon?").
    """
    texts = endings(question.text)
    if len(texts) == 1:
        return question.text
    return max(texts, key=lambda text: _cosine(searcher, text, question.filters))  # ties: the longest


def _cosine(searcher: Searcher, text: str, filters: Filters) -> float:
    """The cosine of the nearest of the best passages; 0 if there is none."""
    found = searcher.search(text, limit=NEAREST, filters=filters).passages
    return max((ranked.cosine for ranked in found if ranked.cosine is not None), default=0.0)


def reference_period(question: Question, window: Window | None, passages: Sequence[RankedPassage]) -> Period | None:
    """The days that an article's age is relative to; None if age does not matter.

    The question's time window if it has one, else the day of the question, or of the newest article found if that is
    older: in an archive that ends in 2021, the articles of 2021 are not stale. Age does not matter for a question that
    takes several sentences: reasons from 2015 are as good as those from 2021.
    """
    asked = question.asked_at.date()
    if window is not None and not window.vague:
        start = window.start or window.end or asked
        end = window.end or max(start, asked)
        return Period(start, end)
    if window is None and question_kind(question.text) not in FACTS:
        return None
    days = [day_of(ranked.passage.article.published) for ranked in passages]
    newest = max((day for day in days if day is not None), default=None)
    if newest is None:
        return None
    day = min(asked, newest)
    return Period(day, day)


def naming(question: str, passages: Sequence[RankedPassage]) -> list[RankedPassage]:
    """The passages that have, with their titles, the most of the question's names.

    Only these decide what is newest: an article from 2015 is not stale if newer ones lack the question's names.
    """
    names = name_stems(question)
    shares = [_named(names, ranked) for ranked in passages]
    return [ranked for ranked, named in zip(passages, shares, strict=True) if named == max(shares)]


def _named(names: frozenset[str], ranked: RankedPassage) -> float:
    return name_coverage(names, f"{ranked.passage.article.title or ''} {ranked.passage.text}")


def day_of(published: date | datetime | None) -> date | None:
    """The day of a date or datetime."""
    return published.date() if isinstance(published, datetime) else published


def age(published: date | datetime | None, reference: Period | None) -> float:
    """An article's age relative to `reference`: 0 within it, 1 for a year, 1.6 for ten years.

    Logarithmic, since a week matters to "this week" and not to a question about 2015. Unknown dates count as a year;
    without a reference the age is 0.
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

    Not if each has a figure that the other lacks, such as a toll that has grown.
    """
    if one.passage.story_id != other.passage.story_id or one.passage.article.id == other.passage.article.id:
        return False
    words, others = (set(_WORD.findall(ranked.passage.text.lower())) for ranked in (one, other))
    figures, other_figures = (set(_FIGURE.findall(ranked.passage.text)) for ranked in (one, other))
    smaller = min(len(words), len(others)) or 1
    replaced = figures - other_figures and other_figures - figures
    return len(words & others) / smaller >= SAME_WORDS and not replaced
