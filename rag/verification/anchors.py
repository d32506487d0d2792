"""Which verb each name, quantity and time belongs to, in a claim and in its evidence.

Two anchors are compared by what is around them: the verb and the content lemmas of their clause, their role, the unit
and the noun of a quantity. Knows nothing of what follows from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dateline.index.article import Span
from dateline.rag.language.analysis import SentenceAnalysis
from dateline.rag.language.cues import SAYING
from dateline.rag.language.parse import Entity
from dateline.rag.language.predicates import Predicate
from dateline.rag.language.quantities import Quantity
from dateline.rag.language.time_expressions import TimeExpression
from dateline.rag.language.time_values import Duration, Repeated, Vague
from dateline.rag.verification.phrases import covering
from dateline.rag.verification.sentence import Sentence, fold, folded_words, is_content

LEAST_BOUND = 2.0
"""What two anchors must share for one to be in the other's place."""
LEAST_ROOT = 4
"""Letters of a name that another may be made of."""
SAME_ENOUGH = 0.06
"""How far two quantities may be apart, as a share, where one of them is "about", "nearly" or "more than"."""
_BESIDE = 3
"""Tokens on either side of an anchor that are around it, whatever the parse says."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A name, a quantity or a time, and what it is bound to."""

    sentence: Sentence
    value: Entity | Quantity | TimeExpression
    words: frozenset[str]
    """Folded."""
    around: frozenset[str]
    """Lemmas of its clause; and `subject:verb`, `object:verb`, `of:noun`, `unit:name` for what it is there."""

    @property
    def text(self) -> str:
        """Its words as the sentence has them."""
        return self.value.span.of(self.sentence.text)

    @property
    def is_definite(self) -> bool:
        """Whether it is a figure or a time that evidence must have somewhere: not "one person", "daily" or "recently".
        Words of names are looked for one by one.
        """
        match self.value:
            case Quantity() as one:
                return not (one.kind == "count" and one.value == 1 and one.upper is None)
            case TimeExpression(value=Duration() as time):
                return time.count is not None
            case TimeExpression(value=Repeated() as time):
                return time.count != 1 or time.weekday is not None
            case TimeExpression() as one:
                return not isinstance(one.value, Vague)
            case _:
                return False

    @property
    def whole(self) -> Span:
        """With what a quantity counts or is of: "22 metres of water", "Tamsin Okoro, 16"."""
        counted = self.value.counted if isinstance(self.value, Quantity) else None
        return self.value.span if counted is None else covering([self.value.span, counted])

    def shared(self, other: Anchor) -> float:
        """How much of what is around both is the same; what each is to its verb or noun counts twice."""
        return sum(2.0 if ":" in word else 1.0 for word in self.around & other.around)


def anchors_of(sentence: Sentence) -> list[Anchor]:
    """The names of a sentence, then its quantities, then its times, each in order."""
    analysis = sentence.analysis
    values: list[Entity | Quantity | TimeExpression] = [*analysis.entities, *analysis.quantities, *analysis.times]
    return [_anchor(sentence, value) for value in values]


def same(own: Anchor, other: Anchor) -> bool:
    """Whether an anchor of the evidence, `other`, names, counts or dates the same as one of the claim."""
    match own.value, other.value:
        case Entity(), Entity():
            return related(own.words, other.words)
        case Quantity() as one, Quantity() as another:
            return _same_person(own, other) and _same_amount(one, another)
        case TimeExpression() as one, TimeExpression() as another:
            if one.value == another.value:
                return True
            first, second = one.days(other.sentence.published), another.days(other.sentence.published)
            if first is None or second is None:
                return bool(own.words & other.words)
            return first.start <= second.end and second.start <= first.end
        case _:
            return False


def excludes(own: Anchor, other: Anchor) -> bool:
    """Whether two anchors differ and can't both be there: of one unit, two definite times, two names of a kind."""
    match own.value, other.value:
        case Entity() as one, Entity() as another:
            alike = one.label == another.label
        case Quantity() as one, Quantity() as another:
            alike = one.kind == another.kind and (
                one.unit is None or another.unit is None or one.unit.base == another.unit.base
            )
        case TimeExpression() as one, TimeExpression() as another:
            alike = type(one.value) is type(another.value)
        case _:
            alike = False
    return alike and not same(own, other)


