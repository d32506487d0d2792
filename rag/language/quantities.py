"""Quantities of a sentence: number, unit, and what is counted or measured.

Examples: "at least 22 people", "about eight miles", "$31.8 million", "20 to 30 percent", "Okoro, 16,", "dozens of
homes". Dates, times of day, ordinals, scores and numbers in names are not quantities.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dateline.index.article import Span
from dateline.rag.language.counted_nouns import counted_by, whose_age
from dateline.rag.language.non_quantities import is_no_quantity
from dateline.rag.language.numbers import Number, numbers_in
from dateline.rag.language.parse import Parse
from dateline.rag.language.time_expressions import TimeExpression
from dateline.rag.language.units import (
    DOLLARS,
    PER_HOUR,
    PERCENTAGE_POINT,
    SIGNS,
    SQUARED,
    TIME,
    UNITS,
    YEAR,
    Unit,
    is_currency,
)

QuantityKind = Literal["count", "measure", "duration", "money", "percent", "fraction", "age"]
Bound = Literal["", "about", "at least", "more than", "at most", "less than", "vague"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit and what it counts."""

    span: Span
    """The number with its qualifying words and unit."""
    kind: QuantityKind
    value: float
    """In `unit`; the lower end of a range."""
    upper: float | None
    """The upper end of a range, or of a vague number."""
    unit: Unit | None
    """None for a count and a fraction."""
    bound: Bound
    """How the words qualify the number; `vague`: "dozens", "several hundred"."""
    counted: Span | None
    """The noun counted or measured, with its compound modifiers; for an age, the person. None if not stated."""
    counted_lemma: str | None
    """The lemma of its last word."""
    more: bool
    """Whether it is additional: "eight more bodies", "another 40"."""

    def in_base_unit(self) -> tuple[float, float]:
        """Lower and upper end in the base unit of its dimension; equal for a single number."""
        upper = self.value if self.upper is None else self.upper
        return (self.unit.in_base(self.value), self.unit.in_base(upper)) if self.unit else (self.value, upper)


_BEFORE: tuple[tuple[Bound, str], ...] = (
    ("at most", "at most|up to|as many as|as much as|no more than|not more than|a maximum of"),
    ("at least", "at least|no fewer than|no less than|not less than|a minimum of"),
    ("more than", "more than|over|above|upwards? of|in excess of|exceeding|exceeds|exceeded|beyond|topped|surpassed"),
    ("less than", "less than|fewer than|under|below"),
    ("about", "about|around|some|approximately|roughly|nearly|almost|close to|an estimated|estimated|circa|~|perhaps"),
)
_BOUND_BEFORE = tuple(
    (
        bound,
        re.compile(
            rf"(?:\b(?:well|just|slightly|only|a little) )?(?:\b|(?=~))(?:{words})"
            r"(?: (?:the|an estimated|another))? ?$",
            re.IGNORECASE,
        ),
    )
    for bound, words in _BEFORE
)  # fmt: skip
_BOUND_AFTER: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("more than", re.compile(r" ?\+|-plus\b| plus\b")),
    ("at least", re.compile(r" or more\b| and (?:above|counting)\b")),
    ("at most", re.compile(r" or (?:fewer|less)\b")),
    ("about", re.compile(r"(?: \w+)? or so\b")),
)
_MORE_BEFORE = re.compile(r"\b(?:another|a further|an additional) (?:about |some |nearly )?$", re.IGNORECASE)
_MORE_AFTER = re.compile(r" (?:more|further|additional|others?)\b(?! than)", re.IGNORECASE)


def quantities(parse: Parse, times: Sequence[TimeExpression]) -> tuple[Quantity, ...]:
    """The quantities of a sentence, in order; `times` are its time expressions, whose dates are excluded."""
    numbers = [number for number in numbers_in(parse) if not is_no_quantity(parse, number, times)]
    numbers = sorted([*numbers, *_articles(parse)], key=lambda number: number.first)
    found: list[Quantity] = []
    index = 0
    while index < len(numbers):
        first = numbers[index]
        last = numbers[index + 1] if _is_range(parse, numbers, index) else first
        index += 1 if last is first else 2
        if (quantity := _quantity(parse, first, last)) is not None:
            found.append(quantity)
    return tuple(found)


