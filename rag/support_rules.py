"""What a claim must not add to its evidence: figures, dates, names, quoted words, a "not".

Models of entailment miss just these. Each is looked for in the evidence's words, in its header and, for dates, relative
to the day of publication. Knows nothing of models or of what a claim means.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Literal

from dateline.index.sentences import split_sentences
from dateline.rag.quote_check import misquoted
from dateline.rag.support_negations import denied
from dateline.rag.time.period import MONTHS
from dateline.rag.time.phrases import phrases_in
from dateline.rag.values.demonyms import is_people, may_be_a_word, place_of, root_of, words_without_possessives
from dateline.rag.values.figures import values_in
from dateline.rag.values.names import names_in, same_name
from dateline.rag.values.unit_patterns import HEAT, MEASURED
from dateline.rag.values.value import Value

Rule = Literal["link", "number", "date", "name", "quotation", "negation"]

ROUNDED = 0.06
"""How far from the evidence's figure "about", "nearly" and "more than" may be."""
A_DEGREE = 0.6
"""How far rounding may put a temperature that is converted."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words of a passage, and what is known of its article."""

    text: str
    header: str = ""
    """Title, outlet and date: names and dates may be supported by them."""
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a claim breaks."""

    rule: Rule
    words: str
    """The claim's words that nothing bears out."""

    @property
    def reason(self) -> str:
        """As it stands in receipts."""
        if self.rule == "negation":
            return f"negation differs from the passage: {self.words}"
        return f"{self.rule} not in passage: {self.words}"


def broken_rules(claim: str, evidence: Sequence[Evidence]) -> list[Broken]:
    """Every rule that the claim breaks, in the order of `Rule`; empty if none."""
    told = _told(tuple(evidence))
    return [
        *_links(claim, told),
        *_numbers(claim, told),
        *_dates(claim, told),
        *_names(claim, told),
        *_quotations(claim, evidence),
        *_negations(claim, told),
    ]


class _Told:
    """What the evidence tells, found out once for all claims that are compared with it."""

    def __init__(self, evidence: tuple[Evidence, ...]) -> None:
        self._evidence = evidence
        self._text = "\n".join(part for one in evidence for part in (one.header, one.text))

    @cached_property
    def links(self) -> set[str]:
        return {_bare(link) for link in _LINK.findall(self._text)}

    @cached_property
    def values(self) -> list[Value]:
        return values_in(self._text)

    @cached_property
    def figures(self) -> set[str]:
        return {_plain(figure) for figure in _FIGURE.findall(self._text)}

    @cached_property
    def two(self) -> bool:
        return _TWO.search(self._text) is not None

    @cached_property
    def dates(self) -> set[str]:
        return set(date_words(self._text))

    @cached_property
    def resolved(self) -> set[str]:
        return _resolved(self._evidence)

    @cached_property
    def names(self) -> list[str]:
        return [name for name, _ in names_in(_undotted(self._text))]

    @cached_property
    def words(self) -> set[str]:
        return set(words_without_possessives(_undotted(self._text)))

    @cached_property
    def roots(self) -> set[str]:
        return {root_of(word) for word in self.words}

    @cached_property
    def peoples(self) -> set[str]:
        return {root_of(word) for word in self.words if is_people(word)}

    @cached_property
    def places(self) -> set[str]:
        return {place_of(word) for word in self.words}

    @cached_property
    def sentences(self) -> list[str]:
        text = "\n".join(one.text for one in self._evidence)
        return [span.of(text) for span in split_sentences(text)]


_told = lru_cache(maxsize=64)(_Told)  # the passages of a few drafts


# ---------------------------------------------------------------------------------------------- links


def _links(claim: str, told: _Told) -> list[Broken]:
    """An address must be written in the evidence: what readers may click on is nobody's paraphrase."""
    return [Broken("link", link) for link in _LINK.findall(claim) if _bare(link) not in told.links]


def _bare(link: str) -> str:
    """Without what may be left out."""
    return re.sub(r"^(?:https?://)?(?:www\.)?|/$", "", link.lower())


_LINK = re.compile(
    r"(?<![\w.-])(?:(?:https?://|www\.)[^\s<>()\"”]*[\w/]|[\w-]{2,63}(?:\.[\w-]{2,63}){0,4}\.[a-z]{2,24}\b(?:/[\w/-]*)?)"
)


# ---------------------------------------------------------------------------------------------- figures


def _numbers(claim: str, told: _Told) -> list[Broken]:
    return [
        Broken("number", value.text)
        for value in _given(values_in(claim), claim)
        if value.number != 1
        and not all(any(_borne_out(end, other) for other in told.values) for end in _ends(value))
        and not _written(value.text, told)
        and not (value.number == 2 and told.two)
    ]


def _given(values: Sequence[Value], claim: str) -> list[Value]:
    """The values without those that say in another unit what stands before their bracket: "79 °F (26 °C)"."""
    return [
        value
        for before, value in zip([None, *values], values, strict=False)
        if before is None
        or value.unit not in MEASURED
        or before.unit != value.unit
        or claim[before.span.end : value.span.start] != " ("
        or not _same(value.number, before.number, value.unit)
    ]


def _ends(value: Value) -> list[Value]:
    """A range's two ends, which the evidence may give apart; else the value itself."""
    if value.upper is None:
        return [value]
    return [replace(value, number=end, upper=None) for end in (value.number, value.upper)]


def _written(text: str, told: _Told) -> bool:
    """Whether the evidence has all figures of a text, whatever it counts by them."""
    figures = {_plain(figure) for figure in _FIGURE.findall(text)}
    return bool(figures) and figures <= told.figures


