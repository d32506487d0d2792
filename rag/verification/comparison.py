"""A claim compared with its evidence by parse: what the claim adds, and what the evidence states differently.

Names, quantities and times are bound: each is compared where it is, with the verb and the words of its clause, so that
a figure of the article beside another thing of it is a difference. Predicates are compared by verb: subject, negation,
modality, tense. What somebody says is compared with who says it, and with who denies it. Knows nothing of models, and
doesn't judge: `Comparison` holds the features of a fitted model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Literal

from dateline.index.article import Span
from dateline.rag.language.attributions import Attribution
from dateline.rag.language.modality import Modality
from dateline.rag.language.parse import Entity
from dateline.rag.language.predicates import Participant, Predicate, Tense
from dateline.rag.language.quantities import Quantity
from dateline.rag.language.word_set import word_set
from dateline.rag.verification.anchors import Anchor, anchors_of, excludes, in_its_place, related, same
from dateline.rag.verification.denials import denial_of, is_denied
from dateline.rag.verification.phrases import clause_span, hedged_span, noun_span, verb_span
from dateline.rag.verification.sentence import Sentence, fold, folded_words, is_content

DifferenceKind = Literal[
    "name", "quantity", "time", "speaker", "negation", "modality", "tense", "role", "former", "quantifier", "denial"
]

_UNIVERSAL = word_set("all every each everybody everyone everything entire whole")
_NEGATIVE = word_set("not n't no none nobody nothing never neither nor nowhere without cannot")
_NOBODY = word_set("nobody none nothing never")
_PARTIAL = word_set("almost nearly most some many several part partly half hardly only")
_FORMER = word_set("former late ex acting alleged suspected reported would-be self-styled")
"""Words before a noun that change whether it is one: a former minister is no minister."""
UNREAL: frozenset[Modality] = frozenset({"planned", "required", "hypothetical", "future", "asked"})
"""Mentioned, but not as something that happened."""
WEAK: frozenset[Modality] = frozenset({"possible", "reported"})
"""Said to have happened, with a hedge."""
_ARTICLES = word_set("the a an")
_FACTUAL: frozenset[Modality] = frozenset({"asserted", "reported", "future", "asked"})
"""Modalities whose tense is that of what happens: "may" and "would" are in no tense that could be compared."""
_SAYING_LITTLE = word_set("say be have")
"""Verbs that are too common for their negation or tense to be compared."""
LEAST_SAID = 2
"""Content lemmas of what is said, for its speakers to be compared."""
AS_MUCH = 0.75
"""The share of the most that an attribution has in common with the claim's which another must have, too, to count."""
NEARLY_SAME = 0.75
"""The share of its content lemmas that a claim must have in common with a sentence for their denials to be compared."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the claim states differently."""

    kind: DifferenceKind
    span: Span
    """In the claim."""
    instead: str | None
    """The words of the evidence in its place; None where it has none."""
    sentence: int | None = None
    """The place of the evidence's sentence with these words."""
    modality: Modality | None = None
    """Of these words, where it is what differs."""
    is_absent: bool = False
    """Whether it is a figure, a time or an "all" that the evidence has nowhere."""

    @property
    def is_decisive(self) -> bool:
        """Whether it rules out a paraphrase. An omitted hedge looks the same as a paraphrase here."""
        return self.kind != "modality" or self.modality in UNREAL

    @property
    def is_of_value(self) -> bool:
        """Whether it is a figure or a time, which is compared with those of all sentences around."""
        return self.kind in ("quantity", "time")


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a claim differs from its evidence; counts, except where a field is a share."""

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
    """Stated as a fact where the evidence has a plan, a wish or a condition."""
    weakened: float
    """Stated without the "may" or "reportedly" that the evidence has."""
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
    nearest, beside = evidence[near], range(max(0, near - 2), min(near + 2, len(evidence)))
    differences = [
        *_denied(claim, evidence),
        *_anchored(claim, evidence, beside, nearest),
        *_predicated(claim, evidence, near, beside),
        *_subjects(claim, evidence),
        *_speakers(claim, evidence),
        *_former(claim, nearest, near),
        *_quantified(claim, evidence, near),
    ]

    def count(*kinds: DifferenceKind, instead: bool | None = None) -> int:
        """Differences of these kinds; only those with, or without, something else in their place."""
        return sum(one.kind in kinds and instead in (None, bool(one.instead)) for one in differences)

    known = header.union(*(one.said for one in evidence))
    lemmas = max(1, len(claim.lemmas))
    modal = [one.modality for one in differences if one.kind == "modality"]
    comparison = Comparison(
        covered=len(claim.lemmas & nearest.said) / lemmas,
        missing=len(claim.lemmas - known) / lemmas,
        missing_names=len(claim.names - known),
        distant_names=len((claim.names & known) - header.union(*(evidence[n].said for n in beside))),
        missing_quantities=count("quantity", instead=False),
        missing_times=count("time", instead=False),
        replaced=count("name", "quantity", "time", "speaker", "role", instead=True),
        negation=max(count("negation"), _parity(claim, nearest)),
        unreal=sum(one in UNREAL for one in modal),
        weakened=sum(one in WEAK for one in modal),
        tense=count("tense"),
        quantifier=count("quantifier"),
        former=count("former"),
    )
    return comparison, tuple(differences)


def _denied(claim: Sentence, evidence: Sequence[Sentence]) -> Iterator[Difference]:
    """What the claim asserts, where the evidence has it only as what somebody denies."""
    if (denial := denial_of(claim, evidence)) is not None:
        yield Difference("denial", denial.claimed, denial.words, denial.sentence)


def _anchored(
    claim: Sentence, evidence: Sequence[Sentence], beside: Sequence[int], nearest: Sentence
) -> Iterator[Difference]:
    """Names, quantities and times that the evidence lacks, or has bound to something else."""
    anchors = [anchors_of(one) for one in evidence]
    everywhere = list(chain.from_iterable(anchors))
    close = [(n, anchor) for n in beside for anchor in anchors[n]]
    for own in anchors_of(claim):
        alike = [one for one in everywhere if same(own, one)]
        rivals = [(n, one) for n, one in close if excludes(own, one)]
        place, rival = max(rivals, key=lambda each: own.shared(each[1]), default=(0, None))
        absent = not alike and own.is_definite
        if rival is not None and in_its_place(own, rival, alike, nearest):
            span, instead = own.value.span, rival.text
            if fold(own.text) == fold(instead):  # of somebody or something else
                span, instead = own.whole, rival.whole.of(rival.sentence.text)
            yield Difference(_kind_of(own), span, instead, place, is_absent=absent)
        elif absent:
            yield Difference(_kind_of(own), own.value.span, None, is_absent=True)


def _kind_of(anchor: Anchor) -> DifferenceKind:
    if isinstance(anchor.value, Entity):
        return "name"
    return "quantity" if isinstance(anchor.value, Quantity) else "time"


def _predicated(
    claim: Sentence, evidence: Sequence[Sentence], near: int, beside: Sequence[int]
) -> Iterator[Difference]:
    """Predicates of the claim that the evidence has with another negation, modality or tense, or the other way round.

    Each is compared with that of the same verb that shares the most words with it, in the nearest sentence first.
    """
    others = [(n, predicate) for n in (near, *beside) for predicate in evidence[n].analysis.predicates]
    for own in claim.analysis.predicates:
        alike = [
            (len(_around(claim, own) & _around(evidence[n], other)), n == near, place)
            for place, (n, other) in enumerate(others)
            if other.lemma == own.lemma and own.lemma not in _SAYING_LITTLE
        ]
        shared, _, place = max(alike, key=lambda each: each[:2], default=(0, False, 0))
        if not shared or others[place][1].modality == "asked":  # a question says nothing
            continue
        n, best = others[place]
        sentence, claimed = evidence[n], verb_span(claim, own)
        told = verb_span(sentence, best).of(sentence.text)
        if _reversed(claim, own, sentence, best):
            yield Difference("role", clause_span(claim, own), clause_span(sentence, best).of(sentence.text), n)
        # "Denied that it had fallen" is no difference from "it has not fallen"; the opposite is for `_denied` to find.
        told_as_denied = own.negated and is_denied(sentence, best) and not is_denied(claim, own)
        if (best.negated != told_as_denied) != own.negated:
            yield Difference("negation", claimed, told, n)
        if best.modality in _weaker(own):
            hedged = hedged_span(sentence, best).of(sentence.text)
            yield Difference("modality", claimed, hedged, n, best.modality)
        if best.modality in _FACTUAL and {_time_of(own), _time_of(best)} == {"past", "present"}:
            yield Difference("tense", claimed, told, n)


def _weaker(own: Predicate) -> frozenset[Modality]:
    """What says less than a predicate: less than a fact, and less than "will". Infinitives and participles state none,
    and the present tense tells of what is to come, too ("the two meet on Sunday").
    """
    if own.tense is None:
        return frozenset()
    if own.modality == "asserted":
        return (UNREAL | WEAK) - ({"future"} if _time_of(own) == "present" else set())
    return WEAK if own.modality == "future" else frozenset()


def _time_of(one: Predicate) -> Tense | None:
    """Its tense; of the present perfect the past, which it tells of."""
    return "past" if one.tense == "present" and one.aspect.startswith("perfect") else one.tense


def _around(sentence: Sentence, predicate: Predicate) -> frozenset[str]:
    """The words of a predicate's participants and arguments."""
    parts = [part.span for part in (predicate.subject, predicate.object, predicate.recipient) if part is not None]
    parts += [argument.span for argument in predicate.arguments]
    return folded_words(part.of(sentence.text) for part in parts)