def _articles(parse: Parse) -> list[Number]:
    """Articles that mean one, shown by a qualifying word: "about an hour", "at least a foot"."""
    found = []
    for at, word in enumerate(parse.lower[:-1]):
        unit = UNITS.get(parse.lower[at + 1]) if word in ("a", "an") else None
        if unit is None or at == 0 or parse.tokens[at + 1].tag != "NN" or unit.base == "percent":
            continue
        before = parse.text[: parse.tokens[at].span.start]
        if any(pattern.search(before) for _, pattern in _BOUND_BEFORE):
            found.append(Number(at, at, 1.0, None, True))
    return found


def _quantity(parse: Parse, first: Number, last: Number) -> Quantity | None:
    start, end = first.first, last.last
    unit, start, end = _unit(parse, start, end, last)
    low, high = first.value, last.value if last is not first else last.upper
    if last is not first and first.scale == 1 and last.scale > 1 and not first.in_words:
        low *= last.scale  # "2 to 3 million"
    old = _age_end(parse, end) if unit is not None and unit.base == TIME else None
    age = whose_age(parse, start, old if old is not None else end, bare=unit is None)
    bound, from_char = _bound(parse, parse.tokens[start].span.start, is_range=last is not first)
    to_char = parse.tokens[old if old is not None else end].span.end
    for name, pattern in _BOUND_AFTER:
        if (match := pattern.match(parse.text, to_char)) and not bound:
            bound, to_char = name, match.end()
    if first.upper is not None and not bound:
        bound = "vague"
    span = Span(from_char, to_char)
    if age is not None or old is not None:
        # An age in apposition has no unit in the text.
        return _made(parse, span, "age", low, high, unit or YEAR, bound, age, more=False)
    if unit is not None and unit.name in ("day", "night") and _is_some_day(parse, first):
        return None
    counted = counted_by(parse, start, end, measured=unit is not None)
    if unit is None and not first.is_part:
        if first is last and not _is_count(parse, first):
            return None
        more = bool(_MORE_BEFORE.search(parse.text, 0, from_char) or _MORE_AFTER.match(parse.text, to_char))
        return _made(parse, span, "count", low, high, None, bound, counted, more=more)
    more = bool(_MORE_BEFORE.search(parse.text, 0, from_char))
    return _made(parse, span, _kind(unit), low, high, unit, bound, counted, more=more)


def _made(
    parse: Parse, span: Span, kind: QuantityKind, low: float, high: float | None, unit: Unit | None, bound: Bound,
    counted: tuple[int, int] | None, *, more: bool,
) -> Quantity:  # fmt: skip
    if counted is None:
        return Quantity(span, kind, low, high, unit, bound, None, None, more)
    words = Span(parse.tokens[counted[0]].span.start, parse.tokens[counted[1]].span.end)
    return Quantity(span, kind, low, high, unit, bound, words, parse.tokens[counted[1]].lemma, more)


def _kind(unit: Unit | None) -> QuantityKind:
    if unit is None:
        return "fraction"
    if unit.base in ("percent", "percentage point"):
        return "percent"
    return "duration" if unit.base == TIME else "money" if is_currency(unit) else "measure"


