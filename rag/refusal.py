"""When not to answer, and why: nothing there, nothing about it, or only outside the time asked for.

A threshold on how near the best passage is, and one rule: most of the question's names and numbers must occur in
what was found. Knows nothing of the sentences that would be said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.dates import to_text
from index.filters import Filters
from index.search import RankedPassage, Searcher
from rag.answer import NearestPassage, Refusal
from rag.question import Question

COVERED_COSINE = 0.40
"""Cosine of the best passage from which the archive is taken to cover a question (see docs/decisions.md)."""
NAMED_SHARE = 0.5
"""The share of the question's names and numbers that the passages must contain."""
NEAREST = 3
"""Passages shown beside a refusal."""

_NAME = re.compile(r"(?<!^)(?<![.!?] )\b(?:[A-Z][\w’'-]+|\d[\d,.]*\d|\d+)")


def refusal(question: Question, passages: Sequence[RankedPassage], searcher: Searcher) -> Refusal | None:
    """Why `question` can't be answered from `passages`, or None if it can be tried."""
    if covers(question.text, passages):
        return None
    filters = question.filters
    if any((filters.published_from, filters.published_to, filters.as_of)):
        anytime = replace(filters, published_from=None, published_to=None, as_of=None)
        elsewhen = searcher.search(question.text, limit=NEAREST, filters=anytime).passages
        if covers(question.text, elsewhen):
            return Refusal(
                "outside_time_window",
                f"The archive covers this, but not {_window(filters)}.",
                nearest_passages(elsewhen),
            )
    if not passages:
        return Refusal("no_coverage", "No article in the archive can be searched for this.", ())
    return Refusal("no_coverage", "No article in the archive is about this.", nearest_passages(passages[:NEAREST]))


def nothing_said(passages: Sequence[RankedPassage]) -> Refusal:
    """The refusal when passages are about the question but no sentence of theirs can be said."""
    return Refusal(
        "not_in_coverage",
        "Articles are about this, but none of their sentences answers it.",
        nearest_passages(passages[:NEAREST]),
    )


def covers(question: str, passages: Sequence[RankedPassage]) -> bool:
    """Whether the passages are about the question: near in meaning and naming most of what it names.

    Passages that are not near still count if one of them has all of the question's names: "Who is Amarkhel?" is
    near to nothing that the encoder knows.
    """
    if not passages:
        return False
    cosines = [ranked.cosine for ranked in passages if ranked.cosine is not None]
    is_near = not cosines or max(cosines) >= COVERED_COSINE
    names = {name.lower().removesuffix("'s").removesuffix("’s") for name in _NAME.findall(question)}
    words = [_words(ranked) for ranked in passages]
    if is_near:
        return sum(any(name in text for text in words) for name in names) >= NAMED_SHARE * len(names)
    return bool(names) and any(all(name in text for name in names) for text in words)


def _words(ranked: RankedPassage) -> str:
    """What a passage says, with its article's title and date, in lower case."""
    article = ranked.passage.article
    return f"{article.title or ''} {ranked.passage.text} {article.published or ''}".lower()


def nearest_passages(passages: Sequence[RankedPassage]) -> tuple[NearestPassage, ...]:
    """The passages as a refusal shows them."""
    return tuple(
        NearestPassage(
            ranked.passage.article.id,
            ranked.passage.id,
            ranked.passage.text,
            to_text(ranked.passage.article.published) if ranked.passage.article.published else None,
        )
        for ranked in passages
    )


def _window(filters: Filters) -> str:
    limits = [
        f"{words} {to_text(limit)}"
        for words, limit in (
            ("published from", filters.published_from),
            ("published up to", filters.published_to),
            ("as of", filters.as_of),
        )
        if limit is not None
    ]
    return ", ".join(limits)
