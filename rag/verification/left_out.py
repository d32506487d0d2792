"""What a claim leaves out of the sentence that it rests on: who says it, a "may", that it is an opinion.

"Officials said that the town had fallen" does not support "The town has fallen", which tells as fact what was only
said; nor does "the town may fall" support that it will. Knows nothing of whether the rest of the claim is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dateline.index.article import Span
from dateline.rag.language.attributions import Attribution
from dateline.rag.language.word_set import word_set
from dateline.rag.verification.comparison import WEAK
from dateline.rag.verification.sentence import Sentence, fold, is_content

Omission = Literal["attribution", "hedge", "opinion"]

INSIDE = 0.75
"""The share of what claim and sentence have in common that must be in what somebody says."""
AS_NEAR = 0.9
"""A sentence that shares so much of what the nearest one shares may support the claim in its place."""
_FIRST_PERSON = word_set("i we my our me us mine ours")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is left out, and of which sentence."""

    kind: Omission
    sentence: int
    """Place of the sentence."""
    words: str
    """As the sentence has them: "officials said", "may", "I"."""

    @property
    def reason(self) -> str:
        """As it stands in receipts."""
        what = {"attribution": "who says so", "hedge": "a word that weakens it", "opinion": "that it is an opinion"}
        return f"leaves out {what[self.kind]}: {self.words}"


def left_out(claim: Sentence, evidence: Sequence[Sentence]) -> LeftOut | None:
    """What the claim leaves out of the evidence; None where a sentence that is as near says it outright."""
    if not evidence:
        return None
    shared = [len(claim.lemmas & one.said) for one in evidence]
    most = max(shared)
    found = None
    for n in sorted(range(len(evidence)), key=lambda n: -shared[n]):  # stable
        if shared[n] < AS_NEAR * most:
            break
        said = _of_sentence(claim, evidence[n])
        if said is None:
            return None
        found = found or LeftOut(said[0], n, said[1])
    return found


def _of_sentence(claim: Sentence, one: Sentence) -> tuple[Omission, str] | None:
    if not claim.analysis.attributions:  # nor says whose words or thoughts it tells
        for attribution in one.analysis.attributions:
            if _is_content(claim, one, attribution):
                return ("attribution" if attribution.source else "hedge"), _cue(one, attribution)
        if (person := _first_person(one)) and not _first_person(claim):
            return "opinion", person
    if hedge := _hedge(claim, one):
        return "hedge", hedge
    return None


def _is_content(claim: Sentence, one: Sentence, attribution: Attribution) -> bool:
    """Whether what the two have in common is what somebody says, thinks or claims in the sentence."""
    places = [
        token.span.start
        for token in one.analysis.tokens
        if is_content(token) and (fold(token.lemma) in claim.lemmas or fold(token.span.of(one.text)) in claim.words)
    ]
    inside = [at for at in places if any(span.start <= at < span.end for span in attribution.content)]
    return bool(places) and len(inside) >= INSIDE * len(places)


def _cue(one: Sentence, attribution: Attribution) -> str:
    spans = [span for span in (attribution.source, attribution.cue) if span is not None]
    first, last = min(span.start for span in spans), max(span.end for span in spans)
    if any(first < span.start < last for span in attribution.content):  # one stands before what is said, one behind
        return " … ".join(span.of(one.text) for span in sorted(spans, key=lambda span: span.start))
    return Span(first, last).of(one.text)


def _first_person(one: Sentence) -> str | None:
    """A "we" or "my" of the writer, outside of quotations."""
    for token in one.analysis.tokens:
        quoted = any(each.span.start <= token.span.start < each.span.end for each in one.analysis.quotations)
        if not quoted and fold(token.span.of(one.text)) in _FIRST_PERSON and token.pos == "PRON":
            return token.span.of(one.text)
    return None


def _hedge(claim: Sentence, one: Sentence) -> str | None:
    """The word that weakens the sentence's predicate where the claim's same predicate is asserted."""
    for own in claim.analysis.predicates:
        for other in one.analysis.predicates:
            if own.lemma == other.lemma and own.modality == "asserted" and other.modality in WEAK and not own.hedges:
                return other.hedges[0].of(one.text) if other.hedges else other.modality
    return None
