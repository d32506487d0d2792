"""A claim beside the sentences that it rests on, both analysed: what the claim has that they don't, or have otherwise.

Names, quantities and times are bound: each is compared where it is, with the verb and the words of its clause, so that
a figure of the article beside another thing of it is a difference. Predicates are compared by verb: negation, modality,
tense. Knows nothing of models, and doesn't judge: `Comparison` holds the features of a fitted model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Literal

from dateline.index.article import Span
from dateline.rag.language.modality import Modality
from dateline.rag.language.parse import Entity
from dateline.rag.language.predicates import Participant, Predicate
from dateline.rag.language.quantities import Quantity
from dateline.rag.language.word_set import word_set
from dateline.rag.verification.anchors import Anchor, anchors_of, excludes, in_its_place, same
from dateline.rag.verification.sentence import Sentence, fold, folded_words

Kind = Literal["name", "quantity", "time", "negation", "modality", "tense", "role", "quantifier"]

_UNIVERSAL = word_set("all every each everybody everyone everything entire whole")
_NEGATIVE = word_set("not n't no none nobody nothing never neither nor nowhere without cannot")
_PARTIAL = word_set("almost nearly most some many several part partly half hardly only")
_FORMER = word_set("former late ex acting alleged suspected reported would-be self-styled")
"""Words before a noun that change whether it is one: a former minister is no minister."""
UNREAL: frozenset[Modality] = frozenset({"planned", "required", "hypothetical", "future", "asked"})
"""Told of, but not as happened."""
WEAK: frozenset[Modality] = frozenset({"possible", "reported"})
"""Told as happened, perhaps."""
_ARTICLES = word_set("the a an")
_SAYING_LITTLE = word_set("say be have")
"""Verbs that are in too many sentences for their negation or tense to be compared."""
NEARLY_SAME = 0.75
"""The share of its content lemmas that a claim must have in common with a sentence for their denials to be compared."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the claim says otherwise."""

    kind: Kind
    span: Span
    """In the claim."""
    instead: str | None
    """The words of the evidence in its place, or its modality or tense; None where it has none."""

    @property
    def is_decisive(self) -> bool:
        """Whether it can't be another way to say the same. A hedge that is left out can't be told from one here."""
        return self.kind != "modality" or self.instead in UNREAL


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a claim lacks and has otherwise; counts, but for shares."""

    covered: float
    """Share of its content lemmas that the nearest sentence has, 0 to 1."""
    missing: float
    """Content lemmas that no sentence of the evidence has, as a share."""
    missing_names: float
    """Words of names that neither the evidence nor the header has."""
    distant_names: float
    """Words of names that the evidence has, but neither the nearest sentence nor those beside it."""
    missing_quantities: float
    missing_times: float
    replaced: float
    """Names, quantities and times in whose place the evidence has another."""
    negation: float
    unreal: float
    """Told as happened where the evidence tells of a plan, a wish, a condition."""
    weakened: float
    """Told without the "may" or "reportedly" that the evidence has."""
    tense: float
    quantifier: float
    former: float

    def features(self) -> dict[str, float]:
        """By name."""
        return asdict(self)


def compare(
    claim: Sentence, evidence: Sequence[Sentence], near: int, header: frozenset[str] = frozenset()
) -> tuple[Comparison, tuple[Difference, ...]]:
    """Beside the evidence's sentences, in the article's order; `near`: the place of the nearest.

    `header`: folded words of the title.
    """
    nearest, beside = evidence[near], evidence[max(0, near - 2) : near + 2]
    differences = [
        *_anchored(claim, evidence, beside, nearest),
        *_predicated(claim, nearest, beside),
        *_quantified(claim, nearest),
    ]

    def count(*kinds: Kind, instead: bool | None = None) -> int:
        """Differences of these kinds; only those with, or without, something else in their place."""
        return sum(one.kind in kinds and instead in (None, bool(one.instead)) for one in differences)

    told = header.union(*(one.said for one in evidence))
    lemmas = max(1, len(claim.lemmas))
    modal = [one.instead for one in differences if one.kind == "modality"]
    comparison = Comparison(
        covered=len(claim.lemmas & nearest.said) / lemmas,
        missing=len(claim.lemmas - told) / lemmas,
        missing_names=len(claim.names - told),
        distant_names=len((claim.names & told) - header.union(*(one.said for one in beside))),
        missing_quantities=count("quantity", instead=False),
        missing_times=count("time", instead=False),
        replaced=count("name", "quantity", "time", "role", instead=True),
        negation=max(count("negation"), _parity(claim, nearest)),
        unreal=sum(one in UNREAL for one in modal),
        weakened=sum(one in WEAK for one in modal),
        tense=count("tense"),
        quantifier=count("quantifier"),
        former=_former(claim, nearest),
    )
    return comparison, tuple(differences)


def _anchored(
    claim: Sentence, evidence: Sequence[Sentence], beside: Sequence[Sentence], nearest: Sentence
) -> Iterator[Difference]:
    """Names, quantities and times that the evidence lacks, or has bound to something else."""
    anchors = {id(one): anchors_of(one) for one in evidence}
    everywhere = list(chain.from_iterable(anchors.values()))
    close = [anchor for one in beside for anchor in anchors[id(one)]]
    for own in anchors_of(claim):
        alike = [one for one in everywhere if same(own, one)]
        rival = max((one for one in close if excludes(own, one)), key=own.shared, default=None)
        if rival is not None and in_its_place(own, rival, alike, nearest):
            yield Difference(_kind_of(own), own.value.span, rival.text)
        elif not alike and not isinstance(own.value, Entity):  # words of names are looked for one by one
            yield Difference(_kind_of(own), own.value.span, None)


def _kind_of(anchor: Anchor) -> Kind:
    if isinstance(anchor.value, Entity):
        return "name"
    return "quantity" if isinstance(anchor.value, Quantity) else "time"


def _predicated(claim: Sentence, near: Sentence, beside: Sequence[Sentence]) -> Iterator[Difference]:
    """Predicates of the claim that the evidence has with another negation, modality or tense, or the other way round.

    Each is compared with that of the same verb that shares the most words with it, in the nearest sentence first.
    """
    others = [(one, predicate) for one in (near, *beside) for predicate in one.analysis.predicates]
    for own in claim.analysis.predicates:
        alike = [
            (len(_around(claim, own) & _around(one, other)), one is near, n)
            for n, (one, other) in enumerate(others)
            if other.lemma == own.lemma and own.lemma not in _SAYING_LITTLE
        ]
        shared, _, n = max(alike, key=lambda each: each[:2], default=(0, False, 0))
        if not shared:
            continue
        sentence, best = others[n]
        if _reversed(claim, own, sentence, best):
            yield Difference("role", own.span, best.span.of(sentence.text))
        if best.negated != own.negated:
            yield Difference("negation", own.span, "not" if best.negated else "")
        if own.modality == "asserted" and best.modality != "asserted":
            yield Difference("modality", own.span, best.modality)
        if own.tense != best.tense and "present" in (own.tense, best.tense) and None not in (own.tense, best.tense):
            yield Difference("tense", own.span, best.tense)


def _around(sentence: Sentence, predicate: Predicate) -> frozenset[str]:
    """The words of a predicate's participants and arguments."""
    parts = [part.span for part in (predicate.subject, predicate.object, predicate.recipient) if part is not None]
    parts += [argument.span for argument in predicate.arguments]
    return folded_words(part.of(sentence.text) for part in parts)