def _reversed(claim: Sentence, own: Predicate, sentence: Sentence, other: Predicate) -> bool:
    """Whether who does it in the one is, in the other, somebody to whom or by whom it is done."""
    does, did = _heads(claim, own.subject), _heads(sentence, other.subject)
    if not does or not did or related(_words(claim, own.subject), _words(sentence, other.subject)):
        return False
    return bool(does & _done_to(sentence, other) or did & _done_to(claim, own))


def _done_to(sentence: Sentence, one: Predicate) -> frozenset[str]:
    """The heads of a predicate's object, recipient and arguments."""
    heads = folded_words(argument.head.of(sentence.text) for argument in one.arguments)
    return heads | _heads(sentence, one.object, one.recipient)


def _heads(sentence: Sentence, *parts: Participant | None) -> frozenset[str]:
    return folded_words(one.head.of(sentence.text) for one in parts if one is not None)


def _words(sentence: Sentence, one: Participant | None) -> frozenset[str]:
    return frozenset() if one is None else folded_words([one.span.of(sentence.text)]) - _ARTICLES


def _subjects(claim: Sentence, evidence: Sequence[Sentence]) -> Iterator[Difference]:
    """Names that do in the claim what somebody of another name does in the evidence."""
    for own in claim.analysis.predicates:
        names = frozenset() if own.subject is None else _names(claim, own.subject.head)
        if own.subject is None or not names or own.lemma in _SAYING_LITTLE:
            continue
        around = _around(claim, own) - folded_words([own.subject.span.of(claim.text)]) - _ARTICLES
        alike = [
            (len(around & _around(one, other)), _names(one, other.subject.head), other.subject.span.of(one.text), n)
            for n, one in enumerate(evidence)
            for other in one.analysis.predicates
            if other.lemma == own.lemma and other.subject is not None
        ]
        most = max((shared for shared, *_ in alike), default=0)
        if most and all(others and not related(names, others) for shared, others, *_ in alike if shared >= most - 1):
            _, _, instead, place = max(alike, key=lambda each: each[0])
            yield Difference("name", own.subject.span, instead, place)