def _unit(parse: Parse, start: int, end: int, last: Number) -> tuple[Unit | None, int, int]:
    """The unit, and the first and last token of the number with it."""
    words = parse.lower
    if start and words[start - 1] in SIGNS:
        code = SIGNS[words[start - 1]]
        return Unit(code, code, 1), start - 1, end
    at = end + 1 + (end + 1 < len(words) and words[end + 1] == "-")
    word = words[at] if at < len(words) else ""
    if word == "per" and words[at + 1 : at + 2] == ("cent",):
        return UNITS["%"], start, at + 1
    if word == "percentage" and words[at + 1 : at + 2] and words[at + 1].startswith("point"):
        return PERCENTAGE_POINT, start, at + 1
    if word in ("square", "sq", "sq.") and (plain := UNITS.get(words[at + 1] if at + 1 < len(words) else "")):
        return SQUARED.get(plain.name, plain), start, at + 1
    if word in ("degree", "degrees"):
        heat = UNITS.get(words[at + 1]) if at + 1 < len(words) else None
        return (heat, start, at + 1) if heat else (None, start, end)
    if word in ("us", "u.s.", "american", *DOLLARS) and "dollar" in " ".join(words[at + 1 : at + 3]):
        code = DOLLARS.get(word, "USD")
        after = at + 1 if words[at + 1].startswith("dollar") else at + 2
        return Unit(code, code, 1), start, after
    unit = UNITS.get(word)
    if unit is None or (last.in_words and len(word) < 2) or (word in ("second", "m") and parse.tokens[at].tag == "JJ"):
        return None, start, end
    if unit.name in PER_HOUR and words[at + 1 : at + 3] in (("per", "hour"), ("an", "hour")):
        return PER_HOUR[unit.name], start, at + 2
    if unit.name == "pound" and last.scale >= 1e6:
        return Unit("GBP", "GBP", 1), start, at
    return unit, start, at


def _age_end(parse: Parse, end: int) -> int | None:
    """The last token of "-old", "old" or "of age" after a number of years."""
    words = parse.lower[end + 1 : end + 3]
    if words[:2] in (("-", "old"), ("-", "olds"), ("of", "age")):
        return end + 2
    return end + 1 if words[:1] in (("old",), ("olds",)) else None


def _bound(parse: Parse, start: int, *, is_range: bool) -> tuple[Bound, int]:
    """The bound given by the words before a number, and their offset."""
    before = parse.text[max(0, start - 40) : start]
    if is_range and (between := re.search(r"\bbetween $", before, re.IGNORECASE)):
        return "", start - len(before) + between.start()
    for bound, pattern in _BOUND_BEFORE:
        if match := pattern.search(before):
            return bound, start - len(before) + match.start()
    return "", start


def _is_range(parse: Parse, numbers: Sequence[Number], index: int) -> bool:
    """Whether a number and the next form a range: "20 to 30", "between 20 and 30", "five, six hours"."""
    if index + 1 == len(numbers):
        return False
    first, second = numbers[index : index + 2]
    scaled = first.value * (second.scale if first.scale == 1 and not first.in_words else 1)
    if first.is_part or second.is_part or min(first.value, scaled) >= second.value:
        return False
    start, end = parse.tokens[first.last].span.end, parse.tokens[second.first].span.start
    join = re.sub(r"[$€£]", "", parse.text[start:end]).strip().lower()
    before = parse.text[: parse.tokens[first.first].span.start].rstrip("$€£")
    if join in ("to", "-", "–", "or", "to about", "to as many as", "or perhaps", "% to"):
        # "From 28 to 86" is more often a change than a range.
        return re.search(r"\bfrom $", before, re.IGNORECASE) is None
    if join == ",":
        return second.value - first.value == 1 and first.value < 20
    return join == "and" and re.search(r"\bbetween $", before, re.IGNORECASE) is not None


def _is_count(parse: Parse, number: Number) -> bool:
    """Whether a number without a unit is a count: not "no one", "one day", "three times the price"."""
    following = parse.lower[number.last + 1] if number.last + 1 < len(parse.lower) else ""
    if following == "times" and parse.lower[number.last + 2 : number.last + 3] in (
        ("the",),
        ("as",),
        ("more",),
        ("higher",),
    ):
        return False
    if number.first != number.last or parse.lower[number.first] != "one":
        return True
    before = parse.lower[number.first - 1] if number.first else ""
    if before in ("no", "the", "this", "that", "any", "every", "which", "each", "another", "loved"):
        return False
    counts = parse.tokens[number.first].dep == "nummod" and following not in (
        "morning",
        "thing",
        "way",
        "time",
        "another",
    )
    return counts or following == "of"


def _is_some_day(parse: Parse, number: Number) -> bool:
    """Whether "one day" or "one night" is a time, not a duration: no preposition or comparison precedes it."""
    before = parse.lower[number.first - 1] if number.first else ""
    return parse.lower[number.first] == "one" and before not in (
        "for",
        "in",
        "within",
        "after",
        "than",
        "least",
        "about",
    )