def _borne_out(claimed: Value, given: Value) -> bool:
    """Whether the figure is the same one, or a rounder form of it that says so; units must not differ."""
    if claimed.unit != given.unit and None not in (claimed.unit, given.unit):
        return False
    ends = [given.number] if given.upper is None else [given.number, given.upper]
    if any(_same(claimed.number, end, claimed.unit) for end in ends):
        return True
    rounder = claimed.approximate and any(_digits(claimed.number) < _digits(end) for end in ends)
    return bool(rounder) and any(abs(claimed.number - end) <= ROUNDED * abs(end) for end in ends)


def _same(one: float, other: float, unit: str | None) -> bool:
    # Degrees, miles and the like are rounded when they are converted: 14 °C for 58 °F.
    rounded = unit == HEAT and one == round(one) and other != round(other)
    return abs(one - other) <= (A_DEGREE if rounded else 0.005 * abs(other))


def _digits(number: float) -> int:
    """How many digits a number has that are not zeros at its end: 374,000 → 3."""
    return len(f"{number:.6g}".replace(".", "").split("e")[0].strip("0"))


def _plain(figure: str) -> str:
    return re.sub(r"[^\d.]", "", figure).strip(".")


_FIGURE = re.compile(r"\d[\d,.]*")
_TWO = re.compile(r"\b(?:both|two|2|pair|couple|twins?|duo|second)\b", re.IGNORECASE)


# ---------------------------------------------------------------------------------------------- dates


def _dates(claim: str, told: _Told) -> list[Broken]:
    """A year, month, day of the month or day of the week must be written somewhere, or follow from what is.

    Any of its years bears out a decade.
    """
    missing = [word for word in date_words(claim) if word not in told.dates]
    missing = [word for word in missing if word not in told.resolved and not (word == "May" and _MAY.match(claim))]
    decades = {f"{year[:3]}0s" for year in {*told.dates, *told.resolved} if len(year) == 4} if missing else set()
    return [Broken("date", word) for word in missing if word not in decades]


def date_words(text: str) -> list[str]:
    """Years, decades, months and days of the week in full, days of the month, in order: `3`, `August`, `1990s`."""
    found = []
    for match in _DATE_WORD.finditer(text):
        word = match[0].rstrip(".")
        full = next((name for name in (*MONTHS, *_WEEKDAYS) if name[:3] == word[:3]), word)
        found.append(re.sub(r"\D+$", "", word) if match["day"] else full)
    return found


def _resolved(evidence: Sequence[Evidence]) -> set[str]:
    """The parts of the dates that the evidence's words come to, read on the day of publication, and of that day."""
    days: list[date] = []
    for one in evidence:
        if one.published is None:
            continue
        days.append(one.published)
        for phrase in phrases_in(one.text, one.published):
            days += [day for period in (phrase.back, phrase.ahead) if period for day in (period.start, period.end)]
    return {
        part for day in days for part in (str(day.year), MONTHS[day.month - 1], str(day.day), _WEEKDAYS[day.weekday()])
    }


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT = ("Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec")
_MONTH = rf"(?:{'|'.join(MONTHS)}|(?:{'|'.join(_SHORT)})\b\.?)"
_AFTER_MONTH = "|".join(rf"(?<=\b{name} )" for name in (*MONTHS, *_SHORT, *(rf"{short}\." for short in _SHORT)))
_MAY = re.compile(r"\W*May (?!(?:and|to|is|was|has|had|saw|brought|began|came|set|will|[a-z]+ed)\b)[a-z]+(?!.*\bMay\b)")
"""What may be, and no month: "May help"."""
_DAY = r"[0-3]?\d(?:st|nd|rd|th)?"
_DATE_WORD = re.compile(
    rf"\b(?:{_MONTH}|{'|'.join(_WEEKDAYS)})(?![a-z])|(?<![\d.,$€£])(?:1[4-9]\d\d|20\d\d)(?!\d|[.,]\d|%)(?:(?<=0)s\b)?"
    rf"|(?<![\d.,])(?P<day>{_DAY}(?=(?: of)? {_MONTH})|(?:{_AFTER_MONTH}){_DAY}(?!\w|[.,:]\d))"
)


# ---------------------------------------------------------------------------------------------- names


def _names(claim: str, told: _Told) -> list[Broken]:
    """A name must be in the evidence, in any of its usual forms, or be made of the evidence's words."""
    claim = _undotted(claim)
    missing = []
    for name, span in names_in(claim):
        parts = [part for part in words_without_possessives(name) if part[0].isupper() or part[0].isdigit()]
        if all(_named(part, told) for part in parts) or any(same_name(name, other) for other in told.names):
            continue
        if not may_be_a_word(claim, name, span):
            missing.append(Broken("name", name))
    return missing


def _named(part: str, told: _Told) -> bool:
    """Whether the evidence has a word of a name, or the place for its people and the other way round."""
    if root_of(part) in told.roots or place_of(part) in told.peoples:
        return True
    return is_people(part) and root_of(part) in told.places


def _undotted(text: str) -> str:
    """With "U.S." as "US" and "Ph.D." as "PhD", and units of heat without their names."""
    return _HEAT.sub(" degrees", re.sub(r"\b((?:[A-Z][a-z]?\.){2,})", lambda match: match[1].replace(".", ""), text))


_HEAT = re.compile(r"\s?°\s?[FC]\b|\s(?:Fahrenheit|Celsius)\b")


# ---------------------------------------------------------------------------------------------- quotations


def _quotations(claim: str, evidence: Sequence[Evidence]) -> list[Broken]:
    words = misquoted(claim, [one.text for one in evidence])
    return [Broken("quotation", words)] if words is not None else []


# ---------------------------------------------------------------------------------------------- negation


def _negations(claim: str, told: _Told) -> list[Broken]:
    words = denied(claim, told.sentences)
    return [Broken("negation", words)] if words is not None else []