def _speakers(claim: Sentence, evidence: Sequence[Sentence]) -> Iterator[Difference]:
    """Names that say in the claim what somebody of another name says in the evidence."""
    for own in claim.analysis.attributions:
        names = frozenset() if own.source_head is None else _names(claim, own.source_head)
        content = _content(claim, own)
        if own.source_head is None or not names or len(content) < LEAST_SAID:
            continue
        alike = [
            (len(content & _content(one, other)), frozenset() if head is None else _names(one, head), head, n)
            for n, one in enumerate(evidence)
            for other in one.analysis.attributions
            for head in [other.source_head]
        ]
        most = max((shared for shared, _, _, _ in alike), default=0)
        alike = [each for each in alike if each[0] >= max(len(content) / 2, AS_MUCH * most)]
        if alike and all(others and not related(names, others) for _, others, _, _ in alike):
            _, _, head, n = max(alike, key=lambda each: each[0])
            yield Difference("speaker", own.source_head, head.of(evidence[n].text) if head else None, n)


def _names(sentence: Sentence, span: Span) -> frozenset[str]:
    """The words of names within a span, folded."""
    tokens = sentence.analysis.tokens
    return frozenset(
        fold(token.span.of(sentence.text))
        for token in tokens
        if token.pos == "PROPN" and span.start <= token.span.start < span.end
    )


