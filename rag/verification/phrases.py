"""The words of a sentence that show a difference: a verb with its auxiliaries, a clause, a noun with its quantifier.

For reasons that people read. Knows nothing of what differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from dateline.index.article import Span
from dateline.rag.language.predicates import Predicate
from dateline.rag.verification.sentence import Sentence, fold

_HELPERS = frozenset({"aux", "auxpass", "neg", "prt"})
_NOUNS, _VERBS = frozenset({"NOUN", "PROPN"}), frozenset({"VERB", "AUX"})
LONGEST = 6
"""Tokens from a quantifier to its noun."""


def verb_span(sentence: Sentence, one: Predicate) -> Span:
    """A predicate with its auxiliaries, its "not" and the complement of a copula: "has not been closed", "is late"."""
    tokens = sentence.analysis.tokens
    verb = next((n for n, token in enumerate(tokens) if token.span == one.verb_span), None)
    spans = [one.verb_span, one.span, *(token.span for token in tokens if token.head == verb and token.dep in _HELPERS)]
    return covering(spans)


def hedged_span(sentence: Sentence, one: Predicate) -> Span:
    """A predicate with its hedges: "plans to build"."""
    return covering([verb_span(sentence, one), *one.hedges])


def clause_span(sentence: Sentence, one: Predicate) -> Span:
    """A predicate with its participants: "Lidia Brandvold had beaten Tamsin Okoro"."""
    parts = [part.span for part in (one.subject, one.object, one.recipient) if part is not None]
    return covering([verb_span(sentence, one), *parts, *(argument.span for argument in one.arguments)])


def noun_span(sentence: Sentence, quantifier: str) -> Span:
    """From a quantifier, a folded word of the sentence, to its noun: "nearly all of the districts"."""
    tokens = sentence.analysis.tokens
    first = next(n for n, token in enumerate(tokens) if fold(token.span.of(sentence.text)) == quantifier)
    phrase = list(takewhile(lambda token: token.pos not in _VERBS, tokens[first : first + LONGEST]))
    noun = next((one for one in phrase if one.pos in _NOUNS), tokens[first])
    return Span(tokens[first].span.start, noun.span.end)


def covering(spans: Sequence[Span]) -> Span:
    """From the first of the spans to the last."""
    return Span(min(span.start for span in spans), max(span.end for span in spans))
