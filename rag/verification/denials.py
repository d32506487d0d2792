"""Denials: what a claim asserts and the evidence has only as what somebody denies, rules out or rejects.

"He ruled out an attack" does not support "The fire was an attack". Knows nothing of the rest of a claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dateline.index.article import Span
from dateline.rag.language.cues import denies
from dateline.rag.language.predicates import Predicate
from dateline.rag.verification.phrases import clause_span, covering
from dateline.rag.verification.sentence import Sentence, fold, is_content

INSIDE = 0.75
"""The share of what claim and sentence have in common that must be in what is denied."""


@dataclass(frozen=True, slots=True)
class Denial:
    """A denial of what a claim asserts."""

    sentence: int
    """Place of the sentence that denies it."""
    words: str
    """As that sentence has them: "the spokesman denied that the town had been captured"."""
    claimed: Span
    """The clause of the claim that asserts it."""


@dataclass(frozen=True, slots=True)
class _Denied:
    content: Span
    source: Span | None
    source_head: Span | None
    whole: Span
    """From the source to the content."""


def denial_of(claim: Sentence, evidence: Sequence[Sentence]) -> Denial | None:
    """The first denial of what the claim asserts; None where it denies something itself, or a sentence asserts it."""
    if _denied(claim) or any(one.negated for one in claim.analysis.predicates):
        return None
    for n, one in enumerate(evidence):
        for denied in _denied(one):
            inside, outside = _shared(claim, one, denied)
            if len(inside) < INSIDE * (len(inside) + len(outside)):
                continue
            lemmas = {fold(word) for word in inside}
            clause = next((each for each in claim.analysis.predicates if _asserted(claim, each) & lemmas), None)
            if clause is not None and not any(_asserts(claim, other, lemmas) for other in evidence):
                return Denial(n, denied.whole.of(one.text), clause_span(claim, clause))
    return None


def is_denied(one: Sentence, predicate: Predicate) -> bool:
    """Whether a sentence has a predicate in what somebody denies."""
    at = predicate.verb_span.start
    said = [span for each in one.analysis.attributions if each.denied for span in each.content]
    return any(span.start <= at < span.end for span in said)


def _denied(one: Sentence) -> list[_Denied]:
    analysis = one.analysis
    found = []
    for said in analysis.attributions:
        if said.denied:
            cue = said.cue if said.source is None else covering([said.source, said.cue])
            found += [_Denied(span, said.source, said.source_head, covering([span, cue])) for span in said.content]
    for predicate in analysis.predicates:
        if predicate.object is not None and denies(predicate.lemma) and not predicate.negated:
            who = predicate.subject
            whole = clause_span(one, predicate)
            source, head = (None, None) if who is None else (who.span, who.head)
            found.append(_Denied(predicate.object.span, source, head, whole))
    return found


def _shared(claim: Sentence, one: Sentence, denied: _Denied) -> tuple[list[str], list[str]]:
    """The lemmas of the claim that a sentence has, in what it denies and elsewhere; not those that describe who denies
    it ("the fire chief").
    """
    inside: list[str] = []
    outside: list[str] = []
    for token in one.analysis.tokens:
        if not is_content(token) or fold(token.lemma) not in claim.lemmas:
            continue
        if _within(token.span, denied.content):
            inside.append(fold(token.lemma))
        elif not _within(token.span, denied.source) or _within(token.span, denied.source_head):
            outside.append(fold(token.lemma))
    return inside, outside


def _within(span: Span, other: Span | None) -> bool:
    return other is not None and other.start <= span.start < other.end


def _asserted(claim: Sentence, one: Predicate) -> frozenset[str]:
    """The lemmas of a predicate and its participants."""
    participants = [part.lemma for part in (one.subject, one.object) if part is not None]
    return frozenset(fold(lemma) for lemma in (one.lemma, *participants)) & claim.lemmas


def _asserts(claim: Sentence, one: Sentence, lemmas: set[str]) -> bool:
    """Whether a sentence has all of these lemmas elsewhere than in what it denies."""
    outside = {fold(token.lemma) for token in one.analysis.tokens if is_content(token)}
    for denied in _denied(one):
        outside &= set(_shared(claim, one, denied)[1])
    return lemmas <= outside
