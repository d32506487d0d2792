"""Question → passages to look for the answer in: searched, and one origin not twice.

Knows nothing of how an answer is made of them.
"""

from __future__ import annotations

import re

from index.search import RankedPassage, Searcher, SearchResult
from rag.question import Question

DEPTH = 20
"""Passages that a search brings in."""
SAME_WORDS = 0.7
"""Share of common words from which two passages of one story count as the same."""

_WORD = re.compile(r"\w+")


def retrieve(searcher: Searcher, question: Question) -> SearchResult:
    """The passages for a question, best first, near-copies of a better one left out."""
    found = searcher.search(question.text, limit=DEPTH, filters=question.filters)
    kept: list[RankedPassage] = []
    for candidate in found.passages:
        if not any(_same_origin(candidate, better) for better in kept):
            kept.append(candidate)
    return SearchResult(tuple(kept), found.index_snapshot, found.considered)


def _same_origin(one: RankedPassage, other: RankedPassage) -> bool:
    """Whether two passages are copies: of one story, from two articles, in mostly the same words."""
    if one.passage.story_id != other.passage.story_id or one.passage.article.id == other.passage.article.id:
        return False
    words, others = (set(_WORD.findall(ranked.passage.text.lower())) for ranked in (one, other))
    smaller = min(len(words), len(others)) or 1
    return len(words & others) / smaller >= SAME_WORDS
