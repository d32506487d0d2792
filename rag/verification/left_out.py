"""What a claim leaves out of the sentence that it rests on: who says it, a "may", that it is an opinion.

"Officials said that the town had fallen" does not support "The town has fallen", which tells as fact what was only
said; nor does "the town may fall" support that it will. Knows nothing of whether the rest of the claim is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dateline.index.article import Span
from dateline.rag.language.attributions import Attribution
from dateline.rag.language.modality import Modality
from dateline.rag.language.word_set import word_set
from dateline.rag.verification.comparison import WEAK, Difference
from dateline.rag.verification.sentence import Sentence, fold, is_content

Omission = Literal["attribution", "hedge", "opinion"]

INSIDE = 0.75
"""The share of what claim and sentence have in common that must be in what somebody says."""
AS_NEAR = 0.9
"""A sentence that shares so much of what the nearest one shares may support the claim in its place."""
MOST_APPENDED = 15
"""Tokens of source and cue."""
_WEAKER_THAN_WILL: frozenset[Modality] = WEAK | {"required", "planned"}
""" "Should", "plans to"; not "would", which is how a past sentence reports "will"."""
_FIRST_PERSON = word_set("i we my our me us mine ours")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is left out, and of which sentence."""

    kind: Omission
    sentence: int
    """Place of the sentence."""
    words: str
    """As the sentence has them: "officials said", "may", "I"."""
    attribution: str | None = None
    """What attributes the claim if it is appended to it: "officials said"; None where that takes more words."""

    @property
    def reason(self) -> str:
        """As receipts show it."""
        what = {"attribution": "who says so", "hedge": "a word that weakens it", "opinion": "that it is an opinion"}
        return f"leaves out {what[self.kind]}: {self.words}"

    def completed(self, claim: str) -> str | None:
        """The claim with its attribution: "The town has fallen, officials said."; None where it has none to append."""
        if self.attribution is None:
            return None
        return f"{claim.rstrip('.')}, {self.attribution}."


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
        found = found or replace(said, sentence=n)
    return found


def hedge_left_out(differences: Sequence[Difference]) -> LeftOut | None:
    """The first of what a claim states differently that is a hedge: "may come" told as "came"."""
    return next(
        (
            LeftOut("hedge", one.sentence, one.instead)
            for one in differences
            if one.kind == "modality" and not one.is_decisive and one.instead and one.sentence is not None
        ),
        None,
    )


def _of_sentence(claim: Sentence, one: Sentence) -> LeftOut | None:
    if not claim.analysis.attributions:  # nor attributes anything
        for attribution in one.analysis.attributions:
            if _is_content(claim, one, attribution):
                return LeftOut(
                    "attribution" if attribution.source else "hedge",
                    0,
                    _cue(one, attribution),
                    _appended(one, attribution),
                )
        if (person := _first_person(one)) and not _first_person(claim):
            return LeftOut("opinion", 0, person)
    if hedge := _hedge(claim, one):
        return LeftOut("hedge", 0, hedge)
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


def _appended(one: Sentence, attribution: Attribution) -> str | None:
    """Source and cue as they can be appended to what is said; a pronoun would not be understood there."""
    source, cue = attribution.source, attribution.cue
    if source is None or attribution.denied:
        return None
    first, last = min(source.start, cue.start), max(source.end, cue.end)
    tokens = [token for token in one.analysis.tokens if first <= token.span.start < last]
    between = one.text[min(source.end, cue.end) : max(source.start, cue.start)]
    if between.strip(" ,") or len(tokens) > MOST_APPENDED or any(token.pos == "PRON" for token in tokens):
        return None
    said = Span(first, last).of(one.text)
    return said if tokens[0].pos == "PROPN" else said[0].lower() + said[1:]


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
            weaker = WEAK if own.modality == "asserted" else _WEAKER_THAN_WILL if own.modality == "future" else ()
            if own.lemma == other.lemma and other.modality in weaker and not own.hedges:
                return other.hedges[0].of(one.text) if other.hedges else other.modality
    return None
