"""A claim beside the sentences that it rests on, both analysed: what the claim has that they don't, or have otherwise.

Names, quantities and times are bound: each is compared where it is, with the verb and the words of its clause, so that
a figure of the article beside another thing of it is a difference. Predicates are compared by verb: negation, modality,
tense. Knows nothing of models, and doesn't judge: `Comparison` holds the features of a fitted model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal

from index.article import Span
from rag.language.analysis import SentenceAnalysis
from rag.language.modality import Modality
from rag.language.predicates import Participant, Predicate
from rag.language.quantities import Quantity
from rag.language.word_set import words

Kind = Literal["name", "quantity", "time", "negation", "modality", "tense", "role", "quantifier"]

_CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "NUM", "ADV"})
_EMPTY = words(
    "be have do say get make take go also more most other such so very just only even still too then here there"
)
_UNIVERSAL = words("all every each everybody everyone everything entire whole")
_NEGATIVE = words("not n't no none nobody nothing never neither nor nowhere without cannot")
_PARTIAL = words("almost nearly most some many several part partly half hardly only")
_FORMER = words("former late ex acting alleged suspected reported would-be self-styled")
"""Words before a noun that change whether it is one: a former minister is no minister."""
_UNREAL: frozenset[Modality] = frozenset({"planned", "required", "hypothetical", "future", "asked"})
_WEAK: frozenset[Modality] = frozenset({"possible", "reported"})
SAME_ENOUGH = 0.06
"""How far two quantities may be apart, as a share, where one of them is "about", "nearly" or "more than"."""


@dataclass(frozen=True)
class Sentence:
    """A sentence with its analysis."""

    text: str
    analysis: SentenceAnalysis
    published: date | None = None
    """The day that its time expressions are read on."""

    @cached_property
    def lemmas(self) -> frozenset[str]:
        """Of its content words, folded."""
        return frozenset(fold(token.lemma) for token in self.analysis.tokens if is_content(token.pos, token.lemma))

    @cached_property
    def names(self) -> frozenset[str]:
        """The words of its proper nouns, folded."""
        return frozenset(fold(t.span.of(self.text)) for t in self.analysis.tokens if t.pos == "PROPN")

    @cached_property
    def words(self) -> frozenset[str]:
        """All its words, folded."""
        return frozenset(fold(token.span.of(self.text)) for token in self.analysis.tokens)

    @cached_property
    def anchors(self) -> tuple[Anchor, ...]:
        """Its names, quantities and times with what is around each."""
        return tuple(_anchors(self))


@dataclass(frozen=True, slots=True)
class Anchor:
    """A name, a quantity or a time, and what it is bound to."""

    kind: Literal["name", "quantity", "time"]
    span: Span
    words: frozenset[str]
    """Folded."""
    around: frozenset[str]
    """Lemmas of its clause; and `subject:verb`, `object:verb`, `of:noun` for what it is there."""
    place: int
    """Of a quantity or a time: its place among those of the analysis."""
    label: str = ""
    """Of a name: as the pipeline types it."""


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
        return self.kind != "modality" or self.instead in _UNREAL


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


def fold(word: str) -> str:
    """In small letters, without possessive endings and accents' variants."""
    return word.lower().replace("’", "'").removesuffix("'s").strip("'\".,")


def is_content(pos: str, lemma: str) -> bool:
    """Whether a word tells what a sentence is about."""
    return pos in _CONTENT and lemma.lower() not in _EMPTY


def compare(
    claim: Sentence, evidence: Sequence[Sentence], header: frozenset[str] = frozenset()
) -> tuple[Comparison, tuple[Difference, ...]]:
    """Beside the evidence's sentences, in the article's order, at least one; `header`: folded words of the title."""
    near = nearest(claim, evidence)
    beside = evidence[max(0, near - 2) : near + 2]
    differences = [*_anchored(claim, evidence, near), *_predicated(claim, evidence[near], beside)]
    differences += _quantified(claim, evidence[near])
    told = frozenset[str]().union(*(one.lemmas | one.words for one in evidence), header)
    around = frozenset[str]().union(*(one.words | one.lemmas for one in beside), header)
    count = {kind: sum(1 for one in differences if one.kind == kind) for kind in ("negation", "tense", "quantifier")}
    replaced = sum(1 for one in differences if one.kind in ("name", "quantity", "time", "role") and one.instead)
    modal = [one for one in differences if one.kind == "modality"]
    lemmas = max(1, len(claim.lemmas))
    return (
        Comparison(
            covered=len(claim.lemmas & (evidence[near].lemmas | evidence[near].words)) / lemmas,
            missing=len(claim.lemmas - told) / lemmas,
            missing_names=len(claim.names - told),
            distant_names=len((claim.names & told) - around),
            missing_quantities=sum(1 for one in differences if one.kind == "quantity" and not one.instead),
            missing_times=sum(1 for one in differences if one.kind == "time" and not one.instead),
            replaced=replaced,
            negation=max(count["negation"], float(_parity(claim, evidence[near]))),
            unreal=sum(1 for one in modal if one.instead in _UNREAL),
            weakened=sum(1 for one in modal if one.instead in _WEAK),
            tense=count["tense"],
            quantifier=count["quantifier"],
            former=_former(claim, evidence[near]),
        ),
        tuple(differences),
    )


