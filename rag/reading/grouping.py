"""Sentences grouped by period: their order in an answer, and the headings above them.

Knows nothing of how sentences are chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from dateline.index.article import Article
from dateline.rag.reading.passages import Candidate
from dateline.rag.retrieval import day_of
from dateline.rag.time.event_time import event_time
from dateline.rag.time.period import headings

LONG_AGO = 100
"""If an event lies at least this many days before its article, the sentence is ordered by the event's date."""


def sentence_day(text: str, article: Article) -> date | None:
    """The day that a sentence is ordered by: its article's, or that of an event long before; None if unknown."""
    published = day_of(article.published)
    happened = event_time(text, published)
    if happened is not None and (published is None or (published - happened.end).days > LONG_AGO):
        return happened.end
    return published


def by_period(groups: Sequence[Sequence[Candidate]]) -> tuple[list[Candidate], list[str | None]]:
    """The sentences of all groups in order, each with its heading; headings are None if all are of one period.

    A group is a sentence preceded by those it depends on; it stays together unless its article's order says otherwise.
    Periods are in chronological order, undated sentences last; within a period, articles are in order of appearance.
    """
    days = [sentence_day(group[-1].text, group[-1].passage.article) for group in groups]
    titles = headings(days)
    first_day: dict[str | None, date] = {}
    for day, title in zip(days, titles, strict=True):
        if day is not None:
            first_day[title] = min(day, first_day.get(title, day))
    placed: dict[tuple[str | None, str], list[Candidate]] = {}
    for group, title in zip(groups, titles, strict=True):
        for sentence in group:
            placed.setdefault((title, sentence.passage.article.id), []).append(sentence)
    # Stable: articles of one period keep their order.
    keys = sorted(placed, key=lambda key: first_day.get(key[0], date.max))
    said = [(one, key[0]) for key in keys for one in sorted(placed[key], key=lambda one: one.span.start)]
    return [one for one, _ in said], [title for _, title in said]


def headings_in_order(days: Sequence[Sequence[date | None]]) -> list[str | None]:
    """The headings of claims in a given order; `days`: for each claim the `sentence_day` of every supporting sentence.

    All are None if headings would mislead: one period only, a claim of several periods, or a period that recurs.
    """
    titles = iter(headings([day for some in days for day in some]))
    of_claims = [{next(titles) for _ in some} for some in days]
    if any(len(some) > 1 for some in of_claims):
        return [None] * len(days)
    found = [title for some in of_claims for title in some]
    runs = [title for title, _ in groupby(found)]
    return found if len(runs) == len(set(runs)) else [None] * len(days)