def in_its_place(own: Anchor, rival: Anchor, alike: Sequence[Anchor], near: Sentence) -> bool:
    """Whether the evidence says of `rival` what the claim says of its anchor.

    `alike`: the evidence's anchors that are the same as the claim's. `near`: its nearest sentence.
    """
    if own.shared(rival) <= max((own.shared(one) for one in alike), default=LEAST_BOUND - 1):
        return False
    if not any(one.sentence is near for one in alike):
        return True
    # Both are in the nearest sentence: they must have changed places.
    roles = {word for word in own.around & rival.around if ":" in word}
    return bool(roles) and not any(roles & one.around for one in alike)


def _anchor(sentence: Sentence, value: Entity | Quantity | TimeExpression) -> Anchor:
    span, tokens = value.span, sentence.analysis.tokens
    around: set[str] = set()
    predicate = _predicate_of(sentence.analysis, span)
    if predicate is not None:
        if predicate.lemma not in SAYING:  # two people may each say something
            around.add(predicate.lemma)
        for role, one in (("subject", predicate.subject), ("object", predicate.object)):
            if (
                predicate.lemma not in SAYING
                and one is not None
                and one.head.start < span.end
                and span.start < one.span.end
            ):
                around.add(f"{role}:{predicate.lemma}")
        parts = [one.span for one in (predicate.subject, predicate.object) if one is not None]
        parts += [one.span for one in predicate.arguments]
        around |= {
            fold(token.lemma)
            for token in tokens
            for part in parts
            if part.start <= token.span.start < part.end and is_content(token)
        }
    for n, token in enumerate(tokens):  # what it hangs on, and what is beside it
        if token.span.start < span.end and span.start < token.span.end:
            near = (tokens[token.head], *tokens[max(0, n - _BESIDE) : n + _BESIDE + 1])
            around |= {fold(one.lemma) for one in near if is_content(one)}
    if isinstance(value, Quantity):
        if value.counted is not None:
            around |= {f"of:{word}" for word in folded_words([value.counted.of(sentence.text)])}
        if value.unit is not None:
            around.add(f"unit:{value.unit.name}")
    own = folded_words([span.of(sentence.text)])
    return Anchor(sentence, value, own, frozenset(around) - own)


def _predicate_of(analysis: SentenceAnalysis, span: Span) -> Predicate | None:
    """The smallest predicate, with its participants and arguments, that a span is in."""

    def extent(one: Predicate) -> tuple[int, int]:
        spans = [one.span, *(part.span for part in (one.subject, one.object, one.recipient) if part is not None)]
        spans += [argument.span for argument in one.arguments]
        return min(each.start for each in spans), max(each.end for each in spans)

    found = [(extent(one), one) for one in analysis.predicates]
    inside = [(end - start, n) for n, ((start, end), _) in enumerate(found) if start <= span.start and span.end <= end]
    return found[min(inside)[1]][1] if inside else None


def related(names: frozenset[str], others: frozenset[str]) -> bool:
    """Whether a word of one name is one of the other's, or made of it."""
    return any(_same_root(one, another) for one in names for another in others)


def _same_root(one: str, other: str) -> bool:
    """Whether two words of names are the same, or one is made of the other: "Iran" and "Iranian"."""
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= LEAST_ROOT and long.startswith(short[:-1]))


def _same_person(own: Anchor, other: Anchor) -> bool:
    """Whether two ages may be of the same person, as are those of two names if these share a word; other quantities
    always may.
    """
    names = [
        frozenset(
            fold(token.span.of(anchor.sentence.text))
            for token in anchor.sentence.analysis.tokens
            if token.pos == "PROPN" and value.counted.start <= token.span.start < value.counted.end
        )
        for anchor in (own, other)
        if isinstance(value := anchor.value, Quantity) and value.kind == "age" and value.counted is not None
    ]
    return len(names) < 2 or not all(names) or bool(names[0] & names[1])


def _same_amount(one: Quantity, other: Quantity) -> bool:
    if "age" in (one.kind, other.kind) and None in (one.unit, other.unit):  # "61" and "a 61-year-old"
        (low, high), (least, most) = _range(one), _range(other)
    elif (one.unit and one.unit.base) != (other.unit and other.unit.base):
        return False
    else:
        (low, high), (least, most) = one.in_base_unit(), other.in_base_unit()
    slack = SAME_ENOUGH * abs(least) if one.bound or other.bound else 1e-9
    return low <= most + slack and least <= high + slack


def _range(quantity: Quantity) -> tuple[float, float]:
    return quantity.value, quantity.value if quantity.upper is None else quantity.upper