def nearest(claim: Sentence, evidence: Sequence[Sentence]) -> int:
    """The place of the sentence that shares the most with the claim; a lemma counts the more, the fewer have it."""
    shared = [claim.lemmas & (one.lemmas | one.words) for one in evidence]
    count = Counter(lemma for one in shared for lemma in one)
    weights = [sum(1 / count[lemma] for lemma in sorted(one)) for one in shared]
    return max(range(len(evidence)), key=lambda n: (weights[n], -n))


def _anchors(sentence: Sentence) -> Iterator[Anchor]:
    analysis = sentence.analysis
    for entity in analysis.entities:
        yield replace(_anchor(sentence, "name", entity.span, 0, None), label=entity.label)
    for n, quantity in enumerate(analysis.quantities):
        anchor = _anchor(sentence, "quantity", quantity.span, n, quantity.counted)
        unit = {f"unit:{quantity.unit.name}"} if quantity.unit is not None else set()
        yield replace(anchor, around=anchor.around | unit)
    for n, time in enumerate(analysis.times):
        yield _anchor(sentence, "time", time.span, n, None)


def _anchor(
    sentence: Sentence, kind: Literal["name", "quantity", "time"], span: Span, place: int, counted: Span | None
) -> Anchor:
    own = frozenset(fold(word) for word in span.of(sentence.text).split())
    around: set[str] = set()
    tokens = sentence.analysis.tokens
    predicate = _predicate_of(sentence.analysis, span)
    if predicate is not None:
        around.add(predicate.lemma)
        for role, one in (("subject", predicate.subject), ("object", predicate.object)):
            if one is not None and one.head.start < span.end and span.start < one.span.end:
                around |= {f"{role}:{predicate.lemma}"}
        parts = [one.span for one in (predicate.subject, predicate.object) if one is not None]
        parts += [one.span for one in predicate.arguments]
        around |= {
            fold(token.lemma)
            for token in tokens
            for part in parts
            if part.start <= token.span.start < part.end and is_content(token.pos, token.lemma)
        }
    for n, token in enumerate(tokens):  # what it hangs on, and what is beside it
        if token.span.start < span.end and span.start < token.span.end:
            head = tokens[token.head]
            if is_content(head.pos, head.lemma):
                around.add(fold(head.lemma))
            around |= {fold(t.lemma) for t in tokens[max(0, n - 3) : n + 4] if is_content(t.pos, t.lemma)}
    if counted is not None:
        around |= {f"of:{fold(word)}" for word in counted.of(sentence.text).split()}
    return Anchor(kind, span, own, frozenset(around) - own, place)


def _predicate_of(analysis: SentenceAnalysis, span: Span) -> Predicate | None:
    """The smallest predicate, with its participants and arguments, that a span is in."""

    def extent(one: Predicate) -> tuple[int, int]:
        spans = [one.span, *(part.span for part in (one.subject, one.object, one.recipient) if part is not None)]
        spans += [argument.span for argument in one.arguments]
        return min(each.start for each in spans), max(each.end for each in spans)

    around = [(extent(one), one) for one in analysis.predicates]
    inside = [(end - start, n) for n, ((start, end), _) in enumerate(around) if start <= span.start and span.end <= end]
    return around[min(inside)[1]][1] if inside else None