def _content(sentence: Sentence, attribution: Attribution) -> frozenset[str]:
    """The content lemmas of what is said."""
    return frozenset(
        fold(token.lemma)
        for token in sentence.analysis.tokens
        if is_content(token) and any(span.start <= token.span.start < span.end for span in attribution.content)
    )


def _quantified(claim: Sentence, evidence: Sequence[Sentence], place: int) -> Iterator[Difference]:
    """ "All" where the evidence has "nearly all" or no such word, "nobody" where it denies nothing."""
    near, words = evidence[place], frozenset[str]().union(*(one.words for one in evidence))
    softened = near.words & _PARTIAL
    if (every := claim.words & _UNIVERSAL) and (not near.words & _UNIVERSAL or softened - claim.words):
        instead = None if not softened else noun_span(near, min(softened)).of(near.text)
        absent = not words & (_UNIVERSAL | _NEGATIVE)
        yield Difference("quantifier", noun_span(claim, min(every)), instead, place, is_absent=absent)
    elif (nobody := claim.words & _NOBODY) and not near.words & _NEGATIVE:
        absent = not words & _NEGATIVE
        yield Difference("quantifier", noun_span(claim, min(nobody)), None, is_absent=absent)


def _parity(claim: Sentence, near: Sentence) -> bool:
    """Whether one of two sentences that are nearly the same denies and the other doesn't."""

    def denials(one: Sentence) -> int:
        return sum(fold(token.span.of(one.text)) in _NEGATIVE for token in one.analysis.tokens)

    common = len(claim.lemmas & near.said)
    alike = common >= NEARLY_SAME * max(1, len(claim.lemmas), len(near.lemmas) / 2)
    return alike and denials(claim) % 2 != denials(near) % 2


def _former(claim: Sentence, near: Sentence, place: int) -> Iterator[Difference]:
    """Nouns of both that are "former" in one of the two only."""

    def marked(sentence: Sentence) -> frozenset[str]:
        tokens = sentence.analysis.tokens
        former = [t for t in tokens if fold(t.lemma) in _FORMER and t.dep in ("amod", "compound")]
        return frozenset(fold(tokens[t.head].lemma) for t in former)

    def phrase(sentence: Sentence, noun: str) -> Span:
        """With its modifiers: "former governor"."""
        tokens = sentence.analysis.tokens
        at = next(n for n, token in enumerate(tokens) if fold(token.lemma) == noun)
        before = [t.span.start for t in tokens[:at] if t.head == at and t.dep in ("amod", "compound")]
        return Span(min([*before, tokens[at].span.start]), tokens[at].span.end)

    nouns = {fold(token.lemma) for token in near.analysis.tokens}
    for noun in sorted((marked(claim) ^ marked(near)) & nouns & {fold(token.lemma) for token in claim.analysis.tokens}):
        yield Difference("former", phrase(claim, noun), phrase(near, noun).of(near.text), place)