def _reversed(claim: Sentence, own: Predicate, sentence: Sentence, other: Predicate) -> bool:
    """Whether who does it in the one is, in the other, somebody to whom or by whom it is done."""
    does, did = _words(claim, own.subject), _words(sentence, other.subject)
    if not does or not did or does & did:
        return False
    return bool(does & _done_to(sentence, other) or did & _done_to(claim, own))


def _done_to(sentence: Sentence, one: Predicate) -> frozenset[str]:
    """The words of a predicate's object and recipient, and the heads of its arguments."""
    heads = folded_words(argument.head.of(sentence.text) for argument in one.arguments)
    return heads | _words(sentence, one.object) | _words(sentence, one.recipient)


def _words(sentence: Sentence, one: Participant | None) -> frozenset[str]:
    return frozenset() if one is None else folded_words([one.span.of(sentence.text)]) - _ARTICLES


def _quantified(claim: Sentence, near: Sentence) -> Iterator[Difference]:
    """ "All" where the evidence has "nearly all" or no such word, "nobody" where it denies nothing."""
    universal, softened = claim.words & _UNIVERSAL, near.words & _PARTIAL
    if universal and (not near.words & _UNIVERSAL or softened - claim.words):
        yield Difference("quantifier", Span(0, len(claim.text)), min(softened, default=None))
    elif claim.words & word_set("nobody none nothing never") and not near.words & _NEGATIVE:
        yield Difference("quantifier", Span(0, len(claim.text)), None)


def _parity(claim: Sentence, near: Sentence) -> bool:
    """Whether one of two sentences that are nearly the same denies and the other doesn't."""

    def denials(one: Sentence) -> int:
        return sum(fold(token.span.of(one.text)) in _NEGATIVE for token in one.analysis.tokens)

    common = len(claim.lemmas & near.said)
    alike = common >= NEARLY_SAME * max(1, len(claim.lemmas), len(near.lemmas) / 2)
    return alike and denials(claim) % 2 != denials(near) % 2


def _former(claim: Sentence, near: Sentence) -> int:
    """How many of the nouns that both have are "former" in one of the two only."""

    def marked(sentence: Sentence) -> set[str]:
        tokens = sentence.analysis.tokens
        return {
            fold(tokens[t.head].lemma) for t in tokens if fold(t.lemma) in _FORMER and t.dep in ("amod", "compound")
        }

    return len((marked(claim) ^ marked(near)) & claim.lemmas & near.lemmas)