def _anchored(claim: Sentence, evidence: Sequence[Sentence], near: int) -> Iterator[Difference]:
    """Names, quantities and times that the evidence lacks, or has bound to something else."""
    beside = evidence[max(0, near - 2) : near + 2]
    for anchor in claim.anchors:
        same = [(s, a) for s in evidence for a in s.anchors if a.kind == anchor.kind and _same(claim, anchor, s, a)]
        rivals = [(s, a) for s in beside for a in s.anchors if a.kind == anchor.kind and _excludes(claim, anchor, s, a)]
        best = max(rivals, key=lambda each: _shared(anchor, each[1]), default=None)
        if best is not None and _in_its_place(anchor, best[1], same, evidence[near]):
            yield Difference(anchor.kind, anchor.span, best[1].span.of(best[0].text))
        elif not same and anchor.kind != "name":  # words of names are looked for one by one
            yield Difference(anchor.kind, anchor.span, None)


def _in_its_place(own: Anchor, rival: Anchor, same: Sequence[tuple[Sentence, Anchor]], near: Sentence) -> bool:
    """Whether the evidence says of `rival` what the claim says of its anchor; `same`: where it has the anchor."""
    if _shared(own, rival) <= max((_shared(own, one) for _, one in same), default=LEAST_BOUND - 1):
        return False
    if not any(sentence is near for sentence, _ in same):
        return True
    # Both are in the nearest sentence: they must have changed places.
    roles = {word for word in own.around & rival.around if ":" in word}
    return bool(roles) and not any(roles & one.around for _, one in same)


LEAST_BOUND = 2.0
"""What two anchors must share for one to be in the other's place."""


def _shared(one: Anchor, other: Anchor) -> float:
    """How much of what is around two anchors is the same; what each is to its verb or noun counts twice."""
    both = one.around & other.around
    return sum(2.0 if ":" in word else 1.0 for word in both)


def _same(claim: Sentence, own: Anchor, sentence: Sentence, other: Anchor) -> bool:
    if own.kind == "name":
        return any(_same_root(one, another) for one in own.words for another in other.words)
    if own.kind == "quantity":
        a, b = claim.analysis.quantities[own.place], sentence.analysis.quantities[other.place]
        if (
            a.kind == "age"
            and b.kind == "age"
            and a.counted
            and b.counted
            and not _overlap(claim, a.counted, sentence, b.counted)
        ):
            return False
        if "age" in (a.kind, b.kind) and None in (a.unit, b.unit):  # "61" and "a 61-year-old"
            (low, high), (least, most) = _range(a), _range(b)
        elif (a.unit is None) != (b.unit is None) or (a.unit and b.unit and a.unit.base != b.unit.base):
            return False
        else:
            (low, high), (least, most) = a.in_base_unit(), b.in_base_unit()
        slack = SAME_ENOUGH * abs(least) if a.bound or b.bound else 1e-9
        return low <= most + slack and least <= high + slack
    x, y = claim.analysis.times[own.place], sentence.analysis.times[other.place]
    if x.value == y.value:
        return True
    first, second = x.days(sentence.published), y.days(sentence.published)
    if first is None or second is None:
        return bool(own.words & other.words)
    return first.start <= second.end and second.start <= first.end


def _excludes(claim: Sentence, own: Anchor, sentence: Sentence, other: Anchor) -> bool:
    """Whether two anchors differ and can't both be there: of one unit, two definite times, two names."""
    if _same(claim, own, sentence, other):
        return False
    if own.kind == "quantity":
        a, b = claim.analysis.quantities[own.place], sentence.analysis.quantities[other.place]
        return a.kind == b.kind and (a.unit is None or b.unit is None or a.unit.base == b.unit.base)
    if own.kind == "time":
        x, y = claim.analysis.times[own.place], sentence.analysis.times[other.place]
        return type(x.value) is type(y.value)
    return own.label == other.label


def _same_root(one: str, other: str) -> bool:
    """Whether two words of names are the same, or one is made of the other: "Iran" and "Iranian"."""
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= LEAST_ROOT and long.startswith(short[:-1]))


LEAST_ROOT = 4
"""Letters of a name that another may be made of."""


def _range(quantity: Quantity) -> tuple[float, float]:
    return quantity.value, quantity.value if quantity.upper is None else quantity.upper


def _overlap(one: Sentence, a: Span, other: Sentence, b: Span) -> bool:
    return bool({fold(w) for w in a.of(one.text).split()} & {fold(w) for w in b.of(other.text).split()})


