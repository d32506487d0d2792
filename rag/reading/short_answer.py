"""Short answers: whether a reader's answer span may be shown as the short answer. None is better than a wrong one.

By the expected type, the span's own words and the confidence. Knows nothing of how spans are found.
"""

from __future__ import annotations

import re

from dateline.index.article import Span
from dateline.rag.reading.question_features import (
    ExpectedType,
    expected_type,
    has_expected_type,
    only_repeats_question,
)
from dateline.rag.time.phrases import phrases_in
from dateline.rag.values.figures import values_in
from dateline.rag.values.names import names_in, same_name

MOST_WORDS = 9
"""A longer span may have been cut by the reader."""

_CUT = re.compile(
    r"\b(?:the|a|an|of|to|in|on|at|by|for|from|with|and|or|but|if|than|that|as|is|was|were|who|which)\W*$",
    re.IGNORECASE,
)
"""Ends in the middle of a phrase."""
_TYPED: frozenset[ExpectedType] = frozenset({"money", "percent", "figure", "day", "time"})


def is_short_answer(question: str, words: str) -> bool:
    """Whether `words`, a span of a sentence, are of the type that the question expects, whole, and new."""
    if len(words.split()) > MOST_WORDS or _CUT.search(words) or only_repeats_question(question, words):
        return False
    wanted = expected_type(question)
    if wanted in _TYPED:
        return has_expected_type(question, words)
    if wanted == "name":  # a person or place may be described: "a deckhand"
        return not values_in(words) and not phrases_in(words, None) and not _is_of_the_question(question, words)
    return True


def whole_names(sentence: str, span: Span) -> Span:
    """The span widened to all of a name that it cuts: "Akhtar Mohammad" in "Akhtar Mohammad Mansour"."""
    for _, name in names_in(sentence):
        if name.start < span.end and span.start < name.end:
            span = Span(min(span.start, name.start), max(span.end, name.end))
    return span


def _is_of_the_question(question: str, words: str) -> bool:
    """Whether a name is one of the question's."""
    return any(same_name(name, asked) for name, _ in names_in(words) for asked, _ in names_in(question))
