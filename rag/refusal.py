"""Refusals: when not to answer, and why: not covered, not said, outside the time window, or a false premise.

Before reading, most of the question's names and numbers must occur in the passages. The best passage's cosine decides
for questions without names, and between the reasons `no_coverage` and `not_in_coverage`. After reading,
`rag/answerer.py` compares the confidence with the reader's threshold. Knows nothing of sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from dateline.index.dates import to_text
from dateline.index.filters import NO_FILTERS, Filters
from dateline.index.folding import folded
from dateline.index.search import RankedPassage, Searcher
from dateline.rag.answer import NearestPassage, Refusal
from dateline.rag.language.question_type import question_type
from dateline.rag.question import Question, question_kind
from dateline.rag.reading.question_features import name_stem
from dateline.rag.time.phrases import without_phrases

COVERED_COSINE = 0.40
"""Least cosine of the best passage for a question that is covered (see docs/decisions.md)."""
NAMED_SHARE = 0.5
"""The share of the question's names and numbers that the passages must have."""
NEAREST = 3
"""Passages shown with a refusal."""

_NAME = re.compile(r"(?<!^)(?<![.!?] )\b(?:[A-Z][\w’'-]+|\d[\d,.]*\d|\d+)")


def not_a_question(question: str) -> Refusal | None:
    """The refusal of small talk, and of an order to do something else than answer; None for a question."""
    kind = question_type(question)
    if kind == "small_talk":
        return Refusal("not_a_question", "Ask what the articles say: who, what, when, where, why, how many.", ())
    if kind == "task":
        return Refusal("not_a_question", "This service only answers questions about what its articles say.", ())
    return None


def not_covered(question: Question, passages: Sequence[RankedPassage], searcher: Searcher) -> Refusal | None:
    """The refusal if `passages` are not about `question`; None if they are worth reading."""
    if covers(question.text, passages):
        return None
    elsewhen = without_window(question)
    if elsewhen is not None:
        found = searcher.search(elsewhen.text, limit=NEAREST, filters=elsewhen.filters).passages
        if covers(without_phrases(question.text), found):  # articles of other times don't name this one
            return outside_window(question, found)
    if not passages:
        everything = question.filters == NO_FILTERS
        message = (
            "The archive has no article that can be searched." if everything else "No article matches the filters."
        )
        return Refusal("no_coverage", message, ())
    return _nothing_about_it(passages)


def without_window(question: Question) -> Question | None:
    """The question without its time window, but with its `as_of`; None if it has no window."""
    filters = question.filters
    if filters.published_from is None and filters.published_to is None:
        return None
    return replace(question, filters=replace(filters, published_from=None, published_to=None))


def out_of_reach(question: Question, elsewhen: Sequence[RankedPassage]) -> Refusal:
    """The refusal if the filters and the question's time window exclude each other."""
    if covers(without_phrases(question.text), elsewhen):
        return outside_window(question, elsewhen)
    return _nothing_about_it(elsewhen)


def outside_window(question: Question, elsewhen: Sequence[RankedPassage]) -> Refusal:
    """The refusal if only passages outside the question's time window answer it."""
    message = f"The archive covers this, but not {_window(question.filters)}."
    return Refusal("outside_time_window", message, nearest_passages(elsewhen))


def not_said(question: str, passages: Sequence[RankedPassage]) -> Refusal:
    """The refusal if no sentence of the passages answers `question`."""
    names = {name_stem(name) for name in _NAME.findall(question)}
    named = bool(names) and any(all(name in text for name in names) for text in map(_words, passages))
    if not is_near(passages) and not named:
        return _nothing_about_it(passages)
    message = "Articles are about this, but none of their sentences answers it."
    return Refusal("not_in_coverage", message, nearest_passages(passages))


def false_premise(against: RankedPassage, passages: Sequence[RankedPassage]) -> Refusal:
    """The refusal if the passages contradict the question's premise; `against` is shown first."""
    message = "The question assumes something that the articles contradict."
    nearest = sorted(passages, key=lambda ranked: ranked is not against)  # stable
    return Refusal("false_premise", message, nearest_passages(nearest))


def _nothing_about_it(passages: Sequence[RankedPassage]) -> Refusal:
    return Refusal("no_coverage", "No article was found that is about this.", nearest_passages(passages))


def covers(question: str, passages: Sequence[RankedPassage]) -> bool:
    """Whether the passages are worth reading: semantically similar, and with most of the question's names.

    Dissimilar passages still count if one of them has all of the question's names: "Who is Amarkhel?" is similar to
    nothing that the encoder knows. Without names, a question for a fact is left to the reader, whose confidence is
    calibrated for it.
    """
    if not passages:
        return False
    names = {name_stem(name) for name in _NAME.findall(question)}
    words = [_words(ranked) for ranked in passages]
    if is_near(passages):
        return sum(any(name in text for text in words) for name in names) >= NAMED_SHARE * len(names)
    if not names:
        return question_kind(question) == "fact"
    return any(all(name in text for name in names) for text in words)


def is_near(passages: Sequence[RankedPassage]) -> bool:
    """Whether the best passage is similar enough to the question; True if no passage has a cosine."""
    cosines = [ranked.cosine for ranked in passages if ranked.cosine is not None]
    return not cosines or max(cosines) >= COVERED_COSINE


def _words(ranked: RankedPassage) -> str:
    """A passage's text with its article's title and date, in lower case."""
    article = ranked.passage.article
    text = f"{article.title or ''} {ranked.passage.text} {article.published or ''}"
    return folded(text).lower()


def nearest_passages(passages: Sequence[RankedPassage]) -> tuple[NearestPassage, ...]:
    """The first few passages, as a refusal shows them."""
    return tuple(
        NearestPassage(
            ranked.passage.article.id,
            ranked.passage.id,
            ranked.passage.text,
            to_text(ranked.passage.article.published) if ranked.passage.article.published else None,
        )
        for ranked in passages[:NEAREST]
    )


def _window(filters: Filters) -> str:
    limits = [
        f"{words} {to_text(limit)}"
        for words, limit in (
            ("published from", filters.published_from),
            ("published up to", filters.published_to),
        )
        if limit is not None
    ]
    return ", ".join(limits) or "in the time asked for"