def _predicated(claim: Sentence, near: Sentence, beside: Sequence[Sentence]) -> Iterator[Difference]:
    """Predicates of the claim that the evidence has with another negation, modality or tense."""
    others = [(one, predicate) for one in (near, *beside) for predicate in one.analysis.predicates]
    for own in claim.analysis.predicates:
        if own.lemma in ("say", "be", "have"):
            continue
        alike = [
            (_alike(claim, own, one, other), one is near, other) for one, other in others if other.lemma == own.lemma
        ]
        shared, _, best = max(alike, key=lambda each: each[:2], default=(0, False, own))
        if not shared:
            continue
        sentence = next(one for one, other in others if other is best)
        if _reversed(claim, own, sentence, best):
            yield Difference("role", own.span, best.span.of(sentence.text))
        if best.negated != own.negated:
            yield Difference("negation", own.span, "not" if best.negated else "")
        if own.modality == "asserted" and best.modality != "asserted":
            yield Difference("modality", own.span, best.modality)
        if own.tense != best.tense and "present" in (own.tense, best.tense) and None not in (own.tense, best.tense):
            yield Difference("tense", own.span, best.tense)


def _alike(claim: Sentence, own: Predicate, sentence: Sentence, other: Predicate) -> int:
    """How many words of their participants and arguments two predicates share."""

    def around(one: Sentence, predicate: Predicate) -> set[str]:
        parts = [part.span for part in (predicate.subject, predicate.object, predicate.recipient) if part is not None]
        parts += [argument.span for argument in predicate.arguments]
        return {fold(word) for part in parts for word in part.of(one.text).split()}

    return len(around(claim, own) & around(sentence, other))


def _reversed(claim: Sentence, own: Predicate, sentence: Sentence, other: Predicate) -> bool:
    """Whether who does it in the one is, in the other, somebody to whom or by whom it is done."""
    does, did = _words(claim, own.subject), _words(sentence, other.subject)
    if not does or not did or does & did:
        return False
    return bool(does & _others(sentence, other) or did & _others(claim, own))


def _others(sentence: Sentence, one: Predicate) -> set[str]:
    """The words of a predicate's object, recipient and arguments."""
    parts = [_words(sentence, one.object), _words(sentence, one.recipient)]
    heads = {fold(argument.head.of(sentence.text)) for argument in one.arguments}
    return heads.union(*parts)


def _words(sentence: Sentence, one: Participant | None) -> set[str]:
    return set() if one is None else {fold(word) for word in one.span.of(sentence.text).split()} - {"the", "a", "an"}


def _quantified(claim: Sentence, near: Sentence) -> Iterator[Difference]:
    """ "All" where the evidence has "nearly all" or no such word, "nobody" where it denies nothing."""
    universal, softened = claim.words & _UNIVERSAL, near.words & _PARTIAL
    if universal and (not near.words & _UNIVERSAL or softened - claim.words):
        yield Difference("quantifier", Span(0, len(claim.text)), min(softened, default=None))
    elif claim.words & words("nobody none nothing never") and not near.words & _NEGATIVE:
        yield Difference("quantifier", Span(0, len(claim.text)), None)


def _parity(claim: Sentence, near: Sentence) -> bool:
    """Whether one of two sentences that are nearly the same denies and the other doesn't."""

    def denials(one: Sentence) -> int:
        return sum(fold(token.span.of(one.text)) in _NEGATIVE for token in one.analysis.tokens)

    common = len(claim.lemmas & (near.lemmas | near.words))
    alike = common >= NEARLY_SAME * max(1, len(claim.lemmas), len(near.lemmas) / 2)
    return alike and denials(claim) % 2 != denials(near) % 2


NEARLY_SAME = 0.75
"""The share of its content lemmas that a claim must have in common with a sentence for their denials to be compared."""


def _former(claim: Sentence, near: Sentence) -> float:
    """How many of the nouns that both have are "former" in one of the two only."""

    def marked(sentence: Sentence) -> set[str]:
        tokens = sentence.analysis.tokens
        return {
            fold(tokens[t.head].lemma) for t in tokens if fold(t.lemma) in _FORMER and t.dep in ("amod", "compound")
        }

    return len((marked(claim) ^ marked(near)) & claim.lemmas & near.lemmas)


def folded_words(texts: Iterable[str]) -> frozenset[str]:
    """The words of texts, folded."""
    return frozenset(fold(word) for text in texts for word in text.split())
